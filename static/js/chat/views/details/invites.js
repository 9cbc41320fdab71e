/** The ways into a group: links, people who asked, people who are banned. */

import "chat/views/later.js";
import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { button } from "chat/views/details/actions.js";
import { attempt } from "chat/views/overlay.js";
import { faceOf, paintFace } from "chat/views/parts.js";
import { dayAndTime, t, tn } from "chat/views/words.js";

/** @param {HTMLElement} panel @param {import("chat/types.js").ChatRow} chat @returns {() => void} */
export function drawInvites(panel, chat) {
  const paint = () => load(panel, chat);
  panel.addEventListener("refresh", paint);
  paint();
  return () => panel.removeEventListener("refresh", paint);
}

/** Told after something in it changed. */
export function refreshInvites() {
  document.querySelector("chat-details [data-panel]")?.dispatchEvent(new CustomEvent("refresh"));
}

/** @param {HTMLElement} panel @param {import("chat/types.js").ChatRow} chat */
async function load(panel, chat) {
  const { api } = engine();
  const mayBan = chat.my.rights.includes("ban");
  const none = () => ({ results: [] });
  const [invites, requests, bans] = await Promise.all([
    attempt(api.get(`chats/${chat.id}/invites`)),
    mayBan ? api.get(`chats/${chat.id}/join-requests`).catch(none) : none(),
    mayBan ? api.get(`chats/${chat.id}/bans`).catch(none) : none(),
  ]);
  if (!panel.isConnected) return;
  const box = document.createElement("div");
  box.className = "list";
  addPeople(box, t("joinRequests"), requests.results, (row) => [
    smallButton(t("approve"), "button--soft", () => api.put(`chats/${chat.id}/join-requests/${row.user.id}`)),
    smallButton(t("refuse"), "button--ghost", () => api.delete(`chats/${chat.id}/join-requests/${row.user.id}`)),
  ]);
  box.append(button("new-invite", "link", t("newInvite")));
  for (const invite of invites?.results ?? []) if (invite.is_active !== false) box.append(inviteRow(invite));
  addPeople(box, t("bans"), bans.results, (row) => [smallButton(t("unban"), "button--ghost", () => api.delete(`chats/${chat.id}/bans/${row.user.id}`))]);
  panel.replaceChildren(box);
}

function inviteRow(invite) {
  const url = location.origin + (invite.path ?? `/join/${invite.token}`);
  const facts = [
    invite.max_uses ? t("invite.uses", { n: invite.use_count, max: invite.max_uses }) : tn("invite.used", invite.use_count),
    invite.expires_at && t("invite.until", { when: dayAndTime(invite.expires_at) }),
    invite.needs_approval && t("invite.approval"),
  ];
  const shown = url.replace(/^https?:\/\//, "");
  return fill(clone("tpl-invite-row"), { id: invite.id, url, link: shown, copyLabel: t("copyLink"), facts: facts.filter(Boolean).join(" · ") });
}

/** @param {HTMLElement} box @param {string} title @param {any[]} rows @param {(row: any) => HTMLElement[]} buttons */
function addPeople(box, title, rows, buttons) {
  if (!rows.length) return;
  box.append(fill(clone("tpl-media-month"), { text: title }));
  for (const row of rows) {
    const element = fill(clone("tpl-member-row"), { user: row.user.id, name: row.user.name || row.user.handle, status: `@${row.user.handle}`, role: "", menu: false });
    paintFace(element.querySelector("[data-face]"), faceOf(row.user));
    element.append(...buttons(row));
    box.append(element);
  }
}

/** @param {string} label @param {string} look @param {() => Promise<unknown>} act */
function smallButton(label, look, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = `button button--small ${look}`;
  element.textContent = label;
  element.addEventListener("click", async () => {
    await attempt(act());
    refreshInvites();
  });
  return element;
}
