/** Arrow keys in lists and tabs. */

/** Arrow keys between the options of a list. @param {KeyboardEvent} event @param {HTMLElement} container @param {"vertical"|"horizontal"} [way] */
export function walk(event, container, way = "vertical") {
  const keys = way === "vertical" ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  if (event.altKey || event.ctrlKey || event.metaKey || ![...keys, "Home", "End"].includes(event.key)) return;
  const items = [.../** @type {NodeListOf<HTMLElement>} */ (container.querySelectorAll("[role=option], [role=tab]"))];
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = event.key === "Home" ? 0 : event.key === "End" ? items.length - 1 : at + (event.key === keys[0] ? -1 : 1);
  event.preventDefault();
  const next = items[Math.min(Math.max(to, 0), items.length - 1)];
  next?.focus();
  if (way === "horizontal") next?.click();
}
