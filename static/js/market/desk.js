/** The desk: the tab one is on is in view; all of a page can be ticked at once. */

document.querySelector(".tabs [aria-current=page]")?.scrollIntoView({ inline: "center", block: "nearest" });

const all = document.querySelector("[data-all]");
const box = all?.querySelector("input");
const boxes = () => [...document.querySelectorAll("input[name=listing][type=checkbox]")].map((one) => /** @type {HTMLInputElement} */ (one));

all?.removeAttribute("hidden");
box?.addEventListener("change", () => {
  for (const one of boxes()) one.checked = box.checked;
});
document.addEventListener("change", (event) => {
  if (!box || !(/** @type {HTMLElement} */ (event.target).matches("input[name=listing]"))) return;
  const ticked = boxes().filter((one) => one.checked).length;
  box.checked = ticked === boxes().length;
  box.indeterminate = ticked > 0 && !box.checked;
});
