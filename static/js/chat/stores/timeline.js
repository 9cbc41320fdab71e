/** One chat's messages as a window of at most about 300 rows, with what waits in the outbox at its end. */

import { ApiError } from "core/api.js";
import { Store } from "core/store.js";
import { buildRows } from "chat/stores/rows.js";

export const PAGE = 50;
export const WINDOW = 300;

/**
 * @typedef {import("chat/types.js").MessageJSON} MessageJSON
 * @typedef {import("chat/types.js").TimelineRow} TimelineRow
 * @typedef {{ messages: MessageJSON[], has_before: boolean, has_after: boolean, modseq: number }} Page
 * @typedef {object} TimelineNeeds what the engine lends to a timeline
 * @property {number} me
 * @property {(chat: number, query: { before?: number, after?: number, around?: number, limit: number }) => Promise<Page>} page
 * @property {(chat: number, modseq: number) => void} loaded the window is true at this modseq
 * @property {(chat: number) => import("chat/types.js").OutboxEntry[]} pending in order of writing
 * @property {(entry: import("chat/types.js").OutboxEntry) => MessageJSON} bubble
 * @property {(chat: number) => import("chat/stores/chats.js").ChatState|undefined} chat
 * @property {(chat: number, seq: number) => void} read the person has seen up to here
 * @property {(client_id: string) => { progress: number|null, retryAt: number|null }} sending
 */

/** @extends {Store<any>} */
export class Timeline extends Store {
  /** @type {MessageJSON[]} ascending by seq */
  #messages = [];
  /** @type {Map<number, MessageJSON>} news that came while pages were under way: a page may be older */
  #news = new Map();
  /** @type {Map<number, Map<symbol, Partial<MessageJSON>>>} optimistic changes on top of what is stored */
  #patches = new Map();
  /** @type {Map<string, TimelineRow>} */
  #rows = new Map();
  #view = { first: 0, last: Infinity };
  #loads = 0;
  #window = 0; // raised when the window is replaced: pages asked for before that no longer fit
  #isLoading = { before: false, after: false };
  #jumps = 0;

  /** @param {number} chat @param {TimelineNeeds} needs */
  constructor(chat, needs) {
    super();
    this.chat = chat;
    this.needs = needs;
    this.state = /** @type {"loading"|"ready"|"error"|"offline"} */ ("loading");
    this.isLoaded = false; // there is a window, if only from the cache
    this.hasBefore = true;
    this.hasAfter = false;
    this.jump = /** @type {{ seq: number, token: number }|null} */ (null);
    this.firstUnreadSeq = /** @type {number|null} */ (null);
  }

  build() {
    const chat = this.needs.chat(this.chat);
    const pending = this.hasAfter ? [] : this.needs.pending(this.chat);
    const rows = buildRows(this, this.#patched(), pending, chat, this.#rows);
    this.#rows = new Map(rows.map((row) => [row.key, row]));
    const newestSeq = chat?.chat.last_seq ?? this.lastSeq;
    return {
      chat: this.chat, state: this.state, rows, hasBefore: this.hasBefore, hasAfter: this.hasAfter, newestSeq,
      isLoadingBefore: this.#isLoading.before, isLoadingAfter: this.#isLoading.after, jump: this.jump,
      firstUnreadSeq: this.firstUnreadSeq,
      unreadBelow: Math.max(0, newestSeq - Math.max(this.readSeq, Math.min(this.#view.last, this.lastSeq))),
    }; // prettier-ignore
  }

  get messages() {
    return this.#messages;
  }

  get firstSeq() {
    return this.#messages[0]?.seq ?? 0;
  }

  get lastSeq() {
    return this.#messages[this.#messages.length - 1]?.seq ?? 0;
  }

  get readSeq() {
    const my = this.needs.chat(this.chat)?.my;
    return my ? Math.max(my.read_seq, my.joined_seq) : 0;
  }

  /** @param {number} seq */
  message(seq) {
    return this.#messages[this.#place(seq)]?.seq === seq ? this.#messages[this.#place(seq)] : undefined;
  }

  /** @param {string} key */
  row(key) {
    this.snapshot();
    return this.#rows.get(key);
  }

  // --- pages ---

  /** The newest page, or the one around a seq, in place of what is there. The modseq it is true at, or null. */
  async load(/** @type {{ around?: number }} */ { around } = {}) {
    const window = (this.#window += 1);
    if (!this.#messages.length) this.state = "loading";
    this.changed();
    const query = around ? { around, limit: PAGE } : { limit: PAGE };
    const page = await this.#fetch(query, window, ({ messages, has_before, has_after }) => {
      this.#messages = [];
      this.#isLoading = { before: false, after: false };
      this.isLoaded = true;
      this.hasBefore = has_before;
      this.hasAfter = has_after;
      this.#merge(messages);
    });
    if (page) this.needs.loaded(this.chat, page.modseq);
    return page ? page.modseq : null;
  }

  /** What this browser kept, reaching to the newest message of its time. */
  restore(/** @type {{ messages: MessageJSON[], has_before: boolean }} */ kept) {
    if (this.isLoaded || !kept.messages.length) return false;
    this.isLoaded = true;
    this.hasBefore = kept.has_before;
    this.#merge(kept.messages);
    return true;
  }

  async loadBefore() {
    if (!this.hasBefore || this.#isLoading.before || !this.#messages.length) return;
    await this.#extend("before", { before: this.firstSeq, limit: PAGE });
  }

  async loadAfter() {
    if (!this.hasAfter || this.#isLoading.after || !this.#messages.length) return;
    await this.#extend("after", { after: this.lastSeq, limit: PAGE });
  }

  /** @param {"before"|"after"} side @param {{ before?: number, after?: number, limit: number }} query */
  async #extend(side, query) {
    const window = this.#window;
    this.#isLoading[side] = true;
    this.changed();
    await this.#fetch(query, window, (page) => {
      if (side === "before") this.hasBefore = page.has_before;
      else this.hasAfter = page.has_after;
      this.#merge(page.messages);
      this.#trim(side === "before" ? "after" : "before");
    });
    if (window === this.#window) this.#isLoading[side] = false;
    this.changed();
  }

  /**
   * @param {object} query @param {number} window the page is of use only while this is the window @param {(page: Page) => void} use
   * @returns {Promise<Page|null>} null when it failed or no longer fits
   */
  async #fetch(query, window, use) {
    this.#loads += 1;
    try {
      const page = await this.needs.page(this.chat, /** @type {any} */ (query));
      if (window !== this.#window) return null;
      use(page);
      return page;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (window === this.#window && !this.#messages.length) this.state = error.status === 0 ? "offline" : "error";
      return null;
    } finally {
      this.#loads -= 1;
      if (this.#loads === 0) this.#news.clear();
      this.changed();
    }
  }

  /** Shows the message in its place: scrolls when it is here, loads around it when not. False when that failed. */
  async jumpTo(/** @type {number} */ seq) {
    const isHere = this.message(seq) || (seq >= this.firstSeq && seq <= this.lastSeq && this.#messages.length > 0);
    if (!isHere && (await this.load({ around: seq })) === null) return false;
    this.jump = { seq, token: (this.#jumps += 1) };
    this.changed();
    return true;
  }

  async toNewest() {
    if (this.hasAfter) await this.load();
    if (this.lastSeq) this.jump = { seq: this.lastSeq, token: (this.#jumps += 1) };
    this.changed();
  }

  // --- news ---

  /** Stored messages in their present state, from events, answers and deltas, in any order and any number of times. */
  upsert(/** @type {MessageJSON[]} */ messages) {
    for (const one of this.#loads ? messages : []) {
      if (one.modseq > (this.#news.get(one.seq)?.modseq ?? -1)) this.#news.set(one.seq, one);
    }
    const isNear = (/** @type {MessageJSON} */ one) =>
      one.seq >= this.firstSeq ? one.seq <= this.lastSeq || !this.hasAfter : !this.hasBefore;
    if (!this.isLoaded) return;
    this.#merge(messages.filter(isNear));
    this.#trim(this.#isReadingOlder() ? "after" : "before", PAGE);
  }

  hide(/** @type {number[]} */ seqs) {
    const hidden = new Set(seqs);
    this.#messages = this.#messages.filter((message) => !hidden.has(message.seq));
    this.changed();
  }

  /** An optimistic change. Answers the function that takes it back; a stored change shows beneath it. */
  patch(/** @type {number} */ seq, /** @type {Partial<MessageJSON>} */ fields) {
    const token = Symbol();
    if (!this.#patches.has(seq)) this.#patches.set(seq, new Map());
    const ofMessage = this.#patches.get(seq);
    ofMessage?.set(token, fields);
    this.changed();
    return () => {
      ofMessage?.delete(token);
      if (!ofMessage?.size) this.#patches.delete(seq);
      this.changed();
    };
  }

  // --- reading ---

  /** The seqs in view: moves the read mark and says which end may be let go. */
  see(/** @type {number} */ first, /** @type {number} */ last) {
    this.needs.read(this.chat, last);
    if (this.#view.first === first && this.#view.last === last) return;
    this.#view = { first, last };
    this.changed();
  }

  markFirstUnread() {
    const chat = this.needs.chat(this.chat);
    this.firstUnreadSeq = chat && chat.chat.last_seq > this.readSeq && chat.my.state === "active" ? this.readSeq + 1 : null;
    this.changed();
  }

  leave() {
    this.firstUnreadSeq = null;
    this.jump = null;
    this.#view = { first: 0, last: Infinity };
    this.#trim("before", 0, 2 * PAGE);
    this.changed();
  }

  // --- inner ---

  /** Index of the first message with at least this seq. */
  #place(/** @type {number} */ seq) {
    let low = 0;
    let high = this.#messages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#messages[middle].seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #merge(/** @type {MessageJSON[]} */ messages) {
    for (const message of messages) {
      const news = this.#news.get(message.seq);
      const newest = news && news.modseq > message.modseq ? news : message;
      const place = this.#place(newest.seq);
      const present = this.#messages[place];
      if (present?.seq !== newest.seq) this.#messages.splice(place, 0, newest);
      else if (newest.modseq > present.modseq) this.#messages[place] = withLocal(newest, present);
    }
    if (!this.hasAfter) {
      const newer = [...this.#news.values()].filter((news) => news.seq > this.lastSeq);
      this.#messages.push(...newer.sort((one, other) => one.seq - other.seq));
    }
    this.state = "ready";
    this.changed();
  }

  #isReadingOlder() {
    return this.hasBefore && this.#view.last < (this.firstSeq + this.lastSeq) / 2;
  }

  /** @param {"before"|"after"} side which end to let go @param {number} slack rows more before it is worth it */
  #trim(side, slack = 0, limit = WINDOW) {
    if (this.#messages.length <= limit + slack) return;
    const surplus = this.#messages.length - limit;
    if (side === "before") this.#messages.splice(0, surplus);
    else this.#messages.splice(-surplus);
    if (side === "before") this.hasBefore = true;
    else this.hasAfter = true;
  }

  #patched() {
    if (!this.#patches.size) return this.#messages;
    return this.#messages.map((message) => {
      const changes = this.#patches.get(message.seq);
      return changes ? Object.assign({}, message, ...changes.values()) : message;
    });
  }
}

/** What was sent from here keeps showing the picture from here while the server makes its own. @param {any} fresh @param {any} old @returns {MessageJSON} */
function withLocal(fresh, old) {
  const local = new Map(old.attachments.map((one) => [one.id, one.local_url]));
  if (!old.attachments.some((one) => one.local_url)) return fresh;
  return { ...fresh, attachments: fresh.attachments.map((one) => (local.get(one.id) ? { ...one, local_url: local.get(one.id) } : one)) };
}
