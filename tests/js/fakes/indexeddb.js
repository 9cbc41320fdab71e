// As much of IndexedDB as core/db.js uses: asynchronous, transactional in name only, values cloned. Survives a "reload".

const later = (act) => queueMicrotask(act);

class Request {
  done(result) {
    this.result = result;
    later(() => this.onsuccess?.());
    return this;
  }
}

class Table {
  constructor({ keyPath, autoIncrement = false }) {
    Object.assign(this, { keyPath, autoIncrement, rows: new Map(), last: 0 });
  }

  put(value) {
    const row = structuredClone(value);
    if (row[this.keyPath] === undefined && this.autoIncrement) row[this.keyPath] = this.last += 1;
    if (row[this.keyPath] === undefined) throw new Error(`no ${this.keyPath}`);
    this.rows.set(row[this.keyPath], row);
    return new Request().done(row[this.keyPath]);
  }

  get(key) {
    return new Request().done(structuredClone(this.rows.get(key)));
  }

  getAll() {
    const rows = [...this.rows].sort(([one], [other]) => (one < other ? -1 : 1));
    return new Request().done(structuredClone(rows.map(([, row]) => row)));
  }

  delete(key) {
    this.rows.delete(key);
    return new Request().done(undefined);
  }

  clear() {
    this.rows.clear();
  }
}

export class FakeIndexedDB {
  tables = new Map();
  writes = 0;

  open() {
    const request = new Request();
    const { tables } = this;
    request.result = {
      objectStoreNames: { contains: (name) => tables.has(name) },
      createObjectStore: (name, options) => tables.set(name, new Table(options)),
      transaction: () => {
        const transaction = { objectStore: (name) => tables.get(name), oncomplete: null };
        setTimeout(() => transaction.oncomplete?.(), 0);
        return transaction;
      },
      close() {},
    };
    later(() => {
      request.onupgradeneeded?.();
      request.onsuccess?.();
    });
    return request;
  }
}
