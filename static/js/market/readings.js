/** What cards show, as data: what is left, what it was, whose turn it is, what I may do. Pure, tested in Node. */

/** @typedef {import("market/amounts.js").Amount} Amount */
/** @typedef {Record<string, any>} Json */

/**
 * A listing now, with what it was when it was shared.
 * @param {Json} snapshot @param {Json|null} live @param {number} me
 */
export function readListing(snapshot, live, me) {
  const now = live ?? { state: "removed", is_available: false };
  const isRemoved = now.state === "removed";
  const price = isRemoved ? null : now.price ?? null;
  const was = snapshot.price ?? null;
  const differs = Boolean(price && was && price.currency === was.currency && price.minor !== was.minor);
  const available = now.available ?? null;
  const total = Math.max(now.total ?? 0, snapshot.available ?? 0);
  const isMine = (now.seller ?? snapshot.seller) === me;
  const isOn = Boolean(now.is_available);
  return {
    title: isRemoved ? snapshot.title : now.title,
    url: isRemoved ? null : now.url ?? snapshot.url,
    photo: isRemoved ? null : now.photo ?? null,
    price,
    priceMax: isRemoved ? null : now.price_max ?? null,
    was: differs ? was : null,
    isLess: differs && price.minor < was.minor,
    condition: isRemoved ? "" : now.condition,
    place: isRemoved ? "" : now.place,
    shop: isRemoved ? "" : now.shop?.name ?? "",
    over: isOn ? "" : overOf(now),
    isOver: !isOn,
    left: isOn && available !== null && total > 1 ? { n: available, total } : null,
    isMine,
    moves: movesOfListing(now, isMine),
  };
}

/** Why it cannot be bought: the state, or none left, or a holiday. @param {Json} now */
function overOf(now) {
  if (now.state !== "published") return now.state;
  return now.shop?.is_on_holiday ? "holiday" : "out";
}

/** @param {Json} now @param {boolean} isMine @returns {string[]} */
function movesOfListing(now, isMine) {
  if (now.state === "removed" || !now.url) return [];
  if (isMine) return ["open"];
  if (!now.is_available) return now.state === "published" || now.state === "paused" ? ["ask", "open"] : ["open"];
  if (now.price === null) return ["request", "ask"];
  const buy = now.variant ? (now.price.minor ? "buy" : "take") : "choose";
  return [buy, ...(now.takes_offers && now.price.minor && now.variant ? ["makeOffer"] : []), "ask"];
}

/**
 * An offer now: one's side, what one may do, whether it can be paid for.
 * @param {Json} live @param {number} me @param {number} time ms
 */
export function readOffer(live, me, time) {
  const side = live.buyer === me ? "buyer" : live.seller === me ? "seller" : "";
  const isOver = live.state === "open" && Date.parse(live.expires_at) <= time;
  const state = isOver ? "expired" : live.state;
  return {
    side,
    state,
    moves: side && !isOver ? movesOfOffer(live.moves[side] ?? []) : [],
    isMyTurn: state === "open" && live.turn === side,
    pays: state === "accepted" && side === "buyer" && Boolean(live.quote) && !live.is_ordered,
  };
}

/** To decline ends it as well as to withdraw. @param {string[]} moves */
const movesOfOffer = (moves) => (moves.includes("decline") ? moves.filter((move) => move !== "withdraw") : moves);

/** The way of an order, and how far it is. @param {Json} live @returns {{ steps: string[], at: number }} at -1: it went another way */
export function stepsOf({ fulfilment, state }) {
  const steps = fulfilment === "shipping" ? ["paid", "accepted", "shipped", "delivered", "completed"] : ["paid", "accepted", "delivered", "completed"];
  return { steps, at: steps.indexOf(state) };
}

/** @param {Json} live @param {number} me @returns {"buyer"|"seller"|"moderator"} */
export const roleIn = (live, me) => (live.buyer.id === me ? "buyer" : live.seller.id === me ? "seller" : "moderator");

const SIMPLE = new Set(["accept", "confirm", "cancel", "decline", "ship", "hand_over", "deliver", "withdraw_dispute"]);
const FIRST = new Set(["pay", "confirm", "accept", "ship", "hand_over", "deliver", "decide", "review"]);

/**
 * The buttons of one's role: done here, or on the order's page.
 * @param {Json} live @param {number} me
 * @returns {{ act: string, isHere: boolean, isFirst: boolean, isDanger: boolean }[]}
 */
export function orderButtons(live, me) {
  const role = roleIn(live, me);
  const moves = [...(live.moves[role] ?? [])];
  if (moves.includes("accept") && (moves.includes("ship") || moves.includes("hand_over"))) moves.splice(moves.findIndex((one) => one === "ship" || one === "hand_over"), 1);
  if (live.state === "completed" && role !== "moderator" && !(live.reviewed ?? []).includes(role)) moves.unshift("review");
  if (role === "buyer" && live.fulfilment === "in_person" && ["paid", "accepted"].includes(live.state)) moves.unshift("code");
  let hasFirst = false;
  return moves.map((act) => {
    const isFirst = !hasFirst && (FIRST.has(act) || act === "code");
    hasFirst ||= isFirst;
    return { act, isHere: SIMPLE.has(act), isFirst, isDanger: ["cancel", "decline", "dispute", "abandon"].includes(act) };
  });
}

/** Which sentence says what happened: the finest that there is. @param {Json} snapshot @param {(key: string) => boolean} knows */
export function sentenceOf(snapshot, knows) {
  const [noun] = String(snapshot.what).split(".");
  const keys = [`order.${snapshot.act}`, `order.${snapshot.what}`, `order.noun.${noun}`, `orderState.${snapshot.state}`];
  return keys.find(knows) ?? "";
}

/** What to expect next, as a key of words; "" when there is nothing to say. @param {Json} live @param {string} role */
export function hintOf({ state, fulfilment }, role) {
  if (role === "moderator") return "";
  if (fulfilment === "in_person" && (state === "accepted" || (state === "paid" && role === "buyer"))) return `hint.meet.${role}`;
  if (fulfilment === "online" && state === "accepted") return "";
  return ["paid", "accepted", "shipped", "delivered", "completed", "disputed"].includes(state) ? `hint.${state}.${role}` : "";
}
