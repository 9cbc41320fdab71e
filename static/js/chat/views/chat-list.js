/** The list of chats: folders as tabs, the archive, and a search over everything. */

import { clone, fill, list } from "core/fill.js";
import { cards } from "chat/cards.js";
import { engine } from "chat/engine.js";
import { updateChatRow } from "chat/views/chat-row.js";
import { watchHold } from "chat/views/hold.js";
import { router } from "chat/views/router.js";
import { walk } from "chat/views/walk.js";
import { shortNumber, t } from "chat/views/words.js";

const AT_FIRST = 60; // rows drawn at once; more as one scrolls

export class ChatList extends HTMLElement {
  connectedCallback() {
    this.folder = /** @type {number|null} */ (null);
    this.isArchive = false;
    this.selected = /** @type {number|null} */ (null);
    this.limit = AT_FIRST;
    this.rows = this.part("rows");
    this.body = this.part("list-body");
    this.search = /** @type {HTMLInputElement} */ (this.querySelector("#search"));
    /** @type {import("chat/views/search-results.js").SearchResults|null} */
    this.results = null; // its code comes when somebody searches
    this.rows.replaceChildren();
    this.addEventListener("click", (event) => this.#onClick(event));
    watchHold(this, (target, at) => this.#openMenu(target, at, true));
    this.addEventListener("contextmenu", (event) => {
      if (this.#openMenu(/** @type {Element} */ (event.target), { x: event.clientX, y: event.clientY })) event.preventDefault();
    });
    this.rows.addEventListener("keydown", (event) => walk(event, this.rows));
    this.part("folders").addEventListener("keydown", (event) => walk(event, this.part("folders"), "horizontal"));
    this.search.addEventListener("input", () => this.#onSearch());
    this.search.addEventListener("focus", () => this.#openSearch());
    this.search.addEventListener("keydown", (event) => this.#onSearchKey(event));
    this.body.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    engine().chats.subscribe(() => this.#render());
    cards.addEventListener("change", () => this.#sayCards());
    setInterval(() => document.visibilityState === "visible" && this.#render(), 60_000); // "12:30" becomes "Mon"
    this.stopPresence = undefined;
    engine().presence.subscribe(() => this.#render());
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-${name}]`));
  }

  /** @param {number|null} chat */
  select(chat) {
    this.selected = chat;
    for (const row of this.rows.children) markSelected(/** @type {any} */ (row), chat);
  }

  /** The next chat of the list, or the one before. @param {number} by */
  step(by) {
    const rows = this.#wanted();
    const at = rows.findIndex((row) => row.id === this.selected);
    const next = rows[at < 0 ? 0 : at + by];
    if (next) router.go(`/c/${next.id}`, { replace: at >= 0 });
  }

  // --- drawing ---

  #wanted() {
    if (this.isArchive) return engine().chats.select({ archived: true });
    return engine().chats.select(this.folder === null ? { archived: false } : { folder: this.folder });
  }

  #render() {
    const { state, archived, folders } = engine().chats.snapshot();
    if (this.folder !== null && !folders.some((folder) => folder.id === this.folder)) this.folder = null;
    const wanted = this.#wanted();
    const rows = wanted.slice(0, this.limit);
    const isLoading = state === "loading" && !rows.length;
    if (isLoading && !this.rows.childElementCount) this.rows.append(...Array.from({ length: 8 }, () => clone("tpl-list-skeleton")));
    if (!isLoading) for (const skeleton of this.rows.querySelectorAll(":scope > [aria-hidden]")) skeleton.remove();
    list(this.rows, rows, {
      key: (row) => row.key,
      create: () => clone("tpl-chat-row"),
      update: (element, row) => updateChatRow(/** @type {HTMLElement} */ (element), row),
    });
    this.select(this.selected);
    for (const element of this.rows.children) paintPresence(/** @type {any} */ (element));
    this.#renderFrame({ folders, archived, isEmpty: !isLoading && !rows.length });
    this.#watchPresence(rows);
    const options = this.rows.querySelectorAll('[role="option"]'); // not the skeletons, which nobody may focus
    const current = this.rows.querySelector('[aria-selected="true"]') ?? options[0];
    for (const row of options) row.setAttribute("tabindex", row === current ? "0" : "-1");
  }

  /** The module that knows how cards are said has come. */
  #sayCards() {
    for (const element of /** @type {any} */ (this.rows.children)) {
      if (element.__row?.lastMessage?.card) updateChatRow(element, element.__row);
    }
  }

  #renderFrame({ folders, archived, isEmpty }) {
    const tabs = [{ id: null, name: t("allChats"), unread: 0 }, ...folders];
    this.part("folders").hidden = !folders.length || this.isArchive;
    list(this.part("folders"), tabs, {
      key: (tab) => String(tab.id ?? "all"),
      create: () => clone("tpl-folder-tab"),
      update: (element, tab) => this.#fillTab(element, tab),
    });
    for (const [index, element] of [...this.part("folders").children].entries()) this.#fillTab(element, tabs[index]);
    const unread = archived.reduce((sum, row) => sum + (row.unread ? 1 : 0), 0);
    this.part("archive").hidden = !archived.length || this.isArchive || this.folder !== null;
    this.part("archive-count").textContent = unread ? String(unread) : "";
    this.part("archive-count").hidden = !unread;
    this.part("archive-header").hidden = !this.isArchive;
    this.part("empty").hidden = !isEmpty;
    if (!isEmpty) return;
    const key = this.isArchive ? "empty.archive" : this.folder === null ? "empty.chats" : "empty.folder";
    this.part("empty-title").textContent = t(key);
    this.part("empty-text").textContent = key === "empty.archive" ? "" : t(`${key}.text`);
    this.part("empty-actions").hidden = key !== "empty.chats";
  }

  #fillTab(element, { id, name, unread }) {
    const isSelected = id === this.folder;
    fill(element, { id: id ?? "all", name, unread: unread ? shortNumber(unread) : "", selected: String(isSelected), tabindex: isSelected ? "0" : "-1" });
  }

  /** Those in view matter; the first fifty are near enough. */
  #watchPresence(rows) {
    const peers = rows.slice(0, 50).map((row) => row.peer?.id).filter(Boolean);
    const signature = peers.join();
    if (signature === this.watched) return;
    this.watched = signature;
    this.stopPresence?.();
    this.stopPresence = engine().presence.watch("list", peers);
  }

  #onScroll() {
    const { scrollTop, clientHeight, scrollHeight } = this.body;
    if (scrollHeight - scrollTop - clientHeight > 600 || this.rows.childElementCount < this.limit) return;
    this.limit += AT_FIRST;
    this.#render();
  }

  // --- doing ---

  #onClick(event) {
    const control = /** @type {HTMLElement|null} */ (event.target.closest("[data-do], [data-folder], .chat-row"));
    if (!control) return;
    const name = control.dataset.do;
    if (name === "new-chat") import("chat/views/dialogs/new-chat.js").then(({ newChat }) => newChat());
    else if (name === "archive") this.#setArchive(true);
    else if (name === "leave-archive") this.#setArchive(false);
    else if (name === "close-search") this.closeSearch();
    else if (control.dataset.folder) this.#setFolder(control.dataset.folder);
    else if (control.matches("a.chat-row") && this.results?.isOpen && matchMedia("(max-width: 44rem)").matches) this.closeSearch();
  }

  #setArchive(on) {
    this.isArchive = on;
    this.#reset();
  }

  #setFolder(id) {
    this.folder = id === "all" ? null : Number(id);
    this.#reset();
  }

  #reset() {
    this.limit = AT_FIRST;
    this.body.scrollTop = 0;
    this.#render();
  }

  /** Of a folder's tab or a chat's row; false where there is none. @param {Element} target @param {{ x: number, y: number }} at @param {boolean} [isHeld] */
  #openMenu(target, at, isHeld = false) {
    const id = /** @type {HTMLElement|null} */ (target.closest("[data-folder]"))?.dataset.folder;
    const folder = id && engine().chats.snapshot().folders.find((one) => String(one.id) === id);
    const element = target.closest("[data-rows] > .chat-row");
    const row = element && engine().chats.row(Number(element.getAttribute("data-key")));
    if (folder) menus().then(({ folderTabMenu }) => folderTabMenu(folder, at, isHeld));
    else if (row) menus().then(({ chatMenu }) => chatMenu(row, at, { isFromList: true, isHeld }));
    return Boolean(folder || row);
  }

  // --- search ---

  focusSearch() {
    this.search.focus();
    this.search.select();
  }

  #openSearch() {
    if (!this.search.value) return;
    this.#onSearch();
  }

  #onSearch() {
    const query = this.search.value.trim();
    this.#find(query);
    const isOn = Boolean(query);
    this.body.hidden = isOn;
    this.part("results").hidden = !isOn;
    /** @type {HTMLElement} */ (this.querySelector('[data-do="close-search"]')).hidden = !isOn;
  }

  /** @param {string} query */
  async #find(query) {
    if (!this.results) {
      const { SearchResults } = await import("chat/views/search-results.js");
      if (query !== this.search.value.trim()) return; // typed on meanwhile
      this.results ??= new SearchResults(this.part("results"));
    }
    this.results.find(query);
  }

  /** True when there was a search to close. */
  closeSearch() {
    if (!this.search.value && document.activeElement !== this.search) return false;
    this.search.value = "";
    this.search.blur();
    this.#onSearch();
    return true;
  }

  /** @param {KeyboardEvent} event */
  #onSearchKey(event) {
    const target = this.results?.isOpen ? this.part("results") : this.rows;
    const first = /** @type {HTMLElement|null} */ (target.querySelector("[role=option]"));
    if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      first.focus();
    } else if (event.key === "Enter" && this.results?.isOpen && first) first.click();
    else if (event.key === "Escape") {
      event.preventDefault();
      this.closeSearch();
    }
  }
}

/** Menus come when they are first asked for. */
const menus = () => import("chat/views/chat-menu.js");

/** @param {HTMLElement & { __row?: import("chat/types.js").ChatRow }} element @param {number|null} chat */
function markSelected(element, chat) {
  const isSelected = String(element.getAttribute("data-key") === String(chat));
  if (element.getAttribute("aria-selected") === isSelected) return;
  element.setAttribute("aria-selected", isSelected);
  if (element.__row) updateChatRow(element, element.__row); // a draft is shown only of chats that are not open
}

/** @param {HTMLElement & { __row?: import("chat/types.js").ChatRow }} element */
function paintPresence(element) {
  const peer = element.__row?.peer;
  const isOnline = peer && engine().presence.of(peer.id)?.state === "online";
  element.querySelector("[data-face]")?.toggleAttribute("data-presence", Boolean(isOnline));
  if (isOnline) element.querySelector("[data-face]")?.setAttribute("data-presence", "online");
}
