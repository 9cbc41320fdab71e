/** Who is typing, forgotten after six seconds; and telling that I am, at most every four. */

import { Store } from "core/store.js";

const FORGET_AFTER = 6000;
const TELL_EVERY = 4000;
const NOBODY = /** @type {import("chat/types.js").TypingEntry[]} */ ([]);

/** @extends {Store<Record<number, import("chat/types.js").TypingEntry[]>>} */
export class Typing extends Store {
  /** @type {Map<number, import("chat/types.js").TypingEntry[]>} */
  #entries = new Map();
  /** @type {Map<string, any>} */
  #timers = new Map();
  #told = { chat: 0, action: "", at: 0 };

  /** @param {{ send: (chat: number, action: string) => void, changed: (chat: number) => void }} needs */
  constructor(needs) {
    super();
    this.needs = needs;
  }

  build() {
    return Object.fromEntries(this.#entries);
  }

  /** @param {number} chat */
  of(chat) {
    return this.#entries.get(chat) ?? NOBODY;
  }

  /** @param {number} chat @param {import("chat/types.js").TypingEntry} entry */
  apply(chat, entry) {
    const key = `${chat}:${entry.user}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => this.forget(chat, entry.user), FORGET_AFTER));
    this.#set(chat, [...this.of(chat).filter((other) => other.user !== entry.user), entry]);
  }

  /** Their message is here, or they have stopped. @param {number} chat @param {number} user */
  forget(chat, user) {
    clearTimeout(this.#timers.get(`${chat}:${user}`));
    this.#timers.delete(`${chat}:${user}`);
    if (this.of(chat).some((entry) => entry.user === user)) this.#set(chat, this.of(chat).filter((entry) => entry.user !== user));
  }

  /** @param {number} chat @param {"text"|"voice"|"photo"|"file"} action */
  tell(chat, action) {
    const { chat: last, action: before, at } = this.#told;
    if (last === chat && before === action && Date.now() - at < TELL_EVERY) return;
    this.#told = { chat, action, at: Date.now() };
    this.needs.send(chat, action);
  }

  #set(/** @type {number} */ chat, /** @type {import("chat/types.js").TypingEntry[]} */ entries) {
    if (entries.length) this.#entries.set(chat, entries);
    else this.#entries.delete(chat);
    this.needs.changed(chat);
    this.changed();
  }
}
