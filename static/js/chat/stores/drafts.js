/** Unfinished messages: kept here at once, told to the other devices after a pause, theirs shown when mine is untouched. */

import { Store } from "core/store.js";

const KEEP_AFTER = 250;
const TELL_AFTER = 1500;

/** @typedef {{ chat: number, text: string, replyTo: number|null, isTold: boolean }} KeptDraft */

/** @extends {Store<Record<number, { text: string, replyTo: number|null }>>} */
export class Drafts extends Store {
  /** @type {Map<number, KeptDraft>} */
  #drafts = new Map();
  /** @type {Map<string, any>} */
  #timers = new Map();
  /** @type {Set<number>} chats of which the server may have a draft */
  #told = new Set();

  /**
   * @param {{ api: import("core/api.js").Api, db: import("chat/memory.js").AnyDatabase,
   *   changed: (chat: number) => void, tellAfter?: number }} needs
   */
  constructor(needs) {
    super();
    this.needs = needs;
  }

  build() {
    return Object.fromEntries([...this.#drafts].filter(([, draft]) => draft.text).map(([chat, draft]) => [chat, shown(draft)]));
  }

  /** @param {number} chat */
  of(chat) {
    const draft = this.#drafts.get(chat);
    return draft?.text ? shown(draft) : null;
  }

  async start() {
    for (const draft of await this.needs.db.all("drafts")) {
      this.#drafts.set(draft.chat, draft);
      this.#told.add(draft.chat);
    }
    this.changed();
  }

  /** Drafts that could not be told, once the server is back. */
  flush() {
    for (const [chat, draft] of this.#drafts) if (!draft.isTold) this.#later("tell", chat, 0, () => this.#tell(chat));
  }

  /** @param {number} chat @param {{ text: string, replyTo?: number|null }} draft */
  set(chat, { text, replyTo = null }) {
    const old = this.#drafts.get(chat);
    if ((old?.text ?? "") === text && (old?.replyTo ?? null) === replyTo) return;
    this.#put({ chat, text, replyTo, isTold: false });
    this.#later("keep", chat, KEEP_AFTER, () => this.#keep(chat));
    this.#later("tell", chat, this.needs.tellAfter ?? TELL_AFTER, () => this.#tell(chat));
  }

  /** Its message is in the outbox: other devices must not go on showing it. @param {number} chat */
  clear(chat) {
    this.set(chat, { text: "" });
    if (this.#drafts.get(chat)?.isTold === false) this.#later("tell", chat, 0, () => this.#tell(chat));
  }

  /** What the server has, from a head or another device. @param {number} chat @param {import("core/contract.js").DraftJSON|null} remote */
  apply(chat, remote) {
    const mine = this.#drafts.get(chat);
    if (mine && !mine.isTold) return; // being written here: it will win by being told later
    const text = remote?.text ?? "";
    const replyTo = remote?.reply_to ?? null;
    if (text === (mine?.text ?? "") && replyTo === (mine?.replyTo ?? null)) return;
    this.#put({ chat, text, replyTo, isTold: true });
    if (text) this.#told.add(chat);
    else this.#told.delete(chat);
    this.#keep(chat);
    this.announce("remote", { chat });
  }

  /** @param {KeptDraft} draft */
  #put(draft) {
    this.#drafts.set(draft.chat, draft);
    this.needs.changed(draft.chat);
    this.changed();
  }

  async #keep(/** @type {number} */ chat) {
    const draft = this.#drafts.get(chat);
    if (draft?.text || draft?.isTold === false) await this.needs.db.put("drafts", draft);
    else await this.needs.db.delete("drafts", chat);
  }

  async #tell(/** @type {number} */ chat) {
    const draft = this.#drafts.get(chat);
    if (!draft || draft.isTold) return;
    const path = `chats/${chat}/draft`;
    try {
      if (draft.text) {
        this.#told.add(chat);
        await this.needs.api.put(path, { text: draft.text, reply_to: draft.replyTo });
      } else if (this.#told.has(chat)) { // most messages are sent before anybody was told of a draft
        await this.needs.api.delete(path);
        this.#told.delete(chat);
      }
    } catch (error) {
      if (/** @type {import("core/api.js").ApiError} */ (error).isTransient) return; // flush() comes with the next connection
    }
    if (this.#drafts.get(chat) !== draft) return;
    draft.isTold = true;
    await this.#keep(chat);
  }

  #later(/** @type {string} */ what, /** @type {number} */ chat, /** @type {number} */ wait, /** @type {() => void} */ act) {
    const key = `${what}:${chat}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(act, wait));
  }
}

const shown = (/** @type {KeptDraft} */ { text, replyTo }) => ({ text, replyTo });
