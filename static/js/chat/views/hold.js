/** A finger held still: what a right click is to a mouse. Some browsers say "contextmenu" then, others say nothing. */

const HOLD = 450;
const LIFT = 120; // milliseconds within which the click of a lifted finger comes
const STILL = 8; // pixels a finger may tremble

/** @param {HTMLElement} host @param {(target: Element, at: { x: number, y: number }) => boolean|void} act false: there is nothing here to hold */
export function watchHold(host, act) {
  /** @type {{ timer: any, x: number, y: number } | null} */
  let held = null;
  let wasTaken = false; // the browser's own event for the same hold is not a second one
  const end = () => {
    clearTimeout(held?.timer);
    held = null;
  };
  host.addEventListener("pointerdown", (event) => {
    end();
    wasTaken = false;
    if (event.pointerType !== "touch" || !event.isPrimary) return;
    const { clientX: x, clientY: y } = event;
    const target = /** @type {Element} */ (event.target);
    const timer = setTimeout(() => {
      held = null;
      if (act(target, { x, y }) === false) return;
      wasTaken = true;
      navigator.vibrate?.(8);
      swallowLift();
    }, HOLD);
    held = { timer, x, y };
  });
  host.addEventListener("pointermove", (event) => {
    if (held && Math.hypot(event.clientX - held.x, event.clientY - held.y) > STILL) end();
  }, { passive: true });
  for (const name of ["pointerup", "pointercancel", "scroll"]) host.addEventListener(name, end, { capture: true, passive: true });
  host.addEventListener("contextmenu", (event) => {
    const isTouch = /** @type {PointerEvent} */ (event).pointerType === "touch";
    if (!isTouch) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the listener for mice
    if (wasTaken || !held) return;
    const { x, y } = held;
    end();
    wasTaken = act(/** @type {Element} */ (event.target), { x, y }) !== false;
    if (wasTaken) swallowLift();
  });
}

/** Lifting the finger is no press: not on what was held, and not on the menu that opened under it. */
function swallowLift() {
  const swallow = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const over = new AbortController();
  const { signal } = over;
  addEventListener("click", swallow, { signal, capture: true });
  for (const name of ["pointerup", "pointercancel"]) {
    addEventListener(name, () => setTimeout(() => over.abort(), LIFT), { signal, capture: true });
  }
}
