/**
 * Numbered facts in order, each once: have + 1 is applied, what is not newer dropped, what comes too early waits a
 * moment for what is missing; then `repair` is asked to fetch it.
 *
 * @template T
 */
export class Sequencer {
  /** @type {Map<number, T>} */
  #early = new Map();
  #timer = /** @type {any} */ (null);

  /** @param {{ have: number, apply: (item: T, number: number) => void, repair: () => void, patience?: number }} options */
  constructor({ have, apply, repair, patience = 500 }) {
    this.have = have;
    this.apply = apply;
    this.repair = repair;
    this.patience = patience;
  }

  /** @param {number} number @param {T} item */
  offer(number, item) {
    if (number <= this.have) return;
    this.#early.set(number, item);
    this.#advance();
  }

  /** Everything up to `number` is known by other means. */
  raise(/** @type {number} */ number) {
    if (number > this.have) this.have = number;
    for (const early of this.#early.keys()) if (early <= this.have) this.#early.delete(early);
    this.#advance();
  }

  close() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#early.clear();
  }

  #advance() {
    for (let next = this.have + 1; this.#early.has(next); next = this.have + 1) {
      const item = /** @type {T} */ (this.#early.get(next));
      this.#early.delete(next);
      this.have = next;
      this.apply(item, next);
    }
    if (this.#early.size === 0) {
      clearTimeout(this.#timer);
      this.#timer = null;
    } else {
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        if (this.#early.size) this.repair();
      }, this.patience);
    }
  }
}
