/** One row of the chat list. */

import { fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { iconOf, lineOf, typingText } from "chat/views/describe.js";
import { chatFace, icon, paintFace, paintTicks, titleOf } from "chat/views/parts.js";
import { fullTime, shortNumber, shortTime, t, tn } from "chat/views/words.js";

const KINDS = { group: "users", channel: "megaphone" }; // an order shows what it is by its face

/** @param {HTMLElement} element @param {import("chat/types.js").ChatRow} row */
export function updateChatRow(element, row) {
  const me = engine().me.id;
  const isOpen = element.getAttribute("aria-selected") === "true"; // its draft stands in the composer
  const { lead, preview, isDraft, isTyping } = secondLine(row, me, isOpen);
  fill(element, {
    href: `/c/${row.id}`,
    title: titleOf(row),
    time: shortTime(row.at),
    at: row.at,
    lead,
    preview,
    isDraft,
    isTyping,
    isMuted: row.isMuted,
    isUnread: row.unread > 0,
    mentions: row.mentions > 0,
    unread: row.unread ? shortNumber(row.unread) : "",
    hasUnread: row.unread > 0 || row.isMarkedUnread,
    isMarked: row.isMarkedUnread && !row.unread,
    unreadLabel: row.unread ? tn("unread.count", row.unread) : "",
    showPin: row.isPinned && !row.unread && !row.isMarkedUnread && !row.mentions,
  });
  if (row.at) element.querySelector("time")?.setAttribute("title", fullTime(row.at));
  paintFace(element.querySelector("[data-face]"), chatFace(row));
  paintKind(/** @type {HTMLElement} */ (element.querySelector("[data-kind]")), row.kind);
  const isMine = row.lastMessage?.sender?.id === me && row.lastMessage.kind !== "service";
  const state = row.failed ? "failed" : isMine && !isDraft && row.kind !== "saved" ? row.lastState : "";
  paintTicks(element.querySelector("[data-ticks]"), state);
  paintThumb(/** @type {HTMLElement} */ (element.querySelector("[data-thumb]")), isDraft || isTyping ? null : row.lastMessage);
}

/** @param {import("chat/types.js").ChatRow} row @param {number} me @param {boolean} isOpen */
function secondLine(row, me, isOpen) {
  const isMany = row.kind === "group" || row.kind === "order";
  const typing = typingText(row.typing, isMany);
  if (typing) return { lead: "", preview: typing, isDraft: false, isTyping: true };
  if (row.draft?.text && !isOpen) return { lead: t("draft"), preview: row.draft.text.replace(/\s+/g, " "), isDraft: true, isTyping: false };
  const message = row.lastMessage;
  const isSaid = message && message.kind !== "service" && !message.is_deleted && isMany;
  const lead = isSaid && message.sender ? (message.sender.id === me ? t("you") : firstName(message.sender.name)) : "";
  return { lead, preview: lineOf(message, me), isDraft: false, isTyping: false };
}

/** @param {string} name */
const firstName = (name) => name.split(/\s+/)[0];

/** @param {HTMLElement} place @param {string} kind */
function paintKind(place, kind) {
  const name = KINDS[kind] ?? "";
  if (place.dataset.kind === name) return;
  place.dataset.kind = name;
  place.hidden = !name;
  place.replaceChildren(...(name ? [icon(name)] : []));
}

/** A tiny picture of what was sent, or the icon of its kind. @param {HTMLElement} place @param {import("chat/types.js").MessageJSON|null} message */
function paintThumb(place, message) {
  const first = message?.is_deleted ? undefined : message?.attachments[0];
  const thumb = first?.thumb ?? "";
  const name = thumb ? "" : iconOf(message);
  const signature = thumb || name;
  if (place.dataset.shown === signature) return;
  place.dataset.shown = signature;
  place.hidden = !signature;
  if (thumb) {
    const image = document.createElement("img");
    image.className = "chat-row__thumb";
    image.alt = "";
    image.src = thumb;
    place.replaceChildren(image);
  } else place.replaceChildren(...(name ? [icon(name)] : []));
}
