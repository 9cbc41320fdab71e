/** What every page of the market does with a script. All of them can be read and used without. */

import "market/results.js";
import "market/suggest.js";
import "market/stepper.js";
import { toast } from "market/toast.js";

document.documentElement.classList.add("has-script");

/** htmx asks with the token of the page's own form: cookies may be out of a script's reach. */
document.addEventListener("htmx:configRequest", (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  const field = document.querySelector("#act [name=csrfmiddlewaretoken]");
  if (detail.verb !== "get" && field instanceof HTMLInputElement) detail.headers["X-CSRFToken"] = field.value;
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => toast(document.getElementById("words")?.dataset.failed ?? ""));
}

/** Choices that act at once: <select data-submit-on-change>. */
document.addEventListener("change", (event) => {
  const field = /** @type {HTMLElement} */ (event.target);
  if (field.matches("[data-submit-on-change]")) /** @type {HTMLSelectElement} */ (field).form?.requestSubmit();
});

/** <button data-opens="dialog-id"> and, inside, <button data-closes>. A link keeps its address for those without a script. */
document.addEventListener("click", (event) => {
  const pressed = /** @type {HTMLElement} */ (event.target).closest("[data-opens], [data-closes], [data-copy]");
  if (!(pressed instanceof HTMLElement) || event.defaultPrevented) return;
  if (pressed.dataset.opens) {
    const dialog = document.getElementById(pressed.dataset.opens);
    if (!(dialog instanceof HTMLDialogElement)) return;
    event.preventDefault();
    dialog.showModal();
  } else if (pressed.dataset.copy) {
    navigator.clipboard.writeText(new URL(pressed.dataset.copy, location.href).href).then(() => toast(pressed.dataset.copied ?? ""));
  } else {
    event.preventDefault();
    pressed.closest("dialog")?.close();
  }
});

/** A press beside a dialog closes it; one beside an open <details class="drop"> does too. */
document.addEventListener("pointerdown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target instanceof HTMLDialogElement && !target.classList.contains("photo-viewer")) target.close();
  for (const drop of document.querySelectorAll("details.drop[open]")) if (!drop.contains(target)) drop.removeAttribute("open");
});

document.addEventListener("keydown", (event) => {
  const drop = /** @type {HTMLElement} */ (event.target).closest("details.drop[open]");
  if (event.key !== "Escape" || !drop) return;
  drop.removeAttribute("open");
  drop.querySelector("summary")?.focus();
});

/** Where one is, no more exactly than a kilometre: rounded here, before anybody else sees it. */
document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-locate]");
  if (!(button instanceof HTMLButtonElement) || !button.form) return;
  const { form } = button;
  button.setAttribute("aria-busy", "true");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      for (const name of ["latitude", "longitude"]) {
        const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
        field.value = coords[name].toFixed(2);
      }
      form.submit();
    },
    () => {
      button.removeAttribute("aria-busy");
      toast(button.dataset.refused ?? "");
    },
    { maximumAge: 600_000, timeout: 15_000 },
  );
});

for (const button of document.querySelectorAll("[data-locate]")) if ("geolocation" in navigator) button.removeAttribute("hidden");
