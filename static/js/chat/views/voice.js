/** Voice notes: one player for the page, a waveform to seek in, speeds, and the next note plays by itself. */

import { clone, fill } from "core/fill.js";
import { durationText, t } from "chat/views/words.js";

const SPEEDS = [1, 1.5, 2];
const BARS = 44;
const audio = new Audio();
audio.preload = "none";
/** @type {HTMLElement|null} what is playing, or stands paused */
let current = null;
let speed = SPEEDS[0];

/** @typedef {import("chat/types.js").AttachmentJSON} AttachmentJSON */
/** @type {WeakMap<Element, AttachmentJSON>} */
const notes = new WeakMap();
const resized = "ResizeObserver" in globalThis ? new ResizeObserver((entries) => {
  for (const entry of entries) draw(/** @type {HTMLElement} */ (entry.target.closest(".voice")));
}) : null;

/** @param {AttachmentJSON} note @returns {HTMLElement} */
export function voiceNote(note) {
  const element = fill(clone("tpl-voice"), { id: note.id, time: durationText(note.duration_ms) });
  notes.set(element, note);
  const wave = /** @type {HTMLCanvasElement} */ (element.querySelector("canvas"));
  wave.setAttribute("aria-valuemax", String(Math.round(note.duration_ms / 1000)));
  wave.setAttribute("aria-valuenow", "0");
  wave.addEventListener("pointerdown", (event) => startSeek(element, wave, event));
  wave.addEventListener("keydown", (event) => seekByKey(element, event));
  resized?.observe(wave);
  if (current?.dataset.attachment === note.id) adopt(element);
  return element;
}

/** The row was drawn anew while its note plays. @param {HTMLElement} element */
function adopt(element) {
  current = element;
  show();
}

/** @param {HTMLElement} element */
export function togglePlay(element) {
  if (current === element && !audio.paused) audio.pause();
  else play(element);
}

/** @param {HTMLElement} element @param {number} [from] 0..1 */
function play(element, from) {
  const note = notes.get(element);
  if (!note?.url) return;
  if (current !== element) {
    const before = current;
    current = element;
    audio.src = note.url;
    if (before) reset(before);
  }
  audio.playbackRate = speed;
  if (from !== undefined) audio.currentTime = (from * note.duration_ms) / 1000;
  audio.play().catch(() => show());
}

/** @param {HTMLElement} element */
export function nextSpeed(element) {
  speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length];
  audio.playbackRate = speed;
  const button = element.querySelector(".voice__speed");
  if (button) button.textContent = `${speed}×`;
}

/** @param {HTMLElement} element @param {HTMLElement} wave @param {PointerEvent} event */
function startSeek(element, wave, event) {
  event.stopPropagation();
  const seek = (/** @type {PointerEvent} */ each) => {
    const box = wave.getBoundingClientRect();
    const isRtl = document.documentElement.dir === "rtl";
    const part = Math.min(Math.max((each.clientX - box.left) / box.width, 0), 0.999);
    play(element, isRtl ? 1 - part : part);
  };
  seek(event);
  wave.setPointerCapture(event.pointerId);
  wave.addEventListener("pointermove", seek);
  wave.addEventListener("pointerup", () => wave.removeEventListener("pointermove", seek), { once: true });
}

/** @param {HTMLElement} element @param {KeyboardEvent} event */
function seekByKey(element, event) {
  const step = { ArrowRight: 3, ArrowLeft: -3 }[event.key];
  if (!step || current !== element) return;
  event.preventDefault();
  event.stopPropagation();
  audio.currentTime = Math.max(0, audio.currentTime + step);
}

for (const name of ["play", "pause", "timeupdate", "ended"]) audio.addEventListener(name, () => show());
audio.addEventListener("ended", () => {
  const row = current?.closest(".row");
  const ended = current;
  current = null;
  if (ended) reset(ended);
  const next = /** @type {HTMLElement|null} */ (row?.nextElementSibling?.querySelector(".voice"));
  if (next) play(next);
});

/** @param {HTMLElement} element */
function reset(element) {
  element.classList.remove("is-playing");
  paint(element, { isPlaying: false, at: 0, isCurrent: false });
}

function show() {
  if (!current) return;
  paint(current, { isPlaying: !audio.paused, at: audio.currentTime * 1000, isCurrent: true });
}

/** @param {HTMLElement} element @param {{ isPlaying: boolean, at: number, isCurrent: boolean }} state */
function paint(element, { isPlaying, at, isCurrent }) {
  const note = notes.get(element);
  if (!note) return;
  element.classList.toggle("is-playing", isPlaying);
  element.querySelector(".voice__play")?.setAttribute("aria-label", t(isPlaying ? "pause" : "play"));
  element.querySelector(".voice__speed")?.toggleAttribute("hidden", !isCurrent);
  const button = element.querySelector(".voice__speed");
  if (button) button.textContent = `${speed}×`;
  const wave = element.querySelector("canvas");
  wave?.setAttribute("aria-valuenow", String(Math.round(at / 1000)));
  wave?.setAttribute("tabindex", isCurrent ? "0" : "-1");
  fill(element, { time: isCurrent ? `${durationText(at)} / ${durationText(note.duration_ms)}` : durationText(note.duration_ms) });
  draw(element, note.duration_ms ? at / note.duration_ms : 0);
}

/** @param {HTMLElement|null} element @param {number} [played] 0..1 */
function draw(element, played = 0) {
  const note = element && notes.get(element);
  const canvas = /** @type {HTMLCanvasElement|null} */ (element?.querySelector("canvas"));
  if (!note || !canvas) return;
  drawWave(canvas, note.waveform.length ? note.waveform : [4, 8, 6, 12, 9, 14, 7, 5], played);
}

/** Peaks of 0..31 as rounded bars; those played stand out. @param {HTMLCanvasElement} canvas @param {number[]} peaks @param {number} played 0..1 */
export function drawWave(canvas, peaks, played) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext("2d");
  if (!width || !context) return;
  const ratio = devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.scale(ratio, ratio);
  context.fillStyle = getComputedStyle(canvas).color;
  const count = Math.min(BARS, Math.floor(width / 4));
  const step = width / count;
  for (let index = 0; index < count; index += 1) {
    const peak = peaks[Math.floor((index / count) * peaks.length)] ?? 0;
    const bar = Math.max(3, (peak / 31) * height);
    context.globalAlpha = index / count < played ? 1 : 0.38;
    context.beginPath();
    context.roundRect(index * step, (height - bar) / 2, Math.max(step - 2, 2), bar, 1.5);
    context.fill();
  }
}
