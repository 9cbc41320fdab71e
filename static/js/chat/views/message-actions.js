/** What can be done to a message: its menu, its keys, and the doing. */

import { engine } from "chat/engine.js";
import { hasRight } from "chat/stores/chat-row.js";
import { lineOf } from "chat/views/describe.js";
import { iconOfReaction, quickReactions } from "chat/views/reactions.js";
import { attempt, confirm, copy, openMenu, toast, toastError } from "chat/views/overlay.js";
import { t, tn } from "chat/views/words.js";

/** @typedef {import("chat/types.js").TimelineRow} TimelineRow */
/** @typedef {import("chat/types.js").ChatRow} ChatRow */
/** @typedef {import("chat/views/conversation.js").ChatConversation} Conversation */

const FORWARDABLE = new Set(["listing"]); // the server refuses what is between two
const EDITABLE_FOR = 48 * 3600 * 1000;

/** @param {ChatRow} chat @param {TimelineRow} row */
function abilities(chat, row) {
  const { message, seq, isMine, isService } = row;
  const isStored = Boolean(seq) && chat.my.state === "active";
  const isContent = isStored && !isService;
  const isYoung = Date.now() - Date.parse(message.created_at) < EDITABLE_FOR;
  return {
    reply: isContent && hasRight(chat, "write"),
    edit: isContent && isMine && isYoung && chat.kind !== "order" && message.kind === "text" && !message.forward && message.attachments[0]?.kind !== "voice",
    copy: Boolean(message.text) && !isService,
    link: isContent && Boolean(chat.handle) && chat.kind !== "direct",
    forward: isContent && (!message.card || FORWARDABLE.has(message.card.kind)),
    react: isContent && hasRight(chat, "react"),
    pin: isContent && hasRight(chat, "pin"),
    select: isContent,
    delete: isStored,
    readers: isContent && isMine && (chat.kind === "group" || chat.kind === "order") && chat.chat.member_count <= 200,
    report: isContent && !isMine && Boolean(message.sender),
    download: isContent && message.attachments.length > 0,
    preview: isContent && isMine && Boolean(message.preview),
  };
}

/**
 * @param {Conversation} conversation @param {TimelineRow} row @param {{ x: number, y: number } | Element} at
 * @param {{ selectedText?: string, isHeld?: boolean }} [options] the fragment the reader has marked in it; whether a finger rests on it
 */
export function openMessageMenu(conversation, row, at, { selectedText = "", isHeld = false } = {}) {
  const chat = conversation.chat;
  if (!chat) return;
  if (row.state === "failed" || row.state === "pending" || row.state === "uploading") {
    openMenu(pendingItems(row), at, { label: t("message"), isHeld });
    return;
  }
  const can = abilities(chat, row);
  const run = (/** @type {keyof typeof DOING} */ name) => () => DOING[name](conversation, row, selectedText);
  const top = can.react ? quickReactions(row, (emoji, more) => react(conversation, row, emoji, more), at) : undefined;
  const items = [
    can.reply && { label: t("reply"), icon: "reply", hint: "R", run: run("reply") },
    can.edit && { label: t("edit"), icon: "pencil", hint: "E", run: run("edit") },
    can.copy && { label: t("copy"), icon: "copy", hint: "C", run: run("copy") },
    can.link && { label: t("copyLink"), icon: "link", run: run("link") },
    can.forward && { label: t("forward"), icon: "forward", hint: "F", run: run("forward") },
    can.pin && { label: t(row.message.is_pinned ? "unpin" : "pin"), icon: row.message.is_pinned ? "pin-off" : "pin", run: run("pin") },
    can.download && { label: t("download"), icon: "download", run: run("download") },
    can.preview && { label: t("removePreview"), icon: "eraser", run: run("preview") },
    can.readers && { label: t("whoRead"), icon: "eye", run: run("readers") },
    can.select && { label: t("select"), icon: "square-check-big", run: run("select") },
    null,
    can.report && { label: t("report"), icon: "flag", run: run("report") },
    can.delete && { label: t("delete"), icon: "trash-2", hint: "Del", danger: true, run: run("delete") },
  ];
  const menu = openMenu(items, at, { top, label: t("message"), isHeld });
  menu.classList.add("message-menu");
}

/** @param {TimelineRow} row */
function pendingItems({ state, message }) {
  const { outbox } = engine();
  const id = /** @type {string} */ (message.client_id);
  return [
    state === "failed" && { label: t("retry"), icon: "refresh-cw", run: () => outbox.retry(id) },
    Boolean(message.text) && { label: t("copy"), icon: "copy", run: () => copy(message.text) },
    { label: t(state === "uploading" ? "cancel" : "delete"), icon: "trash-2", danger: true, run: () => (state === "uploading" ? outbox.cancel(id) : outbox.remove(id)) },
  ];
}

/** @param {Conversation} conversation @param {TimelineRow} row @param {string} emoji "" with more: choose one @param {Element|{x:number,y:number}} [more] */
async function react({ chat }, { seq }, emoji, more) {
  if (!chat || !seq) return;
  const chosen = emoji || (more && (await iconOfReaction(more)));
  if (chosen) attempt(engine().actions.react(chat.id, seq, chosen));
}

const DOING = {
  reply: (conversation, row, fragment) => conversation.composer.reply(row.message, fragment),
  edit: (conversation, row) => conversation.composer.edit(row.message),
  copy: (conversation, row, fragment) => copy(fragment || row.message.text),
  link: ({ chat }, row) => copy(`${location.origin}/c/${chat.id}/${row.seq}`, t("linkCopied")),
  forward: ({ chat }, row) => forward(chat, [row.seq]),
  pin: ({ chat }, row) => attempt(engine().actions.pin(chat.id, row.seq, !row.message.is_pinned)),
  download: (conversation, row) => row.message.attachments.forEach(download),
  preview: ({ chat }, row) => attempt(engine().actions.removePreview(chat.id, row.seq)),
  readers: async ({ chat }, row) => (await import("chat/views/dialogs/readers.js")).showReaders(chat.id, row.seq),
  select: (conversation, row) => conversation.selection.start(row),
  report: async ({ chat }, row) => (await import("chat/views/dialogs/report.js")).report({ target_kind: "message", chat: chat.id, seq: row.seq }),
  delete: ({ chat }, row) => remove(chat, [row]),
};

/** @param {import("chat/types.js").AttachmentJSON} file */
function download({ url, name }) {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

/** @param {ChatRow} chat @param {number[]} seqs */
export async function forward(chat, seqs) {
  const { forwardDialog } = await import("chat/views/dialogs/forward.js");
  forwardDialog(chat.id, seqs);
}

/** Asks for whom, hides at once, deletes when the time for "Undo" is over. @param {ChatRow} chat @param {TimelineRow[]} rows */
export async function remove(chat, rows) {
  const isAllMine = rows.every((row) => row.isMine);
  const mayForAll = chat.kind !== "saved" && chat.kind !== "order" && (isAllMine || (chat.kind !== "direct" && hasRight(chat, "delete")));
  const check = mayForAll ? (chat.kind === "direct" ? t("delete.forPeer", { name: chat.title }) : t("delete.forEveryone")) : "";
  const answer = await confirm({ title: tn("delete.count", rows.length), text: "", action: t("delete"), danger: true, check, isChecked: mayForAll && chat.kind !== "direct" });
  if (!answer) return;
  const seqs = rows.map((row) => /** @type {number} */ (row.seq));
  const timeline = engine().timeline(chat.id);
  const undo = seqs.map((seq) => timeline.patch(seq, { is_deleted: true }));
  const takeBack = () => undo.forEach((each) => each());
  toast(t("delete.done"), {
    action: t("undo"),
    onAction: takeBack,
    onEnd: () => engine().actions.deleteMessages(chat.id, seqs, answer.checked || chat.kind === "saved" ? "everybody" : "me").catch(toastError).finally(takeBack),
  });
}

/** A key on a focused message, which does nothing else. @param {Conversation} conversation @param {TimelineRow} row @param {KeyboardEvent} event */
export function messageKey(conversation, row, event) {
  if (!conversation.chat) return;
  const can = abilities(conversation.chat, row);
  const names = /** @type {Record<string, keyof typeof DOING>} */ ({ r: "reply", e: "edit", c: "copy", f: "forward", " ": "select", Delete: "delete", Backspace: "delete" });
  const name = names[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (name && can[name]) DOING[name](conversation, row, "");
  else if (event.key === "Enter" || event.key === "ContextMenu") {
    const bubble = /** @type {Element} */ (event.target).querySelector?.(".bubble") ?? /** @type {Element} */ (event.target);
    openMessageMenu(conversation, row, bubble);
  }
}

/** The text of several messages, with names. @param {TimelineRow[]} rows */
export function textOf(rows) {
  const me = engine().me.id;
  if (rows.length === 1) return rows[0].message.text || lineOf(rows[0].message, me);
  return rows.map(({ message }) => `${message.sender?.name ?? ""}:\n${message.text || lineOf(message, me)}`).join("\n\n");
}
