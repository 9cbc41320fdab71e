/** The market's cards inside chats. Fetched by chat/cards.js with the first card that is shown. */

import { cards } from "chat/cards.js";
import { engine } from "chat/engine.js";
import { attempt, openMenu, toast } from "chat/views/overlay.js";
import { styled, w } from "market/card-words.js";
import { drawListing, lineOfListing, listingActs } from "market/card-listing.js";
import { drawOffer, lineOfOffer, offerActs } from "market/card-offer.js";
import { drawAway, drawDelivery, drawOrder, lineOfOrder, orderActs } from "market/card-order.js";

await styled;

const ownText = (/** @type {import("core/contract.js").CardJSON} */ card, /** @type {{ text: string }} */ message) => message.text || String(card.snapshot.title);

cards.register("listing", { draw: drawListing, line: lineOfListing, acts: listingActs });
cards.register("offer", { draw: drawOffer, line: lineOfOffer, acts: offerActs });
cards.register("order", { draw: drawOrder, line: lineOfOrder, acts: orderActs });
cards.register("delivery", { draw: drawDelivery, line: ownText });
cards.register("away", { draw: drawAway, line: ownText });

/** @param {import("chat/types.js").ChatRow} chat */
export const attach = async (chat) => (await import("market/share.js")).attachListing(chat);

/**
 * A seller who is asked has their sentences at hand.
 * @param {import("chat/types.js").ChatRow} chat @param {(text: string) => void} insert @param {Element} at
 */
export function items(chat, insert, at) {
  const { rows } = engine().timeline(chat.id).snapshot();
  const isAsked = chat.kind === "direct" && rows.some(({ message: { card } }) => card?.kind === "listing" && card.live?.seller === engine().me.id);
  return isAsked ? [{ label: w("quickReplies"), icon: "reply", run: () => openReplies(insert, at) }] : [];
}

/** @param {(text: string) => void} insert @param {Element} at */
async function openReplies(insert, at) {
  const answer = await attempt(engine().api.get("market/my-shop/quick-replies"));
  const replies = answer?.results ?? [];
  if (!replies.length) return void toast(w("noReplies"));
  openMenu(replies.map((/** @type {Record<string, string>} */ { title, text }) => ({ label: title, icon: "reply", run: () => insert(text) })), at, { label: w("quickReplies") });
}

/** @param {string} what "listing:12" */
export const share = async (what) => (await import("market/share.js")).share(what);
