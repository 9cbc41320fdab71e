import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ApiError } from "core/api.js";
import { Timeline, WINDOW } from "chat/stores/timeline.js";
import { pause } from "./fakes/browser.js";
import { FakeServer } from "./fakes/server.js";

const ME = 1;
let server, timeline, reads, asked;

beforeEach(() => {
  server = new FakeServer();
  server.addChat(7, [ME, 2]);
  reads = [];
  asked = 0;
});

function open(count, { chat = {}, my = {} } = {}) {
  for (let number = 1; number <= count; number += 1) server.say(7, number % 3 ? 2 : ME, `m${number}`);
  const head = server.head(7, ME);
  timeline = new Timeline(7, {
    loaded() {},
    me: ME,
    pending: () => [],
    bubble: () => null,
    sending: () => ({ progress: null, retryAt: null }),
    chat: () => ({ chat: { ...head.chat, ...chat }, my: { ...head.my, ...my }, othersReadSeq: 0, othersDeliveredSeq: 0 }),
    read: (_chat, seq) => reads.push(seq),
    page: async (chatId, query) => {
      asked += 1;
      await pause(2);
      return structuredClone(server.page(chatId, new Map(Object.entries(query))));
    },
  });
  return timeline;
}

const seqs = () => timeline.snapshot().rows.map((row) => row.seq);

test("pages both ways without holes, and never more than the window", async () => {
  open(1000);
  await timeline.load();
  for (let pages = 0; pages < 9; pages += 1) await timeline.loadBefore();
  let found = seqs();
  assert.ok(found.length <= WINDOW, `${found.length} rows`);
  assert.equal(found[0], 501);
  assert.equal(timeline.snapshot().hasAfter, true);
  while (timeline.snapshot().hasAfter) await timeline.loadAfter();
  found = seqs();
  assert.ok(found.length <= WINDOW);
  assert.equal(found.at(-1), 1000);
  assert.deepEqual(found, Array.from({ length: found.length }, (_, index) => found[0] + index));
});

test("hundreds of live messages keep the window small", async () => {
  open(100);
  await timeline.load();
  for (let number = 0; number < 600; number += 1) timeline.upsert([structuredClone(server.say(7, 2, `live ${number}`))]);
  assert.ok(seqs().length <= WINDOW + 50, `${seqs().length} rows`);
  assert.equal(seqs().at(-1), 700);
});

test("who reads old messages is not torn away by new ones", async () => {
  open(400);
  await timeline.load();
  for (let pages = 0; pages < 5; pages += 1) await timeline.loadBefore();
  const first = seqs()[0];
  timeline.see(first, first + 10);
  for (let number = 0; number < 100; number += 1) timeline.upsert([structuredClone(server.say(7, 2))]);
  assert.equal(seqs()[0], first);
});

test("jump loads around a message and asks to scroll there; to the newest comes back", async () => {
  open(1000);
  await timeline.load();
  await timeline.jumpTo(300);
  assert.ok(seqs().includes(300) && !seqs().includes(1000));
  assert.equal(timeline.snapshot().jump.seq, 300);
  const before = asked;
  await timeline.jumpTo(301);
  assert.equal(asked, before); // it is here
  await timeline.toNewest();
  assert.equal(seqs().at(-1), 1000);
});

test("a change that overtakes the page that holds it wins", async () => {
  open(100);
  const loading = timeline.load();
  await pause(1); // the page is read…
  const stale = structuredClone(server.chats.get(7).messages[99]);
  server.edit(7, 100, { text: "newer" });
  timeline.upsert([structuredClone(server.chats.get(7).messages[99])]);
  server.chats.get(7).messages[99] = stale; // …before the edit
  await loading;
  assert.equal(timeline.message(100).text, "newer");
});

test("a message that comes while the newest page is under way is not lost", async () => {
  open(60);
  const loading = timeline.load();
  const late = structuredClone(server.say(7, 2, "late"));
  timeline.upsert([late]);
  server.chats.get(7).messages.pop();
  await loading;
  assert.equal(seqs().at(-1), 61);
});

test("days, runs and the first unread are marked; rows keep their identity", async () => {
  open(5, { my: { read_seq: 3 } });
  timeline.markFirstUnread();
  await timeline.load();
  const { rows } = timeline.snapshot();
  assert.equal(rows[0].startsDay, "2026-01-01");
  assert.deepEqual(rows.map((row) => row.isMine), [false, false, true, false, false]);
  assert.deepEqual(rows.map((row) => row.startsRun), [true, false, true, true, false]);
  assert.deepEqual(rows.map((row) => row.endsRun), [false, true, true, false, true]);
  assert.deepEqual(rows.map((row) => row.isFirstUnread), [false, false, false, true, false]);
  timeline.upsert([{ ...structuredClone(server.chats.get(7).messages[4]), text: "edited", modseq: 99 }]);
  const after = timeline.snapshot().rows;
  assert.equal(after[0], rows[0]);
  assert.notEqual(after[4], rows[4]);
});

test("a guess shows until it is taken back; deleted and hidden ones are no rows", async () => {
  open(3);
  await timeline.load();
  const takeBack = timeline.patch(2, { text: "guess" });
  assert.equal(timeline.snapshot().rows[1].message.text, "guess");
  takeBack();
  assert.equal(timeline.snapshot().rows[1].message.text, "m2");
  timeline.hide([1]);
  timeline.upsert([{ ...structuredClone(server.chats.get(7).messages[2]), is_deleted: true, modseq: 50 }]);
  assert.deepEqual(seqs(), [2]);
});

test("what is stored already is not shown as pending besides", async () => {
  open(1);
  server.say(7, ME, "mine", { client_id: "c-1" });
  const entry = (client_id) => ({ client_id, chat: 7, state: "pending", error: null });
  timeline.needs.pending = () => [entry("c-1"), entry("c-2")];
  timeline.needs.bubble = ({ client_id }) => ({ ...server.chats.get(7).messages[1], seq: 0, client_id });
  await timeline.load();
  assert.deepEqual(timeline.snapshot().rows.map((row) => [row.key, row.state]), [["m1", "received"], ["c-1", "sent"], ["c-2", "pending"]]);
});

test("offline without anything kept says so", async () => {
  open(3);
  timeline.needs.page = async () => Promise.reject(new ApiError(0));
  assert.equal(await timeline.load(), null);
  assert.equal(timeline.snapshot().state, "offline");
});
