/** <div class="stepper"> with a number field: its − and + , which stay within the field's min and max. */

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-step]");
  const field = button?.closest(".stepper")?.querySelector("input");
  if (!(button instanceof HTMLElement) || !field) return;
  const before = field.value;
  if (button.dataset.step === "-1") field.stepDown();
  else field.stepUp();
  if (field.value !== before) field.dispatchEvent(new Event("change", { bubbles: true }));
});

function paint(field) {
  const stepper = field.closest(".stepper");
  for (const button of stepper?.querySelectorAll("[data-step]") ?? []) {
    const limit = button.dataset.step === "-1" ? field.min : field.max;
    button.disabled = limit !== "" && Number(field.value) === Number(limit);
  }
}

document.addEventListener("change", (event) => {
  const field = /** @type {HTMLElement} */ (event.target);
  if (field.matches(".stepper input")) paint(field);
});

function start() {
  for (const button of document.querySelectorAll(".stepper [data-step][hidden]")) button.removeAttribute("hidden");
  for (const field of document.querySelectorAll(".stepper input")) paint(field);
}

document.addEventListener("htmx:afterSwap", start);
// No earlier than htmx listens: a press before that would change the number here and nothing at the server.
document.addEventListener("DOMContentLoaded", start);
