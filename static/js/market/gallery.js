/** Photos of a listing: arrows, the mark on thumbnails, and all of the screen. The track itself scrolls and snaps by CSS. */

const gallery = document.querySelector("[data-gallery]");
const viewer = document.getElementById("photo-viewer");

if (gallery && viewer instanceof HTMLDialogElement) start(gallery, viewer);

/** @param {Element} gallery @param {HTMLDialogElement} viewer */
function start(gallery, viewer) {
  const small = /** @type {HTMLElement} */ (gallery.querySelector(".gallery__track"));
  const large = /** @type {HTMLElement} */ (viewer.querySelector(".gallery__track"));
  const thumbs = [...gallery.querySelectorAll(".gallery__thumbs a")];
  const inline = walk(small, gallery, (index) => {
    thumbs.forEach((thumb, place) => thumb.toggleAttribute("aria-current", false) || (place === index && thumb.setAttribute("aria-current", "true")));
    if (thumbs.length > 1) thumbs[index]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  const full = walk(large, viewer, () => {});

  for (const arrow of gallery.querySelectorAll("[data-gallery-step]")) arrow.removeAttribute("hidden");
  inline.paint();

  thumbs.forEach((thumb, index) =>
    thumb.addEventListener("click", (event) => {
      event.preventDefault();
      inline.show(index);
    }),
  );
  small.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    fillViewer();
    viewer.showModal();
    full.show([...small.children].indexOf(/** @type {Element} */ (link.closest("li"))), "instant");
  });
  viewer.addEventListener("close", () => inline.show(full.shown(), "instant")); // hidden already: it measures nothing

  /** The large pictures are fetched when somebody wants to see them. */
  function fillViewer() {
    if (large.childElementCount) return;
    for (const link of small.querySelectorAll("a")) {
      const item = document.createElement("li");
      const picture = document.createElement("img");
      picture.src = link.href;
      picture.alt = link.querySelector("img:not(.photo__thumb)")?.getAttribute("alt") ?? "";
      picture.loading = "lazy";
      item.append(picture);
      large.append(item);
    }
  }

  /** Another part of the page wants to show a photo (a variant's own). */
  document.addEventListener("photo", (event) => {
    const { id } = /** @type {CustomEvent} */ (event).detail;
    const index = [...small.children].findIndex((item) => item.getAttribute("data-photo") === String(id));
    if (index >= 0) inline.show(index);
  });
}

/** A track that is walked by arrows and keys. @param {HTMLElement} track @param {Element} place @param {(index: number) => void} moved */
function walk(track, place, moved) {
  const isBackwards = () => getComputedStyle(track).direction === "rtl";
  const index = () => Math.round(Math.abs(track.scrollLeft) / Math.max(1, track.clientWidth));
  const last = () => track.childElementCount - 1;
  const show = (/** @type {number} */ to, /** @type {ScrollBehavior} */ behavior = "smooth") => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const left = Math.min(Math.max(0, to), last()) * track.clientWidth * (isBackwards() ? -1 : 1);
    track.scrollTo({ left, behavior: calm ? "instant" : behavior });
  };
  let before = -1; // which one is shown
  const paint = () => {
    const now = index();
    if (now === before && before >= 0) return;
    before = now;
    const count = place.querySelector("[data-gallery-count]");
    if (count) count.textContent = String(now + 1);
    for (const arrow of place.querySelectorAll("[data-gallery-step]")) {
      const edge = arrow.getAttribute("data-gallery-step") === "-1" ? 0 : last();
      /** @type {HTMLButtonElement} */ (arrow).disabled = now === edge;
    }
    moved(now);
  };
  track.addEventListener("scroll", () => requestAnimationFrame(paint), { passive: true });
  place.addEventListener("click", (event) => {
    const arrow = /** @type {HTMLElement} */ (event.target).closest("[data-gallery-step]");
    if (arrow) show(index() + Number(arrow.getAttribute("data-gallery-step")));
  });
  place.addEventListener("keydown", (event) => {
    const { key } = /** @type {KeyboardEvent} */ (event);
    if (key !== "ArrowLeft" && key !== "ArrowRight") return;
    event.preventDefault();
    show(index() + ((key === "ArrowRight") === !isBackwards() ? 1 : -1));
  });
  return { show, paint, shown: () => before };
}
