/** A list of the REST interface, page by page. Members, media and search are each one of these. */

import { Store } from "core/store.js";

/** @template R @template T @extends {Store<T>} */
export class Paged extends Store {
  /** @type {R[]} */
  rows = [];
  state = /** @type {"idle"|"loading"|"ready"|"error"|"offline"} */ ("idle");
  /** @type {string|null} */
  next = null;
  /** @type {AbortController|null} */
  #running = null;

  /** Says where the list is. @returns {{ path: string, query: Record<string, unknown> }} */
  source() {
    throw new Error("a list says where it comes from");
  }

  /** @param {import("core/api.js").Api} api */
  constructor(api) {
    super();
    this.api = api;
  }

  /** From the beginning. What was shown stays until the answer is here. */
  load() {
    return this.#page(null);
  }

  async more() {
    if (this.next && this.state !== "loading") await this.#page(this.next);
  }

  /** Ends what is under way: its answer no longer counts. */
  cancel() {
    this.#running?.abort();
    this.#running = null;
  }

  /** @param {string|null} cursor */
  async #page(cursor) {
    this.cancel();
    const running = (this.#running = new AbortController());
    this.state = "loading";
    this.changed();
    try {
      const { path, query } = this.source();
      const answer = await this.api.get(path, { query: { ...query, cursor }, signal: running.signal });
      if (running !== this.#running) return;
      const rows = this.received(answer);
      this.rows = cursor ? [...this.rows, ...rows] : rows;
      this.next = answer.next ?? null;
      this.state = "ready";
    } catch (error) {
      if (running !== this.#running) return;
      this.state = /** @type {{ status?: number }} */ (error).status === 0 ? "offline" : "error";
    }
    this.changed();
  }

  /** The rows after a change from elsewhere. @param {R[]} rows */
  show(rows) {
    this.rows = rows;
    this.changed();
  }

  /** @returns {R[]} */
  received(/** @type {any} */ answer) {
    return answer.results ?? answer.messages ?? [];
  }
}
