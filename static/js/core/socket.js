/** The socket: ticket, hello, answers by id, reconnect with full jitter where the server's word wins, ping. */

import { ApiError } from "core/api.js";

export const PING_EVERY = 30_000;
const ANSWER_WITHIN = 10_000;
const STABLE_AFTER = 60_000;
const LONGEST_WAIT = 60_000;

/**
 * Events: `state` · `hello` {data} · `event` {frame} · `pong` {answer} · `signedout`.
 * States: "stopped", "connecting", "open" (hello has come), "waiting" (until retryAt).
 */
export class Socket extends EventTarget {
  #socket = /** @type {WebSocket|null} */ (null);
  #isWanted = false;
  #attempt = 0;
  #openedAt = 0;
  #serverWait = 0;
  #timer = /** @type {any} */ (null);
  #pinger = /** @type {any} */ (null);
  #nextId = 0;
  #ticket = "";
  #current = /** @type {symbol|null} */ (null); // this attempt; an answer to another one comes too late
  /** @type {Map<string, { resolve: (ok: any) => void, reject: (error: ApiError) => void, timer: any }>} */
  #asked = new Map();

  /**
   * @param {{ api: import("core/api.js").Api, url?: string, WebSocket?: typeof WebSocket, pingWith?: () => object,
   *   random?: () => number, unit?: number, pingEvery?: number, doubt?: number }} options unit: milliseconds of the first backoff step;
   *   doubt: how long a ping may take when something went unanswered
   */
  constructor({ api, url, WebSocket: Implementation, pingWith, random, unit, pingEvery, doubt = 4000 }) {
    super();
    this.api = api;
    this.url = url ?? `${location.protocol.replace("http", "ws")}//${location.host}/ws/v1`;
    this.Implementation = Implementation ?? globalThis.WebSocket;
    this.pingWith = pingWith ?? (() => ({}));
    this.random = random ?? Math.random;
    this.unit = unit ?? 1000;
    this.pingEvery = pingEvery ?? PING_EVERY;
    this.doubt = doubt;
    this.state = "stopped";
    this.retryAt = /** @type {number|null} */ (null);
    globalThis.addEventListener?.("online", () => this.wake());
    globalThis.document?.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  get isOpen() {
    return this.state === "open";
  }

  start() {
    this.#isWanted = true;
    if (this.state === "stopped") this.#connect();
  }

  stop() {
    this.#isWanted = false;
    clearTimeout(this.#timer);
    this.#lose("stopped");
  }

  /** The network or the person is back: try now, or see whether what looks open still is. */
  wake(isForced = false) {
    if (!this.#isWanted) return;
    if (this.state === "waiting" && (isForced || !this.#serverWait)) {
      clearTimeout(this.#timer);
      this.#connect();
    } else if (this.isOpen) this.#ping(this.doubt);
  }

  /**
   * The `ok` of the answer. Rejects with ApiError: status 0 when the connection was lost or is not there.
   * @param {string} command @param {object} [body] @param {{ timeout?: number }} [options]
   */
  request(command, body = {}, { timeout = ANSWER_WITHIN } = {}) {
    return new Promise((resolve, reject) => {
      if (!this.#socket || !this.isOpen) return reject(new ApiError(0));
      const id = String((this.#nextId += 1));
      const timer = setTimeout(() => {
        this.#asked.delete(id);
        reject(new ApiError(0, { code: "timeout" }));
        if (command !== "ping") this.#ping(this.doubt); // slow, or nobody there?
      }, timeout);
      this.#asked.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ id, do: command, ...body }));
    });
  }

  /** With the ticket of the last hello; when that has failed, a new one: only its answer says why (a socket's cannot). */
  async #connect() {
    this.#setState("connecting");
    const mine = (this.#current = Symbol());
    try {
      if (!this.#ticket) {
        const answer = await this.api.request("POST", "socket-ticket", { isRepeatable: false });
        this.#ticket = answer.ticket;
        if (answer.connect_after_ms) await new Promise((done) => setTimeout(done, answer.connect_after_ms));
      }
      if (this.#current === mine) this.#open(`${this.url}?ticket=${encodeURIComponent(this.#ticket)}`);
    } catch (error) {
      if (this.#current !== mine) return;
      if (error instanceof ApiError && [401, 403].includes(error.status)) return this.#signedOut();
      this.#retry(error instanceof ApiError ? error.retryAfter : null);
    }
  }

  #open(/** @type {string} */ address) {
    const socket = (this.#socket = new this.Implementation(address));
    const lost = () => this.#socket === socket && this.#lost();
    socket.onmessage = (message) => this.#socket === socket && this.#receive(message.data);
    socket.onclose = (event) => (event.code === 4401 && this.#socket === socket ? this.#signedOut() : lost());
    socket.onerror = lost;
    this.#timer = setTimeout(() => this.isOpen || lost(), ANSWER_WITHIN);
  }

  #receive(/** @type {string} */ text) {
    const frame = JSON.parse(text);
    if ("re" in frame) return this.#answer(frame);
    if (frame.event === "hello") return this.#hello(frame.data);
    if (frame.event === "bye") this.#serverWait = frame.data?.retry_after_ms ?? frame.retry_after_ms ?? 0;
    this.dispatchEvent(new CustomEvent("event", { detail: frame }));
  }

  #answer({ re, ok, error }) {
    const asked = this.#asked.get(String(re));
    if (!asked) return;
    this.#asked.delete(String(re));
    clearTimeout(asked.timer);
    if (error) asked.reject(new ApiError(error.status ?? -1, error)); // -1: whoever asked judges by code
    else asked.resolve(ok);
  }

  #hello(data) {
    clearTimeout(this.#timer);
    this.#openedAt = Date.now();
    this.#ticket = data?.ticket ?? "";
    this.#setState("open");
    this.dispatchEvent(new CustomEvent("hello", { detail: data }));
    this.#pinger = setInterval(() => this.#ping(), this.pingEvery);
  }

  async #ping(timeout = ANSWER_WITHIN) {
    const socket = this.#socket;
    try {
      const answer = await this.request("ping", this.pingWith(), { timeout });
      this.dispatchEvent(new CustomEvent("pong", { detail: answer }));
    } catch (error) {
      const isSilent = error instanceof ApiError && error.code === "timeout";
      if (isSilent && socket && this.#socket === socket) this.#lost(); // half open: nobody is there any more
    }
  }

  #lost() {
    if (!this.#openedAt && this.#attempt % 2 === 1) this.#ticket = ""; // refused, or the server is away: every other time
    if (this.#openedAt && Date.now() - this.#openedAt > STABLE_AFTER) this.#attempt = 0;
    this.#retry(null);
  }

  /** @param {number|null} seconds what the server asked for */
  #retry(seconds) {
    const asked = this.#serverWait || (seconds ?? 0) * 1000;
    const wait = asked || this.random() * Math.min(LONGEST_WAIT, this.unit * 2 ** this.#attempt);
    this.#attempt += 1;
    this.retryAt = Date.now() + wait;
    this.#lose("waiting");
    this.#serverWait = asked;
    this.#timer = setTimeout(() => {
      this.#serverWait = 0;
      this.#connect();
    }, wait);
  }

  #lose(/** @type {string} */ state) {
    const socket = this.#socket;
    this.#socket = null;
    this.#current = null;
    this.#openedAt = 0;
    this.#serverWait = 0;
    clearTimeout(this.#timer);
    clearInterval(this.#pinger);
    for (const { reject, timer } of this.#asked.values()) {
      clearTimeout(timer);
      reject(new ApiError(0));
    }
    this.#asked.clear();
    if (socket) socket.onmessage = socket.onclose = socket.onerror = null;
    socket?.close();
    this.#setState(state);
  }

  #signedOut() {
    this.stop();
    this.dispatchEvent(new Event("signedout"));
  }

  #setState(/** @type {string} */ state) {
    if (state !== "waiting") this.retryAt = null;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
