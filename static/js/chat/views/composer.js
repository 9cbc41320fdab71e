/** Where one writes. Never disabled: what is sent offline waits in the outbox. */

import { LIMITS } from "core/contract.js";
import { cards } from "chat/cards.js";
import { engine } from "chat/engine.js";
import { DraftFiles } from "chat/views/composer-files.js";
import { Mentions } from "chat/views/composer-mentions.js";
import { Recording } from "chat/views/composer-recording.js";
import { SlowMode } from "chat/views/composer-slow.js";
import { composerKey, isOnlyTouch } from "chat/views/composer-keys.js";
import { barOf, runBar } from "chat/views/composer-bar.js";
import { lineOf } from "chat/views/describe.js";
import { toMarkup } from "chat/views/markup.js";
import { attempt, openMenu, toast } from "chat/views/overlay.js";
import { icon } from "chat/views/parts.js";
import { t } from "chat/views/words.js";

const LIMIT = LIMITS.message_chars;

/** @typedef {import("chat/types.js").ChatRow} ChatRow */
/** @typedef {import("chat/types.js").MessageJSON} MessageJSON */

export class ChatComposer extends HTMLElement {
  connectedCallback() {
    /** @type {ChatRow|null} */
    this.chat = null;
    this.text = /** @type {HTMLTextAreaElement} */ (this.part("text"));
    this.form = /** @type {HTMLFormElement} */ (this.part("form"));
    /** @type {{ kind: "reply"|"edit", message: MessageJSON, quote: string } | null} */
    this.context = null;
    this.files = new DraftFiles(this);
    this.mentions = new Mentions(this);
    this.recording = new Recording(this);
    this.slow = new SlowMode(this);
    /** @type {number|null} the message a draft answers, while it is fetched */
    this.expected = null;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("keydown", (event) => composerKey(this, event));
    this.text.addEventListener("paste", (event) => this.#onPaste(event));
    this.addEventListener("click", (event) => this.#onClick(event));
    // Pressing a button must not close a phone's keyboard.
    this.part("send").addEventListener("pointerdown", (event) => event.preventDefault());
    if (isOnlyTouch()) this.text.enterKeyHint = "enter";
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-${name}]`));
  }

  /** @param {ChatRow} row */
  show(row) {
    this.chat = row;
    this.listening = new AbortController();
    const { drafts } = engine();
    drafts.addEventListener("remote", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.chat === this.chat?.id && this.context?.kind !== "edit") this.#takeDraft();
    }, { signal: this.listening.signal });
    this.#takeDraft();
    this.update(row);
    this.slow.show(row);
  }

  hide() {
    if (this.context?.kind === "edit") this.text.value = "";
    this.listening?.abort();
    this.recording.cancel();
    this.files.clear();
    this.mentions.close();
    this.chat = null;
    this.#setContext(null);
    this.text.value = "";
    this.slow.hide();
  }

  /** @param {ChatRow} row */
  update(row) {
    this.chat = row;
    const bar = barOf(row);
    this.part("bar").hidden = !bar;
    this.form.hidden = Boolean(bar) || this.recording.isOn;
    this.part("bar-text").textContent = bar?.text ?? "";
    this.part("bar-action").hidden = !bar?.action;
    this.part("bar-action").textContent = bar?.action ?? "";
    this.part("bar-text").hidden = !bar?.text;
    this.showButtons();
  }

  focusText() {
    if (!this.form.hidden) this.text.focus({ preventScroll: true });
  }

  // --- what the message will be ---

  /** @param {MessageJSON} message @param {string} [quote] the fragment that is answered */
  reply(message, quote = "") {
    if (this.context?.kind === "edit") this.text.value = "";
    this.#setContext({ kind: "reply", message, quote });
    this.#keepDraft();
    this.focusText();
  }

  /** @param {MessageJSON} message */
  edit(message) {
    this.files.clear();
    this.#setContext({ kind: "edit", message, quote: "" });
    this.text.value = toMarkup(message.text, message.entities);
    this.focusText();
    this.text.setSelectionRange(this.text.value.length, this.text.value.length);
    this.changed();
  }

  #setContext(context) {
    this.context = context;
    this.expected = null;
    this.part("context").hidden = !context;
    if (!context) return;
    const { kind, message, quote } = context;
    this.part("context-icon").replaceChildren(icon(kind === "edit" ? "pencil" : quote ? "quote" : "reply"));
    const isMine = message.sender?.id === engine().me.id;
    this.part("context-title").textContent = kind === "edit" ? t("editing") : isMine ? t("replyToMe") : t("replyTo", { name: message.sender?.name ?? "" });
    this.part("context-excerpt").textContent = quote || lineOf(message, engine().me.id);
  }

  #clearContext() {
    const wasEdit = this.context?.kind === "edit";
    this.#setContext(null);
    if (wasEdit) {
      this.text.value = "";
      this.#takeDraft();
    } else this.#keepDraft();
    this.#onSize();
  }

  /** @param {File[]} files */
  addFiles(files) {
    if (this.form.hidden) return;
    if (this.chat?.kind === "group" && !this.chat.my.rights.includes("media")) toast(t("upload.noRight"), { isError: true });
    else this.files.add(files);
    this.focusText();
  }

  /** @param {string} text where the caret is */
  insert(text) {
    const { selectionStart, selectionEnd } = this.text;
    this.text.setRangeText(text, selectionStart, selectionEnd, "end");
    this.changed();
  }

  // --- sending ---

  async send() {
    const chat = this.chat;
    const text = this.text.value.trim();
    if (!chat || (!text && !this.files.count)) return;
    if ([...text].length > LIMIT) {
      toast(t("text.tooLong", { n: [...text].length - LIMIT }), { isError: true });
      return;
    }
    if (this.context?.kind === "edit") {
      this.#saveEdit(chat, this.context.message, text);
      return;
    }
    const { replyTo, quote } = this.replyParts();
    const { files, asFile } = this.files.take();
    this.text.value = "";
    this.#setContext(null);
    this.mentions.close();
    this.#onSize();
    this.showButtons();
    await attempt(engine().outbox.send(chat.id, { text, replyTo, quote, files, asFile }));
    this.slow.start(chat);
  }

  /** What is answered, if anything. @returns {{ replyTo: number|null, quote: string }} */
  replyParts() {
    const reply = this.context?.kind === "reply" ? this.context : null;
    return { replyTo: reply?.message.seq ?? this.expected, quote: reply?.quote ?? "" };
  }

  /** @param {Blob & object} file a recorded note */
  async sendVoice(file) {
    if (!this.chat) return;
    const { chat } = this;
    const { replyTo, quote } = this.replyParts();
    this.#setContext(null);
    await attempt(engine().outbox.send(chat.id, { replyTo, quote, files: [file] }));
    this.slow.start(chat);
  }

  #saveEdit(chat, message, text) {
    const isSame = text === toMarkup(message.text, message.entities).trim();
    if (!text && !message.attachments.length) return;
    this.#clearContext();
    if (!isSame) attempt(engine().actions.editMessage(chat.id, message.seq, { text }));
  }

  // --- the field ---

  /** After every change of the field. */
  changed() {
    this.#onSize();
    this.showButtons();
    this.mentions.follow();
    if (!this.chat || this.context?.kind === "edit") return;
    if (this.text.value) engine().typing.tell(this.chat.id, "text");
    this.#keepDraft();
  }

  /** Where field-sizing is unknown the height follows by hand. */
  #onSize() {
    if (CSS.supports("field-sizing", "content")) return;
    this.text.style.setProperty("height", "auto");
    this.text.style.setProperty("height", `${this.text.scrollHeight}px`);
  }

  #keepDraft() {
    if (!this.chat || this.context?.kind === "edit") return;
    engine().drafts.set(this.chat.id, { text: this.text.value, replyTo: this.replyParts().replyTo });
  }

  #takeDraft() {
    const chat = /** @type {ChatRow} */ (this.chat);
    const draft = engine().drafts.of(chat.id);
    this.text.value = draft?.text ?? "";
    const message = draft?.replyTo ? engine().timeline(chat.id).message(draft.replyTo) : undefined;
    this.#setContext(message ? { kind: "reply", message, quote: "" } : null);
    if (draft?.replyTo && !message) this.#findAnswered(chat.id, draft.replyTo);
    this.#onSize();
    this.showButtons();
  }

  /** What a draft answers may be older than what is here. @param {number} chat @param {number} seq */
  async #findAnswered(chat, seq) {
    this.expected = seq;
    const found = await engine().api.get(`chats/${chat}/messages/${seq}`).catch(() => null);
    if (this.chat?.id !== chat || this.expected !== seq) return;
    const message = found ?? engine().timeline(chat).message(seq);
    this.#setContext(message ? { kind: "reply", message, quote: "" } : null);
  }

  /** The microphone while there is nothing to send. */
  showButtons() {
    const hasContent = Boolean(this.text.value.trim()) || this.files.count > 0 || this.context?.kind === "edit";
    const isSlow = this.slow.isOn;
    const mayRecord = this.chat?.kind !== "group" || this.chat.my.rights.includes("media");
    this.part("send").hidden = !hasContent && mayRecord;
    this.part("record").hidden = hasContent || !mayRecord || isSlow;
    this.part("send").hidden ||= isSlow && !hasContent;
  }

  /** @param {ClipboardEvent} event */
  #onPaste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.addFiles(files);
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const control = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-do]"));
    const name = control?.dataset.do ?? "";
    if (name === "attach") this.#attach(/** @type {HTMLElement} */ (control));
    else if (name === "emoji") this.#openEmoji(/** @type {HTMLElement} */ (control));
    else if (name === "context-close") this.#clearContext();
    else if (name === "context-jump" && this.context && this.chat) engine().timeline(this.chat.id).jumpTo(this.context.message.seq);
    else if (name === "bar-action" && this.chat) runBar(this.chat);
    else if (name === "remove-file") this.files.remove(control?.dataset.key ?? "");
    else if (name.startsWith("record")) this.recording.run(name);
  }

  /** Files, or something that another part of the service can show. @param {HTMLElement} at */
  #attach(at) {
    const chat = /** @type {ChatRow} */ (this.chat);
    if (!cards.address()) return this.files.choose();
    openMenu([
      { label: t("attach.files"), icon: "image", run: () => this.files.choose() },
      { label: t("attach.card"), icon: "shopping-bag", run: () => attempt(cards.load().then(({ attach }) => attach(chat))) },
      ...(cards.loaded?.items(chat, (text) => this.insert(text), at) ?? []),
    ], at, { label: t("attach.files") });
  }

  /** @param {HTMLElement} at */
  async #openEmoji(at) {
    const { openEmojiPicker } = await import("chat/views/dialogs/emoji.js");
    openEmojiPicker(at, { onChoose: (emoji) => this.insert(emoji), onClose: () => this.focusText() });
  }

  /** True when there was something to close. */
  escape() {
    if (this.mentions.isOpen) this.mentions.close();
    else if (this.recording.isOn) this.recording.run("record-cancel");
    else if (this.context) this.#clearContext();
    else if (this.files.count) this.files.clear();
    else return false;
    return true;
  }
}
