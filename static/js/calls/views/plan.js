/** Calls agreed on for later, and the link that lets people knock. */

import { fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { attempt, confirm, copy, dialogFrom, openDialog, toast } from "chat/views/overlay.js";
import { errorText } from "chat/views/parts.js";
import { t } from "chat/views/words.js";
import { styled } from "calls/views/base.js";

/** @typedef {import("chat/types.js").ChatRow} ChatRow */

const pad = (/** @type {number} */ n) => String(n).padStart(2, "0");

/** The next full hour after an hour's time, as fields of a form take it. @param {Date} now */
export function suggestedTime(now) {
  const then = new Date(now);
  then.setHours(then.getHours() + 2, 0, 0, 0);
  return { date: dateField(then), time: `${pad(then.getHours())}:00` };
}

const dateField = (/** @type {Date} */ day) => `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;

/** @param {ChatRow} chat */
export async function planCall(chat) {
  await styled("call-style");
  const dialog = dialogFrom("tpl-call-plan");
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  const start = suggestedTime(new Date());
  field("date").value = start.date;
  field("date").min = dateField(new Date());
  field("time").value = start.time;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(chat, dialog, form);
  });
  openDialog(dialog);
  field("title").focus();
}

/** @param {ChatRow} chat @param {HTMLDialogElement} dialog @param {HTMLFormElement} form */
async function send(chat, dialog, form) {
  const { title, date, time, kind } = Object.fromEntries(new FormData(form));
  const at = new Date(`${date}T${time}`); // by the reader's own clock
  const error = /** @type {HTMLElement} */ (dialog.querySelector("[data-error]"));
  const wrong = Number.isNaN(at.getTime()) ? "plan.badTime" : at.getTime() <= Date.now() ? "plan.past" : "";
  error.textContent = wrong && t(wrong);
  if (wrong) return;
  const button = /** @type {HTMLElement} */ (dialog.querySelector("[type=submit]"));
  button.setAttribute("aria-busy", "true");
  try {
    await engine().api.post("calls/plans", { chat: chat.id, title, kind, starts_at: at.toISOString() }, { isRepeatable: true });
    dialog.close();
    toast(t("plan.done"));
  } catch (problem) {
    error.textContent = errorText(problem);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** The link into the calls of a group, made when there is none. @param {number} chat */
export async function showLink(chat) {
  const link = await attempt(engine().api.post("calls/links", { chat }, { isRepeatable: true }));
  if (!link) return;
  const dialog = dialogFrom("tpl-call-link");
  const url = location.origin + link.path;
  fill(dialog, { url });
  const field = /** @type {HTMLInputElement} */ (dialog.querySelector("input"));
  field.addEventListener("focus", () => field.select());
  dialog.addEventListener("click", async (event) => {
    const act = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-do]"))?.dataset.do;
    if (act === "copy") copy(url, t("linkCopied"));
    if (act !== "revoke") return;
    const answer = await confirm({ title: t("revoke.title"), text: t("revoke.text"), action: t("link.revoke"), danger: true });
    if (!answer) return;
    await attempt(engine().api.delete(`calls/links/${link.token}`), t("link.revoked"));
    dialog.close();
  });
  openDialog(dialog);
}

/** A sentence of one's own. @param {(text: string) => void} send */
export function writeDecline(send) {
  const dialog = dialogFrom("tpl-call-write");
  const text = /** @type {HTMLTextAreaElement} */ (dialog.querySelector("textarea"));
  dialog.querySelector("form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = text.value.trim();
    if (!said) return text.focus();
    dialog.close();
    send(said);
  });
  openDialog(dialog);
  text.focus();
}

