/** The bar in a chat in which a call runs. */

import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { faceOf, paintFace } from "chat/views/parts.js";
import { router } from "chat/views/router.js";
import { t, tn } from "chat/views/words.js";
import { styled } from "calls/views/base.js";

const FACES = 3;

export class CallBar {
  /** @param {import("calls/calls.js").Calls} calls @param {(id: number, kind: string) => unknown} join */
  constructor(calls, join) {
    this.calls = calls;
    this.join = join;
    /** @type {HTMLElement|null} */
    this.element = null;
  }

  async paint() {
    await styled("call-style");
    const { route } = router;
    const chat = route.name === "chat" ? route.chat : null;
    const call = chat && this.calls.snapshot().inProgress.find((each) => each.chat === chat);
    if (!call || call.state === "ringing") return this.#close();
    this.element ??= this.#make();
    const place = document.querySelector("chat-conversation .conversation__stage");
    if (this.element.nextElementSibling !== place) place?.before(this.element);
    this.#fill(call);
  }

  #make() {
    const element = clone("tpl-call-bar");
    element.addEventListener("click", (event) => {
      if (!(/** @type {Element} */ (event.target).closest("[data-do=bar]")) || !this.call) return;
      event.stopPropagation();
      this.join(this.call.id, this.call.kind);
    });
    return element;
  }

  #close() {
    this.element?.remove();
    this.element = null;
  }

  /** @param {import("core/contract.js").CallJSON} call */
  #fill(call) {
    this.call = call;
    const isElsewhere = this.calls.isMine(call);
    const people = call.legs.length;
    fill(/** @type {HTMLElement} */ (this.element), {
      title: t(isElsewhere ? "bar.elsewhere" : "bar.running"),
      text: isElsewhere ? "" : people && call.backend !== "direct" ? tn("people.count", people) : "",
      action: t(isElsewhere ? "call.continue" : "call.join"),
    });
    const faces = call.legs.filter(({ user }) => user.id !== engine().me.id).slice(0, FACES);
    this.element?.querySelector("[data-faces]")?.replaceChildren(...faces.map(({ user }) => {
      const face = document.createElement("span");
      face.className = "avatar";
      paintFace(face, faceOf(user));
      return face;
    }));
  }
}
