/** What I have received and read, told to the server: coalesced, kept until it is told, never going back. */

import { ApiError } from "core/api.js";

const READ_AFTER = 300; // milliseconds
const RECEIVED_EVERY = 1000;
const TICKS_UP_TO = 200; // members: beyond it nobody is told

export class Receipts {
  /** @type {Map<number, number>} chat -> seq read here, the server does not know yet */
  #read = new Map();
  /** @type {Map<number, number>} */
  #received = new Map();
  #readTimer = /** @type {any} */ (null);
  #receivedTimer = /** @type {any} */ (null);
  #isTelling = false;

  /**
   * @param {object} needs
   * @param {import("chat/stores/chats.js").Chats} needs.chats
   * @param {import("chat/memory.js").AnyDatabase} needs.db
   * @param {() => boolean} needs.isVisible
   * @param {(chat: number, seq: number) => Promise<import("chat/types.js").MyJSON>} needs.tellRead
   * @param {(chats: Record<number, number>) => Promise<unknown>} needs.tellReceived
   * @param {number} [needs.readAfter]
   */
  constructor(needs) {
    this.needs = needs;
  }

  async start() {
    const kept = await this.needs.db.get("meta", "reads");
    for (const [chat, seq] of kept?.reads ?? []) this.read(chat, seq, true);
  }

  /** The person has seen everything up to here. Counts only while the page is looked at. @param {number} chat @param {number} seq */
  read(chat, seq, isKept = false) {
    const state = this.needs.chats.stateOf(chat);
    if (!state || (!isKept && !this.needs.isVisible())) return;
    const upTo = Math.min(seq, state.chat.last_seq);
    if (upTo <= (this.#read.get(chat) ?? 0) || (!isKept && upTo <= state.my.read_seq)) return;
    this.#read.set(chat, upTo);
    this.needs.chats.applyMyRead(chat, upTo);
    this.#keep();
    this.#readTimer ??= setTimeout(() => this.flush(), this.needs.readAfter ?? READ_AFTER);
  }

  /** This device has the message. @param {number} chat @param {number} seq */
  received(chat, seq) {
    const about = this.needs.chats.stateOf(chat)?.chat;
    if (!about || !["direct", "group", "order"].includes(about.kind) || about.member_count > TICKS_UP_TO) return;
    if (seq <= (this.#received.get(chat) ?? 0)) return;
    this.#received.set(chat, seq);
    this.#receivedTimer ??= setTimeout(() => this.#tellReceived(), RECEIVED_EVERY);
  }

  /** A head came with news: its newest message is on this device now. @param {import("chat/types.js").HeadJSON} head */
  receivedHead({ chat, my }) {
    if (chat.last_seq > my.read_seq) this.received(chat.id, chat.last_seq);
  }

  /** Everything not told yet; after a reconnect too. */
  async flush() {
    clearTimeout(this.#readTimer);
    this.#readTimer = null;
    if (this.#isTelling) {
      this.#readTimer = setTimeout(() => this.flush(), this.needs.readAfter ?? READ_AFTER);
      return;
    }
    this.#isTelling = true;
    for (const [chat, seq] of [...this.#read]) await this.#tellRead(chat, seq);
    this.#isTelling = false;
    this.#keep();
  }

  async #tellRead(/** @type {number} */ chat, /** @type {number} */ seq) {
    try {
      this.needs.chats.applyMy(chat, await this.needs.tellRead(chat, seq));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.isTransient) return; // with the next mark, or the next connection
    }
    if (this.#read.get(chat) === seq) this.#read.delete(chat);
  }

  async #tellReceived() {
    this.#receivedTimer = null;
    const marks = Object.fromEntries(this.#received);
    this.#received.clear();
    await this.needs.tellReceived(marks).catch(() => null); // a hint for ticks: the next message carries it
  }

  #keep() {
    this.needs.db.put("meta", { key: "reads", reads: [...this.#read] }).catch(console.warn);
  }
}
