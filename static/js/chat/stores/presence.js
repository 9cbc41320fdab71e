/** Who is there: polled for the people in view, never pushed. The server's load level makes it slower, then stops it. */

import { Store } from "core/store.js";

const EVERY = 45_000;
const MOST = 100;

/** @typedef {{ state: "online"|"recently"|"offline"|"hidden", last_seen_at: string|null }} PresenceJSON */

/** @extends {Store<Record<number, PresenceJSON>>} */
export class Presence extends Store {
  /** @type {Map<number, PresenceJSON>} */
  #people = new Map();
  /** @type {Map<string, number[]>} */
  #watched = new Map();
  #timer = /** @type {any} */ (null);
  #soon = /** @type {any} */ (null);
  level = 0;

  /** @param {{ ask: (users: number[]) => Promise<{ presence: Record<string, PresenceJSON> }>, isVisible: () => boolean }} needs */
  constructor(needs) {
    super();
    this.needs = needs;
  }

  build() {
    return Object.fromEntries(this.#people);
  }

  /** @param {number} user */
  of(user) {
    return this.#people.get(user);
  }

  /** Several callers, each under a key of its own; one poll. @param {string} key @param {number[]} users */
  watch(key, users) {
    this.#watched.set(key, users);
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.poll(), 200);
    return () => {
      this.#watched.delete(key);
    };
  }

  async poll() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.poll(), EVERY * (this.level ? 2 : 1) * (0.8 + 0.4 * Math.random()));
    const users = [...new Set([...this.#watched.values()].flat())].slice(0, MOST);
    if (!users.length || this.level >= 2 || !this.needs.isVisible()) return;
    const answer = await this.needs.ask(users).catch(() => null); // a hint only: the next poll asks again
    if (!answer) return;
    for (const [user, presence] of Object.entries(answer.presence)) this.#people.set(Number(user), presence);
    this.changed();
  }

  stop() {
    clearTimeout(this.#timer);
    clearTimeout(this.#soon);
  }
}
