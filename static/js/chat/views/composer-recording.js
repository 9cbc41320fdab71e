/** A voice note being recorded. Click records until sent; holding records until let go, sliding up locks, aside discards. */

import { engine } from "chat/engine.js";
import { attempt, confirm, toast } from "chat/views/overlay.js";
import { durationText, t } from "chat/views/words.js";

const HOLD = 300; // milliseconds that make a press a hold
const LOCK = 60; // pixels up
const AWAY = 90; // pixels aside
const SHORTEST = 700;

export class Recording {
  /** @param {import("chat/views/composer.js").ChatComposer} composer */
  constructor(composer) {
    this.composer = composer;
    this.panel = composer.part("recording");
    this.wave = /** @type {HTMLCanvasElement} */ (composer.part("record-wave"));
    /** @type {import("chat/recorder.js").VoiceRecorder|null} */
    this.recorder = null;
    this.#watchHold(composer.part("record"));
  }

  get isOn() {
    return this.recorder !== null;
  }

  /** @param {string} what */
  run(what) {
    if (what === "record") this.#start();
    if (what === "record-send") this.#send();
    if (what === "record-cancel") this.#ask();
  }

  /** @param {HTMLElement} button */
  #watchHold(button) {
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    button.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "touch" || !event.isPrimary) return;
      const timer = setTimeout(() => this.#hold({ x: event.clientX, y: event.clientY }), HOLD);
      const end = () => clearTimeout(timer);
      addEventListener("pointerup", end, { once: true });
      addEventListener("pointercancel", end, { once: true });
    });
  }

  /** The finger stays down: up locks, aside discards, letting go sends. @param {{ x: number, y: number }} from */
  #hold(from) {
    const over = new AbortController();
    const { signal } = over;
    this.panel.classList.add("is-held");
    this.composer.part("record-lock").hidden = false;
    signal.addEventListener("abort", () => this.#release());
    this.#start();
    addEventListener("pointermove", ({ clientX, clientY }) => {
      const aside = Math.abs(clientX - from.x);
      this.panel.style.setProperty("--aside", String(Math.min(aside / AWAY, 1)));
      if (from.y - clientY > LOCK) over.abort();
      else if (aside > AWAY) {
        over.abort();
        this.cancel();
      }
    }, { signal });
    for (const name of ["pointerup", "pointercancel"]) {
      addEventListener(name, () => {
        over.abort();
        if (name === "pointerup") this.#send();
        else this.cancel();
      }, { signal });
    }
  }

  /** From here on by the buttons. */
  #release() {
    this.panel.classList.remove("is-held");
    this.panel.style.removeProperty("--aside");
    this.composer.part("record-lock").hidden = true;
  }

  async #start() {
    if (this.recorder) return;
    const recorder = engine().recorder();
    this.recorder = recorder;
    this.stop = recorder.subscribe((snapshot) => this.#paint(snapshot));
    const isRunning = await recorder.start();
    if (this.recorder !== recorder) return;
    if (!isRunning) {
      const { state } = recorder.snapshot();
      this.#end();
      toast(t(state === "unsupported" ? "mic.unsupported" : "mic.denied"), { isError: true, ms: 7000 });
      return;
    }
    this.panel.hidden = false;
    this.composer.form.hidden = true;
    /** @type {HTMLElement} */ (this.panel.querySelector('[data-do="record-send"]')).focus();
  }

  async #send() {
    const { recorder } = this;
    if (!recorder) return;
    if (recorder.snapshot().state !== "recording" || recorder.snapshot().durationMs < SHORTEST) {
      this.cancel();
      return;
    }
    const file = await attempt(recorder.stop());
    this.#end();
    if (file) await this.composer.sendVoice(/** @type {any} */ (file));
  }

  async #ask() {
    const isLong = (this.recorder?.snapshot().durationMs ?? 0) > 5000;
    if (isLong && !(await confirm({ title: t("discard.title"), action: t("discard"), danger: true }))) return;
    this.cancel();
  }

  cancel() {
    this.recorder?.cancel();
    if (this.recorder) this.#end();
  }

  #end() {
    this.stop?.();
    this.recorder = null;
    this.panel.hidden = true;
    this.#release();
    if (this.composer.chat) {
      this.composer.update(this.composer.chat);
      this.composer.focusText();
    }
  }

  /** @param {{ peaks: number[], durationMs: number }} snapshot */
  #paint({ peaks, durationMs }) {
    this.composer.part("record-time").textContent = durationText(durationMs);
    if (this.composer.chat) engine().typing.tell(this.composer.chat.id, "voice");
    const context = this.wave.getContext("2d");
    const { clientWidth: width, clientHeight: height } = this.wave;
    if (!context || !width) return;
    const ratio = devicePixelRatio || 1;
    this.wave.width = width * ratio;
    this.wave.height = height * ratio;
    context.scale(ratio, ratio);
    context.fillStyle = getComputedStyle(this.wave).color;
    const shown = peaks.slice(-Math.floor(width / 5));
    for (const [index, peak] of shown.entries()) {
      const bar = Math.max(3, (peak / 31) * height);
      context.beginPath();
      context.roundRect(width - (shown.length - index) * 5, (height - bar) / 2, 3, bar, 1.5);
      context.fill();
    }
  }
}
