/** Each to each: one link per other device in the call. The same methods as room.js, so that a session need not know which it has. */

import { Link } from "calls/link.js";
import { judge, sampleOf } from "calls/quality.js";

/**
 * What a session gives to whoever carries its sound and picture.
 * @typedef {object} CarrierNeeds
 * @property {number} call
 * @property {string} device mine
 * @property {import("calls/media.js").Media} media
 * @property {() => number} bitrate of the picture to one receiver
 * @property {() => RTCConfiguration} config
 * @property {() => Promise<RTCConfiguration>} refresh
 * @property {import("calls/signals.js").Signals} signals
 * @property {(device: string, track: MediaStreamTrack) => void} gotTrack
 * @property {() => void} changed
 * @property {any} [outside]
 *
 * @typedef {import("core/contract.js").CallLegJSON} CallLegJSON
 * @typedef {import("calls/quality.js").Quality} Quality
 * @typedef {import("calls/quality.js").Sample} Sample
 */
export class Mesh {
  /** @type {Map<string, Link>} */
  links = new Map();
  /** @type {Map<string, import("calls/signals.js").Signal[]>} from devices whose coming we have not heard of yet */
  #early = new Map();
  /** @type {Map<string, import("calls/quality.js").Counts>} */
  #counts = new Map();
  #video = /** @type {MediaStreamTrack|null} */ (null);

  /** @param {CarrierNeeds} needs */
  constructor(needs) {
    this.needs = needs;
    this.#video = needs.media.video;
  }

  /** Who is in the call now. @param {CallLegJSON[]} others */
  sync(others) {
    const there = new Set(others.map(({ device }) => device));
    for (const [device, link] of this.links) {
      if (there.has(device)) continue;
      link.close();
      this.links.delete(device);
      this.needs.signals.forget(device);
    }
    for (const device of there) if (!this.links.has(device)) this.#connect(device);
  }

  /** @param {string} from @param {import("calls/signals.js").Signal} signal */
  receive(from, signal) {
    const link = this.links.get(from);
    if (link) link.receive(signal);
    else this.#early.set(from, [...(this.#early.get(from) ?? []), signal].slice(-50));
  }

  setAudio(/** @type {MediaStreamTrack|null} */ track) {
    return Promise.all([...this.links.values()].map((link) => link.setAudio(track)));
  }

  setVideo(/** @type {MediaStreamTrack|null} */ track) {
    this.#video = track;
    return Promise.all([...this.links.values()].map((link) => link.setVideo(track, this.needs.bitrate())));
  }

  /** Thumbnails cost the sender as much here as large ones. */
  setSize() {}

  restart() {
    return Promise.all([...this.links.values()].map((link) => link.restart()));
  }

  isConnected(/** @type {string} */ device) {
    return Boolean(this.links.get(device)?.isConnected);
  }

  /** For those who look how it flows. */
  get connections() {
    return [...this.links.values()].map(({ pc }) => pc);
  }

  level(/** @type {string} */ device) {
    return this.links.get(device)?.level() ?? 0;
  }

  /** How each connection does. @returns {Promise<Map<string, { sample: Sample, quality: Quality }>>} */
  async measure() {
    /** @type {Map<string, { sample: Sample, quality: Quality }>} */
    const found = new Map();
    for (const [device, link] of this.links) {
      if (!link.isConnected) continue;
      const { sample, counts } = sampleOf((await link.pc.getStats()).values(), this.#counts.get(device));
      this.#counts.set(device, counts);
      found.set(device, { sample, quality: judge(sample) });
    }
    return found;
  }

  close() {
    for (const link of this.links.values()) link.close();
    this.links.clear();
  }

  /** @param {string} device */
  #connect(device) {
    const { needs } = this;
    const link = new Link({
      device,
      isPolite: needs.device > device,
      config: needs.config(),
      audio: needs.media.audio,
      video: this.#video,
      bitrate: needs.bitrate(),
      describe: (description) => needs.signals.describe(device, description),
      candidate: (candidate) => needs.signals.candidate(device, candidate),
      gotTrack: (track) => needs.gotTrack(device, track),
      stateChanged: needs.changed,
      refresh: needs.refresh,
      ...needs.outside,
    });
    this.links.set(device, link);
    for (const signal of this.#early.get(device) ?? []) link.receive(signal);
    this.#early.delete(device);
  }
}
