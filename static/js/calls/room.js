/**
 * Through the media server: one connection sends what I show, a second one receives what all others do. The same methods as mesh.js.
 * Publishers are the devices in the call, by the same UUID.
 */

import { judge, sampleOf } from "calls/quality.js";
import { ERRORS, Janus, JanusError } from "calls/janus.js";

const LAYERS = [
  { rid: "h", maxBitrate: 1_200_000 },
  { rid: "m", maxBitrate: 400_000, scaleResolutionDownBy: 2 },
  { rid: "l", maxBitrate: 120_000, scaleResolutionDownBy: 4 },
];
const SUBSTREAM = { large: 2, small: 0, hidden: 0 };
const PATIENCE = 3000; // milliseconds a lost connection may come back by itself
const AGAIN = [1000, 2000, 4000, 8000];
const RENEW_BEFORE = 600_000;

/** @typedef {import("core/contract.js").MediaServerJSON} Way */

export class Room {
  /** @type {Janus|null} */
  #janus = null;
  #out = { handle: 0, pc: /** @type {RTCPeerConnection|null} */ (null) };
  #in = { handle: 0, pc: /** @type {RTCPeerConnection|null} */ (null) };
  #privateId = 0;
  #pin = "";
  #name = "";
  /** @type {Set<string>} publishers to be heard */
  #wanted = new Set();
  /** @type {Set<string>} */
  #subscribed = new Set();
  /** @type {Map<string, { mid: string, feed: string, kind: string }>} by mid, what the receiving connection carries */
  #lines = new Map();
  /** @type {Map<string, string>} device -> how large it is drawn */
  #sizes = new Map();
  /** @type {Set<string>} devices whose tracks were handed on */
  #known = new Set();
  #work = Promise.resolve();
  #isClosed = false;
  #tries = 0;
  #timers = { again: /** @type {any} */ (null), renew: /** @type {any} */ (null), lost: /** @type {any} */ (null) };
  #counts = { lost: 0, received: 0 };
  #becomeReady = () => {};
  /** Sound and picture go out. @type {Promise<void>} */
  ready = new Promise((done) => (this.#becomeReady = () => done(undefined)));

  /** @param {import("calls/mesh.js").CarrierNeeds & { way: Way|null, open: () => Promise<Way> }} needs */
  constructor(needs) {
    this.needs = needs;
    this.way = needs.way;
    this.video = needs.media.video;
    this.#start();
  }

  /** Who is in the call now; their tracks may have come before we heard of them. @param {{ device: string }[]} others */
  sync(others) {
    const there = new Set(others.map(({ device }) => device));
    for (const device of this.#known) if (!there.has(device)) this.#known.delete(device);
    for (const device of there) if (!this.#known.has(device)) this.#handOn(device);
  }

  setAudio(/** @type {MediaStreamTrack|null} */ track) {
    return this.#sender("audio")?.replaceTrack(track);
  }

  setVideo(/** @type {MediaStreamTrack|null} */ track) {
    this.video = track;
    return this.#sender("video")?.replaceTrack(track);
  }

  /** Thumbnails take the smallest layer, who is not seen none. @param {string} device @param {"large"|"small"|"hidden"} size */
  setSize(device, size) {
    if (this.#sizes.get(device) === size) return;
    this.#sizes.set(device, size);
    this.#tellSizes([device]);
  }

  async restart() {
    const [{ handle, pc }, janus] = [this.#out, this.#janus];
    if (!janus || !pc) return;
    try {
      await this.#offer(janus, handle, pc, "configure", { iceRestart: true });
      if (this.#in.handle) this.#then(() => this.#tellRoom({ request: "configure", restart: true }));
    } catch (error) {
      this.#lost(error);
    }
  }

  isConnected(/** @type {string} */ device) {
    return this.#in.pc?.connectionState === "connected" && this.#subscribed.has(device);
  }

  /** For those who look how it flows. */
  get connections() {
    return [this.#out.pc, this.#in.pc].filter((pc) => pc !== null);
  }

  level(/** @type {string} */ device) {
    const source = this.#receiver(device, "audio")?.getSynchronizationSources?.()[0];
    return source && performance.timeOrigin + performance.now() - source.timestamp < 1000 ? source.audioLevel ?? 0 : 0;
  }

  async measure() {
    const found = new Map();
    const [out, inward] = [this.#out.pc, this.#in.pc];
    if (out?.connectionState !== "connected") return found;
    const reports = [...(await out.getStats()).values(), ...(inward ? [...(await inward.getStats()).values()].filter(({ type }) => type === "inbound-rtp") : [])];
    const { sample, counts } = sampleOf(reports, this.#counts);
    this.#counts = counts;
    for (const device of this.#subscribed) found.set(device, { sample, quality: judge(sample) });
    if (!found.size) found.set(this.needs.device, { sample, quality: judge(sample) });
    return found;
  }

  close() {
    this.#isClosed = true;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#drop();
  }

  // --- coming in, and back ---

  async #start() {
    try {
      const way = (this.way ??= await this.needs.open());
      if (this.#isClosed) return;
      const janus = new Janus({ url: way.url, token: way.token, ...this.needs.outside?.janus });
      this.#janus = janus;
      janus.addEventListener("lost", () => this.#janus === janus && this.#lost(new JanusError(0, "no connection")));
      [this.#name, this.#pin] = [way.room, way.pin];
      await janus.open();
      await this.#publish(janus);
      this.#tries = 0;
      this.#renewLater(way);
      this.#becomeReady();
    } catch (error) {
      this.#lost(error);
    }
  }

  /** From the beginning, with a way asked for anew: the room may have been lost, or the lock changed. @param {unknown} error */
  #lost(error) {
    if (this.#isClosed) return;
    console.warn("The media server:", error);
    this.#drop();
    if (!(error instanceof JanusError && error.code === ERRORS.idTaken)) this.way = null; // else: my own, not yet forgotten
    clearTimeout(this.#timers.again);
    this.#timers.again = setTimeout(() => this.#start(), AGAIN[Math.min(this.#tries, AGAIN.length - 1)] * (0.75 + 0.5 * Math.random()));
    this.#tries += 1;
    this.needs.changed();
  }

  #drop() {
    this.#janus?.close();
    for (const { pc } of [this.#out, this.#in]) if (pc) (pc.onconnectionstatechange = null), pc.close();
    this.#janus = null;
    this.#out = { handle: 0, pc: null };
    this.#in = { handle: 0, pc: null };
    for (const all of [this.#wanted, this.#subscribed, this.#lines, this.#known]) all.clear();
  }

  /** The token is good for half a day. @param {{ expires_at: string }} way */
  #renewLater({ expires_at }) {
    clearTimeout(this.#timers.renew);
    const wait = Math.max(60_000, Date.parse(expires_at) - Date.now() - RENEW_BEFORE);
    this.#timers.renew = setTimeout(async () => {
      const way = await this.needs.open().catch(() => null);
      if (way && this.#janus) this.#janus.token = way.token;
      this.#renewLater(way ?? { expires_at: "" });
    }, Math.min(wait || 60_000, 2 ** 31 - 1));
  }

  // --- what goes out ---

  async #publish(/** @type {Janus} */ janus) {
    const { media, device } = this.needs;
    const pc = this.#connection(janus, this.#out);
    const handle = (this.#out.handle = await janus.attach((event) => this.#heard(event), (candidate) => add(pc, candidate)));
    const { data } = await janus.say(handle, { request: "join", ptype: "publisher", room: this.#name, pin: this.#pin, id: device });
    this.#privateId = data.private_id;
    pc.addTransceiver(media.audio ?? "audio", { direction: "sendonly" });
    pc.addTransceiver(this.video ?? "video", { direction: "sendonly", sendEncodings: LAYERS });
    await this.#offer(janus, handle, pc, "publish");
    this.#want(data.publishers ?? []);
  }

  /** @param {Janus} janus @param {number} handle @param {RTCPeerConnection} pc @param {string} request @param {RTCOfferOptions} [options] */
  async #offer(janus, handle, pc, request, options) {
    await pc.setLocalDescription(await pc.createOffer(options));
    const { jsep } = await janus.say(handle, { request, ...(request === "publish" ? { audiocodec: "opus", videocodec: "vp8" } : {}) }, pc.localDescription);
    if (jsep) await describe(pc, jsep);
  }

  /** What the room says by itself. @param {import("calls/janus.js").RoomEvent} event */
  #heard({ data }) {
    if (data.publishers) this.#want(data.publishers);
    const gone = data.leaving ?? data.unpublished;
    if (gone === "ok") this.#lost(new JanusError(ERRORS.noSuchRoom, "put out"));
    else if (gone) this.#forget(String(gone));
    if (data.videoroom === "destroyed") this.#lost(new JanusError(ERRORS.noSuchRoom, "the room is gone"));
  }

  // --- what comes in ---

  /** @param {{ id: string }[]} publishers */
  #want(publishers) {
    for (const { id } of publishers) this.#wanted.add(String(id));
    this.#then(() => this.#subscribe());
  }

  /** @param {string} feed */
  #forget(feed) {
    this.#wanted.delete(feed); // the room itself takes their lines out, with a new offer
    this.#subscribed.delete(feed);
    this.needs.changed();
  }

  /** One change of the receiving connection after the other. @param {() => Promise<unknown>} act */
  #then(act) {
    const janus = this.#janus;
    this.#work = this.#work.then(async () => {
      if (this.#isClosed || this.#janus !== janus) return; // asked of a connection that is no more
      try {
        await act();
      } catch (error) {
        if (this.#janus === janus) this.#lost(error);
      }
    });
  }

  async #subscribe() {
    const fresh = [...this.#wanted].filter((feed) => !this.#subscribed.has(feed));
    for (const feed of fresh) this.#subscribed.add(feed);
    if (fresh.length) await this.#ask(fresh);
    this.needs.changed();
  }

  /** @param {string[]} feeds */
  async #ask(feeds) {
    const streams = feeds.map((feed) => ({ feed }));
    try {
      if (this.#in.handle) return await this.#tellRoom({ request: "subscribe", streams });
      await this.#receive(streams);
    } catch (error) {
      if (!(error instanceof JanusError) || error.code !== ERRORS.noSuchFeed) throw error;
      for (const feed of feeds) {
        if (feeds.length > 1) await this.#ask([feed]); // one of them has just left: which?
        else this.#forget(feed);
      }
    }
  }

  /** The connection for all that is heard and seen. @param {{ feed: string }[]} streams */
  async #receive(streams) {
    const janus = /** @type {Janus} */ (this.#janus);
    const pc = this.#connection(janus, this.#in);
    const handle = await janus.attach((event) => this.#then(() => this.#answer(event)), (candidate) => add(pc, candidate));
    const body = { request: "join", ptype: "subscriber", room: this.#name, pin: this.#pin, private_id: this.#privateId, streams };
    try {
      const event = await janus.say(handle, body);
      this.#in.handle = handle;
      await this.#answer(event);
    } catch (error) {
      if (!this.#in.handle) pc.close();
      throw error;
    }
  }

  /** @param {object} body */
  async #tellRoom(body) {
    if (this.#janus && this.#in.handle) await this.#answer(await this.#janus.say(this.#in.handle, body));
  }

  /** Its offer, with who is in which line. @param {import("calls/janus.js").RoomEvent} event */
  async #answer({ data, jsep }) {
    if (data.streams) {
      const lines = data.streams.filter((/** @type {any} */ line) => line.feed_id !== undefined && line.active !== false);
      this.#lines = new Map(lines.map((/** @type {any} */ line) => [line.mid, { mid: line.mid, feed: String(line.feed_id), kind: line.type }]));
    }
    const [{ handle, pc }, janus] = [this.#in, this.#janus];
    if (!jsep || !pc || !janus) return;
    await describe(pc, jsep);
    await pc.setLocalDescription();
    await janus.say(handle, { request: "start" }, pc.localDescription);
    for (const device of this.#subscribed) this.#handOn(device);
    this.#tellSizes([...this.#sizes.keys()]);
  }

  /** @param {string} device */
  #handOn(device) {
    for (const kind of ["audio", "video"]) {
      const track = this.#receiver(device, kind)?.track;
      if (!track) continue;
      this.#known.add(device);
      this.needs.gotTrack(device, track);
    }
  }

  /** @param {string[]} devices */
  #tellSizes(devices) {
    const streams = devices.flatMap((device) => {
      const line = this.#line(device, "video");
      const size = /** @type {"large"|"small"|"hidden"} */ (this.#sizes.get(device));
      return line ? [{ mid: line.mid, substream: SUBSTREAM[size], send: size !== "hidden" }] : [];
    });
    if (streams.length) this.#then(() => this.#tellRoom({ request: "configure", streams }));
  }

  // --- both ---

  /** @param {Janus} janus @param {{ handle: number, pc: RTCPeerConnection|null }} place */
  #connection(janus, place) {
    const Implementation = this.needs.outside?.RTCPeerConnection ?? RTCPeerConnection;
    const pc = /** @type {RTCPeerConnection} */ (new Implementation(this.needs.config()));
    place.pc?.close();
    place.pc = pc;
    pc.onicecandidate = ({ candidate }) => place.handle && janus.trickle(place.handle, candidate);
    pc.onconnectionstatechange = () => this.#stateChanged(pc);
    return pc;
  }

  #stateChanged(/** @type {RTCPeerConnection} */ pc) {
    clearTimeout(this.#timers.lost);
    if (pc.connectionState === "failed") this.restart();
    if (pc.connectionState === "disconnected") this.#timers.lost = setTimeout(() => this.restart(), PATIENCE);
    this.needs.changed();
  }

  /** @param {"audio"|"video"} kind */
  #sender(kind) {
    const all = this.#out.pc?.getTransceivers() ?? [];
    return all[kind === "audio" ? 0 : 1]?.sender;
  }

  /** @param {string} device @param {string} kind */
  #line(device, kind) {
    return [...this.#lines.values()].find((line) => line.feed === device && line.kind === kind);
  }

  /** @param {string} device @param {string} kind */
  #receiver(device, kind) {
    const mid = this.#line(device, kind)?.mid;
    return mid === undefined ? undefined : this.#in.pc?.getTransceivers().find((one) => one.mid === mid)?.receiver;
  }
}

/** The server's candidates may come before the description they belong to. @type {WeakMap<RTCPeerConnection, RTCIceCandidateInit[]>} */
const early = new WeakMap();

/** @param {RTCPeerConnection} pc @param {any} candidate */
function add(pc, candidate) {
  if (!candidate || candidate.completed) return;
  if (!pc.remoteDescription) early.set(pc, [...(early.get(pc) ?? []), candidate]);
  else pc.addIceCandidate(candidate).catch((error) => console.warn("A candidate that does not fit:", error));
}

/** @param {RTCPeerConnection} pc @param {RTCSessionDescriptionInit} description */
async function describe(pc, description) {
  await pc.setRemoteDescription(description);
  for (const candidate of early.get(pc) ?? []) add(pc, candidate);
  early.delete(pc);
}
