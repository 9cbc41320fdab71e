/** What may be done with a member. */

import "chat/views/later.js";
import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { attempt, confirm, dialogFrom, openDialog, openMenu } from "chat/views/overlay.js";
import { errorText } from "chat/views/parts.js";
import { t } from "chat/views/words.js";

/** @typedef {import("chat/types.js").ChatRow} ChatRow */
/** @typedef {import("chat/types.js").MemberJSON} MemberJSON */

const RIGHTS = ["change_info", "delete", "ban", "invite", "pin", "promote"];

/** @param {ChatRow} chat @param {HTMLElement} button */
export function memberMenu(chat, button) {
  const id = Number(/** @type {HTMLElement} */ (button.closest("[data-user]")).dataset.user);
  const member = engine().members(chat.id).snapshot().rows.find((row) => row.user.id === id);
  if (!member) return;
  const { user, role } = member;
  const name = user.name || user.handle;
  const isOwner = chat.my.role === "owner";
  const mayPromote = isOwner || chat.my.rights.includes("promote");
  const mayBan = isOwner || chat.my.rights.includes("ban");
  const path = `chats/${chat.id}/members/${id}`;
  const { api } = engine();
  const again = (/** @type {Promise<unknown>} */ promise) => attempt(promise.then(() => engine().members(chat.id).load()));
  const items = [
    mayPromote && { label: t(role === "admin" ? "adminRights" : "makeAdmin"), icon: "shield", run: () => rightsDialog(chat, member) },
    mayPromote && role === "admin" && { label: t("noAdmin"), icon: "user-minus", run: () => again(api.patch(path, { role: "member" })) },
    isOwner && { label: t("makeOwner"), icon: "crown", run: () => makeOwner(chat, id, name) },
    null,
    mayBan && { label: t("remove"), icon: "user-minus", danger: true, run: () => removeMember(name, () => again(api.delete(path))) },
    mayBan && { label: t("ban"), icon: "user-x", danger: true, run: () => ban(name, () => again(api.put(`chats/${chat.id}/bans/${id}`))) },
  ];
  openMenu(items, button, { label: t("actionsFor", { name }) });
}

/** @param {string} name @param {() => void} act */
async function removeMember(name, act) {
  if (await confirm({ title: t("remove.title", { name }), action: t("remove"), danger: true })) act();
}

/** @param {string} name @param {() => void} act */
async function ban(name, act) {
  if (await confirm({ title: t("ban.title", { name }), text: t("ban.text"), action: t("ban"), danger: true })) act();
}

/** @param {ChatRow} chat @param {number} user @param {string} name */
async function makeOwner(chat, user, name) {
  const answer = await confirm({ title: t("makeOwner.title", { name }), text: t("makeOwner.text"), action: t("makeOwner") });
  if (answer) await attempt(engine().api.post(`chats/${chat.id}/owner`, { user }).then(() => engine().members(chat.id).load()));
}

/** @param {ChatRow} chat @param {MemberJSON} member */
function rightsDialog(chat, { user, role, rights }) {
  const dialog = fill(dialogFrom("tpl-rights"), { title: user.name || user.handle });
  const box = /** @type {HTMLElement} */ (dialog.querySelector("[data-rights]"));
  const given = role === "admin" ? new Set(rights) : new Set(["change_info", "delete", "ban", "invite", "pin"]);
  for (const right of RIGHTS) {
    const toggle = fill(clone("tpl-toggle"), { label: t(`right.${right}`), name: right });
    const input = /** @type {HTMLInputElement} */ (toggle.querySelector("input"));
    input.checked = given.has(right);
    input.disabled = chat.my.role !== "owner" && !chat.my.rights.includes(right);
    toggle.querySelector("[data-icon-place]")?.remove();
    box.append(toggle);
  }
  dialog.querySelector("form")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = [.../** @type {NodeListOf<HTMLInputElement>} */ (box.querySelectorAll("input:checked"))].map((input) => input.name);
    try {
      await engine().api.patch(`chats/${chat.id}/members/${user.id}`, { role: "admin", rights: chosen });
      /** @type {HTMLDialogElement} */ (dialog).close();
      engine().members(chat.id).load();
    } catch (error) {
      const problem = dialog.querySelector("[data-error]");
      if (problem) problem.textContent = errorText(error);
    }
  });
  openDialog(/** @type {HTMLDialogElement} */ (dialog));
}
