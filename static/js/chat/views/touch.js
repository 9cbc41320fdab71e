/** Touch on a message: hold for its menu, pull aside to reply. */

import { openMessageMenu } from "chat/views/message-actions.js";

const HOLD = 450;
const PULL = 56;

/** @param {import("chat/views/conversation.js").ChatConversation} conversation */
export function watchTouch(conversation) {
  /** @type {{ row: any, line: HTMLElement, x: number, y: number, timer: any, pulled: number, isPull: boolean } | null} */
  let touch = null;
  const end = () => {
    if (!touch) return;
    clearTimeout(touch.timer);
    touch.line.style.removeProperty("translate");
    if (touch.pulled >= PULL) conversation.composer.reply(touch.row.message);
    touch = null;
  };
  conversation.timeline.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch" || !event.isPrimary) return;
    const target = /** @type {Element} */ (event.target);
    const row = conversation.timeline.rowAt(target);
    const line = /** @type {HTMLElement|null} */ (target.closest(".row__line"));
    if (!row || !line || row.isService || conversation.selection.isOn || target.closest("canvas, pre")) return;
    const timer = setTimeout(() => {
      if (!touch) return;
      touch = null;
      navigator.vibrate?.(8);
      openMessageMenu(conversation, row, { x: event.clientX, y: event.clientY });
    }, HOLD);
    touch = { row, line, x: event.clientX, y: event.clientY, timer, pulled: 0, isPull: false };
  });
  conversation.timeline.addEventListener("pointermove", (event) => {
    if (!touch || event.pointerType !== "touch") return;
    const across = touch.x - event.clientX;
    const down = Math.abs(event.clientY - touch.y);
    if (Math.abs(across) > 8 || down > 8) clearTimeout(touch.timer);
    if (!touch.isPull && across > 14 && across > down * 2 && touch.row.seq) touch.isPull = true;
    if (!touch.isPull) return;
    touch.pulled = Math.min(Math.max(across, 0), PULL + 24);
    touch.line.style.setProperty("translate", `${-touch.pulled}px 0`);
  }, { passive: true });
  conversation.timeline.addEventListener("pointerup", end);
  conversation.timeline.addEventListener("pointercancel", () => {
    if (touch && touch.pulled < PULL) touch.pulled = 0;
    end();
  });
}
