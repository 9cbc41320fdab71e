/** A voice note: Opus from the microphone, a live level, and 64 peaks (0..31) of its loudness. */

import { Store } from "core/store.js";

const PEAKS = 64;
const SAMPLE_EVERY = 50; // milliseconds
const FORMATS = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];

/** @extends {Store<{ state: string, level: number, peaks: number[], durationMs: number }>} */
export class VoiceRecorder extends Store {
  /** @type {"idle"|"asking"|"recording"|"stopped"|"denied"|"unsupported"} */
  #state = "idle";
  /** @type {number[]} loudness 0..1, one per SAMPLE_EVERY */
  #levels = [];
  #startedAt = 0;
  /** @type {Blob[]} */
  #parts = [];
  #recorder = /** @type {MediaRecorder|null} */ (null);
  #stream = /** @type {MediaStream|null} */ (null);
  #context = /** @type {AudioContext|null} */ (null);
  #sampler = /** @type {any} */ (null);

  build() {
    const level = this.#levels[this.#levels.length - 1] ?? 0;
    const durationMs = this.#state === "recording" ? Date.now() - this.#startedAt : this.#levels.length * SAMPLE_EVERY;
    return { state: this.#state, level, peaks: this.#levels.slice(-PEAKS).map(toPeak), durationMs };
  }

  /** Asks for the microphone; from a click. False when there is none to have. */
  async start() {
    if (!globalThis.MediaRecorder || !navigator.mediaDevices?.getUserMedia) return this.#set("unsupported");
    this.#set("asking");
    try {
      const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio });
    } catch {
      return this.#set("denied");
    }
    if (this.#state !== "asking") return this.#release(); // cancelled while the browser asked
    const mimeType = FORMATS.find((format) => MediaRecorder.isTypeSupported(format));
    this.#recorder = new MediaRecorder(this.#stream, { mimeType, audioBitsPerSecond: 32_000 });
    this.#recorder.ondataavailable = (event) => event.data.size && this.#parts.push(event.data);
    this.#recorder.start(1000);
    this.#startedAt = Date.now();
    this.#listen();
    return this.#set("recording");
  }

  /** What was said, for `files` of a draft. @returns {Promise<import("chat/types.js").DraftFile>} */
  async stop() {
    const recorder = this.#recorder;
    if (!recorder) throw new Error("nothing is being recorded");
    const durationMs = Date.now() - this.#startedAt;
    const done = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.stop();
    await done;
    const blob = new Blob(this.#parts, { type: recorder.mimeType.split(";")[0] });
    const waveform = waveformOf(this.#levels);
    this.#release();
    this.#set("stopped");
    const ending = { "audio/ogg": "ogg", "audio/webm": "webm", "audio/mp4": "m4a" }[blob.type] ?? "bin";
    return { blob, name: `voice.${ending}`, kind: "voice", durationMs, waveform };
  }

  cancel() {
    if (this.#recorder?.state === "recording") this.#recorder.stop();
    this.#release();
    this.#levels = [];
    this.#set("idle");
  }

  #listen() {
    this.#context = new AudioContext();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 1024;
    this.#context.createMediaStreamSource(/** @type {MediaStream} */ (this.#stream)).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#sampler = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      this.#levels.push(Math.min(1, Math.sqrt(power) * 4)); // speech is rarely louder than a quarter of full scale
      this.changed();
    }, SAMPLE_EVERY);
  }

  #release() {
    clearInterval(this.#sampler);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#context?.close();
    this.#context = this.#stream = this.#recorder = null;
    this.#parts = [];
    return false;
  }

  /** @param {"idle"|"asking"|"recording"|"stopped"|"denied"|"unsupported"} state */
  #set(state) {
    this.#state = state;
    this.changed();
    return state === "recording";
  }
}

const toPeak = (/** @type {number} */ level) => Math.round(level * 31);

/** 64 peaks (fewer for the shortest), each the loudest of its stretch, so that a single word stays visible. @param {number[]} levels */
export function waveformOf(levels, count = PEAKS) {
  const peaks = Math.min(count, levels.length);
  const loudest = Math.max(0.05, ...levels);
  return Array.from({ length: peaks }, (_, index) => {
    const start = Math.floor((index * levels.length) / peaks);
    const end = Math.max(start + 1, Math.floor(((index + 1) * levels.length) / peaks));
    return toPeak(Math.max(...levels.slice(start, end)) / loudest);
  });
}
