/** Search inside one chat: a bar under the header, hit by hit. */

import { engine } from "chat/engine.js";
import { Search } from "chat/stores/search.js";
import { t } from "chat/views/words.js";

export class ChatSearch {
  /** @param {import("chat/views/conversation.js").ChatConversation} conversation */
  constructor(conversation) {
    this.conversation = conversation;
    this.bar = /** @type {HTMLFormElement} */ (conversation.part("chat-search"));
    this.input = /** @type {HTMLInputElement} */ (conversation.part("chat-search-input"));
    this.count = conversation.part("chat-search-count");
    this.at = -1;
    this.input.addEventListener("input", () => this.#find());
    this.bar.addEventListener("submit", (event) => {
      event.preventDefault();
      this.step(1);
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
      event.preventDefault();
      this.step(event.key === "ArrowUp" ? 1 : -1);
    });
  }

  get isOpen() {
    return !this.bar.hidden;
  }

  /** @param {string} [query] */
  open(query = "") {
    if (!this.conversation.chat) return;
    this.bar.hidden = false;
    this.store ??= new Search(engine().api, engine().chats);
    this.stop ??= this.store.subscribe((snapshot) => this.#show(snapshot));
    if (query) this.input.value = query;
    this.input.focus();
    this.input.select();
    this.#find();
  }

  close() {
    if (!this.isOpen) return;
    this.bar.hidden = true;
    this.input.value = "";
    this.stop?.();
    this.stop = undefined;
    this.store?.clear();
    this.count.textContent = "";
  }

  /** @param {string} what */
  run(what) {
    if (what === "search-here") this.isOpen ? this.close() : this.open();
    if (what === "search-close") this.close();
    if (what === "search-older") this.step(1);
    if (what === "search-newer") this.step(-1);
  }

  #find() {
    this.at = -1;
    this.store?.find(this.input.value, { chat: this.conversation.chat?.id });
  }

  #show({ state, results, query }) {
    if (!query) this.count.textContent = "";
    else if (state === "ready" && !results.length) this.count.textContent = t("noHits");
    else if (state === "offline") this.count.textContent = t("offline.search");
    if (state === "ready" && results.length && this.at < 0) this.step(1);
    else if (results.length) this.#number(results);
  }

  /** @param {number} by 1: older */
  step(by) {
    const snapshot = this.store?.snapshot();
    const results = snapshot?.results ?? [];
    if (!results.length) return;
    this.at = Math.min(Math.max(this.at + by, 0), results.length - 1);
    if (this.at >= results.length - 3 && snapshot.hasMore) this.store?.more();
    this.#number(results);
    this.conversation.jumpTo(results[this.at].message.seq);
  }

  #number(results) {
    const more = this.store?.snapshot().hasMore ? "+" : "";
    if (this.at >= 0) this.count.textContent = t("hitOf", { n: this.at + 1, total: `${results.length}${more}` });
  }
}
