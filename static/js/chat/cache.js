/** What lets the app open, read and compose without the server: heads and the newest messages of chats, in IndexedDB. */

import { sealBrowser } from "core/db.js";

const NEWEST = 60; // messages kept per chat
const CHATS = 100; // chats whose messages are kept
const AFTER = 800; // milliseconds of quiet before writing

export class Cache {
  /** @type {Map<number, import("chat/stores/chats.js").ChatState|null>} null: forget it */
  #heads = new Map();
  /** @type {Map<number, () => object|null>} */
  #windows = new Map();
  /** @type {object|null} */
  #meta = null;
  #timer = /** @type {any} */ (null);
  #writing = Promise.resolve();

  /** @param {import("chat/memory.js").AnyDatabase} db @param {import("chat/leader.js").Leader} leader */
  constructor(db, leader, after = AFTER) {
    this.db = db;
    this.leader = leader;
    this.after = after;
  }

  /**
   * Opens the cache of this person; whoever was here before is forgotten.
   * @param {number|undefined} user undefined: the last person's
   */
  async open(user) {
    const kept = await this.db.get("meta", "me");
    if (user !== undefined && kept && kept.user.id !== user) {
      await this.db.wipe();
      return { me: null, heads: [], sync: null, folders: [] };
    }
    const [heads, sync, folders] = await Promise.all([
      this.db.all("heads"),
      this.db.get("meta", "sync"),
      this.db.get("meta", "folders"),
    ]);
    return { me: kept?.user ?? null, heads, sync, folders: folders?.folders ?? [] };
  }

  /** @param {import("chat/types.js").UserJSON} user */
  keepMe(user) {
    return this.db.put("meta", { key: "me", user });
  }

  /** @param {import("chat/stores/chats.js").ChatState} state */
  keepHead(state) {
    this.#heads.set(state.id, state);
    this.#later();
  }

  /** @param {number} chat */
  forget(chat) {
    this.#heads.set(chat, null);
    this.#windows.delete(chat);
    this.#later();
  }

  /** @param {import("chat/stores/timeline.js").Timeline} timeline @param {() => number} have the modseq its messages are true at */
  keepWindow(timeline, have) {
    this.#windows.set(timeline.chat, () => windowOf(timeline, have()));
    this.#later();
  }

  /** @param {number} chat */
  window(chat) {
    return this.db.get("windows", chat);
  }

  /** @param {{ chat: number, modseq: number, messages: import("chat/types.js").MessageJSON[], has_before: boolean }} window */
  putWindow(window) {
    return this.db.put("windows", { ...window, kept_at: Date.now() });
  }

  /** The token goes with the heads it stands for: written after them. @param {{ token: string, fact_seq: number }} sync */
  keepSync(sync) {
    this.#meta = { key: "sync", ...sync };
    this.#later();
  }

  /** @param {import("chat/types.js").FolderJSON[]} folders */
  keepFolders(folders) {
    return this.db.put("meta", { key: "folders", folders });
  }

  /** Write now what waits. Only one tab writes: a slower one would put old heads under a newer token. */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (this.leader.isLeader) this.#writing = this.#writing.then(() => this.#write()).catch((error) => console.warn("Not kept:", error));
    return this.#writing;
  }

  /** The session has ended. */
  async seal() {
    this.stop();
    await this.#writing;
    await sealBrowser(this.db);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#heads.clear();
    this.#windows.clear();
    this.#meta = null;
  }

  #later() {
    this.#timer ??= setTimeout(() => this.flush(), this.after);
  }

  async #write() {
    const heads = [...this.#heads];
    const windows = [...this.#windows.values()].map((make) => make()).filter((kept) => kept !== null);
    const meta = this.#meta;
    this.#heads.clear();
    this.#windows.clear();
    this.#meta = null;
    await this.db.putAll("heads", heads.flatMap(([, state]) => (state ? [state] : [])));
    await this.db.putAll("windows", windows);
    for (const [chat, state] of heads) {
      if (state) continue;
      await this.db.delete("heads", chat);
      await this.db.delete("windows", chat);
    }
    if (meta) await this.db.put("meta", meta);
    if (windows.length) await this.#letGo();
  }

  async #letGo() {
    const kept = await this.db.all("windows");
    if (kept.length <= CHATS) return;
    kept.sort((one, other) => one.kept_at - other.kept_at);
    for (const { chat } of kept.slice(0, kept.length - CHATS)) await this.db.delete("windows", chat);
  }
}

/** @param {import("chat/stores/timeline.js").Timeline} timeline @param {number} modseq */
function windowOf(timeline, modseq) {
  if (timeline.hasAfter || !timeline.isLoaded) return null; // only what reaches to the newest is of use later
  const messages = timeline.messages.slice(-NEWEST).map(withoutLocal);
  const has_before = timeline.hasBefore || timeline.messages.length > messages.length;
  return { chat: timeline.chat, modseq, messages, has_before, kept_at: Date.now() };
}

/** blob: addresses die with the page. @param {import("chat/types.js").MessageJSON} message */
function withoutLocal(message) {
  if (!message.attachments.some((attachment) => "local_url" in attachment)) return message;
  const attachments = message.attachments.map((attachment) => ({ ...attachment, local_url: undefined }));
  return { ...message, attachments };
}
