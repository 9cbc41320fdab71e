/** Asking the server about calls: over the socket, and by REST where there is none. Each of these may be said twice. */

import { ApiError } from "core/api.js";
import { ERRORS } from "core/contract.js";

/**
 * Command -> method, path and body of the same over REST; `isCall`: it answers the bare call.
 * @type {Record<string, (body: any) => { method: string, path: string, body?: object, query?: any, isCall?: boolean }>}
 */
const BY_REST = {
  "call.start": (body) => ({ method: "POST", path: "calls", body }),
  "call.rings": ({ call }) => ({ method: "POST", path: `calls/${call}/ringing`, isCall: true }),
  "call.answer": ({ call, ...body }) => ({ method: "POST", path: `calls/${call}/answer`, body }),
  "call.decline": ({ call, ...body }) => ({ method: "POST", path: `calls/${call}/decline`, body, isCall: true }),
  "call.join": ({ call, ...body }) => ({ method: "POST", path: `calls/${call}/join`, body }),
  "call.hang_up": ({ call, ...body }) => ({ method: "POST", path: `calls/${call}/hang-up`, body, isCall: true }),
  "call.signal": ({ call, ...body }) => ({ method: "POST", path: `calls/${call}/signals`, body }),
  "call.signals": ({ call, ...query }) => ({ method: "GET", path: `calls/${call}/signals`, query }),
  "call.ping": ({ call, ...body }) => ({ method: "POST", path: `calls/${call}/ping`, body }),
  "call.leg": ({ call, device, ...body }) => ({ method: "PATCH", path: `calls/${call}/legs/${device}`, body, isCall: true }),
  "call.running": () => ({ method: "GET", path: "calls/running" }),
  "call.look": ({ call }) => ({ method: "GET", path: `calls/${call}`, isCall: true }),
};

export class Line {
  /** @param {{ socket: import("core/socket.js").Socket, api: import("core/api.js").Api }} needs */
  constructor({ socket, api }) {
    this.socket = socket;
    this.api = api;
  }

  /** The answer, of the shape the socket gives. @param {string} command @param {any} [body] */
  async ask(command, body = {}) {
    if (!this.socket.isOpen) return this.#byRest(command, body);
    try {
      return await this.socket.request(command, body);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 0) return this.#byRest(command, body); // lost on the way
      if (error.status === -1) error.status = ERRORS[error.code] ?? 400;
      throw error;
    }
  }

  /** @param {string} command @param {any} given */
  async #byRest(command, given) {
    const { method, path, isCall, ...options } = BY_REST[command](given);
    const answer = await this.api.request(method, path, { timeout: 10_000, ...options });
    return isCall ? { call: answer } : answer;
  }
}
