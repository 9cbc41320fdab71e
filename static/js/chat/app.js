/** The chat app: starts the engine, upgrades the elements of the page, and shows what the address says. */

import { cards } from "chat/cards.js";
import { engine, NoUser, startEngine } from "chat/engine.js";
import { ChatComposer } from "chat/views/composer.js";
import { ChatConversation } from "chat/views/conversation.js";
import { ChatList } from "chat/views/chat-list.js";
import { ChatTimeline } from "chat/views/timeline.js";
import { watchConnection, watchIncoming, watchRequests, watchTotals } from "chat/views/ambient.js";
import { watchKeys } from "chat/views/shortcuts.js";
import { toast } from "chat/views/overlay.js";
import { router } from "chat/views/router.js";
import { faceOf, paintFace, titleOf } from "chat/views/parts.js";
import { t } from "chat/views/words.js";

const main = /** @type {HTMLElement} */ (document.querySelector(".chat-app"));
const boot = JSON.parse(document.getElementById("boot")?.textContent || "{}");

try {
  await startEngine(boot);
} catch (error) {
  if (!(error instanceof NoUser)) throw error;
  location.replace(`/accounts/login/?next=${encodeURIComponent(location.pathname)}`);
}

customElements.define("chat-timeline", ChatTimeline);
customElements.define("chat-composer", ChatComposer);
customElements.define("chat-conversation", ChatConversation);
customElements.define("chat-list", ChatList);

const list = /** @type {ChatList} */ (main.querySelector("chat-list"));
const conversation = /** @type {ChatConversation} */ (main.querySelector("chat-conversation"));
const details = /** @type {import("chat/views/details/pane.js").ChatDetails} */ (main.querySelector("chat-details"));

/** With the first call, the first press of a telephone, or when all else is done. */
const calls = () => import("calls/views/app.js");

function showRoute() {
  const { route } = router;
  const chat = route.name === "chat" ? route.chat : null;
  if (route.name === "chat") conversation.show(route.chat, route.seq);
  else conversation.hide();
  if (route.name === "handle") import("chat/views/dialogs/arrivals.js").then(({ openByHandle }) => openByHandle(route.handle));
  if (route.name === "join") import("chat/views/dialogs/arrivals.js").then(({ openInvite }) => openInvite(route.token));
  if (route.name === "call") calls().then(({ openDoor }) => openDoor(route.token));
  const target = detailsOf(router.details, chat);
  showDetails(target);
  main.classList.toggle("has-details", Boolean(target));
  main.dataset.pane = target ? "details" : chat ? "conversation" : "list";
  list.select(chat);
  showTitle();
}

/** @typedef {{ chat: number, tab?: string } | { user: number } | null} DetailsTarget */

/** @param {boolean|number|string} details @param {number|null} chat @returns {DetailsTarget} */
function detailsOf(details, chat) {
  if (typeof details === "number") return { user: details };
  if (!details || !chat) return null;
  return typeof details === "string" ? { chat, tab: details } : { chat };
}

/** @type {DetailsTarget} */
let shownDetails = null;

/** The pane's code comes when it is first opened. @param {DetailsTarget} target */
async function showDetails(target) {
  shownDetails = target;
  if (!target && !customElements.get("chat-details")) return;
  const { ChatDetails } = await import("chat/views/details/pane.js");
  if (!customElements.get("chat-details")) customElements.define("chat-details", ChatDetails);
  details.show(shownDetails);
}

/** The tab says how much is unread, and of which chat it is. */
function showTitle() {
  const { totals } = engine().chats.snapshot();
  const row = conversation.chat;
  const count = totals.unread ? `(${totals.unread}) ` : "";
  document.title = `${count}${row ? `${titleOf(row)} · ` : ""}Tenfold`;
}

conversation.addEventListener("missing", () => {
  toast(t("notFound"), { isError: true });
  router.go("/", { replace: true });
});
engine().addEventListener("chatgone", (event) => {
  const { chat } = /** @type {CustomEvent} */ (event).detail;
  if (router.route.name !== "chat" || router.route.chat !== chat) return;
  if (conversation.chat) toast(t("chatGone", { title: titleOf(conversation.chat) }));
  router.go("/", { replace: true });
});
engine().addEventListener("signedout", () => location.assign("/accounts/login/"));
engine().addEventListener("open", (event) => {
  const { url } = /** @type {CustomEvent} */ (event).detail;
  router.go(new URL(url, location.origin).pathname);
  if (/[?&](call|ring)=/.test(url)) calls().then(({ follow }) => follow(url, true));
});
engine().addEventListener("event", (event) => /** @type {CustomEvent} */ (event).detail.frame.event.startsWith("call.") && calls());

router.addEventListener("change", showRoute);
engine().chats.subscribe(showTitle);
watchConnection(list);
watchTotals();
paintFace(document.querySelector(".rail__me .avatar"), faceOf(engine().me)); // the kept page has nobody in it
watchIncoming();
watchRequests();
watchKeys({ list, conversation, details });
router.start();
const asked = new URLSearchParams(location.search);
const shared = asked.get("share"); // "listing:12", "story:7"
if (asked.has("shared")) import("chat/views/dialogs/share.js").then(({ takeShare }) => takeShare());
else if (asked.has("call") || asked.has("ring")) calls().then(({ follow }) => {
  follow(location.href);
  history.replaceState(history.state, "", location.pathname);
});
else if (shared) cards.load(shared.split(":")[0]).then(({ share }) => share(shared));
setTimeout(() => calls().catch(() => null), 3000); // without a connection: with the first press
