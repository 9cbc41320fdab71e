/** Zoom and drag of one picture: wheel, double press, pinch; a swipe goes on, a pull down closes. */

const MOST = 5;
const SWIPE = 60;

/** @param {HTMLElement} stage @param {{ onSwipe: (by: number) => void, onDismiss: () => void }} does */
export function watchZoom(stage, { onSwipe, onDismiss }) {
  const view = { scale: 1, x: 0, y: 0 };
  /** @type {Map<number, { x: number, y: number }>} */
  const fingers = new Map();
  let from = { x: 0, y: 0, viewX: 0, viewY: 0, spread: 0, scale: 1 };

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
  const begin = (/** @type {PointerEvent} */ event) => {
    from = { x: event.clientX, y: event.clientY, viewX: view.x, viewY: view.y, spread: spread(), scale: view.scale };
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
    begin(event);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2 && from.spread) zoomTo((from.scale * spread()) / from.spread, event.clientX, event.clientY);
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
    if (view.scale === 1 && event.pointerType === "touch") {
      reset();
      if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(down)) onSwipe(across < 0 ? 1 : -1);
      else if (down > SWIPE * 1.5) onDismiss();
    }
    if (fingers.size) begin(event);
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
