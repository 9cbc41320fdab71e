/** Photos, videos, files, voice notes or links of a chat, newest first. */

import { Paged } from "chat/stores/paged.js";
import { kindOf } from "chat/format.js";

/** @extends {Paged<import("chat/types.js").MessageJSON, any>} */
export class Media extends Paged {
  /** @param {import("core/api.js").Api} api @param {number} chat @param {"photo"|"video"|"file"|"voice"|"link"} kind */
  constructor(api, chat, kind) {
    super(api);
    this.chat = chat;
    this.kind = kind;
  }

  build() {
    return { state: this.state, messages: this.rows, hasMore: this.next !== null };
  }

  source() {
    return { path: `chats/${this.chat}/media`, query: { kind: this.kind } };
  }

  /** The answer's rows are search hits. @param {{ results: { message: import("chat/types.js").MessageJSON }[] }} answer */
  received(answer) {
    return answer.results.map((hit) => hit.message);
  }

  /** @param {import("chat/types.js").MessageJSON} message in its present state */
  apply(message) {
    if (this.state === "idle") return;
    const isKnown = this.rows.some((row) => row.seq === message.seq);
    if (message.is_deleted) this.show(this.rows.filter((row) => row.seq !== message.seq));
    else if (isKnown) this.show(this.rows.map((row) => (row.seq === message.seq ? message : row)));
    else if (this.#isOurs(message) && message.seq > (this.rows[0]?.seq ?? 0)) this.show([message, ...this.rows]);
  }

  #isOurs(/** @type {import("chat/types.js").MessageJSON} */ message) {
    if (this.kind === "link") return message.entities.some((entity) => entity.type === "link");
    return kindOf(message) !== "deleted" && message.attachments.some((attachment) => attachment.kind === this.kind);
  }
}
