/** Calls inside chats: what a call was, and calls agreed on for later. Fetched with the first such card. */

import { clone, fill } from "core/fill.js";
import { cards } from "chat/cards.js";
import { engine } from "chat/engine.js";
import { attempt, confirm } from "chat/views/overlay.js";
import { placeIcon } from "chat/views/parts.js";
import { dayAndTime, t, tn } from "chat/views/words.js";
import { readCall, readPlan } from "calls/readings.js";
import { clock, lengthText, styled } from "calls/views/base.js";

/** @typedef {import("core/contract.js").CardJSON} CardJSON */

await styled("call-card-style");

/** The words of a reading. @param {CardJSON} card */
function saidOf(card) {
  const now = readCall(card, engine().me.id);
  const length = now.seconds && (now.people ? lengthText(now.seconds) : clock(now.seconds));
  return { ...now, title: t(now.word), text: [now.note && t(now.note), length, now.people && tn("people.count", now.people)].filter(Boolean).join(" · ") };
}

/** @param {CardJSON} card @param {import("chat/types.js").TimelineRow} row */
function drawCall(card, row) {
  const now = saidOf(card);
  const mayCall = engine().chats.row(row.message.chat)?.kind !== "channel";
  const label = { back: t("call.back"), again: t("call.again"), join: t("call.join") }[now.act] ?? "";
  const element = fill(clone("tpl-card-call"), {
    tone: now.tone, title: now.title, text: now.text, act: now.act, action: mayCall ? label : "", isPrimary: now.act === "join", isSoft: now.act !== "join",
  });
  placeIcon(element, now.icon);
  return element;
}

/** @param {CardJSON} card */
function lineOfCall(card) {
  const { title, text } = saidOf(card);
  return text ? `${title} · ${text}` : title;
}

/** @param {CardJSON} card @param {import("chat/types.js").TimelineRow} row */
function drawPlan(card, row) {
  const { id, snapshot, live } = card;
  const plan = /** @type {any} */ ({ ...snapshot, ...live });
  const now = readPlan(card, { id: engine().me.id, mayBan: Boolean(engine().chats.row(row.message.chat)?.my.rights.includes("ban")), now: Date.now() });
  const element = fill(clone("tpl-card-plan"), {
    tone: now.isCancelled ? "bad" : now.isOpen ? "good" : "over",
    kind: now.isCancelled ? "" : t(now.isSoon ? "card.soon" : "card.plan"),
    title: now.isCancelled ? t("card.planCancelled", { title: plan.title || t("card.plan") }) : plan.title || t(plan.kind === "video" ? "call.video" : "call.audio"),
    text: dayAndTime(plan.starts_at),
    at: plan.starts_at,
    isOpen: now.isOpen,
    join: now.mayJoin ? t("call.join") : "",
    calendar: `/calls/plans/${id}.ics`,
    calendarText: t("plan.calendar"),
    cancel: now.mayCancel ? t("plan.cancel.short") : "",
  });
  placeIcon(element, now.isCancelled ? "calendar-x" : "calendar-clock");
  return element;
}

/** @param {CardJSON} card */
function lineOfPlan({ snapshot, live }) {
  const plan = { ...snapshot, ...live };
  if (plan.is_cancelled) return t("card.planCancelled", { title: plan.title || t("card.plan") });
  return [plan.title || t(snapshot.is_reminder ? "card.soon" : "card.plan"), dayAndTime(plan.starts_at)].join(" · ");
}

/** @param {number} chat @param {string} kind */
const call = async (chat, kind) => (await import("calls/views/app.js")).call(chat, kind);

/** @param {CardJSON} card @param {HTMLElement} control @param {import("chat/types.js").TimelineRow} row */
const dial = (card, control, row) => call(row.message.chat, String(card.snapshot.kind));

/** @param {CardJSON} card */
async function cancelPlan({ id }) {
  const answer = await confirm({ title: t("plan.cancel.title"), action: t("plan.cancel"), danger: true });
  if (answer) await attempt(engine().api.delete(`calls/plans/${id}`));
}

cards.register("call", { draw: drawCall, line: lineOfCall, acts: { back: dial, again: dial, join: dial } });
cards.register("call_plan", { draw: drawPlan, line: lineOfPlan, acts: { join: dial, cancel: cancelPlan } });
