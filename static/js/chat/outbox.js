/**
 * What is to be sent: kept in IndexedDB first, then in memory, then shown. One tab sends (leader.js); the others hear
 * of it over a BroadcastChannel. An entry keeps its client_id through every retry, so it is stored once.
 */

import { Store } from "core/store.js";
import { bubbleOf, entriesOf } from "chat/entry.js";
import { Delivery } from "chat/delivery.js";
import { discard } from "chat/uploader.js";

/** @typedef {import("chat/types.js").OutboxEntry} OutboxEntry */

/** @extends {Store<{ count: number, failed: number, entries: OutboxEntry[] }>} */
export class Outbox extends Store {
  /** @type {Map<string, OutboxEntry>} in order of writing */
  #entries = new Map();
  /** @type {Map<string, { progress: number|null, retryAt: number|null }>} */
  #sending = new Map();
  /** @type {Map<string, string>} blob: addresses of files, by local id */
  #urls = new Map();
  /** @type {Map<string, { entry: OutboxEntry, bubble: import("chat/types.js").MessageJSON }>} */
  #bubbles = new Map();
  #gone = new Set(); // sent or removed: never to come back from a slower reading of the database
  #hearing = Promise.resolve();

  /**
   * @param {object} needs
   * @param {import("chat/types.js").UserJSON} needs.me
   * @param {import("chat/memory.js").AnyDatabase} needs.db
   * @param {import("core/api.js").Api} needs.api
   * @param {import("chat/leader.js").Leader} needs.leader
   * @param {Pick<BroadcastChannel, "postMessage"|"addEventListener">|null} needs.channel
   * @param {(entry: OutboxEntry) => Promise<import("chat/types.js").MessageJSON>} needs.send
   * @param {(message: import("chat/types.js").MessageJSON, entry: OutboxEntry) => void} needs.sent
   * @param {(chat: number, seq: number) => import("chat/types.js").MessageJSON|undefined} needs.message
   * @param {number} [needs.unit] milliseconds of the first backoff step
   */
  constructor(needs) {
    super();
    this.needs = needs;
    this.delivery = new Delivery(this, needs);
    needs.leader.addEventListener("lead", () => this.#takeOver());
    needs.channel?.addEventListener("message", (event) => {
      const news = /** @type {MessageEvent} */ (event).data;
      if (news.about === "outbox") this.#hearing = this.#hearing.then(() => this.#heard(news)); // one after the other
    });
  }

  build() {
    const entries = [...this.#entries.values()];
    const failed = entries.filter((entry) => entry.state === "failed").length;
    return { count: entries.length, failed, entries };
  }

  async start() {
    await this.#load();
    this.delivery.pump();
  }

  /** @param {number} chat @returns {OutboxEntry[]} */
  of(chat) {
    return [...this.#entries.values()].filter((entry) => entry.chat === chat);
  }

  /** @param {string} clientId */
  sending(clientId) {
    return this.#sending.get(clientId) ?? { progress: null, retryAt: null };
  }

  /** @param {OutboxEntry} entry the same message object while the entry is the same */
  bubble(entry) {
    const known = this.#bubbles.get(entry.client_id);
    if (known?.entry === entry) return known.bubble;
    const bubble = bubbleOf(entry, this.needs.me, (id) => this.#urls.get(id) ?? "");
    this.#bubbles.set(entry.client_id, { entry, bubble });
    return bubble;
  }

  /**
   * Resolves when the message is safe in this browser, with its client_id (of the last, if it became several).
   * @param {number} chat @param {import("chat/types.js").Draft} draft
   */
  async send(chat, draft) {
    const answered = draft.replyTo ? this.needs.message(chat, draft.replyTo) : undefined;
    const { entries, blobs } = await entriesOf(this.needs.me.id, chat, draft, answered);
    await this.needs.db.putAll("blobs", blobs);
    for (const { id, blob } of blobs) this.#urls.set(id, URL.createObjectURL(blob));
    for (const entry of entries) {
      const order = await this.needs.db.put("outbox", entry);
      this.#entries.set(entry.client_id, { ...entry, order });
      this.#say({ type: "added", order });
    }
    this.#changedIn(chat);
    this.delivery.pump();
    return entries[entries.length - 1].client_id;
  }

  /** A failed one once more, with the same client_id. @param {string} clientId */
  async retry(clientId) {
    const entry = this.#entries.get(clientId);
    if (!entry) return;
    await this.update(clientId, { state: "pending", error: null, attempts: 0 }, { progress: null, retryAt: null });
    this.#say({ type: "added", order: entry.order });
    this.delivery.wake();
  }

  /** @param {string} clientId */
  async remove(clientId) {
    const files = this.#entries.get(clientId)?.files ?? [];
    this.delivery.cancel(clientId);
    await this.#drop(clientId);
    this.#say({ type: "removed", clientId });
    await discard(this.needs.api, files);
  }

  /** @param {string} clientId */
  cancel(clientId) {
    return this.remove(clientId);
  }

  // --- for the delivery ---

  entries() {
    return [...this.#entries.values()];
  }

  /** @param {string} clientId @returns {OutboxEntry|undefined} */
  entry(clientId) {
    return this.#entries.get(clientId);
  }

  /** Kept first, then shown here and in the other tabs. @param {string} clientId @param {Partial<OutboxEntry>} fields */
  async update(clientId, fields, sending = this.sending(clientId)) {
    const entry = this.#entries.get(clientId);
    if (!entry) return;
    const changed = { ...entry, ...fields };
    await this.needs.db.put("outbox", changed);
    if (!this.#entries.has(clientId)) return this.needs.db.delete("outbox", entry.order); // removed meanwhile
    this.#show(changed, sending);
    this.#say({ type: "changed", entry: changed, sending });
  }

  /** Progress and waiting are shown, not kept. @param {string} clientId */
  show(clientId, /** @type {{ progress: number|null, retryAt: number|null }} */ sending) {
    const entry = this.#entries.get(clientId);
    if (!entry) return;
    this.#show(entry, sending);
    this.#say({ type: "changed", entry, sending });
  }

  /** @param {string} clientId @param {import("chat/types.js").MessageJSON} message */
  async sent(clientId, message) {
    const entry = this.#entries.get(clientId);
    if (entry) this.needs.sent(this.#withLocalPictures(message, entry), entry);
    this.#say({ type: "sent", clientId, message });
    await this.#drop(clientId, true);
  }

  // --- inner ---

  async #load() {
    const kept = /** @type {OutboxEntry[]} */ (await this.needs.db.all("outbox"));
    kept.sort((one, other) => (one.order ?? 0) - (other.order ?? 0));
    for (const entry of kept) await this.#adopt(entry);
  }

  async #takeOver() {
    await this.#load();
    this.delivery.pump();
  }

  async #adopt(/** @type {OutboxEntry|undefined} */ entry) {
    if (!entry || entry.user !== this.needs.me.id || this.#gone.has(entry.client_id)) return;
    for (const file of entry.files) {
      if (this.#urls.has(file.id)) continue;
      const kept = await this.needs.db.get("blobs", file.id);
      if (kept) this.#urls.set(file.id, URL.createObjectURL(kept.blob));
    }
    if (this.#gone.has(entry.client_id)) return;
    this.#entries.set(entry.client_id, entry);
    this.#entries = new Map([...this.#entries].sort(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0)));
    this.#changedIn(entry.chat);
  }

  async #heard(/** @type {any} */ news) {
    if (news.type === "added") {
      await this.#adopt(await this.needs.db.get("outbox", news.order));
      this.delivery.pump();
    } else if (news.type === "changed") {
      if (this.#entries.has(news.entry.client_id)) this.#show(news.entry, news.sending);
    } else if (news.type === "sent" || news.type === "removed") {
      const entry = this.#entries.get(news.clientId);
      if (news.type === "sent" && entry) this.needs.sent(this.#withLocalPictures(news.message, entry), entry);
      this.delivery.cancel(news.clientId);
      this.#forget(news.clientId);
    }
  }

  /** @param {string} clientId @param {boolean} [isSent] */
  async #drop(clientId, isSent = false) {
    const entry = this.#entries.get(clientId);
    this.#forget(clientId, isSent);
    if (!entry) return;
    await this.needs.db.delete("outbox", entry.order);
    for (const file of entry.files) await this.needs.db.delete("blobs", file.id);
  }

  /** @param {string} clientId @param {boolean} [isSent] its pictures are still on screen */
  #forget(clientId, isSent = true) {
    const entry = this.#entries.get(clientId);
    this.#gone.add(clientId);
    this.#entries.delete(clientId);
    this.#sending.delete(clientId);
    this.#bubbles.delete(clientId);
    if (!entry) return;
    for (const file of entry.files) {
      if (!isSent) URL.revokeObjectURL(this.#urls.get(file.id) ?? "");
      this.#urls.delete(file.id);
    }
    this.#changedIn(entry.chat);
  }

  /** The picture that is on screen already stays while the server's loads: `local_url`. */
  #withLocalPictures(/** @type {import("chat/types.js").MessageJSON} */ message, /** @type {OutboxEntry} */ entry) {
    if (!entry.files.length) return message;
    const local = new Map(entry.files.map((file) => [file.attachment?.id, this.#urls.get(file.id)]));
    const attachments = message.attachments.map((one) => (local.get(one.id) ? { ...one, local_url: local.get(one.id) } : one));
    return { ...message, attachments };
  }

  #show(/** @type {OutboxEntry} */ entry, /** @type {{ progress: number|null, retryAt: number|null }} */ sending) {
    this.#entries.set(entry.client_id, entry);
    this.#sending.set(entry.client_id, sending);
    this.#changedIn(entry.chat);
  }

  #changedIn(/** @type {number} */ chat) {
    this.announce("chat", { chat });
    this.changed();
  }

  #say(/** @type {object} */ news) {
    this.needs.channel?.postMessage({ about: "outbox", ...news });
  }
}
