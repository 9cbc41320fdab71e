/** Addresses and panes. One page; each place in it has an address, and Back works as in an app. */

/**
 * @typedef {{ name: "list" } | { name: "chat", chat: number, seq: number|null } | { name: "handle", handle: string } | { name: "join", token: string } | { name: "call", token: string }} Route
 */

class Router extends EventTarget {
  /** How many entries of this page lie under the present one: whether Back stays inside. */
  depth = Number(history.state?.depth ?? 0);

  start() {
    history.replaceState({ ...history.state, depth: this.depth }, "");
    addEventListener("popstate", (event) => {
      this.depth = Number(event.state?.depth ?? 0);
      this.#tell();
    });
    document.addEventListener("click", (event) => this.#onClick(event));
    this.#tell();
  }

  /** @returns {Route} */
  get route() {
    const path = location.pathname;
    const chat = /^\/c\/(\d+)(?:\/(\d+))?$/.exec(path);
    if (chat) return { name: "chat", chat: Number(chat[1]), seq: chat[2] ? Number(chat[2]) : null };
    const handle = /^\/@([A-Za-z]\w{2,31})$/.exec(path);
    if (handle) return { name: "handle", handle: handle[1].toLowerCase() };
    const join = /^\/join\/([\w-]+)$/.exec(path);
    if (join) return { name: "join", token: join[1] };
    const call = /^\/call\/([\w-]+)$/.exec(path);
    return call ? { name: "call", token: call[1] } : { name: "list" };
  }

  /** The details pane: true for those of the chat, a tab of theirs, a user's id for a person's. An entry of its own, so that Back closes it. */
  get details() {
    return /** @type {boolean|number|string} */ (history.state?.details ?? false);
  }

  /** @param {string} path @param {{ replace?: boolean, details?: boolean|number|string }} [options] details: of the chat, a tab of them, or of a person */
  go(path, { replace = false, details = false } = {}) {
    if (path === location.pathname && details === this.details) {
      this.#tell();
      return;
    }
    if (!replace) this.depth += 1;
    history[replace ? "replaceState" : "pushState"]({ depth: this.depth, details }, "", path);
    this.#tell();
  }

  /** Back inside the page, or to the given place when the page was opened here. @param {string} path */
  back(path = "/") {
    if (this.depth > 0) history.back();
    else this.go(path, { replace: true });
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }

  /** Links that lead into the app do not load the page again. @param {MouseEvent} event */
  #onClick(event) {
    const link = /** @type {Element} */ (event.target).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.target === "_blank") return;
    if (link.origin !== location.origin || link.hasAttribute("download")) return;
    if (!/^\/($|c\/\d+(\/\d+)?$|@\w+$|(join|call)\/[\w-]+$)/.test(link.pathname) || link.search) return;
    event.preventDefault();
    this.go(link.pathname);
  }
}

export const router = new Router();
