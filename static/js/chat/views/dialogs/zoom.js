/** Zoom and drag of one picture: wheel, double press, pinch; a swipe goes on, a pull down closes. */

const MOST = 5;
const SWIPE = 60;

/** @param {HTMLElement} stage @param {{ onSwipe: (by: number) => void, onDismiss: () => void }} does */
export function watchZoom(stage, { onSwipe, onDismiss }) {
  const view = { scale: 1, x: 0, y: 0 };
  /** @type {Map<number, { x: number, y: number }>} */
  const fingers = new Map();
  let from = { x: 0, y: 0, viewX: 0, viewY: 0, spread: 0, scale: 1 };
  let wasPinch = false; // what fingers do after a pinch is no swipe

  const image = () => /** @type {HTMLElement|null} */ (stage.querySelector("img"));
  const apply = () => {
    image()?.style.setProperty("transform", view.scale === 1 && !view.x && !view.y ? "none" : `translate(${view.x}px, ${view.y}px) scale(${view.scale})`);
    stage.classList.toggle("is-zoomed", view.scale > 1);
  };
  const reset = () => {
    Object.assign(view, { scale: 1, x: 0, y: 0 });
    apply();
  };
  /** @param {number} scale @param {number} x @param {number} y the point that stays */
  const zoomTo = (scale, x, y) => {
    const next = Math.min(Math.max(scale, 1), MOST);
    const box = stage.getBoundingClientRect();
    const dx = x - box.left - box.width / 2;
    const dy = y - box.top - box.height / 2;
    view.x = next === 1 ? 0 : dx - ((dx - view.x) * next) / view.scale;
    view.y = next === 1 ? 0 : dy - ((dy - view.y) * next) / view.scale;
    view.scale = next;
    apply();
  };
  const spread = () => {
    const [one, other] = [...fingers.values()];
    return other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
  };
  /** Counted from the middle of the fingers that are down. */
  const begin = () => {
    from = { ...middle(), viewX: view.x, viewY: view.y, spread: spread(), scale: view.scale };
  };
  const middle = () => {
    const all = [...fingers.values()];
    const sum = all.reduce((one, other) => ({ x: one.x + other.x, y: one.y + other.y }));
    return { x: sum.x / all.length, y: sum.y / all.length };
  };
  /** Both at once: the spread zooms around the middle, and the middle carries the picture. */
  const pinch = () => {
    const here = middle();
    Object.assign(view, { scale: from.scale, x: from.viewX + here.x - from.x, y: from.viewY + here.y - from.y });
    zoomTo((from.scale * spread()) / from.spread, here.x, here.y);
  };

  stage.addEventListener("wheel", (event) => {
    if (!image()) return;
    event.preventDefault();
    zoomTo(view.scale * Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
  }, { passive: false });
  stage.addEventListener("dblclick", (event) => image() && zoomTo(view.scale > 1 ? 1 : 2.5, event.clientX, event.clientY));
  stage.addEventListener("pointerdown", (event) => {
    if (!(event.target instanceof HTMLImageElement)) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    stage.setPointerCapture(event.pointerId);
    wasPinch = fingers.size > 1;
    begin();
  });
  stage.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size > 1) pinch();
    else if (view.scale > 1 || event.pointerType === "touch") {
      view.x = from.viewX + event.clientX - from.x;
      view.y = from.viewY + event.clientY - from.y;
      apply();
    }
  });
  const end = (/** @type {PointerEvent} */ event) => {
    if (!fingers.delete(event.pointerId)) return;
    const across = event.clientX - from.x;
    const down = event.clientY - from.y;
    if (view.scale === 1 && event.pointerType === "touch" && !fingers.size) {
      reset();
      if (wasPinch || event.type === "pointercancel") return;
      if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(down)) onSwipe(across < 0 ? 1 : -1);
      else if (down > SWIPE * 1.5) onDismiss();
    }
    if (fingers.size) begin();
  };
  stage.addEventListener("pointerup", end);
  stage.addEventListener("pointercancel", end);

  return {
    reset,
    get isOn() {
      return view.scale > 1;
    },
    toggle() {
      const box = stage.getBoundingClientRect();
      zoomTo(view.scale > 1 ? 1 : 2.5, box.left + box.width / 2, box.top + box.height / 2);
    },
  };
}
