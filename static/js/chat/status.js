/** How the connection stands and what waits, for the banner and the title of the page. */

import { Store } from "core/store.js";

const CALM = 1500; // a connection this short away is not worth a banner

/** @extends {Store<any>} */
export class Status extends Store {
  level = 0;
  isSyncing = false;
  #isCalm = true;
  #timer = /** @type {any} */ (null);

  /** @param {import("core/socket.js").Socket} socket @param {import("chat/outbox.js").Outbox} outbox @param {import("chat/leader.js").Leader} leader */
  constructor(socket, outbox, leader) {
    super();
    this.socket = socket;
    this.outbox = outbox;
    this.leader = leader;
    socket.addEventListener("state", () => this.#moved());
    outbox.addEventListener("change", () => this.changed());
    leader.addEventListener("lead", () => this.changed());
    for (const name of ["online", "offline"]) globalThis.addEventListener?.(name, () => this.changed());
    this.#moved();
  }

  build() {
    const { count, failed } = this.outbox.snapshot();
    const { retryAt } = this.socket;
    const pendingCount = count - failed;
    return { connection: this.#connection(), retryAt, isSyncing: this.isSyncing, level: this.level, pendingCount, failedCount: failed, isLeader: this.leader.isLeader };
  }

  retryNow() {
    this.socket.wake(true);
  }

  /** @param {{ level?: number, isSyncing?: boolean }} fields */
  set(fields) {
    Object.assign(this, fields);
    this.changed();
  }

  /** @returns {"online"|"connecting"|"waiting"|"offline"} */
  #connection() {
    if (this.socket.isOpen) return "online";
    if (globalThis.navigator?.onLine === false) return "offline";
    if (this.#isCalm) return "online";
    return this.socket.state === "waiting" ? "waiting" : "connecting";
  }

  #moved() {
    if (this.socket.isOpen) {
      clearTimeout(this.#timer);
      this.#timer = null;
      this.#isCalm = true;
    } else {
      this.#timer ??= setTimeout(() => {
        this.#isCalm = false;
        this.changed();
      }, CALM);
    }
    this.changed();
  }
}
