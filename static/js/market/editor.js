/** Selling: photos that upload while one writes, drafts that save themselves, a position that is rounded here. */

import { startPhotos } from "market/editor-photos.js";
import { toast } from "market/toast.js";

const PAUSE = 1200; // milliseconds without a key before a draft is saved

const form = /** @type {HTMLFormElement} */ (document.getElementById("editor"));
const said = document.getElementById("autosave-said");
const words = /** @type {HTMLElement} */ (document.getElementById("editor-words")).dataset;

startPhotos(form, words);
for (const button of document.querySelectorAll("[data-shown]")) button.removeAttribute("hidden");
document.getElementById("problems")?.focus();

// --- drafts save themselves ------------------------------------------------------------------------

let timer = 0;
let saving = Promise.resolve();

async function save() {
  const body = new FormData(form);
  for (const field of form.querySelectorAll("[data-no-autosave]")) body.delete(/** @type {HTMLInputElement} */ (field).name);
  try {
    const response = await fetch(form.dataset.autosave ?? "", { method: "POST", body, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const answer = await response.json();
    if (said) said.textContent = answer.said;
    const stock = form.elements.namedItem("stock");
    const before = form.elements.namedItem("stock_was");
    if (stock instanceof HTMLInputElement && before instanceof HTMLInputElement) before.value = stock.value;
    mark(answer.errors);
  } catch {
    if (said) said.textContent = words.lost ?? "";
  }
}

/** Only what the person has left already: nobody is corrected in the middle of a word. */
function mark(errors) {
  for (const field of form.querySelectorAll("input, select, textarea")) {
    const name = field.getAttribute("name") ?? "";
    if (errors[name] && field !== document.activeElement) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("title", errors[name]);
    } else if (!errors[name] && field.hasAttribute("title")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("title");
    }
  }
}

function later(event) {
  if (event.target.closest("[data-no-autosave]") || event.target.type === "file") return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (said) said.textContent = words.saving ?? "";
    saving = saving.then(save);
  }, PAUSE);
}

if (form.dataset.autosave) {
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => clearTimeout(timer));
}

// --- where it is -----------------------------------------------------------------------------------

const here = document.querySelector("[data-here]");
const town = /** @type {HTMLInputElement} */ (form.elements.namedItem("town"));
const place = ["latitude", "longitude"].map((name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name)));

if (here instanceof HTMLButtonElement && "geolocation" in navigator) {
  here.hidden = false;
  here.addEventListener("click", () => {
    here.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        here.removeAttribute("aria-busy");
        place[0].value = coords.latitude.toFixed(2); // about a kilometre: nobody else sees more
        place[1].value = coords.longitude.toFixed(2);
        const told = document.querySelector("[data-here-said]");
        if (told) told.textContent = here.dataset.found ?? "";
        form.dispatchEvent(new Event("input", { bubbles: true }));
      },
      () => {
        here.removeAttribute("aria-busy");
        toast(here.dataset.refused ?? "");
      },
      { maximumAge: 600_000, timeout: 15_000 },
    );
  });
}
town.addEventListener("input", () => {
  for (const field of place) field.value = "";
});
