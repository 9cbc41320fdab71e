/**
 * What the page shows of calls. Light: it looks whether there is anything, and fetches what draws it. Comes with the first
 * call, the first press of a telephone, or when the page has been idle; see chat/app.js.
 */

import { engine } from "chat/engine.js";
import { hasCalls } from "chat/views/header.js";
import { confirm, openMenu, toast } from "chat/views/overlay.js";
import { titleOf } from "chat/views/parts.js";
import { router } from "chat/views/router.js";
import { shortNumber, t } from "chat/views/words.js";
import { calls } from "calls/main.js";

/** @typedef {import("chat/types.js").ChatRow} ChatRow */

/** @type {import("calls/views/ring.js").Rings|undefined} */
let rings;
/** @type {import("calls/views/screen.js").CallScreen|undefined} */
let screen;
/** @type {import("calls/views/bar.js").CallBar|undefined} */
let bar;

async function paint() {
  const { ringing, current, missedCount, inProgress } = calls().snapshot();
  paintMissed(missedCount);
  holdPage(Boolean(current && current.phase !== "ended"));
  if (current || screen) {
    const { CallScreen } = await import("calls/views/screen.js");
    screen ??= new CallScreen(calls(), call);
    await screen.paint(calls().snapshot().current);
  }
  if (ringing.length || rings) { // after the call itself: over it
    const { Rings } = await import("calls/views/ring.js");
    rings ??= new Rings(calls());
    rings.paint(calls().snapshot().ringing, isBusy());
  }
  if (inProgress.length || bar) {
    const { CallBar } = await import("calls/views/bar.js");
    bar ??= new CallBar(calls(), enter);
    bar.paint();
  }
}

const isBusy = () => {
  const { current } = calls().snapshot();
  return Boolean(current && current.phase !== "ended");
};

/** @param {number} count */
function paintMissed(count) {
  const badge = /** @type {HTMLElement|null} */ (document.querySelector("[data-missed-badge]"));
  if (!badge) return;
  badge.hidden = !count;
  badge.textContent = shortNumber(count);
}

/** Leaving the page would end the call: other parts of the service open beside it. @param {boolean} on */
function holdPage(on) {
  for (const link of document.querySelectorAll('.rail a:not([href="/"])')) {
    if (on) link.setAttribute("target", "_blank");
    else link.removeAttribute("target");
  }
}

addEventListener("beforeunload", (event) => isBusy() && event.preventDefault());

// --- what is pressed ---

const words = () => import("calls/views/base.js");

/** The buttons at the head of a chat. @param {ChatRow} row @param {"audio"|"video"} kind @param {Element} at */
export async function press(row, kind, at) {
  const running = calls().inChat(row.id);
  if (isBusy() || running || kind === "video" || !matchMedia("(max-width: 44rem)").matches) return call(row.id, kind);
  return callMenu(row, at);
}

/** Everything about calls in a chat. @param {ChatRow} row @param {{ x: number, y: number } | Element} at */
export async function callMenu(row, at) {
  await words();
  const isHost = row.kind === "group" && row.my.rights.includes("ban");
  const plan = () => import("calls/views/plan.js");
  openMenu([
    { label: t("call.audio"), icon: "phone", run: () => call(row.id, "audio") },
    { label: t("call.video"), icon: "video", run: () => call(row.id, "video") },
    null,
    { label: t("plan"), icon: "calendar-clock", run: async () => (await plan()).planCall(row) },
    isHost && { label: t("link.title"), icon: "link", run: async () => (await plan()).showLink(row.id) },
    { label: t("call.settings"), icon: "settings-2", run: openSettings },
  ], at, { label: titleOf(row) });
}

async function openSettings() {
  (await import("calls/views/devices.js")).openDevices(calls());
}

/** Calls, or joins what runs there. @param {number} chat @param {"audio"|"video"} kind */
export async function call(chat, kind) {
  const { tried } = await import("calls/views/wrong.js");
  const { current } = calls().snapshot();
  const running = calls().inChat(chat);
  if (isBusy() && current?.call.chat === chat) return screen?.minimise(false);
  if (isBusy()) return void toast(t("wrong.elsewhere"), { action: t("bar.back"), onAction: () => screen?.minimise(false) });
  if (running) return enter(running.id, kind);
  await tried(calls().start(chat, kind, { video: kind === "video" }));
}

/** Into a call that runs. @param {number} id @param {string} [kind] */
export async function enter(id, kind = "audio") {
  const { tried } = await import("calls/views/wrong.js");
  await tried(calls().join(id, { video: kind === "video" }));
}

/** A link alone never calls: it asks. @param {number} chat @param {"audio"|"video"} kind */
async function askToCall(chat, kind) {
  await words();
  const row = engine().chats.row(chat) ?? (await engine().chats.ensure(chat).catch(() => undefined));
  if (!row || !hasCalls(row)) return;
  const name = titleOf(row);
  const isGroup = row.kind === "group";
  const title = isGroup ? t("ask.titleGroup", { name }) : t(kind === "video" ? "ask.titleVideo" : "ask.title", { name });
  const yes = await confirm({ title, text: isGroup ? t("ask.textGroup") : "", action: t(kind === "video" ? "call.video" : "call.audio") });
  if (yes) await call(chat, kind);
}

/** What a notice of an incoming call asks for, if it rings still. @param {number} id @param {URLSearchParams} asked */
async function answerNotice(id, asked) {
  const store = calls();
  await ready(store);
  const rings = store.snapshot().ringing.some((each) => each.id === id);
  const { tried } = await import("calls/views/wrong.js");
  if (!rings) return void toast(t("ring.gone"));
  if (asked.get("decline")) await tried(store.decline(id));
  else if (asked.get("answer") && !isBusy()) await tried(store.answer(id, { video: false }));
}

/** @param {import("calls/calls.js").Calls} store @returns {Promise<void>} */
const ready = (store) => new Promise((done) => {
  const stop = store.subscribe(({ isReady }) => {
    if (!isReady) return;
    queueMicrotask(() => stop());
    done();
  });
});

/** @param {string} url @param {boolean} [isPressed] on a notice of ours: an address that somebody sends neither answers nor declines */
export function follow(url, isPressed = false) {
  const { pathname, searchParams } = new URL(url, location.origin);
  const chat = /^\/c\/(\d+)/.exec(pathname);
  const kind = searchParams.get("call");
  if (chat && (kind === "audio" || kind === "video")) askToCall(Number(chat[1]), kind);
  const id = Number(searchParams.get("ring"));
  if (id) answerNotice(id, isPressed ? searchParams : new URLSearchParams());
}

/** @param {string} token */
export async function openDoor(token) {
  (await import("calls/views/door.js")).openDoor(token, enter);
}

calls().subscribe(paint);
router.addEventListener("change", () => bar?.paint());
