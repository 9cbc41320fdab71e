/** A listing inside a chat: what it costs now, what is left, and the way to it. */

import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { toast } from "chat/views/overlay.js";
import { router } from "chat/views/router.js";
import { parseAmount } from "market/amounts.js";
import { addButtons, askFor, busy, language, money, w } from "market/card-words.js";
import { readListing } from "market/readings.js";

/** @typedef {import("core/contract.js").CardJSON} CardJSON */

/** @param {CardJSON} card */
export function drawListing(card) {
  const now = readListing(card.snapshot, card.live, engine().me.id);
  const element = clone("tpl-card-listing");
  const { left } = now;
  fill(element, {
    title: now.title,
    url: now.url,
    photo: now.photo?.url ?? null,
    width: now.photo?.width ?? null,
    height: now.photo?.height ?? null,
    isOver: now.isOver,
    isPlain: !now.photo,
    badge: now.over ? w(`state.${now.over}`) : "",
    price: priceOf(now, card.snapshot),
    was: now.was ? money(now.was) : "",
    change: now.was ? w("was", { price: "" }).trim() : "",
    isLess: now.isLess,
    facts: [now.condition && w(`condition.${now.condition}`), now.place, now.shop].filter(Boolean).join(" · "),
    left: left ? (left.n === 1 ? w("last") : left.n < left.total ? w("leftOf", left) : w("left", left)) : now.isOver && !now.photo ? w(`state.${now.over}`) : "",
    isFew: Boolean(left && left.n <= Math.max(1, left.total * 0.3)),
  });
  const quiet = new Set(["open", "ask"]);
  addButtons(element, now.moves.map((act, index) => ({
    ...BUTTONS[act], act, label: w(act), href: act === "open" || act === "choose" ? now.url : null,
    primary: index === 0 && !quiet.has(act), soft: index > 0 || quiet.has(act), isAlone: act === "ask" && now.moves.length > 2,
  })));
  return element;
}

/** @type {Record<string, { icon?: string }>} */
const BUTTONS = { ask: { icon: "message-circle" }, buy: { icon: "shopping-bag" }, take: { icon: "gift" } };

function priceOf(now, snapshot) {
  if (!now.price) return now.isOver && snapshot.price ? money(snapshot.price) : w("onRequest");
  return now.priceMax ? w("from", { price: money(now.price) }) : money(now.price);
}

/** @param {CardJSON} card @param {{ text: string }} message */
export function lineOfListing({ snapshot }, message) {
  const price = money(snapshot.price);
  return message.text || (price ? `${snapshot.title} · ${price}` : String(snapshot.title));
}

const buy = async (/** @type {CardJSON} */ card, /** @type {HTMLElement} */ control) => {
  const quote = await busy(control, engine().api.post("market/quotes", { variant: card.live?.variant, quantity: 1 }, { isRepeatable: true }));
  location.assign(`/market/checkout?quote=${quote.id}`);
};

/** @param {CardJSON} card */
async function makeOffer({ live }) {
  const price = live?.price;
  const isSent = await askFor({
    heading: w("makeOffer"),
    text: w("listPrice", { price: money(price) }),
    action: w("sendOffer"),
    fields: [
      { name: "amount", label: w("amount"), hint: w("amountEach", { currency: price.currency }), mode: "decimal", most: 16 },
      { name: "note", label: w("note") },
    ],
    send: ({ amount, note }) => engine().api.post("market/offers", { variant: live?.variant, amount_minor: amountFrom(amount, price.currency), note }),
  });
  if (isSent) toast(w("offerSent"));
}

/** @param {string} text @param {string} currency */
export function amountFrom(text, currency) {
  const minor = parseAmount(text, currency, language);
  if (!minor) throw Object.assign(new Error("bad_amount"), { detail: w("badAmount") });
  return minor;
}

/** @param {CardJSON} card */
async function request({ live }) {
  if (!live?.variant) return location.assign(live?.url);
  const isSent = await askFor({
    heading: w("request"), action: w("send"), fields: [{ name: "note", label: w("what") }],
    send: ({ note }) => engine().api.post("market/offers", { variant: live.variant, note }),
  });
  if (isSent) toast(w("offerSent"));
}

/** @param {CardJSON} card @param {HTMLElement} control */
async function ask(card, control) {
  const { chat } = await busy(control, engine().api.post(`market/listings/${card.id}/ask`, {}, { isRepeatable: true }));
  router.go(`/c/${chat}`);
}

export const listingActs = { buy, take: buy, makeOffer, request, ask };
