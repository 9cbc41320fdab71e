/** Search over my history: asks after a pause, drops answers that are too late, and finds chats by name at once. */

import { Paged } from "chat/stores/paged.js";

/** @extends {Paged<any, any>} */
export class Search extends Paged {
  #timer = /** @type {any} */ (null);

  /** @param {import("core/api.js").Api} api @param {import("chat/stores/chats.js").Chats} chats */
  constructor(api, chats, pause = 250) {
    super(api);
    this.chats = chats;
    this.pause = pause;
    this.query = "";
    /** @type {{ chat?: number, sender?: number, after?: string, before?: string, kind?: string }} */
    this.filters = {};
  }

  build() {
    const { query, filters, state, rows } = this;
    const chats = query && !filters.chat ? this.chats.select({ query }).slice(0, 20) : [];
    return { query, filters, state, results: rows, chats, hasMore: this.next !== null };
  }

  source() {
    return { path: "search", query: { q: this.query, ...this.filters } };
  }

  /** @param {string} query @param {Search["filters"]} [filters] */
  find(query, filters = {}) {
    clearTimeout(this.#timer);
    this.query = query.trim();
    this.filters = filters;
    this.cancel();
    if (!this.query && !filters.kind) return this.clear();
    this.state = "loading";
    this.changed();
    this.#timer = setTimeout(() => this.load(), this.pause);
  }

  clear() {
    clearTimeout(this.#timer);
    this.cancel();
    this.query = "";
    this.next = null;
    this.state = "idle";
    this.show([]);
  }
}
