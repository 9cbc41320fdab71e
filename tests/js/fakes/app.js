// A browser with tabs: each tab is an engine, all share the database, the locks and the channel.

import { Api } from "core/api.js";
import { openDatabase } from "core/db.js";
import { makeEngine } from "chat/engine.js";
import { FakeIndexedDB } from "./indexeddb.js";
import { FakeChannels, FakeLocks } from "./browser.js";

export class FakeBrowser {
  indexedDB = new FakeIndexedDB();
  locks = new FakeLocks();
  channels = new FakeChannels();
  tabs = [];

  constructor(server, user) {
    this.server = server;
    this.user = user;
  }

  async tab({ user = this.user, boot = { user: this.server.user(user) }, start = true, ...outside } = {}) {
    const api = new Api({ fetch: this.server.fetch(user), csrf: () => "token", pause: () => Promise.resolve() });
    const app = await makeEngine(boot, {
      api,
      db: await openDatabase({ indexedDB: this.indexedDB }),
      locks: this.locks,
      channel: this.channels.open(),
      socket: { api, url: "ws://x/ws/v1", WebSocket: this.server.socket(user), unit: 10, pingEvery: 100_000 },
      isVisible: () => true,
      patience: 20, spread: 10, unit: 10, readAfter: 5, keepAfter: 5, tellAfter: 10,
      ...outside,
    }); // prettier-ignore
    this.tabs.push(app);
    if (start) await app.start();
    return app;
  }

  /** All tabs go; what is in IndexedDB stays. */
  async close() {
    for (const app of this.tabs) {
      await app.cache.flush();
      app.stop();
    }
    this.tabs = [];
  }
}

export const texts = (app, chat) => app.timeline(chat).snapshot().rows.map((row) => row.message.text);
export const states = (app, chat) => app.timeline(chat).snapshot().rows.map((row) => row.state);
