/** The list below the search field: htmx fetches it, arrows walk through it, Enter follows, Escape clears. */

const form = document.querySelector("[data-suggest]");
const field = form?.querySelector("input[type=search]");
const place = form?.querySelector("[data-suggestions]");

if (field instanceof HTMLInputElement && place instanceof HTMLElement && form instanceof HTMLFormElement) start(field, place, form);

function start(field, place, form) {
  const options = () => [...place.querySelectorAll("[role=option]")];
  const chosen = () => place.querySelector("[aria-selected=true]");
  const clear = () => {
    place.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    if (option) option.setAttribute("aria-selected", "true");
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  };
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", place.id);
  field.setAttribute("aria-expanded", "false");

  field.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && all.length) {
      event.preventDefault();
      clear();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && all.length) {
      event.preventDefault();
      const now = all.indexOf(chosen()) + (event.key === "ArrowDown" ? 1 : -1);
      choose(now < -1 ? all.at(-1) : all[now % all.length] ?? null);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) clear();
  });
  form.addEventListener("submit", clear);
  place.addEventListener("htmx:afterSwap", () => {
    if (document.activeElement !== field || !field.value.trim()) clear();
    else field.setAttribute("aria-expanded", String(options().length > 0));
  });
  place.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}
