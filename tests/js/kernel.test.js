import assert from "node:assert/strict";
import { test } from "node:test";

import { Api, ApiError } from "core/api.js";
import { openDatabase } from "core/db.js";
import { isSafe } from "core/fill.js";
import { Socket } from "core/socket.js";
import { Store } from "core/store.js";
import { MemoryDatabase } from "chat/memory.js";
import { Sequencer } from "chat/sequencer.js";
import { FakeIndexedDB } from "./fakes/indexeddb.js";
import { pause, until } from "./fakes/browser.js";
import { FakeServer } from "./fakes/server.js";

test("a store tells once per microtask and keeps its snapshot", async () => {
  class Counter extends Store {
    count = 0;
    build() {
      return { count: this.count };
    }
  }
  const counter = new Counter();
  const heard = [];
  const stop = counter.subscribe(({ count }) => heard.push(count));
  for (counter.count = 0; counter.count < 5; ) {
    counter.count += 1;
    counter.changed();
  }
  assert.equal(counter.snapshot(), counter.snapshot());
  await pause(0);
  stop();
  counter.changed();
  await pause(0);
  assert.deepEqual(heard, [0, 5]);
});

test("the sequencer applies in order, drops the old, and asks for what stays missing", async () => {
  const applied = [];
  let repairs = 0;
  const sequencer = new Sequencer({ have: 3, apply: (item) => applied.push(item), repair: () => (repairs += 1), patience: 10 });
  for (const number of [3, 6, 5, 4, 4, 8]) sequencer.offer(number, number);
  assert.deepEqual(applied, [4, 5, 6]);
  await pause(25);
  assert.equal(repairs, 1);
  sequencer.raise(8);
  sequencer.offer(9, 9);
  assert.deepEqual(applied, [4, 5, 6, 9]);
  sequencer.offer(2, 2); // long known: nothing is missing
  await pause(25);
  assert.equal(repairs, 1);
  sequencer.close();
});

test("the database keeps over a reload, numbers the outbox, and is wiped whole; memory does the same", async () => {
  const indexedDB = new FakeIndexedDB();
  for (const open of [() => openDatabase({ indexedDB }), async () => new MemoryDatabase()]) {
    const db = await open();
    const [first, second] = [await db.put("outbox", { client_id: "a" }), await db.put("outbox", { client_id: "b" })];
    assert.ok(first < second);
    await db.putAll("drafts", [{ chat: 1 }, { chat: 2 }]);
    assert.equal((await db.all("drafts")).length, 2);
    await db.delete("drafts", 1);
    assert.equal(await db.get("drafts", 1), undefined);
    await db.wipe();
    assert.deepEqual([await db.all("outbox"), await db.all("drafts")], [[], []]);
  }
  await assert.rejects(openDatabase({ indexedDB: { open: () => { throw new Error("private"); } } })); // prettier-ignore
});

function api(answers) {
  const calls = [];
  const fetch = async (address, options) => {
    calls.push([options.method, address, options.headers["X-CSRFToken"]]);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return new Response(JSON.stringify(answer.body ?? {}), { status: answer.status ?? 200, headers: answer.headers });
  };
  return { calls, api: new Api({ fetch, csrf: () => "token", pause: () => Promise.resolve() }) };
}

test("reads are tried three times, writes once unless they carry a key", async () => {
  const cut = new TypeError("cut");
  const read = api([cut, { status: 503 }, { body: { ok: 1 } }]);
  assert.deepEqual(await read.api.get("me", { query: { a: 1, b: null } }), { ok: 1 });
  assert.deepEqual(read.calls[0], ["GET", "/api/v1/me?a=1", undefined]);
  const write = api([cut, { body: {} }]);
  await assert.rejects(write.api.post("chats"), { status: 0, code: "offline" });
  assert.equal(write.calls.length, 1);
  assert.equal(write.calls[0][2], "token");
  const keyed = api([cut, { body: { ok: 1 } }]);
  assert.deepEqual(await keyed.api.post("forwards", {}, { isRepeatable: true }), { ok: 1 });
});

test("an answer that is cut off is none, and asked for again", async () => {
  const bodies = ['{"is_in": tr', '{"is_in": true}'];
  const api = new Api({ fetch: async () => new Response(bodies.shift(), { status: 200 }), pause: () => pause(0) });
  assert.deepEqual(await api.get("calls/1/ping"), { is_in: true });
  const once = new Api({ fetch: async () => new Response("{", { status: 201 }) });
  await assert.rejects(once.post("chats", {}), (error) => error instanceof ApiError && error.status === 0);
  assert.equal(await new Api({ fetch: async () => new Response("", { status: 200 }) }).get("x"), null);
});

test("problem details become an ApiError; 4xx is not repeated", async () => {
  const one = api([{ status: 429, body: { code: "rate_limited", detail: "Slow down." }, headers: { "Retry-After": "7" } }]);
  const error = await one.api.get("search").catch((reason) => reason);
  assert.ok(error instanceof ApiError && error.isTransient);
  assert.deepEqual([error.status, error.code, error.detail, error.retryAfter], [429, "rate_limited", "Slow down.", 7]);
  assert.equal(one.calls.length, 1);
});

function socket(server, options = {}) {
  const made = new Socket({
    api: new Api({ fetch: server.fetch(1), csrf: () => "", pause: () => Promise.resolve() }),
    url: "ws://x", WebSocket: server.socket(1), unit: 8, random: () => 1, pingEvery: 100_000, ...options,
  }); // prettier-ignore
  return made;
}

test("the socket comes back with growing pauses, with its ticket and without HTTP", async () => {
  const server = new FakeServer();
  const one = socket(server);
  one.start();
  await until(() => one.isOpen);
  const asked = server.log.length;
  for (const open of [...server.sockets]) open.end();
  assert.equal(one.state, "waiting");
  await until(() => one.isOpen);
  assert.equal(server.log.length, asked); // the hello's ticket was enough
  server.down();
  const waits = [];
  one.addEventListener("state", () => one.state === "waiting" && waits.push(Math.round(one.retryAt - Date.now())));
  await until(() => waits.length >= 3);
  assert.ok(waits[2] > waits[0], waits.join());
  server.up();
  await until(() => one.isOpen);
  one.stop();
});

test("what the server asks for comes before the client's own pause", async () => {
  const server = new FakeServer();
  const one = socket(server);
  one.start();
  await until(() => one.isOpen);
  for (const open of [...server.sockets]) open.tell({ event: "bye", data: { reason: "drain", retry_after_ms: 150 } });
  await pause(10);
  for (const open of [...server.sockets]) open.end();
  assert.ok(one.retryAt - Date.now() > 100);
  one.wake(); // coming online does not push in before the others
  assert.equal(one.state, "waiting");
  await until(() => one.isOpen);
  one.stop();
});

test("a connection that answers nothing is dropped at the first doubt; requests in it fail as lost", async () => {
  const server = new FakeServer();
  const one = socket(server, { doubt: 10, unit: 1000 });
  one.start();
  await until(() => one.isOpen);
  server.isMute = true;
  await assert.rejects(one.request("typing", {}, { timeout: 10 }), { status: 0, code: "timeout" });
  const other = assert.rejects(one.request("typing", {}), { status: 0 });
  await until(() => one.state === "waiting");
  await other;
  one.stop();
  await assert.rejects(one.request("ping"), { status: 0 });
});

test("401 for a ticket ends it", async () => {
  const server = new FakeServer();
  server.refuse = () => ({ status: 401, code: "not_authenticated" });
  const one = socket(server);
  const told = new Promise((done) => one.addEventListener("signedout", done));
  one.start();
  await told;
  assert.equal(one.state, "stopped");
});

test("only harmless addresses reach the page", () => {
  for (const good of ["/c/1", "https://x.org", "blob:https://x/1", "mailto:a@b.c", "data:image/png;base64,AA", "?q=1"]) assert.ok(isSafe(good), good);
  for (const bad of ["javascript:alert(1)", " java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "data:image/svg+xml,x"]) assert.ok(!isSafe(bad), bad);
});
