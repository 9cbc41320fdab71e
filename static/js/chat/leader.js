/**
 * One tab of a browser sends and keeps the cache: whoever holds the lock. It goes to the next tab when this one closes.
 * Without Web Locks (no secure context) each tab leads itself: sending twice is harmless, client_id makes it one.
 */
export class Leader extends EventTarget {
  isLeader = false;
  #release = () => {};
  #stop = new AbortController();

  /** @param {string} name @param {{ locks?: Pick<LockManager, "request"> }} [options] */
  constructor(name, { locks = globalThis.navigator?.locks } = {}) {
    super();
    this.name = name;
    this.locks = locks;
  }

  start() {
    if (!this.locks) return this.#lead();
    const held = () =>
      new Promise((release) => {
        this.#release = () => release(undefined);
        this.#lead();
      });
    this.locks.request(this.name, { signal: this.#stop.signal }, held).catch((error) => {
      if (!this.#stop.signal.aborted) console.warn("No lock:", error);
    });
  }

  stop() {
    this.isLeader = false;
    this.#stop.abort();
    this.#release();
  }

  #lead() {
    this.isLeader = true;
    this.dispatchEvent(new Event("lead"));
  }
}
