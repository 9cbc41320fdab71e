/** The stores that belong to one chat: timelines (the last few stay alive and true), members, media. */

import { Media } from "chat/stores/media.js";
import { Members } from "chat/stores/members.js";
import { Timeline } from "chat/stores/timeline.js";

const ALIVE = 8;
const NEARLY = 100; // messages: more than this behind, a page is better than a delta

export class Shelf {
  /** @type {Map<number, Timeline>} least recently used first */
  #timelines = new Map();
  /** @type {Map<number, Members>} */
  #members = new Map();
  /** @type {Map<string, Media>} */
  #media = new Map();

  /** @param {Pick<import("chat/stores/timeline.js").TimelineNeeds, "me"|"pending"|"bubble"> & { engine: import("chat/engine.js").Engine }} needs */
  constructor({ engine, ...written }) {
    this.engine = engine;
    /** @type {import("chat/stores/timeline.js").TimelineNeeds} */
    this.needs = {
      ...written,
      page: (chat, query) => engine.api.get(`chats/${chat}/messages`, { query }),
      loaded: (chat, modseq) => engine.sync.loaded(chat, modseq),
      chat: (chat) => engine.chats.stateOf(chat),
      read: (chat, seq) => engine.receipts.read(chat, seq),
      sending: (clientId) => engine.outbox.sending(clientId),
    };
  }

  /** @param {number} chat */
  timeline(chat) {
    let timeline = this.#timelines.get(chat);
    this.#timelines.delete(chat);
    if (!timeline) {
      timeline = new Timeline(chat, this.needs);
      timeline.addEventListener("change", () => this.#keep(chat));
    }
    this.#timelines.set(chat, timeline);
    this.#letGo();
    return timeline;
  }

  /** The timeline if it holds messages, which then must be kept true. @param {number} chat */
  loaded(chat) {
    return this.#timelines.get(chat);
  }

  /** Shows what is kept at once, then brings it up to date, around the first unread or a given seq. @param {Timeline} timeline */
  async fill(timeline, /** @type {number|"unread"} */ around) {
    const { chat } = timeline;
    const { sync, cache } = this.engine;
    if (!timeline.isLoaded) {
      const kept = await cache.window(chat).catch(() => null);
      if (kept && timeline.restore(kept)) sync.loaded(chat, kept.modseq);
    }
    const seq = around === "unread" ? timeline.firstUnreadSeq : around;
    if (typeof around === "number") return void (await timeline.jumpTo(around));
    if (this.#isHere(timeline, seq)) await sync.repair(chat);
    else await timeline.load(seq ? { around: seq } : {});
  }

  /** Whether a delta is enough to show the place: the newest, or the first unread. @param {Timeline} timeline @param {number|null} seq */
  #isHere(timeline, seq) {
    if (!timeline.isLoaded) return false;
    const missing = (this.engine.chats.stateOf(timeline.chat)?.chat.last_seq ?? 0) - timeline.lastSeq;
    if (seq === null || seq > timeline.lastSeq) return !timeline.hasAfter && missing < NEARLY;
    return seq >= timeline.firstSeq;
  }

  /** There is a connection again: what could not be loaded is tried once more. */
  refill() {
    for (const timeline of this.#timelines.values()) {
      if (!timeline.isLoaded && this.engine.sync.open.includes(timeline.chat)) this.fill(timeline, "unread");
    }
  }

  /** @param {number} chat */
  members(chat) {
    let members = this.#members.get(chat);
    if (!members) this.#members.set(chat, (members = new Members(this.engine.api, chat, this.engine.presence)));
    return members;
  }

  /** @param {number} chat */
  knownMembers(chat) {
    return this.#members.get(chat);
  }

  /** @param {number} chat @param {"photo"|"video"|"file"|"voice"|"link"} kind */
  media(chat, kind) {
    const key = `${chat}:${kind}`;
    let media = this.#media.get(key);
    if (!media) this.#media.set(key, (media = new Media(this.engine.api, chat, kind)));
    return media;
  }

  /** @param {import("chat/types.js").MessageJSON} message */
  applyMedia(message) {
    for (const media of this.#media.values()) if (media.chat === message.chat) media.apply(message);
  }

  /** @param {number} chat */
  drop(chat) {
    this.#timelines.delete(chat);
    this.#members.delete(chat);
    for (const [key, media] of this.#media) if (media.chat === chat) this.#media.delete(key);
  }

  #keep(/** @type {number} */ chat) {
    const timeline = this.#timelines.get(chat);
    if (timeline?.isLoaded) this.engine.cache.keepWindow(timeline, () => this.engine.sync.have(chat));
  }

  #letGo() {
    for (const [chat, timeline] of this.#timelines) {
      if (this.#timelines.size <= ALIVE) return;
      if (this.engine.sync.open.includes(chat)) continue;
      if (timeline.isLoaded) this.engine.cache.flush();
      this.#timelines.delete(chat);
      this.engine.sync.release(chat);
    }
  }
}
