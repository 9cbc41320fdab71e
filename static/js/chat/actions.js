/**
 * What a person does to messages and chats. Shown at once, asked of the server, taken back if it refuses: each rejects
 * with ApiError then. Sending is not here: it must survive everything (outbox.js).
 */

import { uuid } from "chat/entry.js";

/**
 * @typedef {import("chat/types.js").MessageJSON} MessageJSON
 * @typedef {import("chat/types.js").ChatRow} ChatRow
 */

export class Actions {
  /**
   * @param {object} needs
   * @param {import("core/api.js").Api} needs.api
   * @param {import("chat/types.js").UserJSON} needs.me
   * @param {import("chat/stores/chats.js").Chats} needs.chats
   * @param {import("chat/sync.js").Sync} needs.sync
   * @param {import("chat/receipts.js").Receipts} needs.receipts
   * @param {(chat: number) => import("chat/stores/timeline.js").Timeline} needs.timeline
   */
  constructor({ api, me, chats, sync, receipts, timeline }) {
    this.api = api;
    this.me = me;
    this.chats = chats;
    this.sync = sync;
    this.receipts = receipts;
    this.timeline = timeline;
  }

  // --- messages ---

  /** @param {number} chat @param {number} seq @param {{ text: string, entities?: import("chat/types.js").EntityJSON[]|null }} change */
  editMessage(chat, seq, { text, entities = null }) {
    const guess = { text, entities: entities ?? [], edited_at: new Date().toISOString() };
    return this.#change(chat, seq, guess, () => this.api.patch(at(chat, seq), { text, ...(entities ? { entities } : {}) }));
  }

  /** @param {number} chat @param {number[]} seqs @param {"me"|"everybody"} who */
  async deleteMessages(chat, seqs, who) {
    const undo = seqs.map((seq) => this.timeline(chat).patch(seq, { is_deleted: true }));
    try {
      await this.api.post(`chats/${chat}/messages/delete`, { seqs, for: who });
      if (who === "me") this.sync.handlers["message.hidden"]({ chat, seqs });
      else await this.sync.repair(chat); // their tombstones, before the guess is taken back
    } finally {
      for (const takeBack of undo) takeBack();
    }
  }

  /** Sets the reaction, or takes it back. @param {number} chat @param {number} seq @param {string} emoji */
  react(chat, seq, emoji) {
    const reactions = this.timeline(chat).message(seq)?.reactions ?? [];
    const isMine = reactions.some((one) => one.emoji === emoji && one.by.includes(this.me.id));
    const path = `${at(chat, seq)}/reactions/${encodeURIComponent(emoji)}`;
    const guess = { reactions: toggled(reactions, emoji, this.me.id, isMine) };
    return this.#change(chat, seq, guess, () => (isMine ? this.api.delete(path) : this.api.put(path)));
  }

  /** @param {number} chat @param {number} seq @param {boolean} on */
  pin(chat, seq, on) {
    const path = `${at(chat, seq)}/pin`;
    return this.#change(chat, seq, { is_pinned: on }, () => (on ? this.api.put(path) : this.api.delete(path)));
  }

  /** @param {number} chat @param {number} seq */
  removePreview(chat, seq) {
    return this.#change(chat, seq, { preview: null }, () => this.api.delete(`${at(chat, seq)}/preview`));
  }

  /** @param {number} fromChat @param {number[]} seqs @param {number[]} toChats @returns {Promise<MessageJSON[]>} */
  async forward(fromChat, seqs, toChats, { hideSender = false } = {}) {
    const client_ids = Array.from({ length: seqs.length * toChats.length }, uuid);
    const body = { from_chat: fromChat, seqs, to: toChats, client_ids, hide_sender: hideSender };
    const answer = await this.api.post("forwards", body, { isRepeatable: true }); // the client_ids make it one
    for (const message of answer.messages) this.sync.handleMessage(message);
    return answer.messages;
  }

  readers(/** @type {number} */ chat, /** @type {number} */ seq) {
    return this.api.get(`${at(chat, seq)}/readers`);
  }

  pins(/** @type {number} */ chat) {
    return this.api.get(`chats/${chat}/pins`);
  }

  /** Unread messages that name me, oldest first. */
  mentions(/** @type {number} */ chat) {
    return this.api.get(`chats/${chat}/mentions`, { query: { unread: 1 } });
  }

  // --- how I keep a chat ---

  /** @param {number} chat @param {number|null} seconds 0: not muted; null: until further notice */
  mute(chat, seconds) {
    const until = seconds === 0 ? null : new Date(seconds === null ? "9999-12-31" : Date.now() + seconds * 1000).toISOString();
    return this.#keep(chat, { muted_for_seconds: seconds }, { muted_until: until });
  }

  archive(/** @type {number} */ chat, /** @type {boolean} */ on) {
    return this.#keep(chat, { is_archived: on }, { is_archived: on });
  }

  pinChat(/** @type {number} */ chat, /** @type {boolean} */ on) {
    return this.#keep(chat, { pinned: on }, { pinned_rank: on ? 1 : 0 });
  }

  /** Set aside to come back to, until it is opened; taking it off means: everything is read. */
  markUnread(/** @type {number} */ chat, /** @type {boolean} */ on) {
    if (!on) this.receipts.read(chat, Infinity);
    this.receipts.flush(); // what was read before must not arrive after the mark and take it off
    return this.#keep(chat, { unread: on }, { is_marked_unread: on });
  }

  /** It is being looked at again. */
  async clearMark(/** @type {number} */ chat) {
    if (this.chats.row(chat)?.isMarkedUnread) await this.#keep(chat, { unread: false }, { is_marked_unread: false });
  }

  setFolders(/** @type {number} */ chat, /** @type {number[]} */ folders) {
    return this.#keep(chat, { folders }, { folders });
  }

  createFolder(/** @type {string} */ name, /** @type {number[]} */ chats = []) {
    return this.#folders(() => this.api.post("folders", { name, chats }));
  }

  renameFolder(/** @type {number} */ id, /** @type {string} */ name) {
    return this.#folders(() => this.api.patch(`folders/${id}`, { name }));
  }

  deleteFolder(/** @type {number} */ id) {
    return this.#folders(() => this.api.delete(`folders/${id}`));
  }

  orderFolders(/** @type {number[]} */ folders) {
    return this.#folders(() => this.api.put("folders/order", { folders }));
  }

  // --- chats ---

  /** The row, and in `refused` whom the server did not add, and why. */
  async createChat(/** @type {{ kind: "group"|"channel", title: string, description?: string, members: number[], handle?: string|null }} */ chat) {
    const head = await this.api.post("chats", chat);
    return { ...this.chats.applyHead(head), refused: head.refused ?? [] };
  }

  async openDirect(/** @type {number} */ user) {
    return this.chats.withUser(user) ?? this.chats.applyHead(await this.api.post("chats/direct", { user }, { isRepeatable: true }));
  }

  async openSaved() {
    return this.chats.select({ kind: "saved" })[0] ?? this.chats.applyHead(await this.api.post("chats/saved", {}, { isRepeatable: true }));
  }

  async join(/** @type {number} */ chat) {
    return this.chats.applyHead(await this.api.post(`chats/${chat}/join`));
  }

  /** The row, or null when somebody has to approve first. @param {string} token */
  async joinByInvite(token) {
    const answer = await this.api.post(`invites/${token}/join`);
    return answer.chat ? this.chats.applyHead(answer) : null;
  }

  async leave(/** @type {number} */ chat) {
    await this.api.post(`chats/${chat}/leave`);
    this.chats.remove(chat);
  }

  async deleteChat(/** @type {number} */ chat) {
    await this.api.delete(`chats/${chat}`);
    this.chats.remove(chat);
  }

  async changeChat(/** @type {number} */ chat, /** @type {object} */ fields) {
    return this.chats.applyHead(await this.api.patch(`chats/${chat}`, fields));
  }

  async setPhoto(/** @type {number} */ chat, /** @type {Blob} */ photo) {
    const body = new FormData();
    body.append("photo", photo, "photo");
    return this.chats.applyHead(await this.api.put(`chats/${chat}/photo`, body));
  }

  async removePhoto(/** @type {number} */ chat) {
    const head = await this.api.delete(`chats/${chat}/photo`);
    return head ? this.chats.applyHead(head) : this.chats.refresh(chat);
  }

  // --- inner ---

  /**
   * @param {number} chat @param {number} seq @param {Partial<MessageJSON>} guess @param {() => Promise<MessageJSON|null>} ask
   * @returns {Promise<MessageJSON|undefined>}
   */
  async #change(chat, seq, guess, ask) {
    const takeBack = this.timeline(chat).patch(seq, guess);
    try {
      const message = await ask();
      if (message?.seq) this.sync.handleMessage(message);
      else await this.sync.repair(chat);
      return this.timeline(chat).message(seq);
    } finally {
      takeBack();
    }
  }

  async #keep(/** @type {number} */ chat, /** @type {object} */ body, /** @type {Partial<import("chat/types.js").MyJSON>} */ guess) {
    const takeBack = this.chats.guessMy(chat, guess);
    try {
      this.chats.applyMy(chat, await this.api.patch(`chats/${chat}/membership`, body));
    } catch (error) {
      takeBack();
      throw error;
    }
  }

  async #folders(/** @type {() => Promise<any>} */ ask) {
    const answer = await ask();
    const folders = await this.api.get("folders");
    this.sync.handlers["folders.changed"](folders);
    return answer;
  }
}

const at = (/** @type {number} */ chat, /** @type {number} */ seq) => `chats/${chat}/messages/${seq}`;

/** @param {import("core/contract.js").ReactionJSON[]} reactions @param {string} emoji @param {number} me @param {boolean} isMine */
function toggled(reactions, emoji, me, isMine) {
  const others = reactions.map((one) => (one.emoji === emoji && isMine ? { ...one, count: one.count - 1, by: one.by.filter((id) => id !== me) } : one));
  if (isMine) return others.filter((one) => one.count > 0);
  if (!others.some((one) => one.emoji === emoji)) return [...others, { emoji, count: 1, by: [me] }];
  return others.map((one) => (one.emoji === emoji ? { ...one, count: one.count + 1, by: [...one.by, me] } : one));
}
