/** Takes entries of the outbox to the server: in order per chat, files first, and again until there is an answer. */

import { ApiError } from "core/api.js";
import { upload } from "chat/uploader.js";

const LONGEST_WAIT = 60_000;
const LONGEST_ASKED = 300; // seconds: what the server puts off longer than this is shown as failed
const BIG = 8 * 1024 * 1024; // bytes: an upload this long does not hold up what was written after it
const SHOW_EVERY = 100; // milliseconds between two steps of a progress bar

/** @typedef {import("chat/types.js").OutboxEntry} OutboxEntry */

export class Delivery {
  /** @type {Map<string, AbortController>} */
  #running = new Map();
  #timer = /** @type {any} */ (null);
  #look = /** @type {any} */ (null);
  #attempt = 0;
  #isPaused = false;

  /** @param {import("chat/outbox.js").Outbox} outbox @param {import("chat/outbox.js").Outbox["needs"]} needs */
  constructor(outbox, needs) {
    this.outbox = outbox;
    this.needs = needs;
  }

  /** Start whatever can go now. To be called when something was written, or when there is a connection again. */
  pump() {
    if (!this.needs.leader.isLeader || this.#isPaused || this.#timer) return;
    const held = new Set(); // chats whose turn somebody has already
    const now = Date.now();
    let soonest = Infinity;
    for (const entry of this.outbox.entries()) {
      if (entry.state === "failed" || held.has(entry.chat)) continue;
      const retryAt = this.outbox.sending(entry.client_id).retryAt ?? 0;
      const isWaiting = retryAt > now;
      if (isWaiting) soonest = Math.min(soonest, retryAt);
      if (!isWaiting && !this.#running.has(entry.client_id)) this.#run(entry.client_id);
      if (isWaiting || !isLongUpload(entry)) held.add(entry.chat);
    }
    // Whoever finds one waiting looks again when its time has come: a timer may fire a millisecond before the clock says so.
    clearTimeout(this.#look);
    if (soonest < Infinity) this.#look = setTimeout(() => this.pump(), soonest - now);
  }

  /** A connection is there: waiting for the next try makes no sense any more. */
  wake() {
    this.#attempt = 0;
    this.#isPaused = false;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.pump();
  }

  /** @param {string} clientId */
  cancel(clientId) {
    this.#running.get(clientId)?.abort();
    this.#running.delete(clientId);
  }

  stop() {
    this.#isPaused = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#look);
    for (const clientId of [...this.#running.keys()]) this.cancel(clientId);
  }

  /** @param {string} clientId */
  async #run(clientId) {
    const control = new AbortController();
    this.#running.set(clientId, control);
    try {
      await this.#uploadAll(clientId, control.signal);
      const entry = this.outbox.entry(clientId);
      if (!entry || control.signal.aborted) return;
      const message = await this.needs.send(entry);
      this.#attempt = 0;
      await this.outbox.sent(clientId, message);
    } catch (error) {
      if (control.signal.aborted) return;
      await this.#failed(clientId, error instanceof ApiError ? error : new ApiError(-1, { code: "broken", detail: String(error) }));
    } finally {
      if (this.#running.get(clientId) === control) this.#running.delete(clientId);
    }
    this.pump();
  }

  /** @param {string} clientId @param {AbortSignal} signal */
  async #uploadAll(clientId, signal) {
    const files = this.outbox.entry(clientId)?.files ?? [];
    const total = files.reduce((sum, file) => sum + file.size, 0);
    let before = 0;
    let shownAt = 0;
    for (const file of files) {
      if (!file.attachment) {
        const kept = await this.needs.db.get("blobs", file.id);
        if (!kept) throw new ApiError(-1, { code: "file_gone", detail: file.name });
        const onProgress = (/** @type {number} */ done) => {
          if (Date.now() - shownAt < SHOW_EVERY) return;
          shownAt = Date.now();
          this.outbox.show(clientId, { progress: (before + done * file.size) / (total || 1), retryAt: null });
        };
        const save = () => this.outbox.update(clientId, { files: [...files] });
        file.attachment = await upload(this.needs.api, file, kept.blob, { onProgress, save, signal });
        await save();
      }
      before += file.size;
    }
    if (files.length) this.outbox.show(clientId, { progress: 1, retryAt: null });
  }

  /** @param {string} clientId @param {ApiError} error */
  async #failed(clientId, error) {
    const entry = this.outbox.entry(clientId);
    if (!entry) return;
    if (error.status === 401) {
      this.#isPaused = true; // whoever signs in again finds it here
      return;
    }
    const mayPass = error.isTransient || error.retryAfter !== null;
    if (!mayPass || error.status === 507 || (error.retryAfter ?? 0) > LONGEST_ASKED) {
      const reason = { code: error.code, detail: error.detail };
      await this.outbox.update(clientId, { state: "failed", error: reason }, { progress: null, retryAt: null });
      return;
    }
    const backoff = Math.random() * Math.min(LONGEST_WAIT, (this.needs.unit ?? 1000) * 2 ** this.#attempt);
    const asked = (error.retryAfter ?? 0) * 1000;
    this.#attempt += 1;
    if (error.status === 0 || error.status >= 500) {
      this.#later(asked || backoff); // before anything else awaits: nobody may try in between
      await this.outbox.update(clientId, { attempts: entry.attempts + 1 }, { progress: null, retryAt: asked ? Date.now() + asked : null });
    } else {
      const wait = asked || 1000 + backoff; // a limit of one chat: the others go on
      await this.outbox.update(clientId, { attempts: entry.attempts + 1 }, { progress: null, retryAt: Date.now() + wait });
    }
  }

  #later(/** @type {number} */ wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.pump();
    }, wait);
  }
}

/** @param {OutboxEntry} entry */
function isLongUpload(entry) {
  const missing = entry.files.filter((file) => !file.attachment);
  return missing.reduce((sum, file) => sum + file.size, 0) > BIG;
}
