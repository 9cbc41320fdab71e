/** Instead of the field, where one may not write: why, and what can be done about it. */

import { engine } from "chat/engine.js";
import { attempt, toast } from "chat/views/overlay.js";
import { t } from "chat/views/words.js";

/** @typedef {import("chat/types.js").ChatRow} ChatRow */

/** @param {ChatRow} row @returns {{ text: string, action: string }|null} */
export function barOf(row) {
  if (row.my.state !== "active") return { text: t("bar.left"), action: row.handle ? t("join") : "" };
  if (row.peer?.is_deleted) return { text: t("bar.deleted"), action: "" };
  if (row.kind === "channel" && !row.my.rights.includes("write")) return { text: "", action: t(row.isMuted ? "unmute" : "mute") };
  if (row.kind === "group" && !row.my.rights.includes("write")) return { text: t("bar.rights"), action: "" };
  return null;
}

/** @param {ChatRow} row */
export async function runBar(row) {
  const { actions } = engine();
  if (row.my.state !== "active") await attempt(actions.join(row.id));
  else if (row.isMuted) await attempt(actions.mute(row.id, 0));
  else if (matchMedia("(pointer: fine)").matches) {
    const { muteMenu } = await import("chat/views/chat-menu.js");
    muteMenu(row, /** @type {Element} */ (document.querySelector("[data-bar-action]")));
  } else {
    await attempt(actions.mute(row.id, null));
    toast(t("muted"), { action: t("undo"), onAction: () => attempt(actions.mute(row.id, 0)) });
  }
}
