/** The checkout: time that runs down, and a form that is sent once. */

const words = new Intl.NumberFormat(undefined, { minimumIntegerDigits: 2 });

function paint(element) {
  const left = Math.floor((new Date(element.dateTime).getTime() - Date.now()) / 1000);
  if (left <= 0) {
    element.textContent = element.dataset.over ?? "";
    element.classList.add("is-over");
    return;
  }
  const hours = Math.floor(left / 3600);
  const minutes = Math.floor(left / 60) % 60;
  element.textContent = hours ? `${hours}:${words.format(minutes)}:${words.format(left % 60)}` : `${minutes}:${words.format(left % 60)}`;
  element.classList.toggle("is-urgent", left < 120);
}

function tick() {
  for (const element of document.querySelectorAll("time[data-countdown]")) paint(element);
}

tick();
setInterval(tick, 1000);

/** The second press waits for the first: the server orders once in any case. */
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("[data-once]")) return;
  const { submitter } = /** @type {SubmitEvent} */ (event);
  if (form.dataset.sent && submitter?.classList.contains("pay")) event.preventDefault();
  if (submitter?.classList.contains("pay")) {
    form.dataset.sent = "1";
    submitter.setAttribute("aria-busy", "true");
  }
});

/** Back by the browser's history: the page is as it was left, and may be sent again. */
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("[data-once]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll(".pay")) button.removeAttribute("aria-busy");
});
