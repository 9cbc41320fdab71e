/** The search page while htmx swaps its parts: what was opened or closed stays so, and the focus goes somewhere sensible. */

/** Facets by id, as the person left them. @type {Map<string, boolean>} */
const wanted = new Map();

document.addEventListener(
  "toggle",
  (event) => {
    const facet = /** @type {HTMLElement} */ (event.target);
    if (facet instanceof HTMLDetailsElement && facet.matches(".facet[id]")) wanted.set(facet.id, facet.open);
  },
  true,
);

document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (/** @type {HTMLElement} */ (event.target).id !== "facets") return;
  for (const [id, isOpen] of wanted) document.getElementById(id)?.toggleAttribute("open", isOpen);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const part = /** @type {HTMLElement} */ (event.target);
  if (part.id !== "results") return;
  if (document.activeElement === document.body) document.getElementById("results-title")?.focus({ preventScroll: true });
  if (part.getBoundingClientRect().top < 0) part.scrollIntoView({ block: "start" });
});
