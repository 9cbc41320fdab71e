// Which calls ring, which run, and what becomes of the one this device is in: with a server and connections of cardboard.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { ApiError } from "core/api.js";
import { pause, until } from "./fakes/browser.js";
import { FakeMedia, FakePeer, FakeStream } from "./fakes/calls.js";

globalThis.MediaStream = FakeStream;
const { Calls } = await import("calls/calls.js");

const [ALICE, BOB] = [1, 2];
const person = (id) => ({ id, handle: `u${id}`, name: `User ${id}` });
const leg = (user, device, more = {}) => ({ user: person(user), device, is_muted: false, has_video: false, is_sharing: false, hand_raised_at: null, ...more });
let server, calls, tones;

/** Ringing, from alice to bob. */
function call(more = {}) {
  const at = Date.now();
  return {
    id: 5, chat: 7, kind: "audio", state: "ringing", backend: "direct", caller: person(ALICE), callee: person(BOB), created_at: new Date(at).toISOString(),
    rings_until: new Date(at + 45_000).toISOString(), rang_at: null, answered_at: null, reason: "", legs: [leg(ALICE, "a")], ...more,
  }; // prettier-ignore
}

class FakeServer extends EventTarget {
  isOpen = true;
  asked = [];
  answers = { "call.running": () => ({ calls: [], missed_count: 0 }), "call.ping": () => ({ is_in: true }), "call.signals": () => ({ signals: [] }) };
  request = async (command, body) => {
    this.asked.push([command, body]);
    await pause(1);
    return this.answers[command]?.(body) ?? { call: call() };
  };
  tell = (event, data, more = {}) => this.dispatchEvent(new CustomEvent("event", { detail: { event, data, ...more } }));
  hello = () => this.dispatchEvent(new CustomEvent("hello"));
  count = (command) => this.asked.filter(([one]) => one === command).length;
}

beforeEach(() => {
  server = new FakeServer();
  tones = { playing: "", play: (name) => (tones.playing = name), end() {} };
  const leader = Object.assign(new EventTarget(), { isLeader: true });
  const engine = Object.assign(new EventTarget(), { me: person(BOB), socket: server, api: {}, leader, chats: { row: () => null } });
  calls = new Calls(engine, { tones, media: () => new FakeMedia(), session: { RTCPeerConnection: FakePeer, firstOffer: 5 } });
});

afterEach(() => {
  for (const id of [5, 6, 7, 8, 9]) server.tell("call.changed", call({ id, state: "ended" })); // no timer of a ring holds up the end
});

const ready = () => until(() => calls.snapshot().isReady);
const ringing = () => calls.snapshot().ringing.map(({ id }) => id);
const enters = (more) => (body) => ({ call: call({ state: "active", legs: [leg(ALICE, "a"), leg(BOB, body.device)], ...more }), ice: { ice_servers: [] }, media: null, is_new: true });

test("nothing rings before the running calls have answered, and then it does, once aloud", async () => {
  server.answers["call.running"] = () => ({ calls: [call()], missed_count: 2 });
  server.tell("call.changed", call());
  assert.deepEqual(ringing(), []);
  assert.equal(tones.playing, "");
  await ready();
  assert.deepEqual(ringing(), [5]);
  assert.equal(tones.playing, "ring");
  assert.equal(calls.snapshot().missedCount, 2);
  assert.equal(server.count("call.rings"), 1);
});

test("a call that ended while the socket was away stops ringing, and late news of it does not wake it", async () => {
  await ready();
  server.tell("call.changed", call());
  assert.deepEqual(ringing(), [5]);
  server.hello();
  await until(() => ringing().length === 0);
  assert.equal(tones.playing, "");
  server.tell("call.changed", call());
  assert.deepEqual(ringing(), []);
});

test("answered elsewhere falls silent at once, and a late ringing of it changes nothing", async () => {
  await ready();
  server.tell("call.changed", call());
  server.tell("call.changed", call({ state: "active", legs: [leg(ALICE, "a"), leg(BOB, "phone")] }));
  assert.deepEqual(ringing(), []);
  assert.equal(tones.playing, "");
  server.tell("call.changed", call());
  assert.deepEqual(ringing(), []);
  assert.deepEqual(calls.snapshot().inProgress.map(({ id }) => id), [5]); // to be taken over here
});

test("my own call, and one whose time is over by the server's clock, do not ring", async () => {
  await ready();
  server.tell("call.changed", call({ id: 6, caller: person(BOB) }));
  server.tell("call.changed", call({ id: 7 })); // heard live: the clocks agree
  const old = Date.now() - 60_000;
  server.tell("call.changed", call({ id: 8, created_at: new Date(old).toISOString(), rings_until: new Date(old + 45_000).toISOString() }));
  assert.deepEqual(ringing(), [7]);
});

test("a device whose clock is an hour wrong rings as long as all others", async () => {
  await ready();
  const then = Date.now() - 3_600_000;
  server.tell("call.changed", call({ created_at: new Date(then).toISOString(), rings_until: new Date(then + 80).toISOString() }));
  assert.deepEqual(ringing(), [5]);
  await until(() => ringing().length === 0, "over", 300);
});

test("declining is silent at once, and rings on where the server does not take it", async () => {
  await ready();
  server.tell("call.changed", call());
  server.answers["call.decline"] = () => { throw new ApiError(503, { code: "unavailable" }); }; // prettier-ignore
  const declined = calls.decline(5, "Later");
  assert.deepEqual(ringing(), []);
  await assert.rejects(declined, { code: "unavailable" });
  assert.deepEqual(ringing(), [5]);
  server.answers["call.decline"] = () => ({ call: call({ state: "ended", reason: "declined" }) });
  await calls.decline(5);
  assert.deepEqual(ringing(), []);
  assert.equal(calls.snapshot().missedCount, 0);
});

test("an answer begins a call, its end frees microphone and connections, and says why", async () => {
  await ready();
  server.tell("call.changed", call());
  server.answers["call.answer"] = enters();
  const ends = [];
  calls.addEventListener("ended", ({ detail }) => ends.push(detail.reason));
  await calls.answer(5);
  const { session } = calls;
  assert.equal(calls.snapshot().current.phase, "connecting");
  const [link] = session.carrier.links.values();
  link.pc.become("connected");
  assert.equal(calls.snapshot().current.phase, "connected");
  await assert.rejects(calls.start(9, "audio"), { code: "already_in_call" });
  server.tell("call.changed", call({ state: "ended", reason: "hung_up", answered_at: "x" }));
  assert.equal(calls.snapshot().current.phase, "ended");
  assert.ok(session.media.isClosed && link.pc.isClosed);
  await until(() => ends.join() === "hung_up");
  calls.dismiss();
  assert.equal(calls.snapshot().current, null);
});

test("a device that the server has dropped goes out, and says that it went on elsewhere", async () => {
  await ready();
  server.answers["call.join"] = enters();
  await calls.join(5);
  server.answers["call.ping"] = () => ({ is_in: false });
  server.answers["call.look"] = () => ({ call: call({ state: "active", legs: [leg(ALICE, "a"), leg(BOB, "other")] }) });
  server.hello();
  await until(() => calls.snapshot().current.phase === "ended");
  assert.equal(calls.snapshot().current.reason, "elsewhere");
});

test("who is called by nobody there hears a bell, busy ends it, and no microphone stays open", async () => {
  await ready();
  server.answers["call.start"] = (body) => ({ ...enters()(body), call: call({ caller: person(BOB), legs: [leg(BOB, body.device)] }) });
  await calls.start(7, "audio");
  assert.equal(calls.snapshot().current.phase, "calling");
  assert.equal(tones.playing, "ringback");
  server.answers["call.hang_up"] = () => ({ call: call({ state: "ended", reason: "cancelled", caller: person(BOB) }) });
  await calls.hangUp();
  assert.equal(tones.playing, "");
  server.answers["call.start"] = (body) => ({ ...enters()(body), call: call({ id: 6, state: "ended", reason: "busy", legs: [] }) });
  await calls.start(7, "audio");
  assert.equal(calls.snapshot().current.reason, "busy");
  assert.ok(calls.session.media.isClosed);
});

test("busy with another call, a missed call is a word and no ring", async () => {
  await ready();
  const waiting = [];
  calls.addEventListener("waiting", ({ detail }) => waiting.push(detail.call.id));
  server.tell("call.changed", call({ id: 9, state: "ended", reason: "busy" }));
  assert.deepEqual([waiting, ringing(), calls.snapshot().missedCount], [[9], [], 1]);
});
