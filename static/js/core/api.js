/** REST: fetch with CSRF token, problem details as ApiError, and retries only of what may be repeated. */

export class ApiError extends Error {
  /**
   * @param {number} status 0: no connection
   * @param {{ code?: string, detail?: unknown, retry_after?: number, fields?: Record<string, string[]> } & Record<string, unknown>} body
   */
  constructor(status, body = {}) {
    super(String(body.detail || body.code || status));
    this.status = status;
    this.code = body.code || (status ? `http_${status}` : "offline");
    this.detail = this.message;
    this.retryAfter = typeof body.retry_after === "number" ? body.retry_after : null; // seconds
    this.fields = body.fields ?? {};
    this.extra = body;
  }

  /** Trying the same again later may help: no connection, overload, a limit that passes. */
  get isTransient() {
    return this.status === 0 || this.status >= 500 || [401, 408, 425, 429].includes(this.status);
  }
}

const TRIES = 3;
const pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

export class Api extends EventTarget {
  /** @param {{ base?: string, fetch?: typeof fetch, csrf?: () => string, pause?: (ms: number) => Promise<unknown> }} [options] */
  constructor(options = {}) {
    super();
    this.base = options.base ?? "/api/v1/";
    this.fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
    this.csrf = options.csrf ?? csrfFromPage;
    this.pause = options.pause ?? pause;
  }

  /** @param {string} path @param {{ query?: Record<string, unknown>, signal?: AbortSignal }} [options] */
  get(path, options) {
    return this.request("GET", path, options);
  }

  /** A POST is repeated only when `isRepeatable`: it carries a key of its own, such as client_id. */
  post(path, body = {}, options = {}) {
    return this.request("POST", path, { body, ...options });
  }

  patch(path, body = {}, options = {}) {
    return this.request("PATCH", path, { body, ...options });
  }

  put(path, body = {}, options = {}) {
    return this.request("PUT", path, { body, ...options });
  }

  delete(path, options = {}) {
    return this.request("DELETE", path, options);
  }

  /**
   * The decoded answer; null for 204.
   * @param {string} method @param {string} path relative to /api/v1/
   * @param {{ query?: Record<string, unknown>, body?: unknown, headers?: Record<string, string>, signal?: AbortSignal,
   *   timeout?: number, isRepeatable?: boolean }} [options]
   */
  async request(method, path, options = {}) {
    const isRepeatable = options.isRepeatable ?? ["GET", "PUT", "DELETE"].includes(method);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(method, path, options);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const mayRepeat = isRepeatable && (error.status === 0 || error.status >= 500) && attempt < TRIES;
        if (!mayRepeat || (error.retryAfter ?? 0) > 10) throw error;
        // Full jitter; what the server asks for comes first.
        await this.pause((error.retryAfter ?? 0) * 1000 + Math.random() * 300 * 2 ** attempt);
        if (options.signal?.aborted) throw error;
      }
    }
  }

  /** @param {string} method @param {string} path @param {Record<string, any>} options */
  async #once(method, path, { query, body, headers, signal, timeout = 20_000 }) {
    const raw = body instanceof Blob || body instanceof FormData;
    const limits = [AbortSignal.timeout(timeout), ...(signal ? [signal] : [])];
    let response;
    try {
      response = await this.fetch(this.base + path + queryText(query), {
        method,
        credentials: "same-origin",
        signal: AbortSignal.any ? AbortSignal.any(limits) : limits[limits.length - 1],
        headers: {
          Accept: "application/json",
          ...(body !== undefined && !raw ? { "Content-Type": "application/json" } : {}),
          ...(method === "GET" ? {} : { "X-CSRFToken": this.csrf() }),
          ...headers,
        },
        body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
      });
    } catch (error) {
      if (signal?.aborted) throw error; // the caller's own wish: an AbortError
      throw new ApiError(0, { detail: String(error) });
    }
    if (response.status === 204) return null;
    let answer = null;
    try {
      const text = await response.text();
      answer = text && JSON.parse(text);
    } catch (error) {
      if (signal?.aborted) throw error;
      if (response.ok) throw new ApiError(0, { detail: String(error) }); // cut off on the way: no answer is not "nothing"
    }
    if (response.ok) return answer || null;
    const wait = Number(response.headers.get("Retry-After"));
    const problem = new ApiError(response.status, { ...(wait > 0 ? { retry_after: wait } : {}), ...answer });
    if (problem.status === 401 || problem.code === "not_authenticated") this.dispatchEvent(new Event("signedout"));
    throw problem;
  }
}

/** @param {Record<string, unknown>} [query] */
function queryText(query = {}) {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return entries.length ? `?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}` : "";
}

function csrfFromPage() {
  const fromCookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return fromCookie ?? document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
}
