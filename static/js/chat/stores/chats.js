/** The chat list: heads as the server told them, news applied on top, rows and totals computed from them. */

import { Store } from "core/store.js";
import { chatRow } from "chat/stores/chat-row.js";
import { sameOr } from "chat/stores/same.js";

/**
 * @typedef {import("chat/types.js").ChatRow} ChatRow
 * @typedef {import("chat/types.js").HeadJSON} HeadJSON
 * @typedef {import("chat/types.js").MessageJSON} MessageJSON
 * @typedef {import("chat/types.js").FolderJSON} FolderJSON
 *
 * @typedef {object} ChatState what is kept of a chat, also in IndexedDB
 * @property {number} id
 * @property {import("chat/types.js").ChatJSON} chat
 * @property {import("chat/types.js").MyJSON} my
 * @property {import("chat/types.js").UserJSON|null} peer
 * @property {MessageJSON|null} last
 * @property {number} othersReadSeq
 * @property {number} othersDeliveredSeq
 * @property {number} farModseq the chat is known to be here, though we are not
 * @property {number[]} mentions seqs that name me, heard since `my` was told
 *
 * @typedef {object} ChatsNeeds
 * @property {number} me
 * @property {(chat: number) => import("chat/types.js").TypingEntry[]} typing
 * @property {(chat: number) => { text: string, replyTo: number|null }|null} draft
 * @property {(chat: number) => import("chat/types.js").OutboxEntry[]} pending
 * @property {(entry: import("chat/types.js").OutboxEntry) => MessageJSON} bubble
 * @property {(chat: number) => Promise<HeadJSON>} fetchHead
 * @property {(state: ChatState) => void} keep
 * @property {(chat: number) => void} forget
 */

/** @extends {Store<any>} */
export class Chats extends Store {
  /** @type {Map<number, ChatState>} */
  #states = new Map();
  /** @type {Map<number, ChatRow>} rows as last built; a row is rebuilt only when touched */
  #rows = new Map();
  #touched = new Set();
  /** @type {FolderJSON[]} */
  #folders = [];
  /** @type {Map<number, Promise<ChatRow>>} */
  #asked = new Map();

  /** @param {ChatsNeeds} needs */
  constructor(needs) {
    super();
    this.needs = needs;
    this.state = /** @type {"loading"|"ready"} */ ("loading");
  }

  build() {
    const everything = this.#sorted();
    const rows = everything.filter((row) => !row.isArchived);
    const loud = rows.filter((row) => !row.isMuted && row.unread);
    const totals = {
      unread: loud.reduce((sum, row) => sum + row.unread, 0),
      chats: loud.length,
      mentions: rows.reduce((sum, row) => sum + row.mentions, 0),
    };
    const unreadIn = (/** @type {number} */ id) => rows.filter((row) => row.unread && row.my.folders.includes(id)).length;
    const folders = this.#folders.map((folder) => ({ ...folder, unread: unreadIn(folder.id) }));
    return { state: this.state, rows, archived: everything.filter((row) => row.isArchived), folders, totals };
  }

  /** @param {number} id */
  row(id) {
    this.snapshot();
    return this.#rows.get(id);
  }

  /** @param {number} id */
  stateOf(id) {
    return this.#states.get(id);
  }

  get ids() {
    return [...this.#states.keys()];
  }

  /** @param {{ folder?: number|null, archived?: boolean, unread?: boolean, kind?: string, query?: string }} [filter] */
  select({ folder, archived = false, unread, kind, query } = {}) {
    const words = (query ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const { rows, archived: archive } = this.snapshot();
    return /** @type {ChatRow[]} */ (query ? [...rows, ...archive] : archived ? archive : rows).filter(
      (row) =>
        (!folder || row.my.folders.includes(folder)) &&
        (!unread || row.unread > 0) &&
        (!kind || row.kind === kind) &&
        words.every((word) => `${row.title} ${row.handle ?? ""} ${row.peer?.handle ?? ""}`.toLowerCase().includes(word)),
    );
  }

  /** @param {number} user */
  withUser(user) {
    return this.#sorted().find((row) => row.kind === "direct" && row.peer?.id === user);
  }

  /** The row, fetched when it is not here. @param {number} id @returns {Promise<ChatRow>} */
  ensure(id) {
    const row = this.row(id);
    if (row) return Promise.resolve(row);
    return this.refresh(id);
  }

  /** The head again from the server; one request however many ask. @param {number} id @returns {Promise<ChatRow>} */
  refresh(id) {
    const asked = this.#asked.get(id) ?? this.needs.fetchHead(id).then((head) => this.applyHead(head));
    this.#asked.set(id, asked);
    asked.finally(() => this.#asked.delete(id)).catch(() => null);
    return asked;
  }

  // --- what the server tells ---

  /** Heads compare by modseq, private facts by fact_seq, marks only grow. @param {HeadJSON} head @returns {ChatRow} */
  applyHead(head) {
    const old = this.#states.get(head.chat.id);
    const isNewer = !old || head.chat.modseq >= old.chat.modseq;
    const my = old && old.my.fact_seq > head.my.fact_seq ? old.my : head.my;
    const chat = isNewer ? head.chat : old.chat;
    this.#set({
      id: chat.id,
      chat,
      my: { ...my, read_seq: Math.max(my.read_seq, old && old.my.state === my.state ? old.my.read_seq : 0) },
      peer: head.peer,
      last: isNewer ? head.last_message : old.last,
      othersReadSeq: Math.max(head.others_read_seq, old?.othersReadSeq ?? 0),
      othersDeliveredSeq: Math.max(head.others_delivered_seq, head.others_read_seq, old?.othersDeliveredSeq ?? 0),
      farModseq: Math.max(chat.modseq, old?.farModseq ?? 0),
      mentions: (old?.mentions ?? []).filter((seq) => seq > head.chat.last_seq),
    });
    this.announce("head", { chat: chat.id });
    return /** @type {ChatRow} */ (this.row(chat.id));
  }

  /** A message in its present state, at the chat's modseq. */
  applyMessage(/** @type {MessageJSON} */ message, modseq = message.modseq) {
    this.#change(message.chat, (state) => {
      const isLast = message.seq >= (state.last?.seq ?? 0);
      const isOwn = message.sender?.id === this.needs.me;
      const isMention = message.mentions.includes(this.needs.me) && message.seq > state.chat.last_seq;
      if (isMention) state.mentions = [...state.mentions, message.seq];
      if (isLast && !(state.last?.seq === message.seq && state.last.modseq > message.modseq)) state.last = message;
      if (isOwn && message.seq > state.my.read_seq) state.my = { ...state.my, read_seq: message.seq };
      this.#reach(state, { last_seq: message.seq, modseq });
    });
  }

  /** @param {Partial<import("chat/types.js").ChatJSON> & { id: number }} chat */
  applyChat(chat) {
    this.#change(chat.id, (state) => {
      if ((chat.modseq ?? 0) < state.chat.modseq) return;
      state.chat = { ...state.chat, ...chat, last_seq: Math.max(chat.last_seq ?? 0, state.chat.last_seq) };
      // Plain members have the chat's default rights; no event of their own tells it.
      if (state.my.role === "member" && chat.default_rights) state.my = { ...state.my, rights: chat.default_rights };
      state.farModseq = Math.max(state.farModseq, state.chat.modseq);
    });
  }

  /** The chat's counters have moved to here. @param {number} id @param {{ last_seq?: number, modseq?: number }} counters */
  reach(id, counters) {
    this.#change(id, (state) => this.#reach(state, counters));
  }

  /** How far a big chat is that we only hear about from afar. @param {number} id */
  applyFarHead(id, { last_seq = 0, modseq }) {
    this.#change(id, (state) => {
      state.farModseq = Math.max(state.farModseq, modseq);
      state.chat = { ...state.chat, last_seq: Math.max(state.chat.last_seq, last_seq) };
    });
  }

  /** @param {number} id @param {import("chat/types.js").MyJSON} my */
  applyMy(id, my) {
    this.#change(id, (state) => {
      if (my.fact_seq < state.my.fact_seq) return;
      state.my = { ...my, read_seq: Math.max(my.read_seq, state.my.read_seq) };
      state.mentions = [];
    });
  }

  /** My own read mark, before the server knows: it only ever grows. @param {number} id @param {number} seq */
  applyMyRead(id, seq) {
    this.#change(id, (state) => {
      if (seq <= state.my.read_seq) return;
      const isAll = seq >= state.chat.last_seq;
      state.my = { ...state.my, read_seq: seq, is_marked_unread: false, mention_count: isAll ? 0 : state.my.mention_count };
      state.mentions = state.mentions.filter((mention) => mention > seq);
    });
  }

  /** A shown guess about my facts, until the server's answer. Answers how to take it back. @param {number} id */
  guessMy(id, /** @type {Partial<import("chat/types.js").MyJSON>} */ fields) {
    const before = this.#states.get(id)?.my;
    this.#change(id, (state) => (state.my = { ...state.my, ...fields }));
    return () => before && this.#change(id, (state) => (state.my = before));
  }

  /** @param {number} id @param {{ read_seq?: number, delivered_seq?: number }} marks */
  applyOthers(id, { read_seq = 0, delivered_seq = 0 }) {
    this.#change(id, (state) => {
      state.othersReadSeq = Math.max(state.othersReadSeq, read_seq);
      state.othersDeliveredSeq = Math.max(state.othersDeliveredSeq, delivered_seq, read_seq);
    });
  }

  /** Somebody has another name or photo. @param {import("chat/types.js").UserJSON} user */
  applyUser(user) {
    for (const state of [...this.#states.values()]) {
      if (state.peer?.id === user.id) this.#change(state.id, (changed) => (changed.peer = user));
    }
  }

  /** @param {number} id @param {number[]} seqs hidden for me */
  applyHidden(id, seqs) {
    this.#change(id, (state) => {
      if (state.last && seqs.includes(state.last.seq)) state.last = null;
    });
  }

  /** @param {FolderJSON[]} folders */
  applyFolders(folders) {
    this.#folders = [...folders].sort((one, other) => one.position - other.position);
    this.changed();
  }

  /** @param {number} id */
  remove(id) {
    if (!this.#states.delete(id)) return;
    this.#rows.delete(id);
    this.needs.forget(id);
    this.announce("removed", { chat: id });
    this.changed();
  }

  /** Something shown in the row has changed elsewhere: typing, a draft, the outbox. @param {number} id */
  touch(id) {
    this.#touched.add(id);
    this.changed();
  }

  /** From the cache. @param {ChatState[]} states */
  restore(states) {
    for (const state of states) this.#states.set(state.id, state);
    this.changed();
  }

  ready() {
    this.state = "ready";
    this.changed();
  }

  everyState() {
    return [...this.#states.values()];
  }

  // --- inner ---

  /** @param {ChatState} state */
  #set(state) {
    this.#states.set(state.id, state);
    this.needs.keep(state);
    this.touch(state.id);
  }

  /** @param {number} id @param {(state: ChatState) => void} act */
  #change(id, act) {
    const old = this.#states.get(id);
    if (!old) return;
    const state = { ...old };
    act(state);
    this.#set(state);
    this.announce("state", { chat: id });
  }

  /** @param {ChatState} state */
  #reach(state, { last_seq = 0, modseq = 0 }) {
    if (last_seq <= state.chat.last_seq && modseq <= state.chat.modseq) return;
    const counters = { last_seq: Math.max(last_seq, state.chat.last_seq), modseq: Math.max(modseq, state.chat.modseq) };
    state.chat = { ...state.chat, ...counters };
    state.farModseq = Math.max(state.farModseq, counters.modseq);
  }

  /** @returns {ChatRow[]} pinned first in their order, then the newest */
  #sorted() {
    for (const [id, state] of this.#states) {
      const old = this.#rows.get(id);
      if (!old || this.#touched.has(id)) this.#rows.set(id, sameOr(old, chatRow(state, this.needs)));
    }
    this.#touched.clear();
    const rank = (/** @type {ChatRow} */ row) => row.my.pinned_rank || Infinity;
    return [...this.#rows.values()].sort((one, other) => {
      const ranks = one.isPinned || other.isPinned ? rank(one) - rank(other) : 0;
      return ranks || (one.at < other.at ? 1 : one.at > other.at ? -1 : other.id - one.id);
    });
  }
}
