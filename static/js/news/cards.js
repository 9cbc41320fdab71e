/** Stories inside chats, and what was put right about them since. Fetched by chat/cards.js with the first that is shown. */

import "chat/views/later.js";
import { cards } from "chat/cards.js";
import { engine } from "chat/engine.js";
import { chooseChats } from "chat/views/dialogs/forward.js";
import { attempt, toast } from "chat/views/overlay.js";
import { router } from "chat/views/router.js";
import { t } from "chat/views/words.js";
import { clone, fill } from "core/fill.js";

/** @type {Map<string, string>} */
const words = new Map();
for (const word of /** @type {HTMLTemplateElement} */ (document.getElementById("story-words")).content.querySelectorAll("[data-word]")) words.set(word.getAttribute("data-word") ?? "", word.textContent ?? "");
const w = (/** @type {string} */ key) => words.get(key) ?? key;

await new Promise((done) => {
  const link = clone("story-card-style");
  link.addEventListener("load", done);
  link.addEventListener("error", done);
  document.head.append(link);
});

/** @param {import("core/contract.js").CardJSON} card */
function drawStory({ snapshot, live }) {
  const isThere = live?.state === "out";
  const { correction } = live ?? {};
  const element = clone("tpl-card-story");
  fill(element, {
    source: snapshot.source,
    title: (isThere && live.title) || snapshot.title,
    summary: snapshot.summary ?? "",
    picture: (isThere && live.picture) || null,
    url: isThere ? live.url : snapshot.link || null,
    correctionWord: correction ? w(correction.kind) : "",
    correction: correction?.text ?? "",
    note: noteOf(live),
  });
  return element;
}

/** @param {Record<string, any>|null|undefined} live */
function noteOf(live) {
  if (!live || live.state === "removed") return live && w("removed") || "";
  const parts = [live.publisher_count > 1 && w("sources"), live.changed_at && !live.correction && w("updated")];
  return parts.filter(Boolean).join(" · ");
}

cards.register("story", {
  draw: drawStory,
  line: ({ snapshot, live }, message) => message.text || `${live?.correction ? `${w(live.correction.kind)}: ` : ""}${snapshot.title}`,
});

/** @param {string} what "story:12" */
export async function share(what) {
  const id = Number(what.split(":")[1]);
  router.go("/", { replace: true });
  if (!Number.isSafeInteger(id)) return;
  const answer = await chooseChats({ title: w("share") });
  if (!answer) return;
  for (const chat of answer.ids) {
    const done = await attempt(engine().api.post(`chats/${chat}/cards`, { client_id: crypto.randomUUID(), kind: "story", id }, { isRepeatable: true }));
    if (!done) return;
  }
  if (answer.ids.length === 1) router.go(`/c/${answer.ids[0]}`);
  else toast(w("shared"), { action: t("open"), onAction: () => router.go(`/c/${answer.ids[0]}`) });
}
