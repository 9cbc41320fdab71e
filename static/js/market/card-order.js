/** What happens to an order, in its thread; the newest card shows what one can do now. */

import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { confirm } from "chat/views/overlay.js";
import { addButtons, askFor, busy, knows, money, put, w, when } from "market/card-words.js";
import { hintOf, orderButtons, roleIn, sentenceOf, stepsOf } from "market/readings.js";

/** @typedef {import("core/contract.js").CardJSON} CardJSON */

/** @type {Record<string, string>} */
const ICONS = {
  paid: "credit-card", accepted: "package-check", shipped: "truck", delivered: "package-check", completed: "circle-check",
  cancelled: "circle-x", expired: "circle-x", disputed: "scale", returned: "undo-2", refunded: "undo-2", chargeback: "scale",
};
/** @type {Record<string, string>} */
const TONES = { completed: "good", cancelled: "over", expired: "over", refunded: "over", returned: "over", disputed: "bad", chargeback: "bad" };

/** @param {CardJSON} card @param {import("chat/types.js").TimelineRow} row */
export function drawOrder(card, row) {
  const { snapshot, live } = card;
  const what = said(card);
  if (!live || !row.isNewestCard) {
    const line = fill(clone("tpl-card-line"), { text: what });
    put(line, ICONS[snapshot.state] ?? "shopping-bag");
    return line;
  }
  const me = engine().me.id;
  const role = roleIn(live, me);
  const element = clone("tpl-card-order");
  const { steps, at } = stepsOf(live);
  const hint = hintOf(live, role);
  const tracking = live.tracking_number ? w("hint.tracking", { number: [live.carrier, live.tracking_number].filter(Boolean).join(" ") }) : "";
  fill(element, {
    tone: TONES[live.state] ?? "",
    what,
    hint: hint ? w(hint, { ...names(live), when: when(live.due_at) }) : "",
    tracking: live.state === "shipped" ? tracking : "",
    title: snapshot.title,
    number: `${live.number} · ${w(`orderState.${live.state}`)}`,
    total: money(live.total),
    url: live.url,
    photo: live.photo,
    hasSteps: at >= 0,
    stepsLabel: w(`orderState.${live.state}`),
  });
  put(/** @type {Element} */ (element.querySelector(".ordercard__head")), ICONS[live.state] ?? "shopping-bag");
  const place = /** @type {HTMLElement} */ (element.querySelector("[data-steps]"));
  place.append(...steps.map((step, index) => fill(clone("tpl-card-step"), { done: index <= at, current: index === at, label: w(`orderState.${step}`) })));
  addButtons(element, orderButtons(live, me).map(({ act, isHere, isFirst, isDanger }) => ({
    act, label: w(`act.${act}`), href: isHere ? null : hrefOf(act, live), primary: isFirst, soft: !isFirst && !isDanger, danger: isDanger,
  })));
  return element;
}

/** What is done on the page of the order. @param {string} act @param {Record<string, any>} live */
function hrefOf(act, live) {
  return act === "pay" ? `${live.url}#pay` : `${live.url}#${act}`;
}

const names = (/** @type {Record<string, any>} */ live) => ({ buyer: live.buyer.name, seller: live.seller.name });

/** @param {CardJSON} card */
function said({ snapshot, live }) {
  const key = sentenceOf(snapshot, knows);
  return w(key, { ...(live ? names(live) : { buyer: "", seller: "" }), total: money(live?.total), amount: money(snapshot.amount) }).trim() || String(snapshot.title);
}

/** @param {CardJSON} card */
export const lineOfOrder = (card) => said(card);

/** @param {CardJSON} card @param {Record<string, unknown>} body */
const move = (card, body) => engine().api.post(`market/orders/${card.id}/moves`, body);

/** @param {string} act */
const simple = (act) => (/** @type {CardJSON} */ card, /** @type {HTMLElement} */ control) => busy(control, move(card, { act }));

/** @param {CardJSON} card @param {HTMLElement} control */
async function confirmReceipt(card, control) {
  const isSure = await confirm({ title: w("sure.confirm"), text: w("sure.confirm.text", names(/** @type {any} */ (card.live))), action: w("act.confirm") });
  if (isSure) await busy(control, move(card, { act: "confirm" }));
}

/** @param {string} act */
const withReason = (act) => (/** @type {CardJSON} */ card) =>
  askFor({ heading: w(`sure.${act}`), text: w("sure.cancel.text"), action: w(`act.${act}`), fields: [{ name: "reason", label: w("reason") }], send: ({ reason }) => move(card, { act, reason }) });

const ship = (/** @type {CardJSON} */ card) =>
  askFor({
    heading: w("act.ship"),
    action: w("act.ship"),
    fields: [{ name: "carrier", label: w("carrier"), most: 60 }, { name: "tracking_number", label: w("tracking"), most: 80 }],
    send: (values) => move(card, { act: "ship", ...values }),
  });

const handOver = (/** @type {CardJSON} */ card) =>
  askFor({
    heading: w("act.hand_over"),
    text: w("code.text", names(/** @type {any} */ (card.live))),
    action: w("act.hand_over"),
    fields: [{ name: "code", label: w("code"), mode: "numeric", most: 12 }],
    send: ({ code }) => move(card, { act: "hand_over", code }),
  });

export const orderActs = {
  accept: simple("accept"), deliver: simple("deliver"), withdraw_dispute: simple("withdraw_dispute"), confirm: confirmReceipt,
  cancel: withReason("cancel"), decline: withReason("decline"), ship, hand_over: handOver,
};

/** What was bought online, and classes. @param {CardJSON} card */
export function drawDelivery({ snapshot }) {
  const element = fill(clone("tpl-card-delivery"), {
    title: snapshot.title,
    hint: deliveryHint(snapshot),
    href: snapshot.class ? `/c/${snapshot.class}` : null,
    action: w("delivery.openClass"),
  });
  put(element, "class" in snapshot ? "graduation-cap" : "gift");
  return element;
}

function deliveryHint(snapshot) {
  if (!("class" in snapshot)) return snapshot.of > 1 ? `${snapshot.part} / ${snapshot.of}` : w("delivery.bought");
  return w(snapshot.class ? "delivery.class" : "delivery.problem", snapshot);
}

/** A shop's automatic answer. @param {CardJSON} card */
export function drawAway({ snapshot }) {
  const until = snapshot.until && new Intl.DateTimeFormat(document.documentElement.lang || "en", { day: "numeric", month: "long" }).format(new Date(`${snapshot.until}T12:00`));
  const element = fill(clone("tpl-card-away"), { text: until ? w("awayUntil", { when: until }) : w("away") });
  put(element, "moon");
  return element;
}
