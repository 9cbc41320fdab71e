/** The same as core/db.js in memory, for browsers that keep nothing (private windows). */

import { STORES } from "core/db.js";

/** @typedef {import("core/db.js").Database|MemoryDatabase} AnyDatabase */

export class MemoryDatabase {
  #tables = Object.fromEntries(Object.keys(STORES).map((name) => [name, new Map()]));
  #order = 0;

  async get(store, key) {
    return this.#tables[store].get(key);
  }

  async all(store) {
    return [...this.#tables[store].values()];
  }

  async put(store, value) {
    const { keyPath, autoIncrement } = STORES[store];
    const key = value[keyPath] ?? (autoIncrement ? (this.#order += 1) : undefined);
    this.#tables[store].set(key, structuredClone({ ...value, [keyPath]: key }));
    return key;
  }

  async putAll(store, values) {
    for (const value of values) await this.put(store, value);
  }

  async delete(store, key) {
    this.#tables[store].delete(key);
  }

  async wipe(names = Object.keys(STORES)) {
    for (const name of names) this.#tables[name].clear();
  }

  close() {}
}
