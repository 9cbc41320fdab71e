/** As much of Janus' WebSocket protocol as a video room takes. https://janus.conf.meetecho.com/docs/rest.html#WS and /docs/videoroom.html */

const PLUGIN = "janus.plugin.videoroom";
const KEEP_ALIVE = 25_000; // milliseconds: a session is forgotten after 60 s
const ANSWER_WITHIN = 10_000;

export const ERRORS = { noSuchRoom: 426, noSuchFeed: 428, wrongPin: 433, idTaken: 436 };

export class JanusError extends Error {
  /** @param {number} code 0: no connection @param {string} reason */
  constructor(code, reason) {
    super(`${code}: ${reason}`);
    this.code = code;
  }
}

/** @typedef {{ data: any, jsep: RTCSessionDescriptionInit|undefined }} RoomEvent */

/** Events: `lost`. */
export class Janus extends EventTarget {
  #session = 0;
  #number = 0;
  #pinger = /** @type {any} */ (null);
  /** @type {Map<string, { resolve: (frame: any) => void, reject: (error: JanusError) => void, timer: any, isMessage: boolean }>} */
  #asked = new Map();
  /** @type {Map<number, (event: RoomEvent) => void>} what comes unasked, by handle */
  #heard = new Map();
  /** @type {Map<number, (candidate: any) => void>} */
  #trickled = new Map();

  /** @param {{ url: string, token: string, WebSocket?: typeof WebSocket }} needs */
  constructor({ url, token, WebSocket: Implementation = globalThis.WebSocket }) {
    super();
    this.token = token;
    this.socket = new Implementation(url, "janus-protocol");
    this.socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    this.socket.onclose = this.socket.onerror = () => this.#lost();
  }

  /** @returns {Promise<void>} */
  async open() {
    await new Promise((resolve, reject) => {
      this.socket.onopen = () => resolve(undefined);
      this.addEventListener("lost", () => reject(new JanusError(0, "no connection")), { once: true });
    });
    this.#session = (await this.#ask({ janus: "create" })).data.id;
    this.#pinger = setInterval(() => this.#ask({ janus: "keepalive" }).catch(() => this.#lost()), KEEP_ALIVE);
  }

  /** A handle of the video room. @param {(event: RoomEvent) => void} heard what it says by itself @param {(candidate: any) => void} trickled */
  async attach(heard, trickled) {
    const { data } = await this.#ask({ janus: "attach", plugin: PLUGIN });
    this.#heard.set(data.id, heard);
    this.#trickled.set(data.id, trickled);
    return /** @type {number} */ (data.id);
  }

  /** What the room answers. @param {number} handle @param {object} body @param {RTCSessionDescriptionInit|null} [jsep] @returns {Promise<RoomEvent>} */
  async say(handle, body, jsep = null) {
    const frame = await this.#ask({ janus: "message", handle_id: handle, body, ...(jsep ? { jsep: { type: jsep.type, sdp: jsep.sdp } } : {}) });
    const data = frame.plugindata?.data ?? {};
    if (data.error_code) throw new JanusError(data.error_code, data.error);
    return { data, jsep: frame.jsep };
  }

  /** @param {number} handle @param {RTCIceCandidate|null} candidate */
  trickle(handle, candidate) {
    const said = candidate?.candidate ? candidate.toJSON() : { completed: true };
    this.#ask({ janus: "trickle", handle_id: handle, candidate: said }).catch(() => null); // the connection is lost with it
  }

  close() {
    clearInterval(this.#pinger);
    this.socket.onclose = this.socket.onerror = this.socket.onmessage = null;
    this.socket.close();
    this.#reject();
  }

  // --- inner ---

  /** @param {Record<string, any>} frame @returns {Promise<any>} */
  #ask(frame) {
    return new Promise((resolve, reject) => {
      if (this.socket.readyState !== 1) return reject(new JanusError(0, "no connection"));
      const transaction = `t${(this.#number += 1)}`;
      const timer = setTimeout(() => this.#asked.delete(transaction) && reject(new JanusError(0, "no answer")), ANSWER_WITHIN);
      this.#asked.set(transaction, { resolve, reject, timer, isMessage: frame.janus === "message" });
      const session = this.#session ? { session_id: this.#session } : {};
      this.socket.send(JSON.stringify({ ...session, ...frame, token: this.token, transaction }));
    });
  }

  #receive(/** @type {any} */ frame) {
    const asked = this.#asked.get(frame.transaction);
    const isHalf = frame.janus === "ack" && asked?.isMessage; // the room's own answer follows
    if (asked && !isHalf) {
      clearTimeout(asked.timer);
      this.#asked.delete(frame.transaction);
      if (frame.janus === "error") asked.reject(new JanusError(frame.error?.code ?? 0, frame.error?.reason ?? ""));
      else asked.resolve(frame);
    } else if (frame.janus === "event") this.#heard.get(frame.sender)?.({ data: frame.plugindata?.data ?? {}, jsep: frame.jsep });
    else if (frame.janus === "trickle") this.#trickled.get(frame.sender)?.(frame.candidate);
    else if (frame.janus === "timeout") this.#lost();
  }

  #lost() {
    this.close();
    this.dispatchEvent(new Event("lost"));
  }

  #reject() {
    for (const { reject, timer } of this.#asked.values()) {
      clearTimeout(timer);
      reject(new JanusError(0, "no connection"));
    }
    this.#asked.clear();
  }
}
