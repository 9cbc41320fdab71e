/** Slow mode: counts down beside the field. Writing goes on meanwhile, and the outbox waits if it must. */

import { engine } from "chat/engine.js";
import { tn } from "chat/views/words.js";

/** @typedef {import("chat/types.js").ChatRow} ChatRow */

export class SlowMode {
  /** @param {import("chat/views/composer.js").ChatComposer} composer */
  constructor(composer) {
    this.composer = composer;
    this.clock = composer.part("slow");
    /** @type {Map<number, number>} when one may write again, by chat */
    this.ends = new Map();
  }

  get isOn() {
    return !this.clock.hidden;
  }

  /** Something was sent. @param {ChatRow} row */
  start(row) {
    this.ends.set(row.id, Date.now() + row.chat.slow_mode_seconds * 1000);
    if (this.composer.chat?.id === row.id) this.show(row);
  }

  /** @param {ChatRow} row */
  show(row) {
    this.hide();
    const seconds = row.chat.slow_mode_seconds;
    if (!seconds || row.my.role !== "member") return;
    this.#tick(Math.min(Math.max(this.ends.get(row.id) ?? 0, sinceLast(row)), Date.now() + seconds * 1000));
  }

  hide() {
    clearTimeout(this.timer);
    this.clock.hidden = true;
    this.composer.showButtons();
  }

  /** @param {number} end */
  #tick(end) {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left <= 0) {
      this.hide();
      return;
    }
    this.clock.hidden = false;
    this.clock.textContent = left < 100 ? String(left) : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    this.clock.setAttribute("aria-label", tn("slow.wait", left));
    this.composer.showButtons();
    this.timer = setTimeout(() => this.#tick(end), 500);
  }
}

/** By the newest message, when it is mine: all that is known after the page was loaded again. @param {ChatRow} row */
function sinceLast({ lastMessage, chat }) {
  if (lastMessage?.sender?.id !== engine().me.id) return 0;
  return Date.parse(lastMessage.created_at) + chat.slow_mode_seconds * 1000;
}
