/** What two devices in a call tell each other, through the server: in order, each once, none lost while a socket is away. */

import { ApiError } from "core/api.js";

const GATHER = 100; // milliseconds: candidates come in swarms
const AT_ONCE = 30; // candidates in one signal (core/limits.py)
const RETRY_AFTER = 1000;
const OLD = 2000; // signals remembered as received

/**
 * @typedef {{ description?: RTCSessionDescriptionInit|null, candidates?: RTCIceCandidateInit[] }} Signal
 * @typedef {{ n: number } & Signal} Waiting
 */
export class Signals {
  lastId = 0;
  #n = 0;
  #isClosed = false;
  #isBehind = false;
  /** @type {Map<string, Waiting[]>} device -> not answered yet, the first of them on its way */
  #waiting = new Map();
  /** @type {Map<string, { gathered: RTCIceCandidateInit[], timer: any }>} */
  #gathering = new Map();
  #seen = /** @type {Set<string>} */ (new Set());
  /** @type {import("core/contract.js").CallSignalJSON[]} live ones that came while older ones were being fetched */
  #held = [];

  /**
   * @param {{ ask: (command: string, body: object) => Promise<any>, call: number, device: string,
   *   deliver: (from: string, signal: Signal) => void, gather?: number, retryAfter?: number }} needs
   */
  constructor(needs) {
    this.needs = needs;
  }

  /** @param {string} to @param {RTCSessionDescriptionInit} description */
  describe(to, { type, sdp }) {
    this.#flush(to); // what was gathered before belongs to the description before
    this.#queue(to, { description: { type, sdp } });
  }

  /** @param {string} to @param {RTCIceCandidateInit} candidate */
  candidate(to, candidate) {
    let batch = this.#gathering.get(to);
    if (!batch) {
      batch = { gathered: [], timer: setTimeout(() => this.#flush(to), this.needs.gather ?? GATHER) };
      this.#gathering.set(to, batch);
    }
    batch.gathered.push(candidate);
    if (batch.gathered.length >= AT_ONCE) this.#flush(to);
  }

  /** A frame of the socket. @param {import("core/contract.js").CallSignalJSON} signal */
  receive(signal) {
    if (signal.call !== this.needs.call || signal.to_device !== this.needs.device || this.#isClosed) return;
    if (this.#isBehind) this.#held.push(signal);
    else this.#deliver(signal);
  }

  /** The socket has gone: until `catchUp` what comes may have gaps before it. */
  lose() {
    this.#isBehind = true;
  }

  /** What came meanwhile, in order. Rejects where the server does not answer: then again later. */
  async catchUp() {
    this.#isBehind = true;
    const { call, device } = this.needs;
    const { signals } = await this.needs.ask("call.signals", { call, device, after: this.lastId });
    if (this.#isClosed) return;
    const held = this.#held.splice(0);
    this.#isBehind = false;
    for (const signal of [...signals, ...held].sort((one, other) => one.id - other.id)) this.#deliver(signal);
  }

  /** Somebody has left: nothing more goes there. @param {string} device */
  forget(device) {
    clearTimeout(this.#gathering.get(device)?.timer);
    this.#gathering.delete(device);
    this.#waiting.delete(device);
  }

  close() {
    this.#isClosed = true;
    for (const device of [...this.#gathering.keys(), ...this.#waiting.keys()]) this.forget(device);
  }

  // --- inner ---

  /** @param {import("core/contract.js").CallSignalJSON} signal */
  #deliver(signal) {
    this.lastId = Math.max(this.lastId, signal.id);
    const key = `${signal.from_device}:${signal.n}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.#seen.size > OLD) this.#seen.delete(/** @type {string} */ (this.#seen.values().next().value));
    this.needs.deliver(signal.from_device, { description: /** @type {any} */ (signal.description), candidates: /** @type {any} */ (signal.candidates) });
  }

  /** @param {string} to */
  #flush(to) {
    const batch = this.#gathering.get(to);
    if (!batch) return;
    clearTimeout(batch.timer);
    this.#gathering.delete(to);
    this.#queue(to, { candidates: batch.gathered });
  }

  /** @param {string} to @param {Signal} signal */
  #queue(to, signal) {
    if (this.#isClosed) return;
    const queue = this.#waiting.get(to) ?? [];
    this.#waiting.set(to, queue);
    queue.push({ ...signal, n: (this.#n += 1) });
    if (queue.length === 1) this.#pump(to, queue);
  }

  /** One after the other, each with its number until it is answered. @param {string} to @param {Waiting[]} queue */
  async #pump(to, queue) {
    const { call, device, ask, retryAfter = RETRY_AFTER } = this.needs;
    while (queue.length && this.#waiting.get(to) === queue) {
      const { n, description, candidates } = queue[0];
      try {
        await ask("call.signal", { call, device, to_device: to, n, ...(description ? { description } : { candidates }) });
        queue.shift();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (!error.isTransient) queue.shift(); // they have left, or it is over: saying it again changes nothing
        else await new Promise((done) => setTimeout(done, (error.retryAfter ?? 0) * 1000 || retryAfter));
      }
    }
    if (this.#waiting.get(to) === queue) this.#waiting.delete(to);
  }
}
