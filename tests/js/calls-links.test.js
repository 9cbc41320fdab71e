// Signals, negotiation and judgement: what two devices need to agree without losing anything.
import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "core/api.js";
import { PictureGuard, judge, sampleOf } from "calls/quality.js";
import { Signals } from "calls/signals.js";
import { pause, until } from "./fakes/browser.js";
import { FakePeer, FakeStream } from "./fakes/calls.js";

globalThis.MediaStream = FakeStream;
const { Link } = await import("calls/link.js");

const MINE = "b";
const signal = (id, n, more = {}) => ({ id, call: 5, from_device: "a", to_device: MINE, n, description: null, candidates: [{ candidate: `c${id}` }], ...more });

function signals({ ask, fetched = [] } = {}) {
  const sent = [];
  const got = [];
  const made = new Signals({
    call: 5, device: MINE, gather: 5, retryAfter: 5,
    ask: async (command, body) => {
      if (command === "call.signals") return { signals: fetched };
      sent.push(body);
      await ask?.(body, sent.length);
      return { id: sent.length };
    },
    deliver: (from, { candidates }) => got.push(...candidates.map(({ candidate }) => candidate)),
  }); // prettier-ignore
  return { made, sent, got };
}

test("a signal is said again under its number until it is answered, and what follows waits", async () => {
  const { made, sent } = signals({ ask: (_body, count) => { if (count < 3) throw new ApiError(0); } }); // prettier-ignore
  made.describe("a", { type: "offer", sdp: "v=0" });
  made.candidate("a", { candidate: "one" });
  made.candidate("a", { candidate: "two" });
  await until(() => sent.length === 4);
  assert.deepEqual(sent.map(({ n }) => n), [1, 1, 1, 2]);
  assert.deepEqual(sent[3].candidates.map(({ candidate }) => candidate), ["one", "two"]); // in one
});

test("what is refused for good is let go, and others hear all the same", async () => {
  const refuse = ({ to_device }) => { if (to_device === "gone") throw new ApiError(409, { code: "peer_not_in_call" }); }; // prettier-ignore
  const { made, sent } = signals({ ask: refuse });
  made.describe("gone", { type: "offer", sdp: "v=0" });
  made.describe("gone", { type: "offer", sdp: "v=0" });
  made.describe("a", { type: "offer", sdp: "v=0" });
  await until(() => sent.length === 3);
  await pause(20);
  assert.deepEqual(sent.map(({ to_device }) => to_device).sort(), ["a", "gone", "gone"]);
});

test("each signal once, and only those for this device in this call", () => {
  const { made, got } = signals();
  for (const one of [signal(1, 1), signal(1, 1), signal(9, 2), signal(3, 3, { to_device: "x" }), signal(4, 4, { call: 6 })]) made.receive(one);
  assert.deepEqual(got, ["c1", "c9"]);
});

test("after an absence what was missed comes before what is new", async () => {
  const { made, got } = signals({ fetched: [signal(2, 2), signal(3, 3)] });
  made.receive(signal(1, 1));
  made.lose();
  made.receive(signal(4, 4));
  made.receive(signal(3, 3)); // also among those that were missed
  assert.deepEqual(got, ["c1"]);
  await made.catchUp();
  assert.deepEqual(got, ["c1", "c2", "c3", "c4"]);
});

function link(isPolite, more = {}) {
  const out = [];
  const made = new Link({
    device: "x", isPolite, config: { iceServers: [] }, audio: { kind: "audio" }, video: null, bitrate: 1, describe: (one) => out.push(one), candidate() {},
    gotTrack() {}, stateChanged() {}, refresh: async () => ({ iceServers: [1] }), RTCPeerConnection: FakePeer, firstOffer: 5, ...more,
  }); // prettier-ignore
  return { made, out, pc: made.pc };
}

test("the polite side lets the other begin, and begins itself when nothing comes", async () => {
  const { made, out } = link(true);
  await pause(1);
  assert.deepEqual(out, []);
  await until(() => out.length === 1);
  assert.equal(out[0].type, "offer");
  made.close();
});

test("both offer at once: the polite one takes its own back, the other one ignores", async () => {
  const [polite, firm] = [link(true, { firstOffer: 0 }), link(false)];
  await until(() => polite.out.length && firm.out.length);
  const [hers, his] = [polite.out.splice(0)[0], firm.out.splice(0)[0]];
  await Promise.all([polite.made.receive({ description: his }), firm.made.receive({ description: hers })]);
  assert.deepEqual(polite.out.map(({ type }) => type), ["answer"]);
  assert.deepEqual(firm.out, []);
  assert.ok(polite.pc.log.includes("rollback") && !firm.pc.log.includes("rollback"));
  await firm.made.receive({ candidates: [{ candidate: "of the offer that was ignored" }] }); // no noise
  await firm.made.receive({ description: polite.out[0] });
  assert.equal(polite.pc.signalingState, "stable");
  assert.equal(firm.pc.signalingState, "stable");
  polite.made.close();
  firm.made.close();
});

test("a failed connection looks for new ways with fresh credentials", async () => {
  const { made, pc } = link(false);
  await until(() => pc.log.includes("offer"));
  pc.signalingState = "stable";
  pc.become("failed");
  await until(() => pc.log.includes("restart"));
  assert.deepEqual(pc.config, { iceServers: [1] });
  made.close();
});

const fine = { rtt: 0.05, loss: 0, available: 2_000_000, isCpuLimited: false, isSendingVideo: true };

test("bars and their reason are those of the worst there is", () => {
  assert.deepEqual(judge(fine), { bars: 4, why: "" });
  assert.deepEqual(judge({ ...fine, loss: 0.07 }), { bars: 2, why: "packet_loss" });
  assert.deepEqual(judge({ ...fine, rtt: 0.9, loss: 0.03 }), { bars: 1, why: "delay" });
  assert.deepEqual(judge({ ...fine, available: 200_000 }), { bars: 2, why: "low_bandwidth" });
  assert.deepEqual(judge({ ...fine, available: 200_000, isSendingVideo: false }), { bars: 4, why: "" }); // sound fits
  assert.deepEqual(judge({ ...fine, isCpuLimited: true }), { bars: 3, why: "cpu" });
});

test("loss is what was lost since the last look", () => {
  const report = (packetsLost, packetsReceived) => [{ type: "inbound-rtp", kind: "audio", packetsLost, packetsReceived }];
  const first = sampleOf(report(50, 50));
  assert.equal(first.sample.loss, 0.5);
  assert.equal(sampleOf(report(50, 150), first.counts).sample.loss, 0);
});

test("sound first: the picture goes after two poor samples, comes back after ten good seconds, and later if that was too early", () => {
  const guard = new PictureGuard();
  const poor = { ...fine, available: 100_000 };
  assert.equal(guard.look(poor, 0), false);
  assert.equal(guard.look(fine, 2000), false); // a hiccup
  guard.look(poor, 4000);
  assert.equal(guard.look(poor, 6000), true);
  assert.equal(guard.look(fine, 8000), true);
  assert.equal(guard.look({ ...fine, loss: 0.3 }, 16_000), true); // from the beginning
  assert.equal(guard.look(fine, 18_000), true);
  assert.equal(guard.look(fine, 28_000), false);
  for (const at of [30_000, 32_000, 34_000, 36_000]) guard.look(poor, at);
  assert.equal(guard.isOff, true);
  guard.look(fine, 38_000);
  assert.equal(guard.look(fine, 50_000), true); // twice as long now
  assert.equal(guard.look(fine, 58_000), false);
});
