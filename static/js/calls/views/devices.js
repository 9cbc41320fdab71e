/** Microphone, camera and speaker: chosen before a call or in it, and tried out here. */

import { attempt, dialogFrom, openDialog } from "chat/views/overlay.js";
import { t } from "chat/views/words.js";
import { styled } from "calls/views/base.js";
import { wrongText } from "calls/views/wrong.js";

/** @typedef {"microphone"|"camera"|"speaker"} Kind */
/** @type {[Kind, "microphones"|"cameras"|"speakers"][]} */
const KINDS = [["microphone", "microphones"], ["camera", "cameras"], ["speaker", "speakers"]];

/** @param {import("calls/calls.js").Calls} calls */
export async function openDevices(calls) {
  await styled("call-style");
  await new DeviceSheet(calls).show();
}

class DeviceSheet {
  /** @param {import("calls/calls.js").Calls} calls */
  constructor(calls) {
    this.calls = calls;
    this.dialog = dialogFrom("tpl-call-devices");
    this.over = new AbortController();
    this.isShowing = false;
    /** @type {Awaited<ReturnType<import("calls/calls.js").Calls["preview"]>>|null} */
    this.preview = null;
  }

  /** @param {string} name @returns {any} */
  part(name) {
    return this.dialog.querySelector(`[data-${name}]`);
  }

  /** @param {Kind} kind @returns {HTMLSelectElement} */
  field(kind) {
    return /** @type {HTMLSelectElement} */ (this.dialog.querySelector(`[name=${kind}]`));
  }

  async show() {
    const { signal } = this.over;
    for (const [kind] of KINDS) this.field(kind).addEventListener("change", () => this.#choose(kind));
    this.part("show-camera").addEventListener("click", () => this.#showCamera());
    this.part("tone").addEventListener("click", () => this.#playTone());
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.#list(), { signal });
    openDialog(this.dialog, { onClose: () => this.#close() });
    const timer = setInterval(() => this.#paintLevel(), 80);
    signal.addEventListener("abort", () => clearInterval(timer));
    await this.#listen();
  }

  #close() {
    this.over.abort();
    this.preview?.stop();
    this.preview = null;
  }

  /** Names are told only once one may use them: after each preview again. */
  async #list() {
    const all = await this.calls.devices().catch(() => ({ microphones: [], cameras: [], speakers: [] }));
    for (const [kind, name] of KINDS) {
      const field = this.field(kind);
      const found = /** @type {{ id: string, label: string, isUsed: boolean }[]} */ (all[name]);
      const options = found.map(({ id, label, isUsed }, index) => new Option(label || t("devices.unnamed", { n: index + 1 }), id, isUsed, isUsed));
      if (!found.some(({ isUsed }) => isUsed)) options.unshift(new Option(t(found.length || kind === "speaker" ? "devices.default" : "devices.none"), "", true, true));
      field.replaceChildren(...options);
      field.disabled = !found.length;
    }
    this.part("no-output").hidden = Boolean(all.speakers.length);
  }

  /** @param {Kind} kind */
  async #choose(kind) {
    await attempt(Promise.resolve(this.calls.useDevice(kind, this.field(kind).value)));
    if (kind !== "speaker") await this.#listen();
  }

  async #showCamera() {
    this.isShowing = true;
    await this.#listen();
  }

  async #listen() {
    this.preview?.stop();
    this.preview = null;
    const error = /** @type {HTMLElement} */ (this.part("error"));
    try {
      this.preview = await this.calls.preview({ video: this.isShowing });
      error.textContent = "";
    } catch (problem) {
      const { title, text } = wrongText(problem, { isCamera: this.isShowing });
      error.textContent = [title, text].filter(Boolean).join(". ");
      this.isShowing = false;
    }
    if (this.over.signal.aborted) return this.#close();
    const hasPicture = this.isShowing && Boolean(this.preview?.stream);
    this.part("preview").srcObject = hasPicture ? this.preview?.stream : null;
    this.part("preview").hidden = !hasPicture;
    this.part("show-camera").hidden = hasPicture;
    await this.#list();
  }

  /** The bar moves with what the microphone hears. */
  #paintLevel() {
    const level = this.preview?.level() ?? 0;
    const bar = /** @type {HTMLElement} */ (this.part("level"));
    bar.style.setProperty("--level", level.toFixed(3));
    bar.setAttribute("aria-valuenow", String(Math.round(level * 100)));
  }

  /** Two notes, on the chosen speaker. */
  async #playTone() {
    const context = new AudioContext();
    const { speaker } = this.calls;
    if (speaker && "setSinkId" in context) await /** @type {any} */ (context).setSinkId(speaker).catch(() => null);
    const gain = context.createGain();
    gain.connect(context.destination);
    for (const [index, pitch] of [523, 784].entries()) {
      const tone = context.createOscillator();
      const start = context.currentTime + index * 0.28;
      tone.frequency.value = pitch;
      tone.connect(gain);
      tone.start(start);
      tone.stop(start + 0.25);
    }
    gain.gain.setValueAtTime(0.0001, context.currentTime);
    gain.gain.exponentialRampToValueAtTime(0.25, context.currentTime + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + 0.56);
    setTimeout(() => context.close(), 900);
  }
}
