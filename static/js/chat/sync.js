/**
 * Keeps what is here true: live events by number, gaps fetched, absences resumed. The server's push is only a hint.
 * Per chat the modseq counts (sequencer.js), for private facts the person's fact_seq.
 */

import { ApiError } from "core/api.js";
import { Sequencer } from "chat/sequencer.js";
import { handlers } from "chat/handlers.js";

const PATIENCE = 500; // milliseconds a gap may close by itself
const SPREAD = 15_000; // after a resync everybody asks: not all at once
const LOOK_EVERY = 120_000; // the list is compared now and then: a lost event of a chat nobody has open heals too
const RETRY_AFTER = 4000;
const FIRST_PAGE = 100;
const FAR = 500; // changes: beyond it the newest page is cheaper than all of them

/**
 * @typedef {object} SyncNeeds
 * @property {number} me
 * @property {import("core/api.js").Api} api
 * @property {import("core/socket.js").Socket} socket
 * @property {import("chat/stores/chats.js").Chats} chats
 * @property {import("chat/stores/drafts.js").Drafts} drafts
 * @property {import("chat/stores/typing.js").Typing} typing
 * @property {import("chat/receipts.js").Receipts} receipts
 * @property {import("chat/cache.js").Cache} cache
 * @property {(chat: number) => import("chat/stores/timeline.js").Timeline|undefined} timeline the loaded one
 * @property {(chat: number) => import("chat/stores/members.js").Members|undefined} members
 * @property {(message: import("chat/types.js").MessageJSON) => void} media
 * @property {(name: string, detail: object) => void} tell
 * @property {number} [patience]
 * @property {number} [spread]
 */

export class Sync {
  token = /** @type {string|null} */ (null);
  isSyncing = false;
  /** @type {number[]} chats on screen */
  open = [];
  /** @type {Map<number, Sequencer<any>>} */
  #chats = new Map();
  /** @type {Map<number, Promise<void>>} */
  #repairs = new Map();
  /** @type {Map<number, any>} */
  #soon = new Map();
  #timer = /** @type {any} */ (null);
  #isAgain = false;
  #hasFolders = false;

  /** @param {SyncNeeds} needs */
  constructor(needs) {
    this.needs = needs;
    this.handlers = handlers(this, needs);
    this.facts = new Sequencer({
      have: 0,
      apply: (frame) => this.#run(frame),
      repair: () => this.resume(),
      patience: needs.patience ?? PATIENCE,
    });
    needs.chats.addEventListener("head", (event) => this.#headCame(/** @type {CustomEvent} */ (event).detail.chat));
    needs.chats.addEventListener("removed", (event) => this.#forget(/** @type {CustomEvent} */ (event).detail.chat));
  }

  /** What the cache remembers. @param {{ token: string, fact_seq: number }|null|undefined} kept */
  restore(kept) {
    this.token = kept?.token ?? null;
    this.facts.raise(kept?.fact_seq ?? 0);
  }

  /** Numbers known per chat on screen, for ping. */
  known() {
    return Object.fromEntries(this.open.map((chat) => [chat, this.have(chat)]));
  }

  /** @param {number} chat */
  have(chat) {
    return this.#sequencer(chat).have;
  }

  /** A frame of the socket. */
  handle(/** @type {any} */ frame) {
    if (frame.fact_seq !== undefined) this.facts.offer(frame.fact_seq, frame);
    else if (frame.modseq !== undefined && frame.chat !== undefined && !frame.event.startsWith("chat.added")) {
      if (this.needs.chats.stateOf(frame.chat)) this.#sequencer(frame.chat).offer(frame.modseq, frame);
      else this.needs.chats.ensure(frame.chat).catch(() => null); // a chat we have not heard of: its head says it all
    } else this.#run(frame);
  }

  /** A message in an answer to what was asked here: the same as its event, which may come before or after. */
  handleMessage(/** @type {import("chat/types.js").MessageJSON} */ message) {
    this.needs.timeline(message.chat)?.upsert([message]);
    const isKnown = this.needs.chats.stateOf(message.chat);
    this.needs.chats.applyMessage(message);
    if (isKnown) this.#sequencer(message.chat).offer(message.modseq, { event: "message.changed", chat: message.chat, data: message });
  }

  /** The server says how far chats are. @param {Record<string, number>} modseqs */
  behind(modseqs) {
    for (const [chat, modseq] of Object.entries(modseqs)) if (modseq > this.have(Number(chat))) this.repair(Number(chat));
  }

  /** Events were lost: everybody on this server asks now, so not at once. */
  resync() {
    setTimeout(() => this.resume(), Math.random() * (this.needs.spread ?? SPREAD));
  }

  /** What changed since the last time, in as many pages as it takes. */
  async resume() {
    if (this.isSyncing) {
      this.#isAgain = true;
      return;
    }
    this.isSyncing = true;
    this.needs.tell("syncing", {});
    let next = LOOK_EVERY;
    try {
      do {
        this.#isAgain = false;
        await this.#resumeAll();
      } while (this.#isAgain);
      this.needs.chats.ready();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      next = Math.max(RETRY_AFTER, (error.retryAfter ?? 0) * 1000); // unless the next connection comes before
    } finally {
      this.isSyncing = false;
      this.needs.tell("syncing", {});
      this.#lookAgain(next);
    }
  }

  /** Until what is here of the chat is as far as the server; one at a time per chat. @param {number} chat */
  repair(chat) {
    const running = this.#repairs.get(chat);
    if (running) return running;
    const repair = this.#repair(chat)
      .then(() => setTimeout(() => this.#isBehind(chat) && this.repair(chat), this.needs.patience ?? PATIENCE)) // news came meanwhile
      .catch((error) => this.#repairFailed(chat, error))
      .finally(() => this.#repairs.delete(chat));
    this.#repairs.set(chat, repair);
    return repair;
  }

  /** The head of a chat heard of from afar: thousands hear it at once, so not now, and once for many. @param {number} chat */
  refreshSoon(chat) {
    if (this.#soon.has(chat)) return;
    const wait = (0.2 + 0.8 * Math.random()) * (this.needs.spread ?? SPREAD);
    const refresh = () => this.#soon.delete(chat) && this.needs.chats.refresh(chat).catch(() => null);
    this.#soon.set(chat, setTimeout(refresh, wait));
  }

  /**
   * The timeline was loaded, and is true at this modseq: older than the head when it came from the cache, or when
   * the page was read before something that the head, or an event we had no use for yet, has told.
   * @param {number} chat @param {number} modseq
   */
  loaded(chat, modseq) {
    const sequencer = this.#sequencer(chat);
    if (modseq < sequencer.have) sequencer.have = modseq;
    if (this.#isBehind(chat)) this.repair(chat);
  }

  /** Nobody holds the chat's messages any more: its head is what counts. @param {number} chat */
  release(chat) {
    this.#sequencer(chat).raise(this.needs.chats.stateOf(chat)?.chat.modseq ?? 0);
  }

  stop() {
    clearTimeout(this.#timer);
    this.facts.close();
    for (const timer of this.#soon.values()) clearTimeout(timer);
    for (const sequencer of this.#chats.values()) sequencer.close();
  }

  // --- inner ---

  #run(/** @type {any} */ frame) {
    const handle = this.handlers[frame.event];
    if (handle) handle(frame.data ?? {}, frame);
    if (frame.modseq !== undefined && frame.chat !== undefined) this.needs.chats.reach(frame.chat, { modseq: frame.modseq });
    if (!handle) this.needs.tell("event", { frame }); // calls, people, what later versions say
  }

  /** @param {number} chat */
  #sequencer(chat) {
    let sequencer = this.#chats.get(chat);
    if (!sequencer) {
      const have = this.needs.chats.stateOf(chat)?.chat.modseq ?? 0;
      const options = { have, apply: (/** @type {any} */ frame) => this.#run(frame), repair: () => void this.repair(chat) };
      this.#chats.set(chat, (sequencer = new Sequencer({ ...options, patience: this.needs.patience ?? PATIENCE })));
    }
    return sequencer;
  }

  #headCame(/** @type {number} */ chat) {
    const state = this.needs.chats.stateOf(chat);
    if (!state) return;
    this.needs.drafts.apply(chat, state.my.draft);
    if (!this.needs.timeline(chat)) this.#sequencer(chat).raise(state.chat.modseq);
    else if (state.chat.modseq > this.have(chat)) this.repair(chat);
  }

  #isBehind(/** @type {number} */ chat) {
    return (this.needs.chats.stateOf(chat)?.chat.modseq ?? 0) > this.have(chat) && this.needs.timeline(chat) !== undefined;
  }

  #forget(/** @type {number} */ chat) {
    this.#chats.get(chat)?.close();
    this.#chats.delete(chat);
  }

  async #resumeAll() {
    let isFirst = false;
    const before = this.facts.have;
    const known = this.needs.chats.ids;
    const seen = new Set();
    for (let hasMore = true; hasMore; ) {
      const answer = await this.#ask();
      isFirst ||= this.token === null;
      for (const head of answer.heads) {
        seen.add(head.chat.id);
        this.needs.chats.applyHead(head);
        this.needs.receipts.receivedHead(head);
      }
      for (const chat of answer.gone) this.needs.chats.remove(chat);
      for (const { chat, seq } of answer.hidden) this.handlers["message.hidden"]({ chat, seqs: [seq] });
      if (isFirst && answer.heads.length >= FIRST_PAGE) await this.#rest(seen);
      this.token = answer.token;
      this.facts.raise(answer.fact_seq);
      this.needs.cache.keepSync({ token: answer.token, fact_seq: answer.fact_seq });
      hasMore = answer.has_more;
    }
    if (isFirst) for (const chat of known) if (!seen.has(chat)) this.needs.chats.remove(chat);
    if (!this.#hasFolders || this.facts.have > before) await this.#folders().catch(() => null); // with the next look, then
  }

  /** @returns {Promise<import("chat/types.js").SyncJSON>} */
  async #ask() {
    try {
      if (this.needs.socket.isOpen) return await this.needs.socket.request("resume", this.token ? { token: this.token } : {});
      return await this.needs.api.get("sync", { query: { token: this.token } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "bad_token" || !this.token) throw error;
      this.token = null; // from nothing; what is no longer mine is found missing
      return this.#ask();
    }
  }

  /** The chats beyond the newest page, on the first sync of a device. */
  async #rest(/** @type {Set<number>} */ seen) {
    for (let cursor = ""; cursor !== null; ) {
      const page = await this.needs.api.get("chats", { query: { cursor, limit: FIRST_PAGE } });
      for (const head of page.results) {
        seen.add(head.chat.id);
        this.needs.chats.applyHead(head);
      }
      cursor = page.next;
    }
  }

  async #folders() {
    const answer = await this.needs.api.get("folders");
    this.#hasFolders = true;
    this.handlers["folders.changed"](Array.isArray(answer) ? { folders: answer } : answer);
  }

  async #repair(/** @type {number} */ chat) {
    const { chats } = this.needs;
    if (!this.needs.timeline(chat)) {
      await chats.refresh(chat); // its head is all there is to repair
      return;
    }
    for (let hasMore = true; hasMore; ) {
      if ((chats.stateOf(chat)?.chat.modseq ?? 0) - this.have(chat) > FAR) return this.#reset(chat);
      const after = this.have(chat);
      const answer = await this.needs.api.get(`chats/${chat}/changes`, { query: { after } });
      if (this.have(chat) < after) continue; // a page came that knows less: from there, then
      if (answer.reset) return this.#reset(chat);
      if (answer.chat) chats.applyChat(answer.chat);
      for (const message of answer.messages) {
        this.handlers["message.changed"](message);
        this.needs.receipts.received(chat, message.seq);
      }
      for (const member of answer.members) this.handlers["member.changed"](member, { chat });
      chats.reach(chat, { modseq: answer.modseq });
      this.#sequencer(chat).raise(answer.modseq);
      hasMore = answer.has_more;
    }
  }

  /** Too far behind for a delta: the newest page and the head, from the beginning. */
  async #reset(/** @type {number} */ chat) {
    const timeline = this.needs.timeline(chat);
    const modseq = await timeline?.load();
    if (typeof modseq !== "number") throw new ApiError(0);
    this.#sequencer(chat).raise(modseq);
    await this.needs.chats.refresh(chat);
    this.needs.members(chat)?.refresh();
  }

  #repairFailed(/** @type {number} */ chat, /** @type {unknown} */ error) {
    if (!(error instanceof ApiError)) throw error;
    if ([403, 404, 410].includes(error.status)) this.needs.chats.remove(chat);
    else if (this.needs.socket.isOpen) setTimeout(() => this.repair(chat), (error.retryAfter ?? 1 + 4 * Math.random()) * 1000);
  }

  #lookAgain(/** @type {number} */ wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.needs.socket.isOpen && this.resume(), wait * (0.75 + 0.5 * Math.random()));
  }
}
