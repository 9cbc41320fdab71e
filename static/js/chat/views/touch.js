/** Touch on a message: hold for its menu, pull aside to reply. */

import { watchHold } from "chat/views/hold.js";

const PULL = 56;

/** @param {import("chat/views/conversation.js").ChatConversation} conversation */
export function watchTouch(conversation) {
  const { timeline } = conversation;
  watchHold(timeline, (target, at) => {
    const row = timeline.rowAt(target);
    if (!row || row.isService || !target.closest(".row__line") || conversation.selection.isOn || target.closest("canvas")) return false;
    import("chat/views/message-actions.js").then(({ openMessageMenu }) => openMessageMenu(conversation, row, at, { isHeld: true }));
  });
  watchPull(conversation);
}

/** @param {import("chat/views/conversation.js").ChatConversation} conversation */
function watchPull(conversation) {
  const { timeline } = conversation;
  /** @type {{ row: any, line: HTMLElement, x: number, y: number, pulled: number, isPull: boolean } | null} */
  let touch = null;
  const end = () => {
    if (!touch) return;
    const { line, row, pulled } = touch;
    touch = null;
    line.classList.remove("is-pulled", "is-far");
    line.style.removeProperty("translate");
    if (pulled >= PULL) conversation.composer.reply(row.message);
  };
  timeline.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch" || !event.isPrimary) return;
    const target = /** @type {Element} */ (event.target);
    const row = timeline.rowAt(target);
    const line = /** @type {HTMLElement|null} */ (target.closest(".row__line"));
    if (!row?.seq || !line || row.isService || conversation.selection.isOn || target.closest("canvas, pre")) return;
    if (conversation.composer.form.hidden) return; // where one may not write there is nothing to answer with
    touch = { row, line, x: event.clientX, y: event.clientY, pulled: 0, isPull: false };
  });
  timeline.addEventListener("pointermove", (event) => {
    if (!touch || event.pointerType !== "touch") return;
    const across = touch.x - event.clientX;
    const down = Math.abs(event.clientY - touch.y);
    if (!touch.isPull && across > 14 && across > down * 2) touch.isPull = true;
    if (!touch.isPull) return;
    touch.pulled = Math.min(Math.max(across, 0), PULL + 24);
    touch.line.classList.add("is-pulled");
    touch.line.classList.toggle("is-far", touch.pulled >= PULL);
    touch.line.style.setProperty("translate", `${-touch.pulled}px 0`);
  }, { passive: true });
  timeline.addEventListener("pointerup", end);
  timeline.addEventListener("pointercancel", () => {
    if (touch) touch.pulled = 0;
    end();
  });
}
