/** What elements listen to: a snapshot, and one `change` event per microtask however much has changed. */

/** @template T */
export class Store extends EventTarget {
  /** @type {T|null} */
  #snapshot = null;
  #isTelling = false;

  /** Made by the subclass from its present state. @returns {T} */
  build() {
    throw new Error("a store says what its snapshot is");
  }

  /** The same object until something changes. Never mutate it. @returns {T} */
  snapshot() {
    return (this.#snapshot ??= this.build());
  }

  /** To be called by the store after every change of its state. */
  changed() {
    this.#snapshot = null;
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      this.dispatchEvent(new Event("change"));
    });
  }

  /**
   * Calls `listener` now and after changes. Answers the function that ends it.
   * @param {(snapshot: T) => void} listener
   * @param {{ signal?: AbortSignal }} [options]
   */
  subscribe(listener, { signal } = {}) {
    const told = () => listener(this.snapshot());
    this.addEventListener("change", told, { signal });
    told();
    return () => this.removeEventListener("change", told);
  }

  /** @param {string} name @param {object} [detail] */
  announce(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
