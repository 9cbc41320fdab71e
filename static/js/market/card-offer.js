/** A price that two haggle over, step by step. */

import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { addButtons, askFor, busy, money, put, w, when } from "market/card-words.js";
import { amountFrom } from "market/card-listing.js";
import { readOffer } from "market/readings.js";

/** @typedef {import("core/contract.js").CardJSON} CardJSON */

/** @param {CardJSON} card @param {import("chat/types.js").TimelineRow} row */
export function drawOffer(card, row) {
  const { snapshot, live } = card;
  if (!live || !row.isNewestCard) return line(card);
  const now = readOffer(live, engine().me.id, Date.now());
  const element = clone("tpl-card-offer");
  const isCheaper = live.list_price && live.amount && live.list_price.currency === live.amount.currency && live.list_price.minor > live.amount.minor;
  fill(element, {
    tone: { accepted: "good", declined: "over", withdrawn: "over", expired: "over" }[now.state] ?? (now.isMyTurn ? "mine" : ""),
    kind: w(`offer.${snapshot.act}`),
    title: live.variant_name ? `${live.listing.title}, ${live.variant_name}` : live.listing.title,
    url: live.listing.url,
    photo: live.listing.photo?.url ?? null,
    amount: money(live.amount),
    was: isCheaper ? money(live.list_price) : "",
    pieces: live.quantity > 1 ? w("pieces", { n: live.quantity }) : "",
    state: stateLine(live, now),
  });
  put(/** @type {Element} */ (element.querySelector(".ocard__state")), now.state === "open" ? "clock" : now.state === "accepted" ? "circle-check" : "circle-x");
  addButtons(element, [
    ...(now.pays ? [{ act: "pay", label: w("payNow"), href: `/market/checkout?quote=${live.quote}`, icon: "credit-card", primary: true }] : []),
    ...now.moves.map((act) => ({ act, label: act === "counter" && !live.amount ? w("nameAmount") : w(`move.${act}`), primary: act === "accept", soft: act === "counter", danger: act === "decline" || act === "withdraw" })),
  ]);
  return element;
}

function stateLine(live, { state, isMyTurn, side, pays }) {
  const until = when(live.expires_at);
  if (state === "open") return isMyTurn ? w("offer.yours", { when: until }) : w("offer.theirs", { when: until });
  if (state !== "accepted") return w(`offer.state.${state}`);
  if (pays) return w("offer.agreed", { when: when(live.quote_until) });
  return live.is_ordered ? w("offer.agreedPaid") : side === "seller" ? w("offer.agreedSeller") : w("offer.state.accepted");
}

/** An earlier step. @param {CardJSON} card */
function line(card) {
  const element = fill(clone("tpl-card-line"), { text: lineOfOffer(card) });
  put(element, "tag");
  return element;
}

/** @param {CardJSON} card */
export function lineOfOffer({ snapshot }) {
  return [`${w(`offer.${snapshot.act}`)}${snapshot.amount ? `: ${money(snapshot.amount)}` : ""}`, snapshot.title].join(" · ");
}

/** @param {string} act */
const step = (act) => (/** @type {CardJSON} */ card, /** @type {HTMLElement} */ control) =>
  busy(control, engine().api.post(`market/offers/${card.id}/steps`, { act, step_count: card.live?.step }, { isRepeatable: true }));

/** @param {CardJSON} card */
async function counter({ id, live }) {
  const currency = live?.amount?.currency ?? live?.currency ?? live?.list_price?.currency;
  await askFor({
    heading: w("offer.counter"),
    action: w("sendOffer"),
    fields: [
      { name: "amount", label: w("amount"), hint: w("amountEach", { currency }), mode: "decimal", most: 16 },
      { name: "note", label: w("note") },
    ],
    send: ({ amount, note }) => engine().api.post(`market/offers/${id}/steps`, { act: "counter", amount_minor: amountFrom(amount, currency), note, step_count: live?.step }),
  });
}

export const offerActs = { accept: step("accept"), decline: step("decline"), withdraw: step("withdraw"), counter };
