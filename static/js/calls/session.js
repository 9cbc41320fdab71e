/** The call this device is in, from the first ring to the end: who is there, what they see and hear of each other, how well. */

import { ApiError } from "core/api.js";
import { Media, bitsFor, stayAwake } from "calls/media.js";
import { Mesh } from "calls/mesh.js";
import { PictureGuard, poorest, worst } from "calls/quality.js";
import { Room } from "calls/room.js";
import { Signals } from "calls/signals.js";

const PING_EVERY = 10_000;
const MEASURE_EVERY = 2000;
const LEVELS_EVERY = 150;
const SILENT_FOR = 30_000; // milliseconds without the server and without the others: it is over
const CREDENTIALS_LEFT = 300_000;
const LOUD = 0.04;
const SPEAKING_FOR = 600; // milliseconds: between two words nobody falls silent
const GIVE_WAY = 6000; // the mesh stays until the media server carries, or this long

/**
 * @typedef {import("core/contract.js").CallJSON} CallJSON
 * @typedef {import("core/contract.js").CallLegJSON} CallLegJSON
 * @typedef {import("core/contract.js").CallEntryJSON} CallEntryJSON
 * @typedef {import("calls/quality.js").Quality} Quality
 * @typedef {"calling"|"ringing"|"connecting"|"connected"|"reconnecting"|"ended"} Phase
 * @typedef {{ device: string, user: CallLegJSON["user"], stream: MediaStream|null, isMuted: boolean, hasVideo: boolean, isSharing: boolean,
 *   handRaisedAt: string|null, level: number, isSpeaking: boolean, isConnected: boolean, quality: Quality }} Peer
 * @typedef {{ call: CallJSON, device: string, phase: Phase, reason: string, since: number|null, isMuted: boolean, hasVideo: boolean,
 *   isSharing: boolean, hasHand: boolean, local: MediaStream|null, localLevel: number, peers: Peer[], quality: Quality,
 *   activeSpeaker: string|null, isHost: boolean, canShare: boolean, canFlip: boolean }} Current
 * @typedef {{ leg: CallLegJSON, stream: MediaStream|null, level: number, spokeAt: number, quality: Quality }} Other
 * @typedef {object} SessionNeeds
 * @property {CallEntryJSON} entry
 * @property {string} device
 * @property {Media} media open already
 * @property {import("calls/line.js").Line} line
 * @property {number} me
 * @property {() => boolean} isHost
 * @property {() => void} changed
 * @property {(name: string, detail?: object) => void} announce
 * @property {() => void} ended
 * @property {any} [outside] of Link and Room, in tests
 */
export class Session {
  reason = "";
  since = /** @type {number|null} */ (null);
  quality = /** @type {Quality} */ ({ bars: 4, why: "" });
  activeSpeaker = /** @type {string|null} */ (null);
  hasHand = false;
  /** @type {Map<string, Other>} */
  others = new Map();
  /** @type {Mesh|Room|null} */
  carrier = null;
  #guard = new PictureGuard();
  #timers = /** @type {any[]} */ ([]);
  #lastHeard = Date.now();
  #stop = new AbortController();
  #isTold = true; // the server knows what I show of myself
  #view = /** @type {Current|null} */ (null);
  #cameras = 0;
  /** @type {[string, import("calls/signals.js").Signal][]} */
  #early = [];

  /** @param {SessionNeeds} needs */
  constructor(needs) {
    const { entry, media, device, line } = needs;
    this.needs = needs;
    this.call = entry.call;
    this.ice = entry.ice;
    this.way = entry.media;
    this.media = media;
    this.device = device;
    this.signals = new Signals({
      ask: (command, body) => line.ask(command, body),
      call: entry.call.id,
      device,
      deliver: (from, signal) => this.#deliver(from, signal),
    });
    media.addEventListener("audio", () => this.#audioChanged());
    media.addEventListener("video", () => this.#videoChanged());
    if (entry.call.state !== "ended") this.#listen();
    this.update(entry.call);
  }

  get isOver() {
    return this.reason !== "";
  }

  /** @returns {Phase} */
  get phase() {
    if (this.isOver) return "ended";
    if (this.call.state === "ringing") return this.call.rang_at ? "ringing" : "calling";
    if (this.#isConnected()) return "connected";
    return this.since === null ? "connecting" : "reconnecting";
  }

  /** The call as the server has it now. @param {CallJSON} call */
  update(call) {
    if (this.isOver) return;
    const before = this.call;
    this.call = call;
    if (call.state === "ended") return this.finish(call.reason);
    const legs = call.legs.filter(({ device }) => device !== this.device);
    const mine = call.legs.find(({ device }) => device === this.device);
    if (!mine) this.ping(); // heard late, or am I out? Only the answer says
    else this.hasHand = mine.hand_raised_at !== null;
    if (call.state === "active") {
      const others = legs.filter(({ user }) => user.id !== this.needs.me);
      this.#know(others);
      if (!this.carrier || before.backend !== call.backend) this.#carry(call.backend);
      this.carrier?.sync(others);
      for (const [from, signal] of this.#early.splice(0)) this.#deliver(from, signal);
      if (others.length !== this.others.size || before.legs.length !== call.legs.length) this.#sendVideo(); // its share of what there is
    }
    this.#note();
    this.needs.changed();
  }

  /** A signal for this device. @param {import("core/contract.js").CallSignalJSON} signal */
  signal(signal) {
    this.signals.receive(signal);
  }

  /** The socket is back. */
  async reconnected() {
    if (this.isOver) return;
    if (!this.#isTold) this.#tell();
    this.ping();
    await this.#catchUp();
  }

  /** Other ways to the others: the network has changed. */
  restart() {
    return this.carrier?.restart();
  }

  /** @param {string} reason */
  finish(reason) {
    if (this.isOver) return;
    this.reason = reason || "hung_up";
    this.#stop.abort();
    for (const timer of this.#timers) clearInterval(timer);
    this.signals.close();
    this.carrier?.close();
    this.media.close();
    for (const other of this.others.values()) other.level = 0;
    this.needs.changed();
    this.needs.ended();
  }

  setMuted(/** @type {boolean} */ on) {
    this.media.setMuted(on);
    return this.#tell();
  }

  async setCamera(/** @type {boolean} */ on) {
    await this.media.setCamera(on);
    if (on) this.#cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput").length;
    this.needs.changed();
  }

  /** @param {boolean} on */
  setHand(on) {
    this.hasHand = on;
    this.needs.changed();
    return this.#ask("call.leg", { hand: on });
  }

  /** @returns {Current} */
  view() {
    const { call, device, phase, reason, since, media, hasHand, quality, activeSpeaker } = this;
    const peers = [...this.others.values()].map((other) => this.#peer(other));
    this.#view = {
      call, device, phase, reason, since, hasHand, quality, activeSpeaker, peers,
      isMuted: media.isMuted, hasVideo: media.camera !== null, isSharing: media.screen !== null,
      local: media.local, localLevel: media.level(), isHost: this.needs.isHost(), canShare: Media.canShare, canFlip: this.#cameras > 1,
    }; // prettier-ignore
    return this.#view;
  }

  /** Asks whether this device is still in the call; the server drops one that is silent for 45 s. */
  async ping() {
    try {
      const { is_in } = await this.#ask("call.ping");
      this.#lastHeard = Date.now();
      if (!is_in) await this.#isOut();
      else if (!this.#isTold) this.#tell();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) this.finish("lost");
      else if (Date.now() - this.#lastHeard > SILENT_FOR && !this.#isConnected()) this.finish("lost");
    }
  }

  // --- inner ---

  #listen() {
    const { signal } = this.#stop;
    const { socket } = this.needs.line;
    this.#timers.push(setInterval(() => this.#beat(), PING_EVERY));
    this.#timers.push(setInterval(() => this.#measure(), MEASURE_EVERY));
    this.#timers.push(setInterval(() => this.#levels(), LEVELS_EVERY));
    socket.addEventListener("state", () => socket.isOpen || this.signals.lose(), { signal });
    globalThis.addEventListener?.("online", () => this.restart(), { signal });
    const connection = /** @type {any} */ (globalThis.navigator)?.connection;
    let type = connection?.type; // Wi-Fi, mobile: known on telephones only
    connection?.addEventListener?.("change", () => connection.type !== type && ((type = connection.type), this.restart()), { signal });
    stayAwake(signal);
  }

  #beat() {
    this.ping();
    if (!this.needs.line.socket.isOpen && this.call.state === "active") this.#catchUp(); // by REST, as long as there is no socket
  }

  async #catchUp() {
    await this.signals.catchUp().catch((error) => {
      if (!(error instanceof ApiError)) throw error; // else: the next connection asks again
    });
  }

  /** A signal may come before the news that the call was answered. @param {string} from @param {import("calls/signals.js").Signal} signal */
  #deliver(from, signal) {
    if (!this.carrier) this.#early.push([from, signal]);
    else if (this.carrier instanceof Mesh) this.carrier.receive(from, signal);
  }

  /** @param {string} command @param {object} [body] */
  #ask(command, body = {}) {
    return this.needs.line.ask(command, { call: this.call.id, device: this.device, ...body });
  }

  /** The server says that this device is out: why? */
  async #isOut() {
    const { call } = await this.needs.line.ask("call.look", { call: this.call.id }).catch(() => ({ call: null }));
    if (this.isOver) return;
    if (call?.state === "ended") return this.update(call);
    const isElsewhere = call?.legs.some((/** @type {CallLegJSON} */ { user, device }) => user.id === this.needs.me && device !== this.device);
    this.finish(isElsewhere ? "elsewhere" : "lost");
  }

  /** @param {CallLegJSON[]} legs */
  #know(legs) {
    const there = new Set(legs.map(({ device }) => device));
    for (const device of this.others.keys()) if (!there.has(device)) this.others.delete(device);
    for (const leg of legs) {
      const known = this.others.get(leg.device);
      if (known) known.leg = leg;
      else this.others.set(leg.device, { leg, stream: null, level: 0, spokeAt: 0, quality: { bars: 4, why: "" } });
    }
    if (this.activeSpeaker && !there.has(this.activeSpeaker)) this.activeSpeaker = null;
  }

  /** @param {string} backend */
  #carry(backend) {
    const old = this.carrier;
    const needs = {
      call: this.call.id, device: this.device, media: this.media, signals: this.signals, outside: this.needs.outside,
      bitrate: () => bitsFor(this.media, this.call.backend === "mesh" ? this.others.size : 1),
      config: () => this.#config(),
      refresh: () => this.#refresh(),
      gotTrack: (/** @type {string} */ device, /** @type {MediaStreamTrack} */ track) => this.#gotTrack(device, track),
      changed: () => this.#connectionChanged(),
    }; // prettier-ignore
    if (backend === "janus") {
      const way = this.way;
      this.way = null;
      const room = (this.carrier = new Room({ ...needs, way, open: () => this.needs.line.api.post(`calls/${this.call.id}/media`) }));
      const giveWay = setTimeout(() => old?.close(), GIVE_WAY);
      room.ready.then(() => (clearTimeout(giveWay), old?.close()));
    } else {
      this.carrier = new Mesh(needs);
      old?.close();
    }
  }

  #config() {
    const { ice_servers, relay_only } = this.ice;
    return /** @type {RTCConfiguration} */ ({ iceServers: ice_servers, iceTransportPolicy: relay_only ? "relay" : "all", bundlePolicy: "max-bundle" });
  }

  async #refresh() {
    const { expires_at } = this.ice;
    if (expires_at && Date.parse(expires_at) - Date.now() < CREDENTIALS_LEFT) {
      this.ice = (await this.needs.line.api.get(`calls/${this.call.id}/ice`).catch(() => null)) ?? this.ice;
    }
    return this.#config();
  }

  /** One stream per person, whatever becomes of their tracks. @param {string} device @param {MediaStreamTrack} track */
  #gotTrack(device, track) {
    const other = this.others.get(device);
    if (!other) return;
    other.stream ??= new MediaStream();
    for (const old of other.stream.getTracks()) if (old.kind === track.kind && old !== track) other.stream.removeTrack(old);
    other.stream.addTrack(track);
    this.needs.changed();
  }

  #connectionChanged() {
    if (this.isOver) return;
    this.#note();
    this.needs.changed();
  }

  #note() {
    if (this.since === null && this.call.state === "active" && this.#isConnected()) this.since = Date.now();
    if (this.phase === "reconnecting") this.quality = { bars: 0, why: this.ice.has_relay ? "reconnecting" : "no_relay" };
    else if (this.quality.bars === 0) this.quality = { bars: 4, why: "" };
  }

  #isConnected() {
    if (this.call.state !== "active") return false;
    if (this.call.backend !== "direct" && !this.others.size) return true; // alone in a group's call: waiting for the others
    return [...this.others.keys()].some((device) => this.carrier?.isConnected(device));
  }

  async #audioChanged() {
    await this.carrier?.setAudio(this.media.audio);
    this.needs.changed();
  }

  async #videoChanged() {
    this.needs.changed();
    await this.#sendVideo();
    await this.#tell();
  }

  async #sendVideo() {
    await this.carrier?.setVideo(this.#guard.isOff ? null : this.media.video);
  }

  /** What the others are shown of me; kept for later where the server does not answer. */
  async #tell() {
    if (this.isOver) return;
    this.needs.changed();
    const { isMuted, camera, screen } = this.media;
    const isShown = !this.#guard.isOff;
    try {
      this.#isTold = true;
      await this.#ask("call.leg", { is_muted: isMuted, has_video: camera !== null && isShown, is_sharing: screen !== null && isShown });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#isTold = !error.isTransient;
    }
  }

  async #measure() {
    const measured = (await this.carrier?.measure()) ?? new Map();
    if (this.isOver || !measured.size) return;
    for (const [device, { quality }] of measured) {
      const other = this.others.get(device);
      if (other) other.quality = quality;
    }
    const samples = [...measured.values()].map(({ sample }) => sample);
    const before = this.#guard.isOff;
    const isOff = this.media.video !== null && this.#guard.look(poorest(samples), Date.now());
    if (!this.media.video) this.#guard = new PictureGuard();
    if (before !== isOff) await this.#videoChanged();
    const quality = worst([...measured.values()].map((one) => one.quality));
    const now = isOff ? { bars: Math.min(quality.bars, 2), why: /** @type {const} */ ("video_off_for_audio") } : quality;
    if (this.phase === "connected") this.quality = now;
    this.needs.changed();
  }

  #levels() {
    const now = Date.now();
    const view = this.#view;
    let loudest = this.activeSpeaker;
    let most = LOUD;
    for (const [device, other] of this.others) {
      other.level = other.leg.is_muted ? 0 : Math.min(1, (this.carrier?.level(device) ?? 0) * 2);
      if (other.level > LOUD) other.spokeAt = now;
      if (other.level > most) [most, loudest] = [other.level, device];
      const peer = view?.peers.find((one) => one.device === device);
      if (peer) Object.assign(peer, { level: other.level, isSpeaking: now - other.spokeAt < SPEAKING_FOR });
    }
    if (view) view.localLevel = this.media.level();
    const active = this.activeSpeaker && this.others.get(this.activeSpeaker);
    if (loudest !== this.activeSpeaker && !(active && now - active.spokeAt < SPEAKING_FOR)) {
      this.activeSpeaker = loudest;
      this.needs.changed();
    }
    this.needs.announce("levels");
  }

  /** @param {Other} other @returns {Peer} */
  #peer({ leg, stream, level, spokeAt, quality }) {
    const isConnected = Boolean(this.carrier?.isConnected(leg.device));
    return {
      device: leg.device, user: leg.user, stream, level, isConnected,
      isMuted: leg.is_muted, hasVideo: leg.has_video, isSharing: leg.is_sharing, handRaisedAt: leg.hand_raised_at,
      isSpeaking: Date.now() - spokeAt < SPEAKING_FOR,
      quality: isConnected ? quality : { bars: 0, why: "reconnecting" },
    }; // prettier-ignore
  }
}
