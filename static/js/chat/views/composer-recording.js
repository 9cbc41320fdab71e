/** A voice note being recorded. Click records until sent; holding records until let go, sliding up locks. */

import { engine } from "chat/engine.js";
import { attempt, confirm, toast } from "chat/views/overlay.js";
import { durationText, t } from "chat/views/words.js";

const HOLD = 300; // milliseconds that make a press a hold
const LOCK = 60; // pixels up
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
    if (what === "record-lock") this.#unlockHint();
    if (what === "record-cancel") this.#ask();
  }

  /** @param {HTMLElement} button */
  #watchHold(button) {
    button.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "touch") return;
      const from = event.clientY;
      let isHeld = false;
      let isLocked = false;
      const timer = setTimeout(() => {
        isHeld = true;
        this.#start();
        this.composer.part("record-lock").hidden = false;
      }, HOLD);
      const move = (/** @type {PointerEvent} */ each) => {
        if (!isHeld || from - each.clientY < LOCK) return;
        isLocked = true;
        this.#unlockHint();
      };
      const end = () => {
        clearTimeout(timer);
        removeEventListener("pointermove", move);
        if (isHeld && !isLocked) this.#send();
      };
      addEventListener("pointermove", move);
      addEventListener("pointerup", end, { once: true });
      if (event.cancelable) button.addEventListener("contextmenu", (menu) => menu.preventDefault(), { once: true });
    });
  }

  #unlockHint() {
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
    this.#unlockHint();
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
