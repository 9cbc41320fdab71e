/** One conversation: header, timeline, composer, and one listener for everything pressed in it. */

import { runCard } from "chat/cards.js";
import { engine } from "chat/engine.js";
import { ChatSearch } from "chat/views/chat-search.js";
import { paintHeader, watchedUsers } from "chat/views/header.js";
import { attempt, copy } from "chat/views/overlay.js";
import { PinnedBar } from "chat/views/pinned.js";
import { router } from "chat/views/router.js";
import { Selection } from "chat/views/selection.js";
import { watchTouch } from "chat/views/touch.js";
import { nextSpeed, togglePlay } from "chat/views/voice.js";

/** @typedef {import("chat/types.js").ChatRow} ChatRow */

export class ChatConversation extends HTMLElement {
  connectedCallback() {
    /** @type {ChatRow|null} */
    this.chat = null;
    this.timeline = /** @type {import("chat/views/timeline.js").ChatTimeline} */ (this.querySelector("chat-timeline"));
    this.composer = /** @type {import("chat/views/composer.js").ChatComposer} */ (this.querySelector("chat-composer"));
    this.selection = new Selection(this);
    this.pinned = new PinnedBar(this);
    this.search = new ChatSearch(this);
    this.addEventListener("click", (event) => this.#onClick(event));
    this.addEventListener("contextmenu", (event) => this.#onContextMenu(event));
    this.addEventListener("dblclick", (event) => this.#onDoubleClick(event));
    this.addEventListener("keydown", (event) => this.#onKey(event));
    this.timeline.addEventListener("away", (event) => this.#showAway(/** @type {CustomEvent} */ (event).detail));
    this.timeline.addEventListener("floatday", (event) => this.#showDay(/** @type {CustomEvent} */ (event).detail.text));
    watchTouch(this);
    this.#watchDrops();
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-${name}]`));
  }

  /** @param {number} id @param {number|null} [seq] the message to stand at */
  async show(id, seq = null) {
    if (this.chat?.id === id) {
      if (seq) this.jumpTo(seq);
      return;
    }
    this.#leave();
    const ask = (this.asked = Symbol("chat"));
    this.part("none").hidden = true;
    let row = engine().chats.row(id);
    if (!row) row = await engine().chats.ensure(id).catch(() => undefined);
    if (this.asked !== ask) return;
    if (!row) {
      this.dispatchEvent(new CustomEvent("missing", { bubbles: true }));
      return;
    }
    this.#enter(row, seq);
  }

  hide() {
    this.asked = undefined;
    this.#leave();
    this.part("none").hidden = false;
  }

  /** @param {number} seq */
  jumpTo(seq) {
    if (this.chat) attempt(engine().timeline(this.chat.id).jumpTo(seq));
  }

  /** @param {ChatRow} row @param {number|null} seq */
  #enter(row, seq) {
    this.chat = row;
    this.part("pane-body").hidden = false;
    const opened = engine().openChat(row.id, { around: seq ?? "unread" });
    this.timeline.show(row, opened);
    this.composer.show(row);
    this.pinned.show(row);
    const listening = new AbortController();
    this.listening = listening;
    engine().chats.subscribe(() => this.#refresh(), { signal: listening.signal });
    engine().presence.subscribe(() => this.chat && paintHeader(this, this.chat), { signal: listening.signal });
    engine().typing.subscribe(() => this.chat && paintHeader(this, this.chat), { signal: listening.signal });
    this.stopPresence = engine().presence.watch("conversation", watchedUsers(row));
    attempt(opened.then(() => seq && this.chat?.id === row.id && this.jumpTo(seq)));
    if (matchMedia("(pointer: fine)").matches) this.composer.focusText();
  }

  #leave() {
    if (!this.chat) return;
    engine().closeChat(this.chat.id);
    this.listening?.abort();
    this.stopPresence?.();
    this.selection.clear();
    this.search.close();
    this.composer.hide();
    this.timeline.hide();
    this.chat = null;
    this.part("pane-body").hidden = true;
  }

  #refresh() {
    const row = this.chat && engine().chats.row(this.chat.id);
    if (!row || row === this.drawn) return;
    this.chat = this.drawn = row;
    paintHeader(this, row);
    this.composer.update(row);
    this.pinned.update(row);
    this.part("mention-jump").hidden = !row.mentions;
    this.part("mention-count").textContent = String(row.mentions);
  }

  #showAway({ isAway, unreadBelow }) {
    this.part("jump").hidden = !isAway;
    this.part("jump-count").hidden = !unreadBelow;
    this.part("jump-count").textContent = unreadBelow > 999 ? "999+" : String(unreadBelow);
  }

  #showDay(text) {
    this.part("float-day").hidden = !text;
    if (text) this.part("float-day-text").textContent = text;
  }

  // --- pressing ---

  /** @param {MouseEvent} event */
  #onClick(event) {
    const target = /** @type {Element} */ (event.target);
    const control = /** @type {HTMLElement|null} */ (target.closest("[data-do]"));
    const row = this.timeline.rowAt(target);
    if (row && this.selection.isOn) {
      event.preventDefault();
      this.selection.toggle(row);
      return;
    }
    if (!control) return;
    const name = control.dataset.do ?? "";
    const act = row ? ON_MESSAGE[name] : undefined;
    if (act) {
      event.preventDefault();
      act(this, control, row);
    } else {
      this.#command(name, control, event);
    }
  }

  #command(name, control, event) {
    const chat = this.chat;
    if (!chat) return;
    if (name.startsWith("select-")) this.selection.run(name);
    else if (name.startsWith("search-")) this.search.run(name);
    else if (name.startsWith("pinned") || name === "unpin") this.pinned.run(name);
    else if (name === "details") router.go(location.pathname, { details: true });
    else if (name === "chat-menu") import("chat/views/chat-menu.js").then(({ chatMenu }) => chatMenu(chat, control));
    else if (name.startsWith("call-")) import("calls/views/app.js").then(({ press }) => press(chat, name.slice(5), control));
    else if (name === "to-newest") this.#toNewest();
    else if (name === "to-mention") this.#toMention();
    else if (name === "back") {
      event.preventDefault();
      router.back("/");
    }
  }

  #toNewest() {
    const store = engine().timeline(/** @type {ChatRow} */ (this.chat).id);
    const { hasAfter } = store.snapshot();
    const { scrollHeight, scrollTop, clientHeight } = this.timeline;
    if (hasAfter) attempt(store.toNewest().then(() => this.timeline.toBottom()));
    else if (scrollHeight - scrollTop > clientHeight * 3) this.timeline.toBottom(); // far: pages still loading would stop a long glide
    else this.timeline.scrollTo({ top: scrollHeight, behavior: "smooth" });
  }

  async #toMention() {
    const answer = await attempt(engine().actions.mentions(/** @type {ChatRow} */ (this.chat).id));
    const first = (answer?.results ?? answer?.messages ?? [])[0];
    if (first) this.jumpTo(first.seq ?? first.message?.seq);
  }

  /** @param {MouseEvent} event */
  #onContextMenu(event) {
    const target = /** @type {Element} */ (event.target);
    const row = this.timeline.rowAt(target);
    if (!row || row.isService || this.selection.isOn) return;
    if (target.closest("a[href^=http]") && !event.shiftKey && matchMedia("(pointer: fine)").matches) return; // the browser's own menu for links
    event.preventDefault();
    const options = { selectedText: markedText(target) };
    messageActions().then(({ openMessageMenu }) => openMessageMenu(this, row, { x: event.clientX, y: event.clientY }, options));
  }

  /** A double click beside the bubble replies. @param {MouseEvent} event */
  #onDoubleClick(event) {
    const target = /** @type {Element} */ (event.target);
    const row = this.timeline.rowAt(target);
    if (!row?.seq || row.isService || target.closest(".bubble") || this.selection.isOn) return;
    getSelection()?.removeAllRanges();
    this.composer.reply(row.message);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.classList.contains("row")) {
      const row = this.timeline.rowAt(target);
      if (row && this.selection.isOn && event.key === " ") {
        event.preventDefault();
        this.selection.toggle(row);
      } else if (row && !row.isService && isForMessage(event)) {
        event.preventDefault();
        messageActions().then(({ messageKey }) => messageKey(this, row, event));
      }
    }
  }

  /** What Escape closes here, innermost first. True when there was something. */
  escape() {
    if (this.selection.isOn) this.selection.clear();
    else if (this.search.isOpen) this.search.close();
    else return this.composer.escape();
    return true;
  }

  #watchDrops() {
    const drop = this.part("drop");
    let depth = 0;
    const hasFiles = (/** @type {DragEvent} */ event) => Boolean(this.chat && event.dataTransfer?.types.includes("Files"));
    const show = (/** @type {number} */ change) => {
      depth = Math.max(0, depth + change);
      drop.hidden = depth === 0;
    };
    this.addEventListener("dragenter", (event) => hasFiles(event) && show(1));
    this.addEventListener("dragleave", (event) => hasFiles(event) && show(-1));
    this.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    this.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      show(-depth);
      this.composer.addFiles([...(event.dataTransfer?.files ?? [])]);
    });
  }
}

/** What can be done with a message comes when it is first asked for. */
const messageActions = () => import("chat/views/message-actions.js");

const MESSAGE_KEYS = new Set(["r", "e", "c", "f", " ", "delete", "backspace", "enter", "contextmenu"]);

/** @param {KeyboardEvent} event */
const isForMessage = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && MESSAGE_KEYS.has(event.key.toLowerCase());

/** The part of a message the reader has marked. @param {Element} target */
function markedText(target) {
  const selection = getSelection();
  const text = target.closest(".row")?.querySelector(".bubble__text");
  if (!selection || selection.isCollapsed || !text?.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return "";
  return selection.toString().trim();
}

/** @type {Record<string, (conversation: ChatConversation, control: HTMLElement, row: import("chat/types.js").TimelineRow) => void>} */
const ON_MESSAGE = {
  reply: (conversation, control, row) => conversation.composer.reply(row.message),
  jump: (conversation, control) => conversation.jumpTo(Number(control.dataset.seq)),
  react: (conversation, control, row) => attempt(engine().actions.react(row.message.chat, Number(row.seq), control.dataset.emoji ?? "")),
  person: (conversation, control) => openPerson(Number(control.dataset.user)),
  origin: (conversation, control, row) => openOrigin(row.message.forward),
  view: async (conversation, control, row) => (await import("chat/views/dialogs/viewer.js")).openViewer(row.message, control.dataset.attachment),
  play: (conversation, control) => togglePlay(/** @type {HTMLElement} */ (control.closest(".voice"))),
  speed: (conversation, control) => nextSpeed(/** @type {HTMLElement} */ (control.closest(".voice"))),
  seek: () => {},
  card: (conversation, control, row) => attempt(Promise.resolve(runCard(control, row))),
  spoiler: (conversation, control) => control.classList.add("is-open"),
  hashtag: (conversation, control) => conversation.search.open(control.textContent ?? ""),
  "copy-code": (conversation, control) => copy(control.closest(".code-block")?.querySelector("code")?.textContent ?? ""),
  retry: (conversation, control, row) => attempt(engine().outbox.retry(row.message.client_id)),
  discard: (conversation, control, row) => attempt(engine().outbox.remove(row.message.client_id)),
  "cancel-upload": (conversation, control, row) => attempt(engine().outbox.cancel(row.message.client_id)),
};

/** @param {number} user */
export function openPerson(user) {
  router.go(location.pathname, { details: user });
}

/** @param {import("core/contract.js").ForwardJSON|null} forward */
function openOrigin(forward) {
  if (forward?.chat && forward.seq) router.go(`/c/${forward.chat}/${forward.seq}`);
  else if (forward?.user) openPerson(forward.user);
}
