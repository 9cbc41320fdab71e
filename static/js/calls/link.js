/**
 * One connection to one other device: perfect negotiation (of two devices the one with the larger UUID is polite), candidates as they
 * are found, and ways back when the network changes. https://w3c.github.io/webrtc-pc/#perfect-negotiation-example
 */

import { tune } from "calls/media.js";

const FIRST_OFFER = 700; // milliseconds the polite side waits for the other's: both begin at the same moment
const PATIENCE = 3000; // a lost connection often comes back by itself
const AGAIN = 8000;

/**
 * @typedef {object} LinkNeeds
 * @property {string} device the other one
 * @property {boolean} isPolite
 * @property {RTCConfiguration} config
 * @property {MediaStreamTrack|null} audio
 * @property {MediaStreamTrack|null} video
 * @property {number} bitrate of the picture, a second
 * @property {(description: RTCSessionDescriptionInit) => void} describe
 * @property {(candidate: RTCIceCandidateInit) => void} candidate
 * @property {(track: MediaStreamTrack) => void} gotTrack
 * @property {() => void} stateChanged
 * @property {() => Promise<RTCConfiguration>} refresh credentials that are still good
 * @property {typeof RTCPeerConnection} [RTCPeerConnection]
 * @property {number} [firstOffer]
 */
export class Link {
  isConnected = false;
  #isOffering = false;
  #isAnswering = false;
  #isIgnoring = false;
  #isClosed = false;
  /** One signal after the other: the next may need what the last has set. */
  #work = Promise.resolve();
  #timers = { first: /** @type {any} */ (null), restart: /** @type {any} */ (null) };

  /** @param {LinkNeeds} needs */
  constructor(needs) {
    this.needs = needs;
    const Implementation = needs.RTCPeerConnection ?? RTCPeerConnection;
    const pc = (this.pc = new Implementation(needs.config));
    pc.onnegotiationneeded = () => this.#needsOffer();
    pc.onicecandidate = ({ candidate }) => candidate?.candidate && needs.candidate(candidate.toJSON());
    pc.ontrack = ({ track }) => needs.gotTrack(track);
    pc.onconnectionstatechange = () => this.#stateChanged();
    if (needs.audio) pc.addTrack(needs.audio, new MediaStream([needs.audio]));
    if (needs.video) pc.addTrack(needs.video, new MediaStream([needs.video]));
    // A place for the other's picture in the first offer: theirs need not be negotiated afterwards.
    else if (!needs.isPolite) pc.addTransceiver("video", { direction: "recvonly" });
    this.#tune();
  }

  /** Camera or screen, on or off. Negotiated only the first time. @param {MediaStreamTrack|null} track @param {number} bitrate */
  async setVideo(track, bitrate) {
    this.needs.bitrate = bitrate;
    this.needs.video = track;
    const transceiver = this.#transceiver("video");
    if (!transceiver) {
      if (track) this.pc.addTrack(track, new MediaStream([track]));
    } else {
      await transceiver.sender.replaceTrack(track);
      if (track && transceiver.direction === "recvonly") transceiver.direction = "sendrecv";
      if (track && transceiver.direction === "inactive") transceiver.direction = "sendonly";
    }
    this.#tune();
  }

  /** Another microphone. @param {MediaStreamTrack|null} track */
  async setAudio(track) {
    await this.#transceiver("audio")?.sender.replaceTrack(track);
  }

  /** A signal of theirs. @param {import("calls/signals.js").Signal} signal */
  receive(signal) {
    this.#work = this.#work.then(() => this.#receive(signal)).catch((error) => {
      if (!this.#isClosed) console.warn("A signal that does not fit:", error);
    });
    return this.#work;
  }

  /** Look for another way to each other, with credentials that are good. */
  async restart() {
    clearTimeout(this.#timers.restart);
    if (this.#isClosed) return;
    this.#timers.restart = setTimeout(() => this.isConnected || this.restart(), AGAIN);
    const config = await this.needs.refresh();
    if (this.#isClosed) return;
    this.pc.setConfiguration(config);
    this.pc.restartIce();
  }

  /** How loud they are just now, 0..1. */
  level() {
    const source = this.#transceiver("audio")?.receiver?.getSynchronizationSources?.()[0];
    return source && performance.timeOrigin + performance.now() - source.timestamp < 1000 ? source.audioLevel ?? 0 : 0;
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timers.first);
    clearTimeout(this.#timers.restart);
    this.pc.onconnectionstatechange = this.pc.onnegotiationneeded = this.pc.onicecandidate = this.pc.ontrack = null;
    this.pc.close();
  }

  // --- inner ---

  /** @param {"audio"|"video"} kind */
  #transceiver(kind) {
    return this.pc.getTransceivers().find((one) => one.receiver.track.kind === kind && one.currentDirection !== "stopped");
  }

  #tune() {
    const sender = this.#transceiver("video")?.sender;
    if (sender?.track) tune(sender, this.needs.bitrate);
  }

  #needsOffer() {
    if (!this.needs.isPolite || this.pc.remoteDescription) return this.#offer();
    clearTimeout(this.#timers.first);
    this.#timers.first = setTimeout(() => this.pc.remoteDescription || this.#offer(), this.needs.firstOffer ?? FIRST_OFFER);
  }

  async #offer() {
    try {
      this.#isOffering = true;
      await this.pc.setLocalDescription();
      if (this.pc.localDescription && !this.#isClosed) this.needs.describe(this.pc.localDescription);
    } catch (error) {
      if (!this.#isClosed) console.warn("No offer:", error); // the next change asks for one again
    } finally {
      this.#isOffering = false;
    }
  }

  /** @param {import("calls/signals.js").Signal} signal */
  async #receive({ description, candidates = [] }) {
    if (this.#isClosed) return;
    if (description) await this.#describe(description);
    for (const candidate of candidates) {
      try {
        await this.pc.addIceCandidate(candidate);
      } catch (error) {
        if (!this.#isIgnoring && !this.#isClosed) console.warn("A candidate that does not fit:", error); // there are others
      }
    }
  }

  /** @param {RTCSessionDescriptionInit} description */
  async #describe(description) {
    const { pc } = this;
    const isFree = !this.#isOffering && (pc.signalingState === "stable" || this.#isAnswering);
    this.#isIgnoring = !this.needs.isPolite && description.type === "offer" && !isFree;
    if (this.#isIgnoring) return;
    this.#isAnswering = description.type === "answer";
    try {
      await pc.setRemoteDescription(description); // takes my own offer back where both came at once
    } finally {
      this.#isAnswering = false;
    }
    if (description.type !== "offer") return;
    await pc.setLocalDescription();
    if (pc.localDescription && !this.#isClosed) this.needs.describe(pc.localDescription);
    this.#tune();
  }

  #stateChanged() {
    const state = this.pc.connectionState;
    this.isConnected = state === "connected";
    clearTimeout(this.#timers.restart);
    if (state === "failed") this.restart();
    if (state === "disconnected") this.#timers.restart = setTimeout(() => this.restart(), PATIENCE);
    this.needs.stateChanged();
  }
}
