/** What the cards of calls say to whom, and how the people of a call are laid out; nothing is drawn. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { readCall, readPlan } from "calls/readings.js";
import { columnsFor, layoutOf, tilesOf } from "calls/views/layout.js";

const ME = 7;
const HER = 8;
const NOW = Date.parse("2030-05-04T09:00:00Z");

// --- cards ---

const card = (live) => ({ id: 1, kind: "call", snapshot: { kind: live.kind ?? "audio", caller: live.caller }, live: { state: "ended", is_group: false, is_answered: false, duration_seconds: 0, people: 0, ...live } });
const said = (live) => {
  const { word, note, act, tone } = readCall(card(live), ME);
  return [word, note, act, tone];
};

for (const [name, live, expected] of [
  ["I talked", { caller: ME, is_answered: true, reason: "hung_up" }, ["card.outgoing", "", "again", "good"]],
  ["she called, I answered", { caller: HER, is_answered: true, reason: "hung_up", kind: "video" }, ["card.incomingVideo", "", "again", "good"]],
  ["I missed it", { caller: HER, reason: "missed" }, ["card.missed", "", "back", "bad"]],
  ["she gave up: I missed it", { caller: HER, reason: "cancelled" }, ["card.missed", "", "back", "bad"]],
  ["I was busy: I missed it", { caller: HER, reason: "busy" }, ["card.missed", "", "back", "bad"]],
  ["I declined", { caller: HER, reason: "declined" }, ["card.declined", "", "back", "over"]],
  ["she declined", { caller: ME, reason: "declined" }, ["card.declined", "", "again", "over"]],
  ["she did not hear it", { caller: ME, reason: "missed" }, ["card.outgoing", "card.noAnswer", "again", "over"]],
  ["she was busy", { caller: ME, reason: "busy" }, ["card.outgoing", "card.busy", "again", "over"]],
  ["I gave up", { caller: ME, reason: "cancelled", kind: "video" }, ["card.cancelledVideo", "", "again", "over"]],
  ["it runs", { caller: HER, state: "active" }, ["card.running", "", "", "good"]],
  ["a group's runs", { caller: HER, state: "active", is_group: true }, ["card.running", "", "join", "good"]],
  ["a group's is over", { caller: HER, is_group: true, is_answered: true, reason: "hung_up" }, ["card.group", "", "", "over"]],
]) test(`card: ${name}`, () => assert.deepEqual(said(live), expected));

test("a card whose call is not told", () => assert.equal(readCall({ snapshot: { kind: "video", caller: ME }, live: null }, ME).word, "call.video"));

const plan = (minutes, live = {}, snapshot = {}) => {
  const starts_at = new Date(NOW + minutes * 60_000).toISOString();
  return readPlan({ snapshot: { starts_at, ...snapshot }, live: { starts_at, created_by: HER, is_cancelled: false, ...live } }, { id: ME, mayBan: false, now: NOW });
};

test("a planned call may be joined from a quarter of an hour before until an hour after", () => {
  assert.deepEqual([-61, -59, 14, 16].map((minutes) => plan(minutes).mayJoin), [false, true, true, false]);
  assert.equal(plan(5, { is_cancelled: true }).mayJoin, false);
});

test("who made it may cancel it", () => {
  assert.equal(plan(60).mayCancel, false);
  assert.equal(plan(60, { created_by: ME }).mayCancel, true);
  assert.equal(plan(60, { created_by: ME, is_cancelled: true }).mayCancel, false);
  assert.equal(plan(-90, { created_by: ME }).mayCancel, false);
});

test("a reminder says that it begins soon, until it is over", () => {
  assert.equal(plan(10, {}, { is_reminder: true }).isSoon, true);
  assert.equal(plan(-90, {}, { is_reminder: true }).isSoon, false);
});

// --- who is shown, and how ---

const peer = (device, more = {}) => ({ device, user: { id: 1 }, stream: {}, isMuted: false, hasVideo: false, isSharing: false, handRaisedAt: null, isSpeaking: false, quality: { bars: 4 }, ...more });
const current = (peers, more = {}) => ({ call: { legs: [] }, device: "mine", local: null, localLevel: 0, isMuted: false, hasVideo: false, isSharing: false, hasHand: false, activeSpeaker: null, peers, ...more });

test("raised hands come first, in their order, and oneself last", () => {
  const tiles = tilesOf(current([peer("a"), peer("b", { handRaisedAt: "2030-01-01T00:00:02Z" }), peer("c"), peer("d", { handRaisedAt: "2030-01-01T00:00:01Z" })]), { id: ME });
  assert.deepEqual(tiles.map(({ key }) => key), ["d", "b", "a", "c", "self"]);
});

test("between two: a picture when there is one, else a face", () => {
  const layout = (more, local) => layoutOf(current([]), tilesOf(current([peer("a", more)], local), { id: ME }), false);
  assert.equal(layout({}), "face");
  assert.equal(layout({ hasVideo: true }), "picture");
  assert.equal(layout({ isSharing: true }), "picture");
  assert.equal(layout({ hasVideo: true, stream: null }), "face"); // said to be there, but not here yet
  assert.equal(layout({}, { hasVideo: true, local: {} }), "face"); // my own picture is the small one
});

test("in a group whoever shares the screen is large, else who speaks", () => {
  const big = (peers, activeSpeaker) => {
    const tiles = tilesOf(current(peers), { id: ME });
    return [layoutOf(current(peers, { activeSpeaker }), tiles, true), tiles.filter(({ isBig }) => isBig).map(({ key }) => key)];
  };
  assert.deepEqual(big([peer("a"), peer("b", { isSharing: true })], "a"), ["spotlight", ["b"]]);
  assert.deepEqual(big([peer("a"), peer("b")], "b"), ["grid", ["b"]]);
  assert.deepEqual(big([peer("a"), peer("b", { hasVideo: true })], null), ["grid", ["b"]]);
  assert.deepEqual(big([], null), ["grid", []]);
});

test("the grid makes the tiles as large as it can", () => {
  assert.deepEqual([1, 2, 4, 9, 25].map((count) => columnsFor(count, 1400, 700)), [1, 2, 2, 3, 7]);
  assert.deepEqual([2, 3].map((count) => columnsFor(count, 400, 900)), [1, 1]);
});
