/** Something small that one may push about with a finger or the mouse; it stays inside the window. */

const SLACK = 6; // pixels a press may move before it is a push

/** @param {HTMLElement} element @param {() => boolean} isMovable */
export function draggable(element, isMovable) {
  /** @type {{ x: number, y: number, left: number, top: number, right: number, bottom: number }|null} */
  let start = null;
  let at = { x: 0, y: 0 };
  element.addEventListener("pointerdown", (event) => {
    if (!isMovable() || event.button !== 0 || /** @type {Element} */ (event.target).closest(".round")) return;
    const { left, top, right, bottom } = element.getBoundingClientRect();
    start = { x: event.clientX - at.x, y: event.clientY - at.y, left: left - at.x, top: top - at.y, right: right - at.x, bottom: bottom - at.y };
  });
  addEventListener("pointermove", (event) => {
    if (!start || !element.isConnected) return;
    const x = event.clientX - start.x;
    const y = event.clientY - start.y;
    if (!element.classList.contains("is-dragged") && Math.hypot(x - at.x, y - at.y) < SLACK) return;
    element.classList.add("is-dragged", "was-dragged");
    at = { x: Math.min(Math.max(x, 4 - start.left), innerWidth - 4 - start.right), y: Math.min(Math.max(y, 4 - start.top), innerHeight - 4 - start.bottom) };
    element.style.setProperty("--x", `${at.x}px`);
    element.style.setProperty("--y", `${at.y}px`);
  });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => {
    start = null;
    element.classList.remove("is-dragged");
    setTimeout(() => element.classList.remove("was-dragged")); // after the click that ends a push
  });
}
