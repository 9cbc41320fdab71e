/** Hits of the search over everything: chats at once, then people, then messages with what was found marked. */

import "chat/views/later.js";
import { clone, fill, list } from "core/fill.js";
import { engine } from "chat/engine.js";
import { updateChatRow } from "chat/views/chat-row.js";
import { lineOf } from "chat/views/describe.js";
import { renderHighlights } from "chat/views/entities.js";
import { emptyPlace, faceOf, paintFace } from "chat/views/parts.js";
import { router } from "chat/views/router.js";
import { walk } from "chat/views/walk.js";
import { shortTime, t } from "chat/views/words.js";

const PEOPLE_AFTER = 200;

export class SearchResults {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.kind = "";
    this.query = "";
    /** @type {import("chat/types.js").UserJSON[]} */
    this.people = [];
    this.filters = clone("tpl-filters");
    this.chats = section(t("found.chats"));
    this.persons = section(t("found.people"));
    this.messages = section(t("found.messages"));
    this.rest = document.createElement("div");
    box.append(this.filters, this.chats.element, this.persons.element, this.messages.element, this.rest);
    this.filters.addEventListener("click", (event) => this.#setKind(/** @type {HTMLElement} */ (event.target)));
    box.addEventListener("keydown", (event) => walk(event, box));
    box.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    box.addEventListener("click", (event) => this.#onClick(event));
  }

  get isOpen() {
    return !this.box.hidden;
  }

  /** @param {string} query */
  find(query) {
    this.query = query;
    this.stop ??= engine().search.subscribe(() => this.#render());
    engine().search.find(query, this.kind ? { kind: this.kind } : {});
    clearTimeout(this.timer);
    this.people = [];
    if (query) this.timer = setTimeout(() => this.#findPeople(query), PEOPLE_AFTER);
    this.#render();
  }

  /** @param {string} query */
  async #findPeople(query) {
    const answer = await engine().api.get("users", { query: { q: query.replace(/^@/, "") } }).catch(() => null);
    if (query !== this.query || !answer) return;
    const { chats, me } = engine();
    this.people = (answer.results ?? []).filter((/** @type {any} */ user) => user.id !== me.id && !chats.withUser(user.id));
    this.#render();
  }

  #setKind(button) {
    if (button.dataset.kind === undefined) return;
    this.kind = button.dataset.kind;
    for (const each of this.filters.children) each.setAttribute("aria-pressed", String(each === button));
    this.find(this.query);
  }

  #render() {
    const { state, results, chats } = engine().search.snapshot();
    const shown = this.kind ? [] : chats;
    const people = this.kind ? [] : this.people;
    drawSection(this.chats, shown, { key: (row) => row.key, create: () => clone("tpl-chat-row"), update: updateChatRow });
    drawSection(this.persons, people, { key: (user) => String(user.id), create: () => clone("tpl-person-row"), update: fillPerson });
    drawSection(this.messages, results, { key: (hit) => `${hit.chat.id ?? hit.chat}-${hit.message.seq}`, create: () => clone("tpl-hit-row"), update: fillHit });
    const isBlank = !shown.length && !people.length && !results.length;
    this.rest.replaceChildren();
    if (state === "loading" && !results.length) this.rest.append(...Array.from({ length: 4 }, () => clone("tpl-list-skeleton")));
    else if (state === "offline") this.rest.append(emptyPlace({ picture: "wifi-off", title: t("offline.search") }));
    else if (isBlank && this.query) this.rest.append(emptyPlace({ picture: "search", title: t("empty.search"), text: t("empty.search.text") }));
  }

  #onScroll() {
    const { scrollTop, clientHeight, scrollHeight } = this.box;
    if (scrollHeight - scrollTop - clientHeight < 500) engine().search.more();
  }

  #onClick(event) {
    const person = event.target.closest(".person");
    if (!person) return;
    const row = engine().chats.withUser(Number(person.dataset.user));
    if (row) router.go(`/c/${row.id}`);
    else router.go(location.pathname, { details: Number(person.dataset.user) });
  }
}

/** @param {string} title */
function section(title) {
  const element = fill(clone("tpl-search-section"), { title });
  const items = /** @type {HTMLElement} */ (element.querySelector("[data-items]"));
  items.setAttribute("aria-label", title);
  return { element, items };
}

function drawSection({ element, items }, rows, how) {
  element.hidden = !rows.length;
  list(items, rows, how);
}

/** @param {Element} element @param {import("chat/types.js").UserJSON} user */
export function fillPerson(element, user) {
  fill(element, { title: user.name || user.handle, text: `@${user.handle}`, tag: "", canCheck: false });
  /** @type {HTMLElement} */ (element).dataset.user = String(user.id);
  paintFace(element.querySelector("[data-face]"), faceOf(user));
}

function fillHit(element, { message, chat, highlights }) {
  const { chats, me } = engine();
  const row = chats.row(chat.id ?? chat);
  const isDirect = row?.kind === "direct";
  const sender = message.sender?.id === me.id ? t("you") : message.sender?.name ?? "";
  const title = row ? (row.kind === "saved" ? t("savedMessages") : row.title) : chat.title ?? "";
  fill(element, { href: `/c/${message.chat}/${message.seq}`, title, at: message.created_at, time: shortTime(message.created_at), lead: isDirect && message.sender?.id !== me.id ? "" : sender });
  const face = row ? { name: title, photo: row.photo, color: row.color, kind: row.kind } : { name: title, photo: chat.photo, color: chat.color ?? 0 };
  paintFace(element.querySelector("[data-face]"), face);
  const place = element.querySelector("[data-hit]");
  if (message.text) renderHighlights(place, message.text, highlights ?? []);
  else place.textContent = lineOf(message, me.id);
}
