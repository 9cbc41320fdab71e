/** Who is in a chat. Pages from the server, kept true by member.changed. */

import { Paged } from "chat/stores/paged.js";

const RANK = { owner: 0, admin: 1, member: 2 };

/** @extends {Paged<import("chat/types.js").MemberJSON, any>} */
export class Members extends Paged {
  /** @param {import("core/api.js").Api} api @param {number} chat @param {import("chat/stores/presence.js").Presence} presence */
  constructor(api, chat, presence) {
    super(api);
    this.chat = chat;
    this.presence = presence;
    this.query = "";
  }

  build() {
    const rows = [...this.rows].sort((one, other) => RANK[one.role] - RANK[other.role]);
    const online = rows.filter((row) => this.presence.of(row.user.id)?.state === "online").length;
    return { state: this.state, rows, hasMore: this.next !== null, online };
  }

  source() {
    return { path: `chats/${this.chat}/members`, query: { q: this.query } };
  }

  /** @param {string} query part of a name or handle; "" for all */
  find(query) {
    this.query = query;
    return this.load();
  }

  /** @param {import("chat/types.js").MemberJSON} member in its present state */
  apply(member) {
    if (this.state === "idle") return;
    const old = this.rows.find((row) => row.user.id === member.user.id);
    if (old && old.modseq > member.modseq) return;
    const others = this.rows.filter((row) => row !== old);
    this.show(member.state === "active" ? [...others, member] : others);
  }

  /** Plain members have the chat's default rights. @param {string[]} rights */
  applyDefaultRights(rights) {
    if (this.state !== "idle") this.show(this.rows.map((row) => (row.role === "member" ? { ...row, rights } : row)));
  }

  /** The chat has moved on without us: what is shown is asked for again. */
  refresh() {
    if (this.state !== "idle") this.load();
  }
}
