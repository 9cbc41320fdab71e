// Media and connections that never send anything.

export class FakeStream {
  tracks = [];
  constructor(tracks = []) {
    this.tracks = [...tracks];
  }
  getTracks = () => this.tracks;
  addTrack(track) {
    if (!this.tracks.includes(track)) this.tracks.push(track);
  }
  removeTrack(track) {
    this.tracks = this.tracks.filter((one) => one !== track);
  }
}

export class FakeMedia extends EventTarget {
  isMuted = false;
  isClosed = false;
  audio = { kind: "audio" };
  camera = null;
  screen = null;
  local = new FakeStream();
  get video() {
    return this.screen ?? this.camera;
  }
  async open() {}
  setMuted(on) {
    this.isMuted = on;
  }
  level = () => 0;
  close() {
    this.isClosed = true;
  }
}

let made = 0;

/** As much of JSEP as perfect negotiation meets: states, rollback, and an offer asked for by tracks and restarts. */
export class FakePeer {
  signalingState = "stable";
  connectionState = "new";
  localDescription = null;
  remoteDescription = null;
  isClosed = false;
  candidates = [];
  log = [];
  #transceivers = [];

  constructor(config) {
    this.name = `p${(made += 1)}`;
    this.config = config;
    this.version = 0;
  }

  addTrack = (track) => this.addTransceiver(track.kind, { track });
  addTransceiver(kind, { track = null, direction = "sendrecv" } = {}) {
    const sender = { track, replaceTrack: async (next) => void (sender.track = next), getParameters: () => ({}) };
    const made = { sender, receiver: { track: { kind } }, direction, currentDirection: null };
    this.#transceivers.push(made);
    queueMicrotask(() => this.need());
    return made;
  }
  getTransceivers = () => this.#transceivers;

  need() {
    if (this.signalingState === "stable" && !this.isClosed) this.onnegotiationneeded?.();
  }

  restartIce() {
    this.log.push("restart");
    this.need();
  }

  setConfiguration = (config) => void (this.config = config);

  async setLocalDescription() {
    await null;
    const isAnswer = this.signalingState === "have-remote-offer";
    this.localDescription = { type: isAnswer ? "answer" : "offer", sdp: `v=0 ${this.name} ${(this.version += 1)}` };
    this.signalingState = isAnswer ? "stable" : "have-local-offer";
    this.log.push(this.localDescription.type);
  }

  async setRemoteDescription(description) {
    await null;
    if (description.type === "offer" && this.signalingState === "have-local-offer") this.log.push("rollback");
    if (description.type === "answer" && this.signalingState !== "have-local-offer") throw new Error("InvalidStateError");
    this.remoteDescription = description;
    this.signalingState = description.type === "offer" ? "have-remote-offer" : "stable";
  }

  async addIceCandidate(candidate) {
    if (!this.remoteDescription) throw new Error("InvalidStateError");
    this.candidates.push(candidate.candidate);
  }

  become(state) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  getStats = async () => new Map();
  close() {
    this.isClosed = true;
  }
}
