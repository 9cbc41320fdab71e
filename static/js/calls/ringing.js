/** Which calls ring on this device now, until when, and what is heard of it. */

const OTHERS_RING = 2000; // milliseconds: the tab that leads tells that it rings, another one only if that does not
const TIMERS_ARE_EARLY = 20; // milliseconds: by up to one of the clock's that judges

/** @typedef {import("core/contract.js").CallJSON} CallJSON */

export class Ringing {
  /** @type {Map<number, number>} call -> this device's time at which it stops, whatever happens */
  #until = new Map();
  /** @type {Map<number, any>} what looks again then */
  #timers = new Map();
  /** @type {Set<number>} said no to, or being answered: silent at once */
  #quiet = new Set();
  /** @type {Set<number>} calls whose ringing was told */
  #told = new Set();
  #skew = /** @type {number|null} */ (null);

  /**
   * @param {{ me: number, tones: import("calls/tones.js").Tones, isLeader: () => boolean, tell: (call: CallJSON) => void,
   *   find: (id: number) => CallJSON|undefined, changed: () => void }} needs
   */
  constructor(needs) {
    this.needs = needs;
  }

  /**
   * When it stops, by this device's clock, which may be wrong: a call heard of live began just now, which tells the difference. Of one that was
   * ringing before we came we know only that it rings no longer than any does, until that difference is known.
   * @param {CallJSON} call @param {boolean} isLive
   */
  note(call, isLive) {
    const now = Date.now();
    const length = Date.parse(call.rings_until) - Date.parse(call.created_at);
    // The least of all: what comes out of a socket that slept is no news of a clock.
    if (isLive && !call.rang_at) this.#skew = Math.min(this.#skew ?? Infinity, now - Date.parse(call.created_at));
    const until = Math.min(now + length, this.#skew === null ? Infinity : Date.parse(call.rings_until) + this.#skew);
    this.#until.set(call.id, until);
    clearTimeout(this.#timers.get(call.id));
    this.#timers.set(call.id, setTimeout(this.needs.changed, Math.max(0, until - now) + TIMERS_ARE_EARLY));
  }

  /** @param {number} id */
  hush(id) {
    this.#quiet.add(id);
  }

  /** It was not to be: it rings on, if it still does. @param {number} id */
  unhush(id) {
    this.#quiet.delete(id);
  }

  /** @param {number} id */
  forget(id) {
    clearTimeout(this.#timers.get(id));
    for (const kept of [this.#until, this.#timers, this.#quiet, this.#told]) kept.delete(id);
  }

  /** @param {Iterable<CallJSON>} calls */
  among(calls) {
    const now = Date.now();
    return [...calls].filter(({ id, state, backend, caller }) => {
      const isMine = caller?.id === this.needs.me;
      return state === "ringing" && backend === "direct" && !isMine && !this.#quiet.has(id) && now < (this.#until.get(id) ?? 0);
    });
  }

  /** What has to be heard now. One tab of a browser is enough. @param {CallJSON[]} ringing @param {string} phase of the call I am in, "" without one */
  sound(ringing, phase) {
    const { tones, isLeader } = this.needs;
    if (phase) tones.play(phase === "calling" || phase === "ringing" ? "ringback" : "");
    else tones.play(ringing.length && isLeader() ? "ring" : "");
    for (const { id, rang_at } of ringing) if (!rang_at) this.#tell(id);
  }

  /** The caller hears that it rings. @param {number} id */
  #tell(id) {
    if (this.#told.has(id)) return;
    this.#told.add(id);
    const tell = () => {
      const call = this.needs.find(id);
      if (call?.state === "ringing" && !call.rang_at) this.needs.tell(call);
    };
    if (this.needs.isLeader()) tell();
    else setTimeout(tell, OTHERS_RING);
  }
}
