/** Forward messages to one or several chats. */

import { engine } from "chat/engine.js";
import { hasRight } from "chat/stores/chat-row.js";
import { attempt, toast } from "chat/views/overlay.js";
import { chatFace, titleOf } from "chat/views/parts.js";
import { pick } from "chat/views/dialogs/people-picker.js";
import { statusOf } from "chat/views/header.js";
import { router } from "chat/views/router.js";
import { t } from "chat/views/words.js";

/** @param {number} from @param {number[]} seqs */
export async function forwardDialog(from, seqs) {
  const answer = await chooseChats({ title: t("forwardTo"), option: t("hideSender") });
  if (!answer) return;
  const { ids, option } = answer;
  const done = await attempt(engine().actions.forward(from, seqs, ids, { hideSender: option }));
  if (!done) return;
  if (ids.length === 1 && ids[0] !== from) toast(t("forwarded"), { action: t("open"), onAction: () => router.go(`/c/${ids[0]}`) });
  else toast(t("forwarded"));
}

/** @param {{ title: string, option?: string }} wish @returns {Promise<{ ids: number[], option: boolean }|null>} */
export async function chooseChats({ title, option }) {
  const { actions, chats } = engine();
  if (!chats.select({ kind: "saved" }).length) await actions.openSaved().catch(() => null);
  const find = (/** @type {string} */ query) => {
    const word = query.toLowerCase();
    const rows = [...chats.select({}), ...chats.select({ archived: true })].filter((row) => row.my.state === "active" && !row.peer?.is_deleted && hasRight(row, "write"));
    rows.sort((one, other) => Number(other.kind === "saved") - Number(one.kind === "saved"));
    return rows
      .filter((row) => `${titleOf(row)} ${row.handle ?? ""}`.toLowerCase().includes(word))
      .slice(0, 60)
      .map((row) => ({ key: row.key, title: titleOf(row), text: statusOf(row).text, face: chatFace(row) }));
  };
  // A page that opens with this question asks before its chats have come.
  const watch = (/** @type {() => void} */ again, /** @type {AbortSignal} */ signal) => chats.subscribe(again, { signal });
  const answer = await pick({ title, placeholder: t("findChat"), find, watch, isMany: true, action: t("send"), option });
  return answer && { ids: answer.chosen.map((each) => Number(each.key)), option: answer.option };
}
