/** Puts the parts together: one engine per page. Elements find it with engine(). See js/README.md. */

import { Api, ApiError } from "core/api.js";
import { ERRORS } from "core/contract.js";
import { openDatabase, wipeBrowser } from "core/db.js";
import { Push } from "core/push.js";
import { Socket } from "core/socket.js";
import { Actions } from "chat/actions.js";
import { Cache } from "chat/cache.js";
import { requestOf } from "chat/entry.js";
import { Leader } from "chat/leader.js";
import { MemoryDatabase } from "chat/memory.js";
import { Outbox } from "chat/outbox.js";
import { Receipts } from "chat/receipts.js";
import { VoiceRecorder } from "chat/recorder.js";
import { Shelf } from "chat/shelf.js";
import { Status } from "chat/status.js";
import { Sync } from "chat/sync.js";
import { Chats } from "chat/stores/chats.js";
import { Drafts } from "chat/stores/drafts.js";
import { Presence } from "chat/stores/presence.js";
import { Search } from "chat/stores/search.js";
import { Typing } from "chat/stores/typing.js";

const PREFETCH_AFTER = 3000; // milliseconds: first what the person came for

export class NoUser extends Error {}

/**
 * What the outside is; given by tests, the browser's otherwise.
 * @typedef {object} Outside
 * @property {import("chat/memory.js").AnyDatabase} [db]
 * @property {Api} [api]
 * @property {ConstructorParameters<typeof Socket>[0]} [socket]
 * @property {any} [locks]
 * @property {any} [channel]
 * @property {() => boolean} [isVisible]
 * @property {number} [patience]
 * @property {number} [spread]
 * @property {number} [unit]
 * @property {number} [readAfter]
 * @property {number} [keepAfter]
 * @property {number} [tellAfter]
 *
 * @typedef {{ user?: import("chat/types.js").UserJSON, vapid_key?: string }} Boot
 */

/** @type {Engine|null} */
let running = null;

/** The running engine. @returns {Engine} */
export function engine() {
  if (!running) throw new Error("startEngine() first");
  return running;
}

/** Reads the cache, shows it, then connects. Throws NoUser when nobody is signed in and nothing is cached. @param {Boot} boot */
export async function startEngine(boot, /** @type {Outside} */ outside = {}) {
  const made = await makeEngine(boot, outside);
  running = made;
  await made.start();
  return made;
}

/** An engine that has read its cache and is not connected yet. @param {Boot} boot */
export async function makeEngine(boot, /** @type {Outside} */ outside = {}) {
  const db = outside.db ?? (await openDatabase().catch(forgetful));
  const leader = new Leader("tenfold", { locks: outside.locks });
  const cache = new Cache(db, leader, outside.keepAfter);
  const kept = await cache.open(boot.user?.id);
  const me = boot.user ?? kept.me;
  if (!me) throw new NoUser();
  return new Engine({ ...boot, me }, { db, leader, cache, kept }, outside);
}

export class Engine extends EventTarget {
  /**
   * @param {Boot & { me: import("chat/types.js").UserJSON }} boot
   * @param {{ db: any, leader: Leader, cache: Cache, kept: any }} parts @param {Outside} outside
   */
  constructor(boot, { db, leader, cache, kept }, outside) {
    super();
    const { me } = boot;
    this.me = me;
    this.db = db;
    this.cache = cache;
    this.leader = leader;
    this.kept = kept;
    this.isSignedOut = false;
    this.api = outside.api ?? new Api();
    this.isVisible = outside.isVisible ?? (() => document.visibilityState === "visible" && document.hasFocus());
    this.channel = outside.channel ?? (globalThis.BroadcastChannel ? new BroadcastChannel("tenfold") : null);
    this.socket = new Socket({ api: this.api, pingWith: () => ({ open: this.sync.known() }), ...outside.socket });
    const touch = (/** @type {number} */ chat) => this.chats.touch(chat);
    this.typing = new Typing({ send: (chat, action) => this.#hint("typing", { chat, action }), changed: touch });
    this.drafts = new Drafts({ api: this.api, db, changed: touch, tellAfter: outside.tellAfter });
    this.presence = new Presence({ ask: (users) => this.socket.request("presence.watch", { users }), isVisible: this.isVisible });
    this.outbox = new Outbox({
      me, db, leader, api: this.api, channel: this.channel, unit: outside.unit,
      send: (entry) => this.#send(entry),
      sent: (message) => this.sync.handleMessage(message),
      message: (chat, seq) => this.shelf.loaded(chat)?.message(seq),
    }); // prettier-ignore
    const written = {
      me: me.id,
      pending: (/** @type {number} */ chat) => this.outbox.of(chat),
      bubble: (/** @type {import("chat/types.js").OutboxEntry} */ entry) => this.outbox.bubble(entry),
    };
    this.chats = new Chats({
      ...written,
      typing: (chat) => this.typing.of(chat),
      draft: (chat) => this.drafts.of(chat),
      fetchHead: (chat) => this.api.get(`chats/${chat}`),
      keep: (state) => cache.keepHead(state),
      forget: (chat) => cache.forget(chat),
    });
    this.receipts = new Receipts({
      chats: this.chats, db, isVisible: this.isVisible, readAfter: outside.readAfter,
      tellRead: (chat, seq) => this.#tellRead(chat, seq),
      tellReceived: (chats) => this.socket.request("chat.received", { chats }),
    }); // prettier-ignore
    this.shelf = new Shelf({ ...written, engine: this });
    this.sync = new Sync({
      me: me.id, api: this.api, socket: this.socket, chats: this.chats, drafts: this.drafts, typing: this.typing,
      receipts: this.receipts, cache, patience: outside.patience, spread: outside.spread,
      timeline: (chat) => this.shelf.loaded(chat),
      members: (chat) => this.shelf.knownMembers(chat),
      media: (message) => this.shelf.applyMedia(message),
      tell: (name, detail) => this.#told(name, detail),
    }); // prettier-ignore
    this.search = new Search(this.api, this.chats);
    this.actions = new Actions({ api: this.api, me, chats: this.chats, sync: this.sync, receipts: this.receipts, timeline: (chat) => this.timeline(chat) });
    this.push = new Push(this.api, boot.vapid_key);
    this.status = new Status(this.socket, this.outbox, leader);
    this.#listen();
  }

  async start() {
    this.chats.restore(this.kept.heads);
    this.chats.applyFolders(this.kept.folders);
    this.sync.restore(this.kept.sync);
    if (this.kept.heads.length) this.chats.ready();
    await Promise.all([this.cache.keepMe(this.me), this.drafts.start(), this.outbox.start(), this.receipts.start()]);
    this.leader.start();
    this.socket.start();
    if (globalThis.document) this.push.start().catch((error) => console.warn("No push:", error));
  }

  /** A conversation comes on screen. @param {number} chat @param {{ around?: number|"unread" }} [options] */
  async openChat(chat, { around = "unread" } = {}) {
    const timeline = this.timeline(chat);
    this.sync.open = [...this.sync.open.filter((open) => open !== chat), chat].slice(-8);
    this.#hint("chat.open", { chats: this.sync.open });
    if (!this.chats.row(chat)) await this.chats.ensure(chat).catch(() => null); // offline, or not mine: the timeline says which
    timeline.markFirstUnread(); // at once for a known chat: whoever shows it now must not show it as read
    this.actions.clearMark(chat).catch(() => null); // offline: it stays until the next look
    await this.shelf.fill(timeline, around);
    return timeline;
  }

  /** It goes. @param {number} chat */
  closeChat(chat) {
    this.sync.open = this.sync.open.filter((open) => open !== chat);
    this.#hint("chat.open", { chats: this.sync.open });
    this.shelf.loaded(chat)?.leave();
  }

  /** @param {number} chat */
  timeline(chat) {
    return this.shelf.timeline(chat);
  }

  /** @param {number} chat */
  members(chat) {
    return this.shelf.members(chat);
  }

  /** @param {number} chat @param {"photo"|"video"|"file"|"voice"|"link"} kind */
  media(chat, kind) {
    return this.shelf.media(chat, kind);
  }

  recorder() {
    return new VoiceRecorder();
  }

  /** Ends the session on this device and leaves nothing of it in this browser; then the page has to go. */
  async signOut() {
    await this.push.disable().catch(() => null); // the server ends pushes of an ended session itself
    this.isSignedOut = true;
    this.stop();
    await wipeBrowser();
    this.channel?.postMessage({ about: "signedout" });
    await this.api.request("DELETE", "../../_allauth/browser/v1/auth/session").catch((error) => {
      if (!(error instanceof ApiError) || error.status !== 401) throw error; // 401 says: nobody is signed in any more
    });
  }

  /** Nothing is sent, kept or asked any more. */
  stop() {
    this.socket.stop();
    this.sync.stop();
    this.presence.stop();
    this.outbox.delivery.stop();
    this.cache.stop();
    this.leader.stop();
  }

  // --- inner ---

  #listen() {
    const { socket, api, channel } = this;
    socket.addEventListener("event", (event) => this.sync.handle(/** @type {CustomEvent} */ (event).detail));
    socket.addEventListener("pong", (event) => this.sync.behind(/** @type {CustomEvent} */ (event).detail.behind ?? {}));
    socket.addEventListener("hello", (event) => this.#connected(/** @type {CustomEvent} */ (event).detail));
    for (const source of [socket, api]) source.addEventListener("signedout", () => this.#signedOut());
    this.outbox.addEventListener("chat", (event) => this.#written(/** @type {CustomEvent} */ (event).detail.chat));
    this.chats.addEventListener("state", (event) => this.shelf.loaded(/** @type {CustomEvent} */ (event).detail.chat)?.changed());
    this.chats.addEventListener("removed", (event) => this.#removed(/** @type {CustomEvent} */ (event).detail.chat));
    channel?.addEventListener("message", (event) => event.data.about === "signedout" && this.#signedOut());
    globalThis.navigator?.serviceWorker?.addEventListener("message", (event) => {
      if (event.data?.type === "open") this.#tell("open", { url: event.data.url });
    });
    globalThis.addEventListener?.("pagehide", () => this.cache.flush());
    globalThis.addEventListener?.("online", () => this.outbox.delivery.wake());
  }

  /** @param {{ level?: number }} hello */
  #connected({ level = 0 }) {
    this.#told("level", { level });
    if (this.sync.open.length) this.#hint("chat.open", { chats: this.sync.open });
    this.sync.resume().then(() => setTimeout(async () => (await import("chat/prefetch.js")).prefetch(this), PREFETCH_AFTER));
    this.outbox.delivery.wake();
    this.receipts.flush();
    this.drafts.flush();
    this.shelf.refill();
    this.presence.poll();
  }

  /** Over the socket, and by REST where there is none: both answer the same stored message for the same client_id. */
  async #send(/** @type {import("chat/types.js").OutboxEntry} */ entry) {
    const body = requestOf(entry);
    if (!this.socket.isOpen) return this.api.post(`chats/${entry.chat}/messages`, body); // the outbox itself repeats
    const answer = await this.socket.request("message.send", { chat: entry.chat, ...body }).catch(rethrowWithStatus);
    return answer.message;
  }

  async #tellRead(/** @type {number} */ chat, /** @type {number} */ seq) {
    this.push.close(`chat-${chat}`).catch(() => null);
    if (!this.socket.isOpen) return this.api.post(`chats/${chat}/read`, { seq });
    return (await this.socket.request("chat.read", { chat, seq }).catch(rethrowWithStatus)).my;
  }

  /** Fleeting things: of no worth later. */
  #hint(/** @type {string} */ command, /** @type {object} */ body) {
    if (this.socket.isOpen) this.socket.request(command, body).catch(() => null);
  }

  #written(/** @type {number} */ chat) {
    this.chats.touch(chat);
    this.shelf.loaded(chat)?.changed();
    if (this.outbox.of(chat).length) this.drafts.clear(chat);
  }

  #removed(/** @type {number} */ chat) {
    this.shelf.drop(chat);
    for (const entry of this.outbox.of(chat)) this.outbox.remove(entry.client_id); // there is nobody to send it to
    this.sync.open = this.sync.open.filter((open) => open !== chat);
    this.#tell("chatgone", { chat });
  }

  async #signedOut() {
    if (this.isSignedOut) return;
    this.isSignedOut = true;
    this.stop();
    await this.cache.seal();
    this.#tell("signedout", {});
  }

  #told(/** @type {string} */ name, /** @type {any} */ detail) {
    if (name === "reopen") this.#hint("chat.open", { chats: this.sync.open });
    if (name === "syncing") this.status.set({ isSyncing: this.sync.isSyncing });
    if (name === "level") {
      this.status.set({ level: detail.level });
      this.presence.level = detail.level;
    }
    this.#tell(name, detail);
  }

  #tell(/** @type {string} */ name, /** @type {object} */ detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function forgetful(/** @type {unknown} */ error) {
  console.warn("Nothing can be kept in this browser:", error);
  return new MemoryDatabase();
}

/** The socket answers codes; REST's status of the same code says whether to try again. @returns {never} */
function rethrowWithStatus(/** @type {unknown} */ error) {
  if (error instanceof ApiError && error.status === -1) error.status = ERRORS[error.code] ?? 400;
  throw error;
}
