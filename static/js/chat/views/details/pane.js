/** The pane at the side: a person, a group, a channel; what is known, what was shared, who is in it. */

import "chat/views/later.js";
import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { addFacts } from "chat/views/details/facts.js";
import { endButtons, runDetails } from "chat/views/details/actions.js";
import { drawTab, tabsOf } from "chat/views/details/tabs.js";
import { hasCalls, statusOf } from "chat/views/header.js";
import { attempt } from "chat/views/overlay.js";
import { chatFace, faceOf, paintFace, placeIcon, titleOf } from "chat/views/parts.js";
import { router } from "chat/views/router.js";
import { walk } from "chat/views/walk.js";
import { presenceText, t } from "chat/views/words.js";

/** @typedef {import("chat/types.js").ChatRow} ChatRow */
/** @typedef {import("chat/types.js").UserJSON & { phone?: string, is_contact?: boolean, is_blocked?: boolean }} Person */

export class ChatDetails extends HTMLElement {
  connectedCallback() {
    this.body = /** @type {HTMLElement} */ (this.querySelector("[data-body]"));
    this.heading = /** @type {HTMLElement} */ (this.querySelector("[data-heading]"));
    this.editButton = /** @type {HTMLElement} */ (this.querySelector("[data-edit]"));
    /** @type {ChatRow|null} */
    this.chat = null;
    /** @type {Person|null} */
    this.person = null;
    this.addEventListener("click", (event) => this.#onClick(event));
    this.addEventListener("change", (event) => this.#onChange(event));
    this.addEventListener("keydown", (event) => {
      const tabs = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-tabs]"));
      if (tabs) walk(event, tabs, "horizontal");
    });
    this.body.addEventListener("scroll", () => this.#onScroll(), { passive: true });
  }

  /** @param {{ chat: number, tab?: string } | { user: number } | null} target */
  async show(target) {
    const key = JSON.stringify(target);
    if (key === this.key) return;
    this.key = key;
    this.#stop();
    this.hidden = !target;
    this.chat = this.person = null;
    if (!target) return;
    if ("chat" in target) {
      this.chat = engine().chats.row(target.chat) ?? (await engine().chats.ensure(target.chat).catch(() => null));
      if (this.key !== key || !this.chat) return;
      if (this.chat.peer) this.#findPerson(this.chat.peer.id, key);
    } else {
      this.chat = engine().chats.withUser(target.user) ?? null;
      this.isOnlyPerson = true;
      await this.#findPerson(target.user, key);
      if (this.key !== key) return;
    }
    this.isOnlyPerson = "user" in target;
    this.tab = "tab" in target ? target.tab : undefined;
    this.#build();
    this.#listen();
  }

  async #findPerson(id, key) {
    const person = await attempt(engine().api.get(`users/${id}`));
    if (this.key !== key || !person) return;
    this.person = person;
    if (this.inner) this.#paint();
  }

  #listen() {
    const listening = (this.listening = new AbortController());
    const { signal } = listening;
    engine().chats.subscribe(() => this.#refresh(), { signal });
    engine().presence.subscribe(() => this.#paintStatus(), { signal });
    const peer = this.person?.id ?? this.chat?.peer?.id;
    this.stopPresence = engine().presence.watch("details", peer ? [peer] : []);
  }

  #stop() {
    this.listening?.abort();
    this.stopPresence?.();
    this.stopTab?.();
    this.stopTab = undefined;
    this.inner = undefined;
    this.body?.replaceChildren();
  }

  // --- drawing ---

  #build() {
    this.inner = clone("tpl-details");
    this.body.replaceChildren(this.inner);
    this.body.scrollTop = 0;
    const tabs = this.chat ? tabsOf(this.chat, this.isOnlyPerson) : [];
    const row = this.part("tabs");
    row.hidden = !tabs.length;
    for (const { id, label } of tabs) row.append(fill(clone("tpl-details-tab"), { id, label, selected: "false", tabindex: "-1" }));
    this.#paint();
    if (tabs.length) this.showTab(tabs.find((each) => each.id === this.tab)?.id ?? tabs[0].id);
  }

  /** Drawn again after editing. */
  rebuild() {
    this.#build();
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.inner?.querySelector(`[data-${name}]`));
  }

  #refresh() {
    const fresh = this.chat && engine().chats.row(this.chat.id);
    if (!fresh || fresh === this.chat) return;
    const mayElse = String(fresh.my.rights) !== String(this.chat.my.rights) || fresh.my.role !== this.chat.my.role;
    this.chat = fresh;
    if (this.isEditing) return;
    if (mayElse) this.#build();
    else this.#paint();
  }

  #paint() {
    const { chat, person, inner } = this;
    if (!inner) return;
    const isPerson = Boolean(person) || chat?.kind === "direct";
    this.heading.textContent = t(isPerson ? "info" : chat?.kind === "channel" ? "channel" : chat?.kind === "saved" ? "savedMessages" : chat?.kind === "order" ? "order" : "group");
    const user = person ?? chat?.peer;
    const name = chat && !this.isOnlyPerson ? titleOf(chat) : user?.name || user?.handle || "";
    const photo = this.isOnlyPerson || isPerson ? user?.avatar : chat?.photo;
    fill(inner, { headName: name, photoLabel: t("photoOf", { name }), noPhoto: !photo });
    paintFace(this.part("face"), chat && !this.isOnlyPerson ? chatFace(chat) : user ? faceOf(user) : { name, color: 0 });
    this.#paintStatus();
    this.editButton.hidden = !chat || this.isOnlyPerson || !["group", "channel"].includes(chat.kind) || !chat.my.rights.includes("change_info");
    this.#paintActions(Boolean(user));
    addFacts(this.part("facts"), chat && !this.isOnlyPerson ? chat : null, user ?? null);
    this.#paintToggles();
    this.part("end").replaceChildren(...endButtons(chat, user ?? null, Boolean(this.isOnlyPerson)));
  }

  #paintStatus() {
    if (!this.inner) return;
    const user = this.person ?? this.chat?.peer;
    const status = this.chat && !this.isOnlyPerson ? statusOf(this.chat).text : presenceText(user ? engine().presence.of(user.id) : undefined);
    fill(this.inner, { headStatus: user?.status ? `${status}${status ? " · " : ""}${user.status}` : status });
  }

  #paintActions(isPerson) {
    const { chat } = this;
    const actions = [];
    if (this.isOnlyPerson) actions.push(["write", "message-circle", "write"]);
    if (chat && !this.isOnlyPerson) {
      if (hasCalls(chat)) actions.push(["call", "phone", "call"]);
      actions.push(["search", "search", "search"]);
      if (chat.kind !== "saved") actions.push(["mute", chat.isMuted ? "bell" : "bell-off", chat.isMuted ? "unmute" : "mute"]);
      if (!isPerson && chat.kind === "group" && chat.my.rights.includes("invite")) actions.push(["add-members", "user-plus", "add"]);
    }
    this.part("actions").replaceChildren(...actions.map(([action, picture, word]) => {
      const button = fill(clone("tpl-details-action"), { action, label: t(word) });
      placeIcon(button, picture);
      return button;
    }));
    this.part("actions").hidden = !actions.length;
  }

  #paintToggles() {
    const { chat } = this;
    const toggles = chat && !this.isOnlyPerson && chat.kind !== "saved" ? [["notifications", "bell", !chat.isMuted]] : [];
    this.part("toggles").replaceChildren(...toggles.map(([name, picture, on]) => {
      const toggle = fill(clone("tpl-toggle"), { label: t(String(name)), name });
      /** @type {HTMLInputElement} */ (toggle.querySelector("input")).checked = Boolean(on);
      placeIcon(toggle, String(picture));
      return toggle;
    }));
  }

  /** @param {string} id */
  showTab(id) {
    if (!this.chat) return;
    this.tab = id;
    for (const tab of this.part("tabs").children) {
      const isSelected = tab.getAttribute("data-tab") === id;
      fill(tab, { selected: String(isSelected), tabindex: isSelected ? "0" : "-1" });
      if (isSelected) this.part("panel").setAttribute("aria-label", tab.textContent ?? "");
    }
    this.stopTab?.();
    this.part("panel").replaceChildren();
    this.stopTab = drawTab(this.part("panel"), this.chat, id);
  }

  #onScroll() {
    const { scrollTop, clientHeight, scrollHeight } = this.body;
    if (scrollHeight - scrollTop - clientHeight < 500) this.part("panel")?.dispatchEvent(new CustomEvent("more"));
  }

  // --- doing ---

  #onClick(event) {
    const control = event.target.closest("[data-do], [data-tab]");
    if (!control || control.closest("[popover]")) return;
    if (control.dataset.tab) this.showTab(control.dataset.tab);
    else if (control.dataset.do === "close") this.close();
    else runDetails(this, control.dataset.do, control);
  }

  close() {
    if (this.isEditing) this.endEdit();
    else router.back(location.pathname);
  }

  #onChange(event) {
    const { target } = event;
    if (target.name !== "notifications" || !this.chat) return;
    attempt(engine().actions.mute(this.chat.id, target.checked ? 0 : null));
  }

  async edit() {
    const { chatForm } = await import("chat/views/dialogs/edit-chat.js");
    if (!this.chat) return;
    this.isEditing = true;
    this.stopTab?.();
    this.editButton.hidden = true;
    this.heading.textContent = t("edit");
    this.body.replaceChildren(chatForm(this.chat, () => this.endEdit()));
    /** @type {HTMLElement|null} */ (this.body.querySelector("input[name=title]"))?.focus();
  }

  endEdit() {
    this.isEditing = false;
    this.chat = this.chat && (engine().chats.row(this.chat.id) ?? this.chat);
    this.#build();
  }
}

