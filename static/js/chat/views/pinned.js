/** The bar with the pinned message; pressing it jumps there and then shows the one before. */

import { engine } from "chat/engine.js";
import { lineOf } from "chat/views/describe.js";
import { hasRight } from "chat/stores/chat-row.js";
import { attempt } from "chat/views/overlay.js";
import { t } from "chat/views/words.js";

/** @typedef {import("chat/types.js").ChatRow} ChatRow */
/** @typedef {import("chat/types.js").MessageJSON} MessageJSON */

const MARKS = 4;

export class PinnedBar {
  /** @param {import("chat/views/conversation.js").ChatConversation} conversation */
  constructor(conversation) {
    this.conversation = conversation;
    this.bar = conversation.part("pinned");
    /** @type {MessageJSON[]} newest first */
    this.messages = [];
    this.at = 0;
  }

  /** @param {ChatRow} row */
  show(row) {
    this.chat = row.id;
    this.modseq = undefined;
    this.messages = [];
    this.#paint();
    this.stop?.();
    this.stop = engine().timeline(row.id).subscribe((snapshot) => this.#follow(snapshot.rows));
    this.load();
  }

  /** @param {ChatRow} row */
  update(row) {
    this.row = row;
  }

  async load() {
    const { chat } = this;
    const answer = await engine().actions.pins(/** @type {number} */ (chat)).catch(() => null);
    if (!answer || chat !== this.chat) return;
    this.messages = (answer.results ?? answer.messages ?? []).sort((one, other) => other.seq - one.seq);
    this.at = 0;
    this.#paint();
  }

  /** A pin that came or went in the rows on screen. @param {import("chat/types.js").TimelineRow[]} rows */
  #follow(rows) {
    const known = new Set(this.messages.map((message) => message.seq));
    const pinned = rows.filter((row) => row.seq && row.message.is_pinned && !known.has(row.seq)).map((row) => row.message);
    const unpinned = new Set(rows.filter((row) => row.seq && !row.message.is_pinned && known.has(row.seq)).map((row) => row.seq));
    if (!pinned.length && !unpinned.size) return;
    const kept = this.messages.filter((message) => !unpinned.has(message.seq));
    this.messages = [...kept, ...pinned].sort((one, other) => other.seq - one.seq);
    this.at = 0;
    this.#paint();
  }

  #paint() {
    const message = this.messages[this.at];
    this.bar.hidden = !message;
    if (!message) return;
    const part = (/** @type {string} */ name) => this.conversation.part(name);
    const count = this.messages.length;
    part("pinned-title").textContent = count > 1 ? t("pinnedNumber", { n: count - this.at }) : t("pinnedMessage");
    part("pinned-excerpt").textContent = lineOf(message, engine().me.id);
    part("pinned-marks").replaceChildren(...marks(count, this.at));
    part("pinned-all").hidden = count < 2;
    part("pinned-unpin").hidden = count > 1 || !this.row || !hasRight(this.row, "pin");
  }

  /** @param {string} what */
  async run(what) {
    const message = this.messages[this.at];
    if (!message) return;
    if (what === "pinned") {
      this.conversation.jumpTo(message.seq);
      this.at = (this.at + 1) % this.messages.length;
      this.#paint();
    }
    if (what === "unpin") attempt(engine().actions.pin(message.chat, message.seq, false).then(() => this.load()));
    if (what === "pinned-list") {
      const { showPins } = await import("chat/views/dialogs/readers.js");
      showPins(this.messages, (seq) => this.conversation.jumpTo(seq));
    }
  }
}

/** Little bars, one per message, at most four. @param {number} count @param {number} at */
function marks(count, at) {
  const shown = Math.min(count, MARKS);
  const current = count <= MARKS ? at : Math.round((at / (count - 1)) * (MARKS - 1));
  return Array.from({ length: shown }, (_, index) => {
    const mark = document.createElement("i");
    mark.classList.toggle("is-current", shown - 1 - index === current);
    return mark;
  });
}
