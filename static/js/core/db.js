/** IndexedDB with promises. */

const NAME = "tenfold";
const VERSION = 1;
/** store -> key path; `outbox` is numbered by the database: that number is the order of writing */
export const STORES = {
  meta: { keyPath: "key" }, // user, sync token, folders, read marks not told yet
  heads: { keyPath: "id" },
  windows: { keyPath: "chat" }, // the newest messages of a chat, true up to `modseq`
  outbox: { keyPath: "order", autoIncrement: true },
  blobs: { keyPath: "id" }, // files that wait to be uploaded
  drafts: { keyPath: "chat" },
};

/** @param {IDBRequest|IDBTransaction} request @returns {Promise<any>} */
const settled = (request) =>
  new Promise((resolve, reject) => {
    if ("oncomplete" in request) request.oncomplete = () => resolve(undefined);
    else request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    if ("onabort" in request) request.onabort = () => reject(request.error);
  });

/** Rejects where the browser refuses it (private windows, a full disk). @returns {Promise<Database>} */
export async function openDatabase({ indexedDB = globalThis.indexedDB } = {}) {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    for (const [name, options] of Object.entries(STORES)) {
      if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, options);
    }
  };
  const database = await settled(request);
  database.onversionchange = () => database.close();
  return new Database(database);
}

/** Forget everything this browser keeps of whoever was signed in. For sign-out, and the signed-out page. */
export async function wipeBrowser({ indexedDB = globalThis.indexedDB, caches = globalThis.caches } = {}) {
  await (await openDatabase({ indexedDB }).catch(() => null))?.wipe();
  for (const name of caches ? await caches.keys() : []) if (name.startsWith("personal")) await caches.delete(name);
}

/** The session has ended: nothing that was said stays readable here. What waits to be sent waits for its writer. */
export async function sealBrowser(/** @type {any} */ database = openDatabase()) {
  const db = await database;
  await db.wipe(["heads", "windows", "drafts"]);
  for (const key of ["sync", "folders", "reads"]) await db.delete("meta", key);
}

export class Database {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
  }

  /** @template T @param {string} store @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} act */
  async #act(store, mode, act) {
    const transaction = this.database.transaction(store, mode);
    const done = settled(transaction);
    const request = act(transaction.objectStore(store));
    await done; // a write is safe when the transaction is complete, not when its request is
    return request.result;
  }

  get(store, key) {
    return this.#act(store, "readonly", (table) => table.get(key));
  }

  /** @returns {Promise<any[]>} */
  all(store) {
    return this.#act(store, "readonly", (table) => table.getAll());
  }

  /** The key, also one given by the database. */
  put(store, value) {
    return this.#act(store, "readwrite", (table) => table.put(value));
  }

  async putAll(store, values) {
    if (values.length) await this.#act(store, "readwrite", (table) => values.map((value) => table.put(value))[0]);
  }

  async delete(store, key) {
    await this.#act(store, "readwrite", (table) => table.delete(key));
  }

  async wipe(names = Object.keys(STORES)) {
    const transaction = this.database.transaction(names, "readwrite");
    for (const name of names) transaction.objectStore(name).clear();
    await settled(transaction);
  }

  close() {
    this.database.close();
  }
}
