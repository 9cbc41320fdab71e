/** Lists of people and of messages: who has read it, what is pinned. */

import "chat/views/later.js";
import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { lineOf } from "chat/views/describe.js";
import { attempt, dialogFrom, openDialog } from "chat/views/overlay.js";
import { emptyPlace, faceOf, paintFace } from "chat/views/parts.js";
import { dayAndTime, t } from "chat/views/words.js";

/** @param {number} chat @param {number} seq */
export async function showReaders(chat, seq) {
  const answer = await attempt(engine().actions.readers(chat, seq));
  if (!answer) return;
  const people = (answer.results ?? answer.readers ?? []).map((/** @type {any} */ each) => ({ user: each.user ?? each, at: each.read_at }));
  const rows = people.map(({ user, at }) => {
    const row = fill(clone("tpl-person-row"), { title: user.name || user.handle, text: at ? dayAndTime(at) : `@${user.handle}`, tag: "", canCheck: false });
    paintFace(row.querySelector("[data-face]"), faceOf(user));
    row.removeAttribute("role");
    row.classList.remove("list-row--interactive");
    return row;
  });
  show(t("readBy"), rows.length ? rows : [emptyPlace({ picture: "eye", title: t("noReaders") })]);
}

/** @param {import("chat/types.js").MessageJSON[]} messages @param {(seq: number) => void} jump */
export function showPins(messages, jump) {
  const rows = messages.map((message) => {
    const row = fill(clone("tpl-person-row"), { title: message.sender?.name ?? "", text: lineOf(message, engine().me.id), tag: "", canCheck: false });
    if (message.sender) paintFace(row.querySelector("[data-face]"), faceOf(message.sender));
    row.setAttribute("role", "button");
    row.tabIndex = 0;
    const go = () => {
      dialog.close();
      jump(message.seq);
    };
    row.addEventListener("click", go);
    row.addEventListener("keydown", (event) => event.key === "Enter" && go());
    return row;
  });
  const dialog = show(t("pinnedMessages"), rows);
}

/** @param {string} title @param {Element[]} rows */
function show(title, rows) {
  const dialog = dialogFrom("tpl-people");
  fill(dialog, { title });
  dialog.querySelector("[data-items]")?.append(...rows);
  return openDialog(dialog);
}
