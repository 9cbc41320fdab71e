/** One row of the timeline. One rendering for pending, live and history; only the parts that differ are drawn again. */

import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { cardSignature, drawCard } from "chat/cards.js";
import { renderMedia } from "chat/views/attachments.js";
import { lineOf, serviceText } from "chat/views/describe.js";
import { isOnlyEmoji, renderText } from "chat/views/entities.js";
import { faceOf, paintFace, paintTicks } from "chat/views/parts.js";
import { dayName, fullTime, shortNumber, t, timeOf, tn } from "chat/views/words.js";

/** @typedef {import("chat/types.js").TimelineRow} TimelineRow */
/** @typedef {HTMLElement & { __parts?: Map<string, { signature: string, element: Element|null }>, __row?: TimelineRow }} RowElement */

/** @returns {RowElement} */
export const createRow = () => clone("tpl-row");

/** @param {RowElement} element @param {TimelineRow} row @param {{ kind: string, id: number }} chat */
export function updateRow(element, row, chat) {
  const parts = (element.__parts ??= new Map());
  const { message } = row;
  element.classList.toggle("is-mine", row.isMine && chat.kind !== "channel");
  element.classList.toggle("starts-run", row.startsRun);
  element.classList.toggle("ends-run", row.endsRun);
  element.classList.toggle("is-from-service", Boolean(message.card) && !message.sender);
  element.classList.toggle("is-pending", row.state === "pending" || row.state === "uploading");
  element.classList.toggle("is-failed", row.state === "failed");
  if (row.seq) element.dataset.seq = String(row.seq);
  part(parts, element, "day", row.startsDay ?? "", () => fill(clone("tpl-day"), { text: dayName(row.startsDay ?? "") }));
  part(parts, element, "unread", row.isFirstUnread ? "1" : "", () => clone("tpl-unread"));
  if (row.isService) {
    const text = serviceText(message, engine().me.id);
    part(parts, element, "service", text, () => fill(clone("tpl-service"), { text }));
    element.setAttribute("aria-label", text);
    return;
  }
  const lineElement = part(parts, element, "line", "line", () => clone("tpl-line"));
  drawLine(/** @type {HTMLElement} */ (lineElement), row, chat, parts);
  element.setAttribute("aria-label", spoken(row));
}

/** Keeps, replaces or drops one part of a row. Parts come in the order of first use. */
function part(parts, parent, name, signature, build) {
  const old = parts.get(name);
  if (old?.signature === signature) return old.element;
  const fresh = signature ? build() : null;
  if (old?.element && fresh) old.element.replaceWith(fresh);
  else if (old?.element) old.element.remove();
  else if (fresh) parent.insertBefore(fresh, successor(parts, parent, name));
  parts.set(name, { signature, element: fresh });
  return fresh;
}

const ORDER = ["day", "unread", "service", "line", "name", "forward", "reply", "card", "media", "text", "preview", "foot", "failed"];

/** The first part standing after this one. */
function successor(parts, parent, name) {
  for (const later of ORDER.slice(ORDER.indexOf(name) + 1)) {
    const found = parts.get(later)?.element;
    if (found?.parentElement === parent) return found;
  }
  return null;
}

function drawLine(line, row, chat, parts) {
  const { message } = row;
  const bubble = line.querySelector(".bubble");
  const { sender } = message;
  const isGroup = chat.kind === "group" || chat.kind === "order";
  if (isGroup && !row.isMine && sender) {
    paintFace(line.querySelector("[data-face]"), faceOf(sender));
    const face = line.querySelector(".row__face");
    face.dataset.user = sender.id;
    face.setAttribute("aria-label", sender.name);
  }
  const showsName = isGroup && !row.isMine && row.startsRun && sender;
  part(parts, bubble, "name", showsName ? `${sender.id}${sender.name}` : "", () =>
    fill(clone("tpl-name"), { name: sender.name, color: sender.color, user: sender.id }));
  part(parts, bubble, "forward", message.forward ? JSON.stringify(message.forward) : "", () => forwardOf(message.forward));
  part(parts, bubble, "reply", message.reply ? JSON.stringify(message.reply) : "", () => replyOf(message.reply));
  bubble.classList.toggle("is-card", Boolean(message.card));
  part(parts, bubble, "card", cardSignature(row), () => drawCard(row));
  drawMedia(bubble, row, parts);
  const kind = footKind(message);
  drawText(bubble, row, chat, parts, kind);
  part(parts, bubble, "preview", message.preview ? JSON.stringify(message.preview) : "", () => previewOf(message.preview));
  drawFoot(bubble, row, chat, parts, kind);
  part(parts, bubble, "failed", row.error ? row.error.code + row.error.detail : "", () =>
    fill(clone("tpl-failed"), { reason: row.error.detail || row.error.code }));
}

/** Where the time goes: into the text, on the picture, or into a foot of its own. */
function footKind(message) {
  if (message.reactions.length || message.preview) return "foot";
  if (message.text) return "text";
  return isPicture(message) ? "over" : "foot";
}

const isPicture = (message) => ["photo", "video"].includes(message.attachments[0]?.kind);

function drawMedia(bubble, row, parts) {
  const { message } = row;
  bubble.classList.toggle("is-picture", isPicture(message));
  const signature = message.attachments.map((each) => `${each.id}${each.state}${each.sizes?.medium?.url ?? ""}${Boolean(each.url)}`).join(" ");
  const media = part(parts, bubble, "media", signature, () => renderMedia(message));
  if (!media) return;
  let upload = media.querySelector(":scope > .upload");
  const isUploading = row.state === "uploading";
  if (isUploading && !upload) {
    upload = clone("tpl-upload");
    media.append(upload);
  } else if (!isUploading && upload) {
    upload.remove();
  }
  if (isUploading) upload.querySelector(".ring").style.setProperty("--progress", String(Math.max(row.progress ?? 0, 0.03)));
}

function drawText(bubble, row, chat, parts, kind) {
  const { message } = row;
  const signature = message.text ? JSON.stringify([message.text, message.entities]) : "";
  const big = kind === "text" && !message.attachments.length && !message.card && !message.reply && !message.forward && isOnlyEmoji(message.text);
  bubble.classList.toggle("is-emoji", big);
  const element = part(parts, bubble, "text", signature, () => {
    const paragraph = document.createElement("div");
    paragraph.className = "bubble__text";
    paragraph.dir = "auto";
    renderText(paragraph, message.text, message.entities, { me: engine().me.id });
    return paragraph;
  });
  if (!element) return;
  let meta = element.querySelector(":scope > .meta");
  if (kind === "text") {
    if (!meta) {
      meta = clone("tpl-meta");
      element.append(meta);
    }
    drawMeta(meta, row, chat);
  } else {
    meta?.remove();
  }
}

function drawFoot(bubble, row, chat, parts, kind) {
  const foot = part(parts, bubble, "foot", kind === "text" ? "" : kind, () => {
    const element = document.createElement("div");
    element.className = kind === "over" ? "bubble__foot bubble__foot--over" : "bubble__foot";
    element.append(clone("tpl-meta"));
    return element;
  });
  if (!foot) return;
  const meta = foot.querySelector(":scope > .meta");
  drawMeta(meta, row, chat);
  drawReactions(foot, meta, row, chat);
}

function drawMeta(meta, { message, state, isMine, seq }, chat) {
  fill(meta, {
    pinned: message.is_pinned,
    edited: Boolean(message.edited_at),
    time: timeOf(message.created_at),
    iso: message.created_at,
    full: fullTime(message.created_at),
    href: seq ? `/c/${chat.id}/${seq}` : null,
  });
  paintTicks(meta.querySelector("[data-ticks]"), isMine && chat.kind !== "saved" ? state : "");
}

function drawReactions(foot, meta, { message }, chat) {
  const me = engine().me.id;
  const signature = JSON.stringify(message.reactions);
  if (foot.dataset.reactions === signature) return;
  foot.dataset.reactions = signature;
  for (const old of foot.querySelectorAll(".reaction")) old.remove();
  for (const { emoji, count, by } of message.reactions) {
    const chip = clone("tpl-reaction");
    const faces = chat.kind === "group" && count <= 3 ? knownFaces(by) : [];
    const showsFaces = faces.length === count;
    fill(chip, {
      emoji,
      count: showsFaces || (count === 1 && chat.kind === "direct") ? "" : shortNumber(count),
      mine: String(by.includes(me)),
      label: tn("reactions.count", count, { emoji }),
    });
    if (showsFaces) chip.querySelector("[data-faces]").replaceChildren(...faces);
    meta.before(chip);
  }
}

/** Faces of those the page knows; fewer than asked when it does not know all. */
function knownFaces(ids) {
  const { me } = engine();
  return ids.map((id) => (id === me.id ? me : engine().chats.withUser(id)?.peer)).filter(Boolean).map((user) => {
    const face = document.createElement("span");
    face.className = "avatar";
    paintFace(face, faceOf(user));
    return face;
  });
}

function forwardOf(forward) {
  const name = forward.chat_title || forward.name;
  return fill(clone("tpl-forward"), { label: name ? t("forwardedFrom") : t("forwardedFromHidden"), name });
}

function replyOf(reply) {
  const box = clone("tpl-reply");
  const word = reply.kind && reply.kind !== "text" && reply.kind !== "service" ? t(reply.kind) : t("deletedMessage");
  return fill(box, { seq: reply.seq, name: reply.name || t("someone"), excerpt: reply.quote || reply.excerpt || word });
}

function previewOf(preview) {
  const { image } = preview;
  return fill(clone("tpl-preview"), {
    url: preview.url,
    site: preview.site_name || new URL(preview.url, location.origin).hostname,
    title: preview.title,
    description: preview.description,
    image: image?.url ?? null,
    width: image?.width ?? null,
    height: image?.height ?? null,
    large: Boolean(image && image.width >= 400 && image.width > image.height * 1.2),
  });
}

function spoken({ message, isMine, state, error }) {
  const me = engine().me.id;
  const who = isMine ? t("you") : message.sender?.name ?? "";
  const mark = isMine && state !== "received" ? `, ${t(`ticks.${state}`)}` : "";
  return `${t("sentAs", { name: who, text: lineOf(message, me) })}, ${timeOf(message.created_at)}${mark}${error ? `, ${error.detail}` : ""}`;
}
