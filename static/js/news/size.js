/** How large stories are set: chosen on this device, and kept there. */

const SIZES = ["1rem", "1.125rem", "1.25rem", "1.4375rem", "1.625rem"];
const USUAL = 1;
const KEPT = "news-text-size";

const story = document.querySelector(".story");
let chosen = kept();

/** @param {number} by steps */
export function resize(by) {
  if (!(story instanceof HTMLElement)) return;
  chosen = Math.min(SIZES.length - 1, Math.max(0, chosen + by));
  story.style.setProperty("--story-size", SIZES[chosen]);
  for (const button of document.querySelectorAll("[data-resize]")) {
    if (button instanceof HTMLButtonElement) button.setAttribute("aria-disabled", String(!SIZES[chosen + Number(button.dataset.resize)]));
  }
  try {
    localStorage.setItem(KEPT, String(chosen));
  } catch {
    // A browser that keeps nothing: it holds for this page.
  }
}

function kept() {
  try {
    return Number(localStorage.getItem(KEPT) ?? USUAL) || 0;
  } catch {
    return USUAL;
  }
}

resize(0);
document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-resize]");
  if (button instanceof HTMLElement) resize(Number(button.dataset.resize));
});
