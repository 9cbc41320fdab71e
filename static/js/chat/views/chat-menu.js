/** What can be done with a whole chat, from the list or its header. */

import "chat/views/later.js";
import { engine } from "chat/engine.js";
import { hasCalls } from "chat/views/header.js";
import { ask, attempt, confirm, openMenu, toast } from "chat/views/overlay.js";
import { titleOf } from "chat/views/parts.js";
import { router } from "chat/views/router.js";
import { t } from "chat/views/words.js";

/** @typedef {import("chat/types.js").ChatRow} ChatRow */
/** @typedef {{ x: number, y: number } | Element} Place */

/** @param {ChatRow} row @param {Place} at @param {{ isFromList?: boolean, isHeld?: boolean }} [options] */
export function chatMenu(row, at, { isFromList = false, isHeld = false } = {}) {
  const { actions } = engine();
  const isUnread = row.unread > 0 || row.isMarkedUnread;
  const isGroup = row.kind === "group" || row.kind === "channel";
  openMenu(
    [
      !isFromList && { label: t("details"), icon: "info", run: () => router.go(location.pathname, { details: true }) },
      isFromList && { label: t(row.isPinned ? "unpinChat" : "pinChat"), icon: row.isPinned ? "pin-off" : "pin", run: () => attempt(actions.pinChat(row.id, !row.isPinned)) },
      isFromList && { label: t(isUnread ? "markRead" : "markUnread"), icon: isUnread ? "mail-open" : "mail", run: () => attempt(actions.markUnread(row.id, !isUnread)) },
      hasCalls(row) && { label: t("calls"), icon: "phone", run: () => import("calls/views/app.js").then(({ callMenu }) => callMenu(row, at)) },
      row.kind !== "saved" && muteItem(row, at),
      { label: t("commonFolder"), icon: "folder", run: () => folderMenu(row, at) },
      { label: t(row.isArchived ? "unarchive" : "archive"), icon: row.isArchived ? "archive-restore" : "archive", run: () => archive(row) },
      null,
      row.kind !== "saved" && row.kind !== "order" && { label: t("report"), icon: "flag", run: () => report(row) },
      isGroup && { label: t("leave"), icon: "log-out", danger: true, run: () => leave(row) },
      row.my.role === "owner" && isGroup && { label: t("deleteChat"), icon: "trash-2", danger: true, run: () => deleteChat(row) },
    ],
    at,
    { label: titleOf(row), isHeld },
  );
}

/** @param {ChatRow} row @param {Place} at */
function muteItem(row, at) {
  const { actions } = engine();
  if (row.isMuted) return { label: t("unmute"), icon: "bell", run: () => attempt(actions.mute(row.id, 0)) };
  return { label: t("mute"), icon: "bell-off", run: () => muteMenu(row, at) };
}

/** @param {ChatRow} row @param {Place} at */
export function muteMenu(row, at) {
  const mute = (/** @type {number|null} */ seconds) => () => attempt(engine().actions.mute(row.id, seconds));
  const items = [
    { label: t("mute.hour"), icon: "timer", run: mute(3600) },
    { label: t("mute.eight"), icon: "timer", run: mute(8 * 3600) },
    { label: t("mute.week"), icon: "timer", run: mute(7 * 86_400) },
    { label: t("mute.forever"), icon: "bell-off", run: mute(null) },
  ];
  openMenu(items, at, { label: t("mute") });
}

/** @param {ChatRow} row @param {Place} at */
function folderMenu(row, at) {
  const { actions, chats } = engine();
  const { folders } = chats.snapshot();
  const toggle = (/** @type {number} */ id) => {
    const has = row.my.folders.includes(id);
    attempt(actions.setFolders(row.id, has ? row.my.folders.filter((one) => one !== id) : [...row.my.folders, id]));
  };
  const items = folders.map(({ id, name }) => ({ label: name, icon: row.my.folders.includes(id) ? "check" : "folder", run: () => toggle(id) }));
  openMenu([...items, null, { label: t("newFolder"), icon: "folder-plus", run: () => newFolder(row) }], at, { label: t("commonFolder") });
}

/** @param {ChatRow} row */
async function newFolder(row) {
  const name = await ask({ title: t("newFolder"), label: t("folderName"), action: t("create"), maxlength: 24 });
  if (name) await attempt(engine().actions.createFolder(name, [row.id]));
}

/** @param {number[]} ids @param {number} from @param {number} to */
function moved(ids, from, to) {
  const rest = ids.filter((_, index) => index !== from);
  return [...rest.slice(0, to), ids[from], ...rest.slice(to)];
}

/** @param {{ id: number, name: string }} folder @param {Place} at @param {boolean} [isHeld] */
export function folderTabMenu(folder, at, isHeld = false) {
  const { actions } = engine();
  const rename = async () => {
    const name = await ask({ title: t("renameFolder"), label: t("folderName"), action: t("save"), value: folder.name, maxlength: 24 });
    if (name) attempt(actions.renameFolder(folder.id, name));
  };
  const ids = engine().chats.snapshot().folders.map((/** @type {{ id: number }} */ each) => each.id);
  const place = ids.indexOf(folder.id);
  const move = (/** @type {number} */ by) => () => attempt(actions.orderFolders(moved(ids, place, place + by)));
  const items = [
    place > 0 && { label: t("moveFolderBack"), icon: "arrow-left", run: move(-1) },
    place < ids.length - 1 && { label: t("moveFolderOn"), icon: "arrow-right", run: move(1) },
    { label: t("renameFolder"), icon: "pencil", run: rename },
    { label: t("deleteFolder"), icon: "trash-2", danger: true, run: () => attempt(actions.deleteFolder(folder.id)) },
  ];
  openMenu(items, at, { label: folder.name, isHeld });
}

/** @param {ChatRow} row */
async function archive(row) {
  const { actions } = engine();
  const on = !row.isArchived;
  await attempt(actions.archive(row.id, on));
  if (on) toast(t("archived"), { action: t("undo"), onAction: () => attempt(actions.archive(row.id, false)) });
}

/** @param {ChatRow} row */
async function report(row) {
  const { report: open } = await import("chat/views/dialogs/report.js");
  open(row.peer ? { target_kind: "user", user: row.peer.id } : { target_kind: "chat", chat: row.id });
}

/** @param {ChatRow} row */
export async function leave(row) {
  if (row.my.role === "owner" && row.chat.member_count > 1) {
    toast(t("leave.owner"), { ms: 6000 });
    return;
  }
  const answer = await confirm({ title: t("leave.title", { title: titleOf(row) }), text: t("leave.text"), action: t("leave"), danger: true });
  if (answer) await attempt(engine().actions.leave(row.id));
}

/** @param {ChatRow} row */
export async function deleteChat(row) {
  const answer = await confirm({ title: t("deleteChat.title", { title: titleOf(row) }), text: t("deleteChat.text"), action: t("deleteChat"), danger: true });
  if (answer) await attempt(engine().actions.deleteChat(row.id));
}
