/** What goes on around the conversation: the connection's state, the unread total, a word for screen readers. */

import { engine } from "chat/engine.js";
import { lineOf } from "chat/views/describe.js";
import { toast } from "chat/views/overlay.js";
import { icon, titleOf } from "chat/views/parts.js";
import { router } from "chat/views/router.js";
import { shortNumber, t } from "chat/views/words.js";

const QUIET = 1200; // a hiccup shorter than this is not worth a word

/** @param {HTMLElement} list */
export function watchConnection(list) {
  const bar = /** @type {HTMLElement} */ (list.querySelector("[data-connection]"));
  /** @type {any} */
  let timer;
  engine().status.subscribe((status) => {
    clearTimeout(timer);
    const kind = kindOf(status);
    if (!kind) bar.hidden = true;
    else if (bar.hidden) timer = setTimeout(() => paint(bar, kind, engine().status.snapshot()), QUIET);
    else paint(bar, kind, status);
  });
  setInterval(() => !bar.hidden && bar.dataset.kind === "waiting" && paint(bar, "waiting", engine().status.snapshot()), 1000);
}

/** @returns {""|"connecting"|"waiting"|"offline"|"busy"} */
function kindOf({ connection, level }) {
  if (connection === "offline" || connection === "waiting") return connection;
  if (connection === "connecting") return "connecting";
  return level >= 2 ? "busy" : "";
}

/** @param {HTMLElement} bar @param {string} kind @param {any} status */
function paint(bar, kind, status) {
  const now = kindOf(status);
  if (!now) return;
  bar.hidden = false;
  const seconds = status.retryAt ? Math.max(0, Math.ceil((status.retryAt - Date.now()) / 1000)) : 0;
  const isWaiting = now === "waiting" && seconds > 1;
  const words = { connecting: t("connecting"), offline: t("noConnection"), busy: t("busy"), waiting: isWaiting ? t("retryIn", { seconds }) : t("connecting") };
  const signature = `${now}${words[now]}`;
  if (bar.dataset.shown === signature) return;
  bar.dataset.shown = signature;
  bar.dataset.kind = now;
  const picture = icon(now === "connecting" ? "loader" : "wifi-off");
  picture.classList.toggle("is-turning", now === "connecting");
  const text = document.createElement("span");
  text.className = "connection__text";
  text.textContent = words[now];
  bar.replaceChildren(picture, text);
  if (isWaiting) bar.append(retryButton());
}

function retryButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = t("retryNow");
  button.addEventListener("click", () => engine().status.retryNow());
  return button;
}

/** Somebody asks to be let into a group of mine. */
export function watchRequests() {
  engine().addEventListener("event", (event) => {
    const { frame } = /** @type {CustomEvent} */ (event).detail;
    if (frame.event !== "join_requests.changed") return;
    document.querySelector("chat-details [data-panel]")?.dispatchEvent(new CustomEvent("refresh")); // its list of them, when it is open
    const row = engine().chats.row(frame.data.chat);
    if (row && frame.data.count) toast(t("joinRequests.new", { title: titleOf(row) }), { action: t("open"), onAction: () => openRequests(row.id), ms: 8000 });
  });
}

/** @param {number} chat */
function openRequests(chat) {
  router.go(`/c/${chat}`, { details: "invites" });
}

/** The number on the rail, and on the installed app's icon. */
export function watchTotals() {
  const badge = /** @type {HTMLElement} */ (document.querySelector("[data-total-badge]"));
  engine().chats.subscribe(({ totals }) => {
    badge.hidden = !totals.unread;
    badge.textContent = shortNumber(totals.unread);
    if ("setAppBadge" in navigator) (totals.unread ? navigator.setAppBadge(totals.unread) : navigator.clearAppBadge()).catch(() => null);
  });
}

export function watchIncoming() {
  const announcer = /** @type {HTMLElement} */ (document.getElementById("announcer"));
  engine().addEventListener("incoming", (event) => {
    const { message, row } = /** @type {CustomEvent} */ (event).detail;
    const values = { name: message.sender?.name ?? "", text: lineOf(message, engine().me.id), chat: row ? titleOf(row) : "" };
    announcer.textContent = t(row?.kind === "direct" ? "incomingDirect" : "incoming", values);
  });
}
