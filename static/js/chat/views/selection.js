/** Several messages at once: chosen by click or Space, then copied, forwarded or deleted together. */

import { copy } from "chat/views/overlay.js";
import { tn } from "chat/views/words.js";

export class Selection {
  /** @param {import("chat/views/conversation.js").ChatConversation} conversation */
  constructor(conversation) {
    this.conversation = conversation;
    this.bar = /** @type {HTMLElement} */ (conversation.querySelector("[data-selection]"));
    this.header = /** @type {HTMLElement} */ (conversation.querySelector(".conversation__header"));
    this.count = /** @type {HTMLElement} */ (conversation.querySelector("[data-selection-count]"));
    /** @type {Map<string, import("chat/types.js").TimelineRow>} */
    this.rows = new Map();
  }

  get isOn() {
    return this.rows.size > 0;
  }

  /** @param {import("chat/types.js").TimelineRow} row */
  start(row) {
    this.toggle(row);
  }

  /** @param {import("chat/types.js").TimelineRow} row */
  toggle(row) {
    if (!row.seq || row.isService) return;
    if (!this.rows.delete(row.key) && this.rows.size < 100) this.rows.set(row.key, row);
    this.#show();
  }

  clear() {
    this.rows.clear();
    this.#show();
  }

  #show() {
    const { timeline } = this.conversation;
    timeline.classList.toggle("is-selecting", this.isOn);
    for (const element of timeline.querySelectorAll(".row")) {
      const isChosen = this.rows.has(element.getAttribute("data-key") ?? "");
      element.classList.toggle("is-selected", isChosen);
      if (this.isOn) element.setAttribute("aria-selected", String(isChosen));
      else element.removeAttribute("aria-selected");
    }
    this.bar.hidden = !this.isOn;
    this.header.hidden = this.isOn;
    this.count.textContent = tn("selected.count", this.rows.size);
  }

  /** @param {string} what */
  async run(what) {
    const { chat } = this.conversation;
    const rows = [...this.rows.values()].sort((one, other) => Number(one.seq) - Number(other.seq));
    this.clear();
    const { forward, remove, textOf } = await import("chat/views/message-actions.js");
    if (what === "select-copy") copy(textOf(rows));
    if (what === "select-forward" && chat) forward(chat, rows.map((row) => Number(row.seq)));
    if (what === "select-delete" && chat) remove(chat, rows);
  }
}
