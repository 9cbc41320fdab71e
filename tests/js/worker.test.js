/** The service worker's part in a call: it rings while the server says so, and takes its notice back. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../static/js/sw.js", import.meta.url), "utf8");
const RING = {
  type: "call", title: "Alice", body: "Video call", tag: "call-7", url: "/c/3?ring=7", call: 7, answer: "Answer", decline: "Decline",
  expires: new Date(Date.now() + 40_000).toISOString(),
}; // prettier-ignore
const END = { type: "call_end", title: "Alice", body: "Missed call", tag: "call-7", url: "/c/3", call: 7, is_missed: true };

/** @param {{ windows?: object[], answers?: Record<string, any>, csrf?: string }} [world] */
function worker({ windows = [], answers = {}, csrf } = {}) {
  const listeners = {}, asked = [], opened = []; // prettier-ignore
  let notices = [];
  const registration = {
    showNotification: async (title, options) => {
      notices = notices.filter((one) => one.tag !== options.tag);
      notices.push({ title, ...options, close() { notices = notices.filter((one) => one !== this); } }); // prettier-ignore
    },
    getNotifications: async ({ tag }) => notices.filter((one) => one.tag === tag),
  };
  const self = {
    addEventListener: (name, listener) => (listeners[name] = listener),
    location: { origin: "https://ten.example" },
    navigator: {},
    registration,
    clients: { matchAll: async () => windows, openWindow: async (url) => opened.push(url) },
    ...(csrf === undefined ? {} : { cookieStore: { get: async () => csrf && { value: csrf } } }),
  };
  const fetch = async (address, options = {}) => {
    asked.push([options.method ?? "GET", address, options.headers?.["X-CSRFToken"]]);
    if (!(address in answers)) throw new TypeError("no network");
    const [status, body] = answers[address];
    return { ok: status < 300, status, json: async () => body };
  };
  const names = { self, fetch, URL, AbortSignal, Date, console: { warn() {} }, VERSION: "1", SHELL: [], ICON: "i", BADGE: "b" };
  vm.runInNewContext(SOURCE, names);
  const dispatch = async (name, event) => {
    const waits = [];
    listeners[name]({ ...event, waitUntil: (promise) => waits.push(promise) });
    await Promise.all(waits);
  };
  return {
    push: (notice) => dispatch("push", { data: { json: () => notice } }),
    click: (action) => dispatch("notificationclick", { action, notification: notices[0] }),
    notices: () => notices, asked, opened,
  }; // prettier-ignore
}

const ringing = { "/api/v1/calls/7": [200, { state: "ringing" }] };

test("a call stays on the screen with its two buttons", async () => {
  const one = worker({ answers: ringing });
  await one.push(RING);
  const [notice] = one.notices();
  assert.deepEqual([notice.title, notice.body, notice.requireInteraction], ["Alice", "Video call", true]);
  assert.deepEqual(Array.from(notice.actions, ({ action, title }) => [action, title]), [["answer", "Answer"], ["decline", "Decline"]]); // prettier-ignore
});

test("a call that is over rings no more, whatever the clock of the device says", async () => {
  for (const answer of [[200, { state: "ended" }], [200, { state: "active" }], [404, {}], [401, {}]]) {
    const one = worker({ answers: { "/api/v1/calls/7": answer } });
    await one.push(RING);
    assert.equal(one.notices().length, 0);
  }
  const late = worker({ answers: ringing });
  await late.push({ ...RING, expires: new Date(Date.now() - 60_000).toISOString() });
  assert.equal(late.notices().length, 1); // the clock is wrong: the server knows
});

test("without an answer of the server the time decides", async () => {
  const soon = worker(), late = worker({ answers: { "/api/v1/calls/7": [503, {}] } }); // prettier-ignore
  await soon.push(RING);
  await late.push({ ...RING, expires: new Date(Date.now() - 1000).toISOString() });
  assert.deepEqual([soon.notices().length, late.notices().length], [1, 0]);
});

test("a page in sight rings by itself", async () => {
  const one = worker({ answers: ringing, windows: [{ focused: true, url: "https://ten.example/c/3" }] });
  await one.push(RING);
  assert.equal(one.notices().length, 0);
});

test("the end replaces the ring: missed stays, anything else goes", async () => {
  const missed = worker({ answers: ringing }), over = worker({ answers: ringing }); // prettier-ignore
  for (const one of [missed, over]) await one.push(RING);
  await missed.push(END);
  await over.push({ ...END, body: "Video call", is_missed: false });
  assert.deepEqual(Array.from(missed.notices(), (one) => [one.body, one.requireInteraction]), [["Missed call", undefined]]);
  assert.equal(over.notices().length, 0);
});

test("answering opens the call; a click anywhere else shows it", async () => {
  const one = worker({ answers: ringing });
  await one.push(RING);
  await one.click("answer");
  await one.push(RING);
  await one.click("");
  assert.deepEqual(one.opened, ["/c/3?ring=7&answer=1", "/c/3?ring=7"]);
});

test("declining opens nothing where the worker may say it", async () => {
  const said = worker({ csrf: "secret", answers: { ...ringing, "/api/v1/calls/7/decline": [200, {}] } });
  await said.push(RING);
  await said.click("decline");
  assert.deepEqual(said.asked.at(-1), ["POST", "/api/v1/calls/7/decline", "secret"]);
  assert.deepEqual(said.opened, []);
});

test("declining opens the app where it may not", async () => {
  for (const world of [{}, { csrf: "" }, { csrf: "old", answers: { ...ringing, "/api/v1/calls/7/decline": [403, {}] } }]) {
    const one = worker({ answers: ringing, ...world });
    await one.push(RING);
    await one.click("decline");
    assert.deepEqual(one.opened, ["/c/3?ring=7&decline=1"]);
  }
});
