/** The door of a call that a link leads to: who is behind it, knocking, and waiting. */

import { fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { attempt, dialogFrom, openDialog } from "chat/views/overlay.js";
import { errorText, paintFace } from "chat/views/parts.js";
import { router } from "chat/views/router.js";
import { t, tn } from "chat/views/words.js";
import { styled } from "calls/views/base.js";

const LOOK_AGAIN = 15_000; // the answer comes over the socket; this is for when it was away

/**
 * @typedef {import("core/contract.js").CallDoorJSON} Door
 * @param {string} token @param {(call: number) => unknown} enter join that call
 */
export async function openDoor(token, enter) {
  await styled("call-style");
  new DoorDialog(token, enter).show();
}

class DoorDialog {
  /** @param {string} token @param {(call: number) => unknown} enter */
  constructor(token, enter) {
    this.token = token;
    this.enter = enter;
    this.dialog = dialogFrom("tpl-call-door");
    /** @type {Door|null} */
    this.door = null;
    this.over = new AbortController();
  }

  show() {
    const { signal } = this.over;
    this.dialog.querySelector("[data-do=act]")?.addEventListener("click", () => this.#act());
    engine().addEventListener("event", (event) => {
      const { frame } = /** @type {CustomEvent} */ (event).detail;
      if (frame.event === "call.door" && frame.data.call === (this.door?.call ?? frame.data.call)) this.look();
    }, { signal });
    const timer = setInterval(() => this.door?.state === "waiting" && this.look(), LOOK_AGAIN);
    signal.addEventListener("abort", () => clearInterval(timer));
    this.#paint({ title: "", facts: "", text: "", action: "", isWaiting: false });
    openDialog(this.dialog, { onClose: () => this.#closed() });
    this.look();
  }

  #closed() {
    this.over.abort();
    if (location.pathname.startsWith("/call/")) router.go("/", { replace: true });
  }

  async look() {
    try {
      this.#took(await engine().api.get(`calls/links/${this.token}`));
    } catch (error) {
      const isGone = /** @type {{ status?: number }} */ (error).status === 404;
      this.#paint({ title: t("door.broken"), facts: "", text: isGone ? t("door.broken.text") : errorText(error), action: "", isWaiting: false });
    }
  }

  /** @param {Door} door */
  #took(door) {
    this.door = door;
    paintFace(this.dialog.querySelector("[data-face]"), { name: door.title, photo: door.photo, color: door.color });
    const facts = [tn("members.in", door.member_count), door.people && `${t("bar.running")} · ${tn("people.count", door.people)}`];
    if (door.state === "admitted" && door.call) return this.#goIn(door.call);
    const text = { waiting: t("door.waiting"), refused: t("door.refused"), quiet: t("door.quiet"), outside: t("door.text"), member: door.call ? "" : t("door.quiet") }[door.state] ?? "";
    const action = { waiting: "", refused: t("door.knock"), quiet: t("door.check"), outside: t("door.knock"), member: door.call ? t("call.join") : t("door.check") }[door.state] ?? "";
    this.#paint({ title: door.title, facts: facts.filter(Boolean).join(" · "), text, action, isWaiting: door.state === "waiting" });
  }

  /** @param {Record<string, unknown>} values */
  #paint(values) {
    const hadFocus = document.activeElement?.matches("[data-do=act]");
    fill(this.dialog, values);
    if (hadFocus && !values.action) /** @type {HTMLElement|null} */ (this.dialog.querySelector("[data-close]"))?.focus();
  }

  async #act() {
    const { door } = this;
    if (!door) return;
    if (door.state === "member" && door.call) return this.#goIn(door.call);
    if (door.state === "outside" || door.state === "refused") await attempt(engine().api.post(`calls/links/${this.token}/knock`, {}, { isRepeatable: true }));
    this.look();
  }

  /** @param {number} call */
  #goIn(call) {
    this.dialog.close();
    this.enter(call);
  }
}
