/** What one hears of a call before it is answered, made here: a soft melody for whoever is called, a far bell for the caller. */

const MELODY = [[0, 659.26], [0.18, 783.99], [0.36, 987.77], [0.72, 783.99], [0.9, 1174.66]]; // seconds, hertz
const MELODY_EVERY = 2.8;
const RINGBACK_EVERY = 4;
const LOUD = 0.16;

export class Tones {
  /** @type {AudioContext|null} */
  #context = null;
  /** @type {GainNode|null} */
  #out = null;
  #timer = /** @type {any} */ (null);
  playing = /** @type {""|"ring"|"ringback"} */ ("");

  /** @param {{ AudioContext?: typeof AudioContext }} [outside] */
  constructor({ AudioContext: Context = globalThis.AudioContext } = {}) {
    this.Context = Context;
  }

  /** @param {""|"ring"|"ringback"} name what is to be heard from now on; the same again goes on */
  play(name) {
    if (name === this.playing) return;
    this.#silence();
    this.playing = name;
    if (!name || !this.Context) return;
    const context = (this.#context = new this.Context());
    this.#out = context.createGain();
    this.#out.connect(context.destination);
    const [round, every] = name === "ring" ? [this.#melody, MELODY_EVERY] : [this.#bell, RINGBACK_EVERY];
    // A page nobody has touched yet may not make a sound: the first touch lets it.
    if (context.state === "suspended") globalThis.addEventListener?.("pointerdown", () => context.state === "suspended" && context.resume(), { once: true });
    const next = () => context.state === "running" && round.call(this, context);
    next();
    context.onstatechange = next;
    this.#timer = setInterval(next, every * 1000);
  }

  /** Two falling notes: it is over. */
  end() {
    this.play("");
    if (!this.Context) return;
    const context = new this.Context();
    const out = context.createGain();
    out.connect(context.destination);
    note(context, out, 0, 587.33, 0.25, 0.08);
    note(context, out, 0.16, 440, 0.35, 0.08);
    setTimeout(() => context.close(), 1200);
  }

  /** At once, also in the middle of a note. */
  #silence() {
    clearInterval(this.#timer);
    if (this.#context) this.#context.onstatechange = null;
    this.#out?.disconnect();
    this.#context?.close();
    this.#context = this.#out = null;
  }

  #melody(/** @type {AudioContext} */ context) {
    for (const [at, hertz] of MELODY) {
      note(context, this.#out, at, hertz, 0.9, LOUD);
      note(context, this.#out, at, hertz / 2, 0.7, LOUD / 3);
    }
  }

  #bell(/** @type {AudioContext} */ context) {
    note(context, this.#out, 0, 440, 1.4, LOUD / 3, 0.08);
    note(context, this.#out, 0, 554.37, 1.4, LOUD / 5, 0.08);
  }
}

/**
 * @param {AudioContext} context @param {AudioNode|null} out @param {number} at seconds from now @param {number} hertz
 * @param {number} length @param {number} loud @param {number} [rise]
 */
function note(context, out, at, hertz, length, loud, rise = 0.015) {
  if (!out) return;
  const start = context.currentTime + at;
  const tone = context.createOscillator();
  const shape = context.createGain();
  tone.frequency.value = hertz;
  shape.gain.setValueAtTime(0, start);
  shape.gain.linearRampToValueAtTime(loud, start + rise);
  shape.gain.exponentialRampToValueAtTime(0.0001, start + length);
  tone.connect(shape).connect(out);
  tone.start(start);
  tone.stop(start + length + 0.05);
}
