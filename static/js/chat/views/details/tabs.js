/** What a chat holds: members, pictures, files, links, voice notes, invite links. */

import "chat/views/later.js";
import { clone, fill, list } from "core/fill.js";
import { engine } from "chat/engine.js";
import { fileBox } from "chat/views/attachments.js";
import { button } from "chat/views/details/actions.js";
import { drawInvites } from "chat/views/details/invites.js";
import { emptyPlace, faceOf, paintFace } from "chat/views/parts.js";
import { voiceNote } from "chat/views/voice.js";
import { durationText, monthOf, presenceText, t } from "chat/views/words.js";

/** @typedef {import("chat/types.js").ChatRow} ChatRow */

/** @param {ChatRow} chat @param {boolean} [isOnlyPerson] */
export function tabsOf(chat, isOnlyPerson = false) {
  const isGroup = chat.kind === "group" || chat.kind === "channel";
  const seesMembers = chat.kind === "group" || chat.kind === "order" || (chat.kind === "channel" && chat.my.role !== "member");
  return [
    seesMembers && !isOnlyPerson && { id: "members", label: t("members") },
    isGroup && chat.my.rights.includes("invite") && !isOnlyPerson && { id: "invites", label: t("inviteLinks") },
    { id: "photo", label: t("media") },
    { id: "video", label: t("videos") },
    { id: "file", label: t("files") },
    { id: "link", label: t("links") },
    { id: "voice", label: t("voices") },
  ].filter((tab) => tab !== false);
}

/** Draws the tab and keeps it true; answers what ends that. @param {HTMLElement} panel @param {ChatRow} chat @param {string} id @returns {() => void} */
export function drawTab(panel, chat, id) {
  if (id === "members") return drawMembers(panel, chat);
  if (id === "invites") return drawInvites(panel, chat);
  return drawMedia(panel, chat, /** @type {any} */ (id));
}

/** @param {HTMLElement} panel @param {ChatRow} chat */
function drawMembers(panel, chat) {
  const store = engine().members(chat.id);
  const rows = document.createElement("div");
  rows.className = "list";
  rows.setAttribute("role", "list");
  const top = document.createElement("div");
  top.className = "list details__facts";
  if (chat.my.rights.includes("invite")) top.append(button("add-members", "user-plus", t("addMembers")));
  panel.append(top, rows);
  let stopPresence = () => {};
  const paint = () => {
    const snapshot = store.snapshot();
    list(rows, snapshot.rows, { key: (row) => String(row.user.id), create: () => clone("tpl-member-row"), update: (element, row) => paintMember(element, row, chat) });
    for (const element of rows.children) paintStatus(element);
    stopPresence();
    stopPresence = engine().presence.watch("members", snapshot.rows.slice(0, 80).map((row) => row.user.id));
  };
  const listening = new AbortController();
  store.subscribe(paint, { signal: listening.signal });
  engine().presence.subscribe(() => [...rows.children].forEach(paintStatus), { signal: listening.signal });
  const more = () => store.more();
  panel.addEventListener("more", more);
  store.load();
  return () => {
    listening.abort();
    stopPresence();
    panel.removeEventListener("more", more);
  };
}

function paintMember(element, { user, role }, chat) {
  const isMe = user.id === engine().me.id;
  const mayAct = !isMe && role !== "owner" && (chat.my.role === "owner" || chat.my.rights.includes("ban") || chat.my.rights.includes("promote"));
  fill(element, {
    user: user.id,
    name: isMe ? `${user.name || user.handle} (${t("you")})` : user.name || user.handle,
    role: role === "member" ? "" : t(role),
    owner: role === "owner",
    menu: mayAct ? t("actionsFor", { name: user.name || user.handle }) : false,
  });
  paintFace(element.querySelector("[data-face]"), faceOf(user));
}

/** @param {any} element */
function paintStatus(element) {
  const { user } = element.__row ?? {};
  if (!user) return;
  const presence = engine().presence.of(user.id);
  fill(element, { status: presenceText(presence) || `@${user.handle}`, online: presence?.state === "online" });
}

const EMPTY = { photo: ["image", "empty.media"], video: ["video", "empty.video"], file: ["file", "empty.files"], link: ["link", "empty.links"], voice: ["mic", "empty.voice"] };

/** @param {HTMLElement} panel @param {ChatRow} chat @param {"photo"|"video"|"file"|"voice"|"link"} kind */
function drawMedia(panel, chat, kind) {
  const store = engine().media(chat.id, kind);
  const listening = new AbortController();
  store.subscribe((snapshot) => paintMedia(panel, snapshot, kind), { signal: listening.signal });
  const more = () => store.more();
  panel.addEventListener("more", more);
  store.load();
  return () => {
    listening.abort();
    panel.removeEventListener("more", more);
  };
}

function paintMedia(panel, { state, messages }, kind) {
  if (state === "loading" && !messages.length) return;
  if (!messages.length) {
    const [picture, title] = EMPTY[kind];
    panel.replaceChildren(emptyPlace({ picture: state === "offline" ? "wifi-off" : picture, title: t(state === "offline" ? "noConnection" : title) }));
    return;
  }
  const blocks = [];
  let month = "";
  let block = null;
  for (const message of messages) {
    const its = monthOf(message.created_at);
    if (its !== month) {
      month = its;
      block = document.createElement("div");
      block.className = kind === "photo" || kind === "video" ? "media-grid" : "list";
      blocks.push(fill(clone("tpl-media-month"), { text: its }), block);
    }
    block.append(...itemsOf(message, kind));
  }
  panel.replaceChildren(...blocks);
}

/** @param {import("chat/types.js").MessageJSON} message @param {string} kind */
function itemsOf(message, kind) {
  if (kind === "link") return links(message);
  const wanted = message.attachments.filter((each) => each.kind === kind || (kind === "file" && each.kind === "audio"));
  return wanted.map((each) => {
    if (kind === "photo" || kind === "video") return mediaTile(message, each);
    const element = fill(clone("tpl-media-file"), { seq: message.seq });
    element.querySelector("[data-file]")?.replaceWith(each.kind === "file" ? fileBox(each) : voiceNote(each));
    return element;
  });
}

function mediaTile(message, picture) {
  const src = picture.sizes?.small?.url ?? picture.sizes?.medium?.url ?? (picture.kind === "photo" ? picture.url : picture.thumb || null);
  const duration = picture.kind === "video" ? durationText(picture.duration_ms) : "";
  return fill(clone("tpl-media-tile"), { seq: message.seq, id: picture.id, src, duration, label: t(picture.kind) });
}

function links(message) {
  const urls = message.entities.filter((entity) => entity.type === "link").map((entity) => entity.url ?? message.text.slice(entity.offset, entity.offset + entity.length));
  return [...new Set(urls)].map((url) => {
    const host = hostOf(url);
    const title = message.preview?.url === url ? message.preview.title : "";
    return fill(clone("tpl-media-link"), { url, title: title || host, address: url.replace(/^https?:\/\//, ""), letter: host[0]?.toUpperCase() ?? "•" });
  });
}

/** @param {string} url */
function hostOf(url) {
  try {
    return new URL(url).hostname.replace(/^www\./, "") || url;
  } catch {
    return url;
  }
}

