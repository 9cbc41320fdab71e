/** "@na…" offers the people of the group. */

import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { faceOf, paintFace } from "chat/views/parts.js";

const MOST = 8;

export class Mentions {
  /** @param {import("chat/views/composer.js").ChatComposer} composer */
  constructor(composer) {
    this.composer = composer;
    this.box = composer.part("suggestions");
    /** @type {import("chat/types.js").UserJSON[]} */
    this.found = [];
    this.at = 0;
    this.box.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const item = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-user]"));
      if (item) this.#choose(this.found.find((user) => String(user.id) === item.dataset.user));
    });
  }

  get isOpen() {
    return !this.box.hidden;
  }

  /** The word under the caret, when it begins with "@". */
  get word() {
    const { text } = this.composer;
    return /(?:^|[\s(])@([\p{L}\p{N}_]{0,31})$/u.exec(text.value.slice(0, text.selectionStart))?.[1];
  }

  async follow() {
    const { chat } = this.composer;
    const { word } = this;
    if (word === undefined || chat?.kind !== "group") {
      this.close();
      return;
    }
    const store = engine().members(chat.id);
    // One load for all keys typed meanwhile: each looks again when it is done.
    if (store.snapshot().state !== "ready") await (this.loading ??= store.load().finally(() => (this.loading = undefined)));
    if (word !== this.word) return;
    const start = word.toLowerCase();
    const fits = (/** @type {any} */ user) => user.handle.startsWith(start) || user.name.toLowerCase().split(/\s+/).some((part) => part.startsWith(start));
    this.found = store.snapshot().rows.map((row) => row.user).filter((user) => user.id !== engine().me.id && fits(user)).slice(0, MOST);
    this.at = 0;
    this.#paint();
  }

  close() {
    this.box.hidden = true;
    const { text } = this.composer;
    text.removeAttribute("aria-activedescendant");
    text.removeAttribute("aria-controls");
  }

  #paint() {
    if (!this.found.length) {
      this.close();
      return;
    }
    this.box.hidden = false;
    this.box.replaceChildren(...this.found.map((user, index) => {
      const item = fill(clone("tpl-suggestion"), { id: `mention-${user.id}`, user: user.id, name: user.name || user.handle, handle: `@${user.handle}`, selected: String(index === this.at) });
      paintFace(item.querySelector("[data-face]"), faceOf(user));
      return item;
    }));
    this.composer.text.setAttribute("aria-controls", this.box.id);
    this.composer.text.setAttribute("aria-activedescendant", `mention-${this.found[this.at].id}`);
  }

  /** True when the key was for the list. @param {KeyboardEvent} event */
  onKey(event) {
    if (!this.isOpen) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.#paint();
    } else if (event.key === "Enter" || event.key === "Tab") this.#choose(this.found[this.at]);
    else return false;
    event.preventDefault();
    return true;
  }

  #choose(user) {
    if (!user || this.word === undefined) return;
    const { text } = this.composer;
    const end = text.selectionStart;
    text.setRangeText(`@${user.handle} `, end - this.word.length - 1, end, "end");
    this.close();
    text.dispatchEvent(new Event("input"));
  }
}
