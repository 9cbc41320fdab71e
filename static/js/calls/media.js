/** Microphone, camera and screen of this device, and how they are sent. */

import { ApiError } from "core/api.js";

/** @typedef {"microphone"|"camera"|"speaker"} DeviceKind */

const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 } };
const PICTURE_BITS = 1_500_000; // a second
const SCREEN_BITS = 2_500_000;
const LEAST_BITS = 250_000;
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** What the browser says about a device, as a code that the views have words for. @param {any} error @param {string} missing */
function trouble(error, missing) {
  const code = { NotFoundError: missing, OverconstrainedError: missing, NotAllowedError: "device_denied", SecurityError: "device_denied" }[error?.name] ?? "device_busy";
  return new ApiError(400, { code });
}

/** The choice made in the picker, for the next time. */
const choices = {
  /** @param {DeviceKind} kind */
  get: (kind) => globalThis.localStorage?.getItem(`calls.${kind}`) ?? "",
  /** @param {DeviceKind} kind @param {string} id */
  set: (kind, id) => globalThis.localStorage?.setItem(`calls.${kind}`, id),
};

export class Media extends EventTarget {
  isMuted = false;
  /** @type {MediaStreamTrack|null} */
  audio = null;
  /** @type {MediaStreamTrack|null} */
  camera = null;
  /** @type {MediaStreamTrack|null} */
  screen = null;
  /** To be seen by oneself: the screen while it is shared, the camera otherwise. */
  local = globalThis.MediaStream ? new MediaStream() : null;
  #facing = "user";
  #isClosed = false;
  /** @type {Meter|null} */
  #meter = null;

  /** What is shown of me. */
  get video() {
    return this.screen ?? this.camera;
  }

  static get canShare() {
    return Boolean(globalThis.navigator?.mediaDevices?.getDisplayMedia);
  }

  /**
   * The microphone, and the camera where it is wanted and there: who has none is called all the same. Rejects with the trouble.
   * @param {{ video?: boolean, picture?: MediaTrackConstraints }} [options]
   */
  async open({ video = false, picture } = {}) {
    this.picture = picture ?? PICTURE;
    if (video) {
      try {
        const both = await ask({ audio: sound(), video: this.#camera() }, "no_camera");
        this.#takeCamera(both.getVideoTracks()[0]);
        return this.#takeAudio(both.getAudioTracks()[0]);
      } catch (error) {
        if (error.code === "not_secure") throw error; // else: one of both is missing, and sound alone will show which
      }
    }
    this.#takeAudio((await ask({ audio: sound() }, "no_microphone")).getAudioTracks()[0]);
  }

  setMuted(/** @type {boolean} */ on) {
    this.isMuted = on;
    if (this.audio) this.audio.enabled = !on;
  }

  async setCamera(/** @type {boolean} */ on) {
    if (!on) return this.#takeCamera(null);
    if (!this.camera) this.#takeCamera((await ask({ video: this.#camera() }, "no_camera")).getVideoTracks()[0]);
  }

  /** Resolves without a screen where the person thinks better of it. */
  async setSharing(/** @type {boolean} */ on) {
    if (!on) return this.#takeScreen(null);
    if (!Media.canShare) throw new ApiError(400, { code: "no_screen" });
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: false });
      this.#takeScreen(stream.getVideoTracks()[0]);
    } catch (error) {
      if (/** @type {any} */ (error).name !== "NotAllowedError") throw trouble(error, "no_screen");
    }
  }

  /** The other side of a telephone; where cameras face nowhere, the next one. */
  async flip() {
    if (!this.camera) return;
    const now = this.camera.getSettings();
    const cameras = (await devices()).cameras.map(({ id }) => id);
    const next = cameras[(cameras.indexOf(now.deviceId ?? "") + 1) % cameras.length];
    this.#facing = this.#facing === "user" ? "environment" : "user";
    const wanted = now.facingMode ? { facingMode: { exact: this.#facing } } : { deviceId: { exact: next } };
    this.camera.stop(); // telephones open one at a time
    this.#takeCamera((await ask({ video: { ...this.picture, ...wanted } }, "no_camera")).getVideoTracks()[0]);
  }

  /** @param {DeviceKind} kind @param {string} id */
  async use(kind, id) {
    choices.set(kind, id);
    if (kind === "microphone") this.#takeAudio((await ask({ audio: sound() }, "no_microphone")).getAudioTracks()[0]);
    if (kind === "camera" && this.camera) this.#takeCamera((await ask({ video: this.#camera() }, "no_camera")).getVideoTracks()[0]);
  }

  /** How loud I am, 0..1. */
  level() {
    return this.isMuted ? 0 : this.#meter?.level() ?? 0;
  }

  close() {
    this.#isClosed = true;
    for (const track of [this.audio, this.camera, this.screen]) track?.stop();
    this.#meter?.close();
    this.audio = this.camera = this.screen = this.#meter = null;
    this.#show();
  }

  // --- inner ---

  #camera() {
    const id = choices.get("camera");
    return { ...this.picture, ...(id ? { deviceId: id } : { facingMode: this.#facing }) };
  }

  #takeAudio(/** @type {MediaStreamTrack} */ track) {
    if (this.#isClosed) return track.stop();
    this.audio?.stop();
    this.#meter?.close();
    this.audio = track;
    track.enabled = !this.isMuted;
    this.#meter = new Meter(track);
    track.onended = () => track === this.audio && this.#lostMicrophone();
    this.#changed("audio");
  }

  #takeCamera(/** @type {MediaStreamTrack|null} */ track) {
    if (this.#isClosed) return track?.stop();
    this.camera?.stop();
    this.camera = track;
    if (track) track.onended = () => track === this.camera && this.#takeCamera(null); // pulled out, or taken away
    this.#changed("video");
  }

  #takeScreen(/** @type {MediaStreamTrack|null} */ track) {
    if (this.#isClosed) return track?.stop();
    this.screen?.stop();
    this.screen = track;
    if (track) {
      track.contentHint = "detail"; // letters rather than motion
      track.onended = () => track === this.screen && this.#takeScreen(null); // the browser's own bar
    }
    this.#changed("video");
  }

  /** A headset was pulled out: the next microphone takes over. */
  async #lostMicrophone() {
    const next = await ask({ audio: SOUND }, "no_microphone").catch(() => null);
    if (next) this.#takeAudio(next.getAudioTracks()[0]);
    else this.#changed("audio");
  }

  #changed(/** @type {string} */ what) {
    this.#show();
    this.dispatchEvent(new Event(what));
  }

  /** The same stream with what is there now. */
  #show() {
    const { local, video } = this;
    if (!local) return;
    for (const track of local.getTracks()) if (track !== video) local.removeTrack(track);
    if (video) local.addTrack(video);
  }
}

const sound = () => (choices.get("microphone") ? { ...SOUND, deviceId: choices.get("microphone") } : SOUND);

/** @param {MediaStreamConstraints} wanted @param {string} missing the code where there is none */
async function ask(wanted, missing) {
  const source = globalThis.navigator?.mediaDevices;
  if (!source?.getUserMedia) throw new ApiError(400, { code: "not_secure" });
  try {
    return await source.getUserMedia(wanted);
  } catch (error) {
    throw trouble(error, missing);
  }
}

/** What there is to choose from. Names come once a device has been allowed. */
export async function devices() {
  const all = (await globalThis.navigator?.mediaDevices?.enumerateDevices?.()) ?? [];
  const of = (/** @type {string} */ kind, /** @type {DeviceKind} */ choice) => {
    const found = all.filter((device) => device.kind === kind && device.deviceId);
    const used = choices.get(choice) || found[0]?.deviceId;
    return found.map(({ deviceId, label }) => ({ id: deviceId, label, isUsed: deviceId === used }));
  };
  const canChooseSpeaker = "setSinkId" in (globalThis.HTMLMediaElement?.prototype ?? {});
  return { microphones: of("audioinput", "microphone"), cameras: of("videoinput", "camera"), speakers: canChooseSpeaker ? of("audiooutput", "speaker") : [] };
}

export const chosenSpeaker = () => choices.get("speaker");

/** For the picker before a call. @param {{ video?: boolean, picture?: MediaTrackConstraints }} [options] */
export async function preview(options = {}) {
  const media = new Media();
  await media.open({ video: true, ...options });
  return { stream: media.local, level: () => media.level(), use: (/** @type {DeviceKind} */ kind, /** @type {string} */ id) => media.use(kind, id), stop: () => media.close() };
}

/** How much a picture may take where it is sent so many times. @param {Media} media @param {number} receivers */
export const bitsFor = (media, receivers) => Math.max(LEAST_BITS, (media.screen ? SCREEN_BITS : PICTURE_BITS) / Math.max(1, receivers));

/** How much a picture may take, and what gives way first. @param {RTCRtpSender} sender @param {number} bitrate a second */
export function tune(sender, bitrate) {
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length || parameters.encodings.length > 1) return; // not negotiated yet, or in layers
  const isScreen = sender.track?.contentHint === "detail";
  parameters.encodings[0].maxBitrate = bitrate;
  parameters.degradationPreference = isScreen ? "maintain-resolution" : "balanced";
  sender.setParameters(parameters).catch((error) => console.warn("Not tuned:", error)); // a limit less
}

/** The screen of a telephone stays on until `signal`; a hidden page loses it and takes it again. @param {AbortSignal} signal */
export function stayAwake(signal) {
  /** @type {any} */
  let lock = null;
  const take = async () => {
    if (globalThis.document?.hidden) return;
    lock = await /** @type {any} */ (globalThis.navigator)?.wakeLock?.request("screen").catch(() => null); // refused: the battery is low
    if (signal.aborted) lock?.release();
  };
  globalThis.document?.addEventListener("visibilitychange", take, { signal });
  signal.addEventListener("abort", () => lock?.release());
  take();
}

/** Loudness of a track. Silent where there is no AudioContext. */
class Meter {
  /** @param {MediaStreamTrack} track */
  constructor(track) {
    const Context = globalThis.AudioContext;
    if (!Context) return;
    this.context = new Context();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 512;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.context.createMediaStreamSource(new MediaStream([track])).connect(this.analyser);
  }

  level() {
    if (!this.analyser || !this.samples) return 0;
    if (this.context?.state === "suspended") this.context.resume();
    this.analyser.getFloatTimeDomainData(this.samples);
    const power = this.samples.reduce((sum, sample) => sum + sample * sample, 0) / this.samples.length;
    return Math.min(1, Math.sqrt(power) * 3); // ordinary speech is about a third of what fits
  }

  close() {
    this.context?.close();
  }
}
