/** All calls that concern this person: which ring here, which run elsewhere, and the one this device is in. */

import { ApiError } from "core/api.js";
import { Store } from "core/store.js";
import { Line } from "calls/line.js";
import { Media, chosenSpeaker, devices, preview } from "calls/media.js";
import { Ringing } from "calls/ringing.js";
import { Session } from "calls/session.js";
import { Tones } from "calls/tones.js";

const KEPT_ENDS = 50;
const AGAIN = 4000;

/**
 * @typedef {import("core/contract.js").CallJSON} CallJSON
 * @typedef {import("calls/session.js").Current} Current
 * @typedef {{ isReady: boolean, ringing: CallJSON[], current: Current|null, inProgress: CallJSON[], missedCount: number }} CallsSnapshot
 * @extends {Store<CallsSnapshot>}
 */
export class Calls extends Store {
  /** @type {Session|null} */
  session = null;
  isReady = false;
  missedCount = 0;
  /** How large a picture the camera is asked for. @type {MediaTrackConstraints|undefined} */
  picture = undefined;
  /** @type {Map<number, CallJSON>} all that run */
  #calls = new Map();
  /** @type {number[]} calls never come back: what is heard of one after its end came late */
  #over = [];
  /** @type {Set<number>|null} what came while `call.running` was on its way: newer than its answer */
  #fresh = null;
  #fact = 0;
  #isEntering = false;
  #timer = /** @type {any} */ (null);

  /** @param {import("chat/engine.js").Engine} engine @param {any} [outside] for tests: of Session, Tones and Media */
  constructor(engine, outside = {}) {
    super();
    this.engine = engine;
    this.me = engine.me.id;
    this.outside = outside;
    this.line = new Line(engine);
    this.tones = outside.tones ?? new Tones();
    this.ringing = new Ringing({
      me: this.me,
      tones: this.tones,
      isLeader: () => engine.leader.isLeader,
      tell: ({ id }) => this.line.ask("call.rings", { call: id }).catch(() => null), // it is over
      find: (id) => this.#calls.get(id),
      changed: () => this.#renew(),
    });
    this.#listen();
  }

  // --- what is there ---

  build() {
    const current = this.session;
    const inProgress = [...this.#calls.values()].filter((call) => call.state === "active" && call.id !== (current?.isOver ? 0 : current?.call.id));
    return {
      isReady: this.isReady,
      ringing: this.#ringing(),
      current: current?.view() ?? null,
      inProgress: inProgress.filter((call) => call.backend !== "direct" || this.isMine(call)),
      missedCount: this.missedCount,
    };
  }

  /** The running call there, if there is one. @param {number} chatId @returns {CallJSON|undefined} */
  inChat(chatId) {
    return [...this.#calls.values()].find((call) => call.chat === chatId && call.state !== "ended");
  }

  /** Am I in it, on whatever device? @param {CallJSON} call */
  isMine(call) {
    return call.legs.some(({ user }) => user.id === this.me);
  }

  get speaker() {
    return chosenSpeaker();
  }

  // --- coming in and going out ---

  /** @param {number} chat @param {"audio"|"video"} kind @param {{ video?: boolean }} [options] */
  async start(chat, kind, { video = kind === "video" } = {}) {
    await this.#enter("call.start", { chat, kind }, video);
  }

  /** @param {number} call @param {{ video?: boolean }} [options] */
  async answer(call, { video = false } = {}) {
    this.#hush(call);
    try {
      await this.#enter("call.answer", { call }, video);
    } catch (error) {
      this.ringing.unhush(call);
      this.#renew();
      throw error;
    }
  }

  /** @param {number} call @param {{ video?: boolean }} [options] */
  async join(call, { video = false } = {}) {
    await this.#enter("call.join", { call }, video);
  }

  /** On all devices. @param {number} call @param {string} [text] goes into the chat */
  async decline(call, text = "") {
    this.#hush(call);
    try {
      this.apply((await this.line.ask("call.decline", { call, text })).call);
    } catch (error) {
      this.ringing.unhush(call);
      this.#renew();
      throw error;
    }
  }

  /** At once here; resolves when the server knows. */
  async hangUp() {
    const { session } = this;
    if (!session || session.isOver) return;
    session.finish(session.call.state === "ringing" ? "cancelled" : "hung_up");
    await this.#leave(session.call.id, session.device);
  }

  /** Takes what is over off the screen. */
  dismiss() {
    if (!this.session?.isOver) return;
    this.session = null;
    this.changed();
  }

  // --- in the call ---

  /** @param {boolean} on */
  async setMuted(on) {
    await this.session?.setMuted(on);
  }

  /** @param {boolean} on */
  async setCamera(on) {
    await this.session?.setCamera(on);
  }

  /** @param {boolean} on */
  async setSharing(on) {
    await this.session?.media.setSharing(on);
  }

  /** @param {boolean} on */
  async setHand(on) {
    await this.session?.setHand(on);
  }

  async flipCamera() {
    await this.session?.media.flip();
  }

  /** @param {"microphone"|"camera"|"speaker"} kind @param {string} id */
  async useDevice(kind, id) {
    await (this.session && !this.session.isOver ? this.session.media : new Media()).use(kind, id);
    this.changed();
  }

  /** @param {string} device @param {"large"|"small"|"hidden"} size */
  setSize(device, size) {
    this.session?.carrier?.setSize(device, size);
  }

  /** For hosts: everybody else is silent. */
  async muteAll() {
    await this.engine.api.post(`calls/${this.session?.call.id}/mute`, {});
  }

  /** @param {string} device */
  async askMute(device) {
    await this.engine.api.post(`calls/${this.session?.call.id}/mute`, { device });
  }

  /** @param {string} device */
  async removePerson(device) {
    this.apply(await this.engine.api.delete(`calls/${this.session?.call.id}/legs/${device}`));
  }

  devices() {
    return devices();
  }

  /** @param {{ video?: boolean }} [options] */
  preview(options) {
    return preview({ picture: this.picture, ...options });
  }

  /** A call as the server has it now, from wherever it comes. @param {CallJSON} call */
  apply(call) {
    if (this.#over.includes(call.id)) return;
    const before = this.#calls.get(call.id);
    if (before?.state === "active" && call.state === "ringing") return; // late
    if (call.state === "ended") this.#ended(call, before);
    else {
      this.#calls.set(call.id, call);
      if (call.state === "ringing" && !before) this.ringing.note(call, this.isReady && !this.#fresh);
    }
    if (this.session?.call.id === call.id) this.session.update(call);
    this.#renew();
  }

  // --- inner ---

  #listen() {
    const { socket } = this.engine;
    socket.addEventListener("hello", () => this.#connected());
    socket.addEventListener("event", (event) => this.#heard(/** @type {CustomEvent} */ (event).detail));
    if (socket.isOpen) this.#connected();
    this.engine.leader.addEventListener("lead", () => this.#renew());
    this.engine.addEventListener("signedout", () => this.session?.finish("lost"));
    globalThis.addEventListener?.("pagehide", () => this.#leavePage());
  }

  async #connected() {
    this.session?.reconnected();
    await this.#askRunning();
  }

  /** All that runs: what is not in the answer has ended, and nothing rings before it. */
  async #askRunning() {
    const fresh = (this.#fresh = new Set());
    try {
      const { calls, missed_count } = await this.line.ask("call.running");
      if (this.#fresh !== fresh) return; // asked again meanwhile
      this.#fresh = null;
      this.isReady = true;
      this.missedCount = missed_count;
      const running = new Set(calls.map((/** @type {CallJSON} */ { id }) => id));
      for (const [id, call] of this.#calls) {
        if (running.has(id) || fresh.has(id)) continue;
        this.#forget(id);
        if (this.session?.call.id === id) this.session.ping(); // it knows to ask how it ended
        else if (call.state === "ringing") this.#over.push(id);
      }
      for (const call of calls) if (!fresh.has(call.id)) this.apply(call);
      this.#renew();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.#fresh === fresh) setTimeout(() => this.engine.socket.isOpen && this.#askRunning(), (error.retryAfter ?? 0) * 1000 || AGAIN);
    }
  }

  /** @param {any} frame */
  #heard(frame) {
    const { event, data, fact_seq } = frame;
    if (event === "resync" || (fact_seq && this.#fact && fact_seq > this.#fact + 1)) this.#askRunning(); // something was lost, maybe a call
    if (fact_seq) this.#fact = Math.max(this.#fact, fact_seq);
    if (event === "call.changed") {
      this.#fresh?.add(data.id);
      this.apply(data);
    } else if (event === "call.signal") this.session?.signal(data);
    else if (event === "call.log") {
      this.missedCount = data.missed_count;
      this.changed();
    } else if (event === "call.mute_asked") this.#muteAsked(data);
    else if (event === "call.removed") this.#removed(data);
    else if (event === "call.lobby" || event === "call.door") this.announce(event.slice(5), data);
  }

  #muteAsked(/** @type {any} */ { call, by, device }) {
    const { session } = this;
    if (!session || session.isOver || session.call.id !== call || (device && device !== session.device)) return;
    session.setMuted(true);
    this.announce("muteasked", { by });
  }

  #removed(/** @type {any} */ { call, device }) {
    if (this.session?.device !== device || this.session?.isOver) return;
    this.announce("removed", { call: this.session?.call });
    this.session?.finish("removed");
    this.#forget(call);
  }

  /** @param {string} command @param {object} body @param {boolean} video */
  async #enter(command, body, video) {
    const other = this.session && !this.session.isOver ? this.session.call.id : null;
    if (other !== null || this.#isEntering) throw new ApiError(409, { code: "already_in_call", call: other });
    this.#isEntering = true;
    const media = this.outside.media?.() ?? new Media();
    try {
      await media.open({ video, picture: this.picture });
      // A name of its own for each time: signals to the one before, of this tab before a reload, are not for this one.
      const device = crypto.randomUUID();
      const entry = await this.line.ask(command, { ...body, device, has_video: media.video !== null });
      this.#begin(entry, device, media);
    } catch (error) {
      media.close();
      throw error;
    } finally {
      this.#isEntering = false;
    }
  }

  /** @param {import("core/contract.js").CallEntryJSON} entry @param {string} device @param {Media} media */
  #begin(entry, device, media) {
    const { engine, me, line } = this;
    const heard = this.#calls.get(entry.call.id); // the event may be newer than the answer
    const session = (this.session = new Session({
      entry, device, media, line, me,
      isHost: () => entry.call.backend !== "direct" && Boolean(engine.chats.row(entry.call.chat)?.my.rights.includes("ban")),
      changed: () => this.#renew(),
      announce: (name, detail) => this.announce(name, detail),
      ended: () => queueMicrotask(() => this.#sessionEnded(session)),
      outside: this.outside.session,
    })); // prettier-ignore
    if (entry.call.state === "ended") this.#over.push(entry.call.id);
    else if (heard?.state === "active" && heard.legs.some((leg) => leg.device === device)) this.session.update(heard);
    else this.#calls.set(entry.call.id, entry.call);
    this.#renew();
  }

  #sessionEnded(/** @type {Session} */ session) {
    if (["hung_up", "cancelled", "removed", "lost"].includes(session.reason) && session.call.backend === "direct") this.#forget(session.call.id);
    if (session.since !== null || session.reason !== "cancelled") this.tones.end();
    this.announce("ended", { call: session.call, reason: session.reason });
    this.#renew();
  }

  /** @param {CallJSON} call @param {CallJSON|undefined} before */
  #ended(call, before) {
    this.#forget(call.id);
    this.#over = [...this.#over, call.id].slice(-KEPT_ENDS);
    const isCallee = call.backend === "direct" && call.caller?.id !== this.me;
    if (!isCallee || call.answered_at) return;
    if (call.reason !== "declined") this.missedCount += 1;
    if (call.reason === "busy" && !before) this.announce("waiting", { call });
  }

  /** @param {number} id */
  #forget(id) {
    this.#calls.delete(id);
    this.ringing.forget(id);
  }

  /** @param {number} id */
  #hush(id) {
    this.ringing.hush(id);
    this.#renew();
  }

  /** Something has changed: what is to be heard and seen. */
  #renew() {
    const { session } = this;
    this.ringing.sound(this.#ringing(), session && !session.isOver ? session.phase : "");
    this.changed();
  }

  #ringing() {
    return this.isReady ? this.ringing.among(this.#calls.values()) : [];
  }

  /** The server has to know; where it does not answer, this device falls silent and is taken out. @param {number} call @param {string} device */
  async #leave(call, device) {
    try {
      this.apply((await this.line.ask("call.hang_up", { call, device })).call);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!error.isTransient) return; // over, or out already
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#leave(call, device), (error.retryAfter ?? 0) * 1000 || AGAIN);
    }
  }

  /**
   * The page goes, and nobody can tell whether it is closed or loaded again. A telephone that rings for somebody who has left, and a group's call, which
   * goes on without them and takes them back: hanging up is right at once. Between two it would end the call for both, also for one who only loaded the
   * page again: they find it among those in progress; the other one sees that the connection is lost, and the server ends it after 45 s.
   */
  #leavePage() {
    const { session } = this;
    if (!session || session.isOver) return;
    if (session.call.backend === "direct" && session.call.state === "active") return;
    const { api } = this.engine;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": api.csrf() };
    const body = JSON.stringify({ device: session.device });
    fetch(`${api.base}calls/${session.call.id}/hang-up`, { method: "POST", keepalive: true, credentials: "same-origin", headers, body }).catch(() => null);
    session.finish("hung_up");
  }
}
