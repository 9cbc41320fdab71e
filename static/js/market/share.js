/** Showing a listing in a chat: chosen in the composer, or chats chosen from a listing's page (/?share=listing:12). */

import { engine } from "chat/engine.js";
import { chooseChats } from "chat/views/dialogs/forward.js";
import { pick } from "chat/views/dialogs/people-picker.js";
import { attempt, toast } from "chat/views/overlay.js";
import { router } from "chat/views/router.js";
import { t } from "chat/views/words.js";
import { w } from "market/card-words.js";

/** @typedef {Record<string, any>} ListingCard */

/** @param {import("chat/types.js").ChatRow} chat */
export async function attachListing(chat) {
  const [own, seen] = await Promise.all([listings("market/listings"), listings("market/recent")]);
  const known = [...own.filter(({ state }) => state === "published").map((each) => choice(each, w("mine"))), ...seen.filter((each) => !own.some((one) => one.id === each.id)).map((each) => choice(each, w("seen")))];
  const find = async (/** @type {string} */ query) => {
    if (!query) return known;
    const near = known.filter(({ title }) => title.toLowerCase().includes(query.toLowerCase()));
    const found = query.length > 1 ? await listings("market/listings/search", { q: query, limit: 20 }) : [];
    return [...near, ...found.filter((each) => !near.some(({ key }) => key === String(each.id))).map((each) => choice(each))];
  };
  const nothing = { title: w("noListing"), text: w("noListing.text") };
  const answer = await pick({ title: w("chooseListing"), placeholder: w("findListing"), find, nothing });
  if (!answer) return;
  const id = Number(answer.chosen[0].key);
  await attempt(engine().api.post(`chats/${chat.id}/cards`, { client_id: crypto.randomUUID(), kind: "listing", id }, { isRepeatable: true }));
}

/** What the list cannot be asked for is no reason not to search. @param {string} path @param {Record<string, unknown>} [query] @returns {Promise<ListingCard[]>} */
const listings = (path, query = {}) => engine().api.get(path, { query }).then((/** @type {any} */ page) => page.results ?? page, () => []);

/** @param {ListingCard} listing */
function choice(listing, tag = "") {
  const photo = listing.photo?.sizes?.tiny?.url ?? null;
  const text = [listing.price?.text ?? w("onRequest"), listing.place].filter(Boolean).join(" · ");
  return { key: String(listing.id), title: listing.title, text, tag, face: { name: listing.title, photo, color: listing.id } };
}

/** @param {string} what "listing:12" */
export async function share(what) {
  const [kind, id] = what.split(":");
  router.go("/", { replace: true });
  if (kind !== "listing" || !/^\d+$/.test(id)) return;
  const answer = await chooseChats({ title: w("shareListing") });
  if (!answer) return;
  const body = { chats: answer.ids, client_ids: answer.ids.map(() => crypto.randomUUID()) };
  const done = await attempt(engine().api.post(`market/listings/${id}/share`, body, { isRepeatable: true }));
  if (!done) return;
  if (done.failed.length) toast(done.failed[0].detail, { isError: true });
  else if (answer.ids.length === 1) router.go(`/c/${answer.ids[0]}`);
  else toast(w("shared"), { action: t("open"), onAction: () => router.go(`/c/${answer.ids[0]}`) });
}
