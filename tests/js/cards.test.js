/** What cards show and offer, without drawing anything: amounts, readings, and which card of several is the newest. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { buildRows } from "chat/stores/rows.js";
import { formatAmount, parseAmount } from "market/amounts.js";
import { hintOf, orderButtons, readListing, readOffer, sentenceOf, stepsOf } from "market/readings.js";

const ME = 7;
const euros = (minor) => ({ minor, currency: "EUR" });
const snapshot = { title: "City bicycle", price: euros(5000), available: 10, seller: 1, url: "/market/l/3" };
const live = {
  state: "published", title: "City bicycle", url: "/market/l/3", price: euros(5000), price_max: null, available: 10, total: 10, is_available: true,
  photo: null, place: "Harbour", condition: "good", seller: 1, shop: { name: "Dana" }, takes_offers: true, variant: 12,
};

// --- amounts ---

test("amounts have the decimals of their currency", () => {
  assert.equal(formatAmount(euros(1050), "en"), "€10.50");
  assert.equal(formatAmount({ minor: 1050, currency: "JPY" }, "en"), "¥1,050");
  assert.match(formatAmount({ minor: 1050, currency: "KWD" }, "en"), /1\.050$/);
  assert.match(formatAmount(euros(100000), "de"), /^1\.000,00.€$/);
});

for (const [text, currency, language, minor] of [
  ["10.50", "EUR", "en", 1050], ["10,50", "EUR", "de", 1050], ["10,50", "EUR", "en", 1050], ["10.50", "EUR", "de", 1050],
  ["1.200", "EUR", "de", 120000], ["1,200", "EUR", "en", 120000], ["1,200.50", "EUR", "en", 120050], ["1.200.000", "EUR", "en", 120000000],
  ["€ 12", "EUR", "en", 1200], ["12", "JPY", "en", 12], ["1.5", "KWD", "en", 1500], ["1 200,5", "EUR", "ru", 120050],
  ["12.345", "EUR", "en", null], ["1.5", "JPY", "en", null], ["", "EUR", "en", null], ["-5", "EUR", "en", null], ["1e9", "EUR", "en", null],
  ["abc", "EUR", "en", null], ["..", "EUR", "en", null], ["1234567890123456", "EUR", "en", null],
]) {
  test(`"${text}" in ${currency} and ${language} is ${minor}`, () => assert.equal(parseAmount(text, currency, language), minor));
}

// --- listings ---

test("a listing as it was shared", () => {
  const now = readListing(snapshot, live, ME);
  assert.equal(now.was, null);
  assert.deepEqual(now.left, { n: 10, total: 10 });
  assert.deepEqual(now.moves, ["buy", "makeOffer", "ask"]);
});

test("it has become cheaper and fewer", () => {
  const now = readListing(snapshot, { ...live, price: euros(4500), available: 7, total: 7 }, ME);
  assert.deepEqual([now.was, now.isLess], [euros(5000), true]);
  assert.deepEqual(now.left, { n: 7, total: 10 }); // of those that were there when it was shared
});

test("a single piece needs no count", () => assert.equal(readListing({ ...snapshot, available: 1 }, { ...live, available: 1, total: 1 }, ME).left, null));

for (const [name, change, over, moves] of [
  ["sold", { state: "sold", is_available: false }, "sold", ["open"]],
  ["sold out", { available: 0, is_available: false }, "out", ["ask", "open"]],
  ["on holiday", { is_available: false, shop: { is_on_holiday: true } }, "holiday", ["ask", "open"]],
  ["free", { price: euros(0) }, "", ["take", "ask"]],
  ["of several kinds", { variant: null }, "", ["choose", "ask"]],
  ["without offers", { takes_offers: false }, "", ["buy", "ask"]],
  ["priced on request", { price: null }, "", ["request", "ask"]],
  ["mine", { seller: ME }, "", ["open"]],
]) {
  test(`a listing that is ${name}`, () => {
    const now = readListing(snapshot, { ...live, ...change }, ME);
    assert.deepEqual([now.over, now.moves], [over, moves]);
  });
}

test("what was removed shows its name and leads nowhere", () => {
  for (const gone of [null, { state: "removed", is_available: false }]) {
    const now = readListing(snapshot, gone, ME);
    assert.deepEqual([now.title, now.url, now.photo, now.price, now.moves, now.over], ["City bicycle", null, null, null, [], "removed"]);
  }
});

// --- offers ---

const offer = { state: "open", turn: "seller", buyer: ME, seller: 1, moves: { buyer: ["withdraw"], seller: ["accept", "counter", "decline"] }, expires_at: "2030-01-02T00:00:00Z", quote: null };
const BEFORE = Date.parse("2030-01-01T00:00:00Z");

test("each side sees its own moves, others none", () => {
  assert.deepEqual(readOffer(offer, ME, BEFORE).moves, ["withdraw"]);
  assert.deepEqual(readOffer(offer, 1, BEFORE).moves, ["accept", "counter", "decline"]);
  assert.deepEqual(readOffer(offer, 99, BEFORE).moves, []);
});

test("an offer that ran out is over, whatever was stored", () => {
  const now = readOffer(offer, 1, Date.parse("2030-01-03T00:00:00Z"));
  assert.deepEqual([now.state, now.moves], ["expired", []]);
});

test("only the buyer pays, and only once", () => {
  const agreed = { ...offer, state: "accepted", moves: { buyer: [], seller: [] }, quote: 4 };
  assert.equal(readOffer(agreed, ME, BEFORE).pays, true);
  assert.equal(readOffer(agreed, 1, BEFORE).pays, false);
  assert.equal(readOffer({ ...agreed, quote: null, is_ordered: true }, ME, BEFORE).pays, false);
});

// --- orders ---

const order = { state: "paid", fulfilment: "shipping", buyer: { id: ME }, seller: { id: 1 }, moves: { buyer: ["cancel"], seller: ["accept", "ship", "decline"], moderator: [] }, reviewed: [] };
const acts = (live, me) => orderButtons(live, me).map(({ act }) => act);

test("the buttons are those of the role", () => {
  assert.deepEqual(acts(order, ME), ["cancel"]);
  assert.deepEqual(acts(order, 1), ["accept", "decline"]);
  assert.deepEqual(acts({ ...order, moves: { ...order.moves, moderator: ["decide"] } }, 50), ["decide"]);
});

test("one button is the first, and what is done here is no link", () => {
  const buttons = orderButtons({ ...order, state: "shipped", moves: { buyer: ["confirm", "dispute"], seller: [] } }, ME);
  assert.deepEqual(buttons.map(({ act, isHere, isFirst, isDanger }) => [act, isHere, isFirst, isDanger]), [["confirm", true, true, false], ["dispute", false, false, true]]);
});

test("a review is asked for once", () => {
  const done = { ...order, state: "completed", moves: { buyer: [], seller: ["refund"] } };
  assert.deepEqual(acts(done, ME), ["review"]);
  assert.deepEqual(acts({ ...done, reviewed: ["buyer"] }, ME), []);
  assert.deepEqual(acts({ ...done, reviewed: ["buyer"] }, 1), ["review", "refund"]);
});

test("the code is for the buyer who fetches it", () => {
  const meeting = { ...order, fulfilment: "in_person", state: "accepted", moves: { buyer: [], seller: ["hand_over"] } };
  assert.deepEqual([acts(meeting, ME), acts(meeting, 1)], [["code"], ["hand_over"]]);
});

test("the way of an order, and aside of it", () => {
  assert.equal(stepsOf(order).at, 0);
  assert.deepEqual(stepsOf({ state: "delivered", fulfilment: "online" }), { steps: ["paid", "accepted", "delivered", "completed"], at: 2 });
  assert.equal(stepsOf({ state: "disputed", fulfilment: "shipping" }).at, -1);
  assert.equal(hintOf({ state: "cancelled", fulfilment: "shipping" }, "buyer"), "");
  assert.equal(hintOf({ state: "accepted", fulfilment: "in_person" }, "seller"), "hint.meet.seller");
});

test("the finest sentence that is known says what happened", () => {
  const words = new Set(["order.order.cancelled", "order.decline", "order.noun.return", "orderState.paid"]);
  const knows = (key) => words.has(key);
  assert.equal(sentenceOf({ what: "order.cancelled", act: "decline", state: "cancelled" }, knows), "order.decline");
  assert.equal(sentenceOf({ what: "order.cancelled", act: "new_way", state: "cancelled" }, knows), "order.order.cancelled");
  assert.equal(sentenceOf({ what: "return.lost", state: "delivered" }, knows), "order.noun.return");
  assert.equal(sentenceOf({ what: "order.new", state: "paid" }, knows), "orderState.paid");
});

// --- the newest card ---

test("of several cards of one thing only the last is the newest", () => {
  const message = (seq, card) => ({ seq, client_id: null, kind: card ? "card" : "text", sender: null, created_at: "2030-01-01T00:00:00Z", is_deleted: false, attachments: [], card });
  const about = (kind, id) => ({ kind, id, snapshot: {}, live: null });
  const messages = [message(1, about("order", 3)), message(2, about("offer", 3)), message(3, null), message(4, about("order", 3)), message(5, about("order", 9))];
  const rows = buildRows({ needs: { me: ME }, firstUnreadSeq: null }, messages, [], undefined, new Map());
  assert.deepEqual(rows.map((row) => row.isNewestCard), [false, true, false, true, true]);
  const old = new Map(rows.map((row) => [row.key, row]));
  const later = buildRows({ needs: { me: ME }, firstUnreadSeq: null }, [...messages, message(6, about("order", 9))], [], undefined, old);
  assert.notEqual(later[4], rows[4]); // drawn again, without its buttons
  assert.equal(later[0], rows[0]);
});
