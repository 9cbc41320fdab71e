/** The scrolling list of one chat's messages. Keeps the reader's place; asks the store for pages at both ends. */

import { clone, list } from "core/fill.js";
import { cards } from "chat/cards.js";
import { engine } from "chat/engine.js";
import { createRow, updateRow } from "chat/views/message.js";
import { emptyPlace } from "chat/views/parts.js";
import { dayName, t } from "chat/views/words.js";

const NEAR = 900; // pixels from an end at which the next page is asked for
const BOTTOM = 48; // this near to the end counts as being there
const SEE_EVERY = 150;

/** @typedef {import("chat/views/message.js").RowElement} RowElement */

export class ChatTimeline extends HTMLElement {
  connectedCallback() {
    this.inner = /** @type {HTMLElement} */ (this.querySelector("[data-rows]"));
    this.chat = /** @type {import("chat/types.js").ChatRow|null} */ (null);
    this.isAtBottom = true;
    this.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    this.addEventListener("keydown", (event) => this.#walk(event));
    new ResizeObserver(() => this.#settle()).observe(this.inner);
    new ResizeObserver(() => this.#settle()).observe(this);
    cards.addEventListener("change", () => this.#drawCards());
  }

  /** @param {import("chat/types.js").ChatRow} chat @param {Promise<unknown>} opened settled when what is unread has come */
  show(chat, opened) {
    this.hide();
    this.chat = chat;
    this.isOpening = true;
    this.placedAt = undefined;
    this.store = engine().timeline(chat.id);
    this.isPlaced = false;
    this.jumpToken = this.store.snapshot().jump?.token ?? 0;
    this.inner.replaceChildren();
    this.classList.toggle("is-group", chat.kind === "group" || chat.kind === "order");
    this.stop = this.store.subscribe((snapshot) => this.#render(snapshot));
    const { store } = this;
    const end = () => {
      if (this.store !== store || !this.isOpening) return;
      this.isOpening = false;
      this.#render(store.snapshot());
    };
    opened.then(end, end);
  }

  hide() {
    this.stop?.();
    this.stop = undefined;
    this.chat = null;
    this.inner?.replaceChildren();
  }

  // --- drawing ---

  #render(snapshot) {
    const anchor = this.isPlaced && !this.isAtBottom ? this.#anchor() : null;
    const known = this.lastKey;
    this.#drawRows(snapshot);
    this.#drawEnds(snapshot);
    const last = snapshot.rows[snapshot.rows.length - 1];
    const isMineNew = this.isPlaced && last && last.key !== known && last.isMine && last.state !== "received" && !snapshot.hasAfter;
    this.lastKey = last?.key;
    if (snapshot.jump && snapshot.jump.token !== this.jumpToken) this.#jump(snapshot.jump);
    else if (!this.isPlaced && snapshot.state !== "loading" && snapshot.rows.length) this.#place(snapshot);
    else if (isMineNew || (this.isAtBottom && !snapshot.hasAfter)) this.toBottom();
    else if (anchor) this.#keep(anchor);
    this.#tellButtons(snapshot);
    this.#see();
  }

  #drawRows(snapshot) {
    const isFirst = !this.isPlaced;
    list(this.inner, snapshot.rows, {
      key: (row) => row.key,
      create: () => {
        const element = createRow();
        if (!isFirst && this.isAtBottom) element.classList.add("is-new");
        return element;
      },
      update: (element, row) => {
        /** @type {RowElement} */ (element).__timeline = row;
        updateRow(/** @type {RowElement} */ (element), row, this.chat);
      },
    });
  }

  /** The module that draws cards has come. */
  #drawCards() {
    for (const element of /** @type {NodeListOf<RowElement>} */ (this.inner.querySelectorAll(":scope > .row"))) {
      if (element.__timeline?.message.card) updateRow(element, element.__timeline, this.chat);
    }
  }

  /** Loading marks at the ends, the skeleton, or an empty place. */
  #drawEnds({ rows, state, hasBefore, isLoadingBefore, isLoadingAfter }) {
    const isBlank = state === "loading" && !rows.length;
    this.#toggle("skeleton", isBlank, () => clone("tpl-timeline-skeleton"), true);
    this.#toggle("before", rows.length > 0 && isLoadingBefore && hasBefore, () => clone("tpl-timeline-more"), true);
    this.#toggle("after", rows.length > 0 && isLoadingAfter, () => clone("tpl-timeline-more"), false);
    const isEmpty = !rows.length && !isBlank;
    this.#toggle("empty", isEmpty, () => this.#empty(state), false);
  }

  #toggle(name, isWanted, build, atStart) {
    const old = this.inner.querySelector(`:scope > [data-end="${name}"]`);
    if (Boolean(old) === isWanted) return;
    old?.remove();
    if (!isWanted) return;
    const element = build();
    element.dataset.end = name;
    if (atStart) this.inner.prepend(element);
    else this.inner.append(element);
  }

  #empty(state) {
    const box = document.createElement("div");
    box.className = "timeline__empty";
    if (state === "error" || state === "offline") {
      const title = t(state === "offline" ? "offline.history" : "failed.load");
      box.append(emptyPlace({ picture: "wifi-off", title, action: t("retry"), onAction: () => engine().openChat(this.chat.id) }));
    } else if (this.chat?.kind === "saved") {
      box.append(emptyPlace({ picture: "bookmark", title: t("savedMessages"), text: t("empty.saved.text") }));
    } else {
      box.append(emptyPlace({ picture: "message-circle", title: t("empty.timeline"), text: t("empty.timeline.text") }));
    }
    return box;
  }

  // --- places ---

  /** The first row whose end is in view, and where it stands. */
  #anchor() {
    const element = this.inner.children[this.#firstInView()];
    return element ? { element, top: element.getBoundingClientRect().top } : null;
  }

  #keep({ element, top }) {
    const moved = element.isConnected ? element.getBoundingClientRect().top - top : 0;
    if (moved) this.scrollTop += moved; // even a move by nothing would end a glide
  }

  /** Where the reader begins: the first unread message near the top, else the end. */
  #place(snapshot) {
    const unread = this.inner.querySelector(".row__unread");
    const hasScrolled = this.placedAt !== undefined && Math.abs(this.scrollTop - this.placedAt) > 2;
    this.isPlaced = hasScrolled || !this.isOpening || !snapshot.firstUnreadSeq; // until all has come nothing counts as seen
    if (hasScrolled) return;
    if (unread && snapshot.firstUnreadSeq) {
      this.scrollTop += unread.getBoundingClientRect().top - this.getBoundingClientRect().top - 56;
      this.isAtBottom = this.#distance() < BOTTOM;
    } else if (!snapshot.hasAfter) this.toBottom();
    this.placedAt = this.scrollTop;
  }

  #jump({ seq, token }) {
    const element = this.rowOf(seq);
    if (!element) return;
    this.jumpToken = token;
    this.isPlaced = true;
    this.isAtBottom = false;
    const box = element.getBoundingClientRect();
    const here = this.getBoundingClientRect();
    const distance = box.top - here.top - Math.max(56, (here.height - box.height) / 2);
    const isNear = Math.abs(distance) < here.height * 2;
    this.scrollBy({ top: distance, behavior: isNear && !matchMedia("(prefers-reduced-motion: reduce)").matches ? "smooth" : "instant" });
    this.flash(element);
  }

  /** @param {Element} element */
  flash(element) {
    element.classList.remove("is-flashed");
    requestAnimationFrame(() => element.classList.add("is-flashed"));
    setTimeout(() => element.classList.remove("is-flashed"), 1700);
  }

  toBottom() {
    this.isAtBottom = true;
    this.scrollTop = this.scrollHeight;
  }

  /** Sizes changed (a picture, the composer, the window): the end stays the end. */
  #settle() {
    if (this.isPlaced && this.isAtBottom && !this.store?.snapshot().hasAfter) this.scrollTop = this.scrollHeight;
  }

  /** @param {number} seq @returns {RowElement|null} */
  rowOf(seq) {
    return this.inner.querySelector(`:scope > .row[data-seq="${seq}"]`);
  }

  /** @param {Element|null} element inside a row @returns {import("chat/types.js").TimelineRow|undefined} */
  rowAt(element) {
    return /** @type {RowElement|null} */ (element?.closest(".row"))?.__timeline;
  }

  #distance() {
    return this.scrollHeight - this.scrollTop - this.clientHeight;
  }

  // --- reading ---

  #onScroll() {
    if (this.ticking || !this.store) return;
    this.ticking = true;
    requestAnimationFrame(() => {
      this.ticking = false;
      if (!this.store) return;
      const snapshot = this.store.snapshot();
      this.isAtBottom = this.#distance() < BOTTOM && !snapshot.hasAfter;
      if (this.isPlaced && this.scrollTop < NEAR && snapshot.hasBefore && !snapshot.isLoadingBefore) this.store.loadBefore();
      if (this.isPlaced && this.#distance() < NEAR && snapshot.hasAfter && !snapshot.isLoadingAfter) this.store.loadAfter();
      this.#tellButtons(snapshot);
      this.#floatDay();
      this.#see();
    });
  }

  /** Which messages are on screen, for the read mark. */
  #see() {
    if (this.seeing) return;
    this.seeing = setTimeout(() => {
      this.seeing = undefined;
      if (!this.store || !this.isPlaced) return;
      const seqs = this.#inView().map((element) => Number(element.dataset.seq)).filter(Boolean);
      if (seqs.length) this.store.see(seqs[0], seqs[seqs.length - 1]);
    }, SEE_EVERY);
  }

  #firstInView() {
    const top = this.getBoundingClientRect().top;
    const rows = this.inner.children;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].getBoundingClientRect().bottom <= top) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @returns {HTMLElement[]} */
  #inView() {
    const { bottom } = this.getBoundingClientRect();
    const found = [];
    for (let index = this.#firstInView(); index < this.inner.children.length; index += 1) {
      const element = /** @type {HTMLElement} */ (this.inner.children[index]);
      if (element.getBoundingClientRect().top > bottom) break;
      found.push(element);
    }
    return found;
  }

  /** The day of what is on top, while scrolling. */
  #floatDay() {
    const first = /** @type {RowElement|undefined} */ (this.inner.children[this.#firstInView()]);
    const day = first?.__timeline?.message.created_at;
    const isShown = Boolean(day) && !this.isAtBottom && !first?.querySelector(".row__day");
    this.dispatchEvent(new CustomEvent("floatday", { detail: { text: isShown ? dayName(day ?? "") : "" } }));
    clearTimeout(this.dayTimer);
    this.dayTimer = setTimeout(() => this.dispatchEvent(new CustomEvent("floatday", { detail: { text: "" } })), 1200);
  }

  #tellButtons({ unreadBelow, hasAfter }) {
    const isAway = this.isPlaced && (hasAfter || this.#distance() > 240);
    this.dispatchEvent(new CustomEvent("away", { detail: { isAway, unreadBelow } }));
  }

  /** Arrow keys walk from message to message. @param {KeyboardEvent} event */
  #walk(event) {
    if (!["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest(".row"));
    const rows = this.#inView().filter((element) => element.classList.contains("row"));
    let next;
    if (event.key === "End") {
      event.preventDefault();
      if (this.store.snapshot().hasAfter) this.store.toNewest();
      this.toBottom();
      return;
    }
    if (event.key === "Home") next = /** @type {HTMLElement} */ (this.inner.querySelector(".row"));
    else if (!row) next = rows[rows.length - 1];
    else next = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
    if (!(next instanceof HTMLElement) || !next.classList.contains("row")) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
}
