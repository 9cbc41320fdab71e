/** The buttons of the details pane. */

import "chat/views/later.js";
import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { deleteChat, leave, muteMenu } from "chat/views/chat-menu.js";
import { attempt, confirm, copy, toast } from "chat/views/overlay.js";
import { placeIcon } from "chat/views/parts.js";
import { router } from "chat/views/router.js";
import { t } from "chat/views/words.js";

/** @typedef {import("chat/types.js").ChatRow} ChatRow */
/** @typedef {import("chat/views/details/pane.js").Person} Person */
/** @typedef {import("chat/views/details/pane.js").ChatDetails} ChatDetails */

/** @param {ChatRow|null} chat @param {Person|null} person @param {boolean} isOnlyPerson */
export function endButtons(chat, person, isOnlyPerson) {
  const buttons = [];
  if (person && !person.is_deleted && person.id !== engine().me.id) {
    if (person.is_contact !== undefined) buttons.push(button("contact", person.is_contact ? "user-minus" : "user-plus", t(person.is_contact ? "removeContact" : "addContact")));
    if (person.is_blocked !== undefined) buttons.push(button("block", person.is_blocked ? "circle-check" : "ban", t(person.is_blocked ? "unblock" : "block"), !person.is_blocked));
    buttons.push(button("report", "flag", t("report"), true));
  } else if (chat && !isOnlyPerson && chat.kind !== "saved" && chat.kind !== "order") {
    buttons.push(button("report", "flag", t("report")));
    buttons.push(button("leave", "log-out", t("leave"), true));
    if (chat.my.role === "owner") buttons.push(button("delete-chat", "trash-2", t("deleteChat"), true));
  }
  return buttons;
}

/** @param {string} action @param {string} picture @param {string} label @param {boolean} [danger] */
export function button(action, picture, label, danger = false) {
  const element = fill(clone("tpl-row-button"), { do: action, label, danger, text: "", value: "" });
  placeIcon(element, picture);
  return element;
}

/** @param {ChatDetails} details @param {string} name @param {HTMLElement} control */
export async function runDetails(details, name, control) {
  const act = DOING[name];
  if (act) await act(details, control);
}

/** @type {Record<string, (details: ChatDetails, control: HTMLElement) => unknown>} */
const DOING = {
  call: async ({ chat }, control) => chat && (await import("calls/views/app.js")).callMenu(chat, control),
  edit: (details) => details.edit(),
  search: () => {
    const conversation = /** @type {import("chat/views/conversation.js").ChatConversation} */ (document.querySelector("chat-conversation"));
    if (matchMedia("(max-width: 75rem)").matches) router.back(location.pathname);
    setTimeout(() => conversation.search.open(), 60);
  },
  mute: ({ chat }, control) => {
    if (!chat) return;
    if (chat.isMuted) attempt(engine().actions.mute(chat.id, 0));
    else muteMenu(chat, control);
  },
  write: async ({ person }) => {
    const row = person && (await attempt(engine().actions.openDirect(person.id)));
    if (row) router.go(`/c/${row.id}`);
  },
  photo: async ({ chat, person, isOnlyPerson }) => {
    const photo = isOnlyPerson || chat?.peer ? (person ?? chat?.peer)?.avatar : chat?.photo;
    if (photo) (await import("chat/views/dialogs/viewer.js")).openPicture(photo, chat?.title ?? person?.name ?? "");
  },
  "copy-fact": (details, control) => copy(control.closest(".fact")?.querySelector(".fact__value")?.textContent ?? ""),
  "add-members": async ({ chat }) => chat && (await import("chat/views/dialogs/new-chat.js")).addMembers(chat),
  contact: async (details) => {
    const { person } = details;
    if (!person) return;
    const path = `contacts/${person.id}`;
    await attempt(person.is_contact ? engine().api.delete(path) : engine().api.post("contacts", { user: person.id }), t("saved"));
    refreshPerson(details);
  },
  block: (details) => toggleBlock(details),
  report: async ({ chat, person }) => {
    const { report } = await import("chat/views/dialogs/report.js");
    const user = person?.id ?? chat?.peer?.id;
    if (user) report({ target_kind: "user", user });
    else if (chat) report({ target_kind: "chat", chat: chat.id });
  },
  leave: ({ chat }) => chat && leave(chat),
  "delete-chat": ({ chat }) => chat && deleteChat(chat),
  person: (details, control) => {
    const user = Number(/** @type {HTMLElement} */ (control.closest("[data-user]")).dataset.user);
    if (user !== engine().me.id) router.go(location.pathname, { details: user });
  },
  "member-menu": async ({ chat }, control) => chat && (await import("chat/views/dialogs/members.js")).memberMenu(chat, control),
  "new-invite": async ({ chat }) => chat && (await import("chat/views/dialogs/invites.js")).newInvite(chat.id),
  "copy-invite": (details, control) => copy(control.dataset.link ?? "", t("linkCopied")),
  "invite-qr": async (details, control) => (await import("chat/views/dialogs/invites.js")).showQr(control.dataset.link ?? ""),
  "revoke-invite": async ({ chat }, control) => chat && (await import("chat/views/dialogs/invites.js")).revoke(chat.id, Number(control.dataset.invite)),
  "show-message": ({ chat }, control) => chat && router.go(`/c/${chat.id}/${control.dataset.seq}`),
  "view-media": async ({ chat }, control) => {
    if (!chat) return;
    const { openViewerAt } = await import("chat/views/dialogs/viewer.js");
    openViewerAt(chat.id, Number(control.dataset.seq), control.dataset.attachment ?? "");
  },
  play: async (details, control) => (await import("chat/views/voice.js")).togglePlay(/** @type {HTMLElement} */ (control.closest(".voice"))),
  speed: async (details, control) => (await import("chat/views/voice.js")).nextSpeed(/** @type {HTMLElement} */ (control.closest(".voice"))),
};

/** @param {ChatDetails} details */
async function toggleBlock(details) {
  const { person } = details;
  if (!person) return;
  const path = `blocks/${person.id}`;
  if (person.is_blocked) await attempt(engine().api.delete(path));
  else {
    const answer = await confirm({ title: t("block.title", { name: person.name || person.handle }), text: t("block.text"), action: t("block"), danger: true });
    if (!answer) return;
    await attempt(engine().api.put(path));
    toast(t("cleared"));
  }
  refreshPerson(details);
}

/** @param {ChatDetails} details */
async function refreshPerson(details) {
  const fresh = details.person && (await engine().api.get(`users/${details.person.id}`).catch(() => null));
  if (!fresh || details.person?.id !== fresh.id) return;
  details.person = fresh;
  details.rebuild();
}
