/** Invite links: a new one, its QR code, its end. */

import "chat/views/later.js";
import { fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { refreshInvites } from "chat/views/details/invites.js";
import { attempt, confirm, copy, dialogFrom, openDialog } from "chat/views/overlay.js";
import { errorText } from "chat/views/parts.js";
import { t } from "chat/views/words.js";

/** @param {number} chat */
export function newInvite(chat) {
  const dialog = dialogFrom("tpl-new-invite");
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const most = /** @type {HTMLSelectElement} */ (form.elements.namedItem("max_uses"));
  form.addEventListener("change", (event) => {
    const { name, checked } = /** @type {HTMLInputElement} */ (event.target);
    if (name !== "needs_approval") return;
    most.disabled = checked; // each is looked at: a limit would be one too many
    if (checked) most.value = "";
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    const body = {
      ...(values.expires_in ? { expires_in_seconds: Number(values.expires_in) } : {}),
      ...(values.max_uses ? { max_uses: Number(values.max_uses) } : {}),
      needs_approval: values.needs_approval === "on",
    };
    try {
      await engine().api.post(`chats/${chat}/invites`, body);
      dialog.close();
      refreshInvites();
    } catch (error) {
      const problem = dialog.querySelector("[data-error]");
      if (problem) problem.textContent = errorText(error);
    }
  });
  openDialog(dialog);
}

/** @param {string} link */
export function showQr(link) {
  const dialog = dialogFrom("tpl-qr");
  fill(dialog, { link: link.replace(/^https?:\/\//, ""), image: `${new URL(link).pathname}/qr.svg` });
  dialog.querySelector("[data-copy]")?.addEventListener("click", () => copy(link, t("linkCopied")));
  openDialog(dialog);
}

/** @param {number} chat @param {number} invite */
export async function revoke(chat, invite) {
  if (!(await confirm({ title: t("revoke.title"), text: t("revoke.text"), action: t("revoke"), danger: true }))) return;
  await attempt(engine().api.delete(`chats/${chat}/invites/${invite}`));
  refreshInvites();
}
