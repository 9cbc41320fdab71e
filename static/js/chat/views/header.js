/** The head of a conversation: who it is with, and what they are doing. */

import { engine } from "chat/engine.js";
import { typingText } from "chat/views/describe.js";
import { chatFace, icon, paintFace, titleOf } from "chat/views/parts.js";
import { presenceText, t, tn } from "chat/views/words.js";

/** @typedef {import("chat/types.js").ChatRow} ChatRow */

/** Whose presence a chat shows. @param {ChatRow} row */
export const watchedUsers = (row) => (row.peer ? [row.peer.id] : []);

/** @param {import("chat/views/conversation.js").ChatConversation} conversation @param {ChatRow} row */
export function paintHeader(conversation, row) {
  const place = conversation.part("header-avatar");
  if (!place.firstElementChild) {
    const face = document.createElement("span");
    face.className = "avatar";
    face.setAttribute("aria-hidden", "true");
    place.append(face);
  }
  const face = /** @type {HTMLElement} */ (place.firstElementChild);
  paintFace(face, chatFace(row));
  conversation.part("header-name").textContent = titleOf(row);
  paintMark(conversation.part("header-mark"), row);
  const status = conversation.part("header-status");
  const { text, isLive } = statusOf(row);
  status.textContent = text;
  status.hidden = !text;
  status.classList.toggle("is-live", isLive);
  for (const button of conversation.querySelectorAll("[data-call]")) /** @type {HTMLElement} */ (button).hidden = !hasCalls(row);
  conversation.timeline.classList.toggle("is-readonly", !row.my.rights.includes("write") && row.kind === "channel");
}

/** Do people call each other here? @param {ChatRow} row */
export const hasCalls = (row) => (row.kind === "direct" ? !row.peer?.is_deleted : row.kind === "group" && row.my.rights.includes("write"));

/** @param {HTMLElement} place @param {ChatRow} row */
function paintMark(place, row) {
  if (place.dataset.muted === String(row.isMuted)) return;
  place.dataset.muted = String(row.isMuted);
  place.replaceChildren(...(row.isMuted ? [icon("bell-off")] : []));
}

/** The line under a name. @param {ChatRow} row @returns {{ text: string, isLive: boolean }} */
export function statusOf(row) {
  const typing = typingText(engine().typing.of(row.id), row.kind === "group" || row.kind === "order");
  if (typing) return { text: typing, isLive: true };
  if (row.kind === "saved") return { text: t("savedHint"), isLive: false };
  if (row.kind === "channel") return { text: tn("followers.count", row.chat.member_count), isLive: false };
  if (row.kind === "order") return { text: t("orderHint"), isLive: false };
  if (row.kind === "group") return { text: tn("members.count", row.chat.member_count), isLive: false };
  const presence = row.peer && !row.peer.is_deleted ? engine().presence.of(row.peer.id) : undefined;
  return { text: presenceText(presence), isLive: presence?.state === "online" };
}
