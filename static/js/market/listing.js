/** A listing's page: the price and stock of the chosen variant, its photo, and how many one may take. */

import "market/browse.js";
import "market/gallery.js";

const form = document.querySelector("[data-variants]");

form?.addEventListener("change", (event) => {
  const field = /** @type {HTMLInputElement|HTMLSelectElement} */ (event.target);
  if (field.name !== "variant") return;
  const chosen = field instanceof HTMLSelectElement ? field.selectedOptions[0] : field;
  paint(chosen.dataset);
});

// Whoever was quicker than this script has chosen already.
for (const field of form?.querySelectorAll("[name=variant]") ?? []) {
  if (field instanceof HTMLInputElement && field.checked && !field.defaultChecked) paint(field.dataset);
  const option = field instanceof HTMLSelectElement ? field.selectedOptions[0] : null;
  if (option && !option.defaultSelected) paint(option.dataset);
}

/** @param {DOMStringMap} variant */
function paint(variant) {
  const price = document.querySelector("[data-price-shown] .price");
  if (price?.firstChild && variant.price) price.firstChild.textContent = `${variant.price} `;
  const words = document.querySelector("[data-stock-words]");
  if (words) words.textContent = variant.stock ?? "";
  const left = variant.available === "" ? Infinity : Number(variant.available);
  const line = document.querySelector("[data-stock-line]");
  line?.setAttribute("data-level", left === 0 ? "none" : left <= 10 ? "low" : "");
  const quantity = form?.querySelector(".stepper input");
  if (quantity instanceof HTMLInputElement && Number.isFinite(left)) {
    quantity.max = String(Math.max(1, Math.min(left, 99)));
    quantity.value = String(Math.min(Number(quantity.value), Number(quantity.max)));
    quantity.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (variant.photo) document.dispatchEvent(new CustomEvent("photo", { detail: { id: variant.photo } }));
}
