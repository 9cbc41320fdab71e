/** Somebody calls: a card over whatever is shown, and a banner while one is in another call. */

import { clone, fill } from "core/fill.js";
import { openMenu } from "chat/views/overlay.js";
import { faceOf, paintFace } from "chat/views/parts.js";
import { t } from "chat/views/words.js";
import { nameOf, styled } from "calls/views/base.js";
import { tried } from "calls/views/wrong.js";

/** @typedef {import("core/contract.js").CallJSON} CallJSON */

/** A popover beside an open dialog could not be pressed: it lives in it. */
export const overHost = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;

export class Rings {
  /** @param {import("calls/calls.js").Calls} calls */
  constructor(calls) {
    this.calls = calls;
    /** @type {Map<number, HTMLElement>} */
    this.shown = new Map();
  }

  /** @param {CallJSON[]} ringing @param {boolean} isInCall */
  async paint(ringing, isInCall) {
    this.wanted = ringing;
    if (ringing.length) await styled("call-style");
    if (this.wanted !== ringing) return;
    const ids = new Set(ringing.map(({ id }) => id));
    for (const [id, element] of this.shown) if (!ids.has(id) || element.classList.contains("call-waiting") !== isInCall) this.#drop(id);
    for (const call of ringing) if (!this.shown.has(call.id)) this.#show(call, isInCall);
  }

  /** @param {number} id */
  #drop(id) {
    const element = this.shown.get(id);
    this.shown.delete(id);
    const hadFocus = element?.contains(document.activeElement);
    element?.remove();
    if (hadFocus && this.before instanceof HTMLElement && this.before.isConnected) this.before.focus({ preventScroll: true });
  }

  /** @param {CallJSON} call @param {boolean} isInCall */
  #show(call, isInCall) {
    const element = /** @type {HTMLElement} */ (isInCall ? this.#banner(call) : this.#card(call));
    const name = nameOf(call.caller);
    paintFace(element.querySelector("[data-face]"), faceOf(call.caller ?? { id: 0, name, color: 0 }));
    element.addEventListener("click", (event) => {
      const control = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-do]"));
      if (control && !control.closest(".menu")) this.#run(call, control.dataset.do ?? "", control);
    });
    element.addEventListener("keydown", (event) => {
      if (/** @type {KeyboardEvent} */ (event).key === "Escape") event.preventDefault(); // nobody says no by accident
      event.stopPropagation();
    });
    this.shown.set(call.id, element);
    if (!element.contains(document.activeElement)) this.before = document.activeElement;
    overHost().append(element);
    element.showPopover();
    const main = /** @type {HTMLElement|null} */ (element.querySelector("[data-do=answer]"));
    const isWriting = Boolean(/** @type {HTMLTextAreaElement|null} */ (document.activeElement)?.value); // a key meant for a message must not answer
    if (!isInCall && !isWriting) main?.focus({ preventScroll: true });
    const announcer = document.getElementById("announcer");
    if (announcer) announcer.textContent = t(isInCall ? "ring.waiting" : "ring.say", { name });
  }

  /** @param {CallJSON} call */
  #card(call) {
    const isVideo = call.kind === "video";
    return fill(clone("tpl-ring"), {
      call: call.id,
      kind: call.kind,
      name: nameOf(call.caller),
      kindText: t(isVideo ? "ring.video" : "ring.audio"),
      canWrite: true,
      canShow: true,
      declineLabel: t("call.decline"),
      answerLabel: t("call.answer"),
      answerText: t("call.answer"),
    });
  }

  /** @param {CallJSON} call */
  #banner(call) {
    const name = nameOf(call.caller);
    return fill(clone("tpl-call-waiting"), { label: t("ring.waiting", { name }), name, text: t(call.kind === "video" ? "ring.video" : "ring.audio") });
  }

  /** @param {CallJSON} call @param {string} act @param {HTMLElement} control */
  #run(call, act, control) {
    if (act === "answer") tried(this.calls.answer(call.id, { video: false }));
    else if (act === "answer-video") tried(this.calls.answer(call.id, { video: true }));
    else if (act === "decline") this.#decline(call.id);
    else if (act === "switch") this.#switchTo(call);
    else if (act === "write") this.#openSentences(call, control);
  }

  /** @param {number} id @param {string} [text] */
  #decline(id, text = "") {
    tried(this.calls.decline(id, text));
  }

  /** @param {CallJSON} call */
  async #switchTo(call) {
    await tried(Promise.resolve(this.calls.hangUp()));
    tried(this.calls.answer(call.id, { video: false }));
  }

  /** @param {CallJSON} call @param {HTMLElement} at */
  #openSentences(call, at) {
    const sentences = [t("decline.now"), t("decline.later"), t("decline.way")];
    const own = async () => (await import("calls/views/plan.js")).writeDecline((text) => this.#decline(call.id, text));
    openMenu([...sentences.map((text) => ({ label: text, icon: "message-circle", run: () => this.#decline(call.id, text) })), null, { label: t("decline.own"), icon: "pencil", run: own }], at, { label: t("decline.title") });
  }
}
