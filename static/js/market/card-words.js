/** Words, icons, buttons and small dialogs of the market's cards. Loaded with the first card. */

import "chat/views/later.js";
import { clone, fill } from "core/fill.js";
import { dialogFrom, openDialog } from "chat/views/overlay.js";
import { errorText } from "chat/views/parts.js";
import { dayAndTime } from "chat/views/words.js";
import { formatAmount } from "market/amounts.js";

export const language = document.documentElement.lang || "en";

/** @type {Map<string, string>} */
const words = new Map();
for (const word of template("card-words").content.querySelectorAll("[data-word]")) words.set(word.getAttribute("data-word") ?? "", word.textContent ?? "");

/** @param {string} id */
function template(id) {
  return /** @type {HTMLTemplateElement} */ (document.getElementById(id));
}

export const knows = (/** @type {string} */ key) => words.has(key);

/** @param {string} key @param {Record<string, unknown>} [values] */
export const w = (key, values = {}) => (words.get(key) ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/** @param {import("market/amounts.js").Amount|null|undefined} amount */
export const money = (amount) => (amount ? (amount.minor ? formatAmount(amount, language) : w("free")) : "");

/** @param {string|null|undefined} iso */
export const when = (iso) => (iso ? dayAndTime(iso) : "");

/** @param {Element} element @param {string} name */
export function put(element, name) {
  const place = element.querySelector("[data-icon-place]");
  const found = template("card-icons").content.querySelector(`[data-icon="${name}"] > svg`);
  if (!place || !found) return;
  place.replaceChildren(document.importNode(found, true));
  place.removeAttribute("hidden");
}

/**
 * @typedef {{ act: string, label: string, href?: string|null, icon?: string, primary?: boolean, soft?: boolean, danger?: boolean, isAlone?: boolean }} Button isAlone: the icon says it
 * @param {Element} card @param {Button[]} buttons
 */
export function addButtons(card, buttons) {
  const place = /** @type {HTMLElement} */ (card.querySelector("[data-buttons]"));
  place.hidden = !buttons.length;
  place.replaceChildren(...buttons.map(({ act, label, href, icon, primary, soft, danger, isAlone }) => {
    const button = fill(clone(href ? "tpl-card-link" : "tpl-card-button"), { act, label: isAlone ? "" : label, alone: isAlone ? label : null, href, primary, soft, danger });
    if (icon) put(button, icon);
    return button;
  }));
}

/** A press shows that it is under way, and cannot be pressed twice. @template T @param {HTMLElement} control @param {Promise<T>} promise */
export async function busy(control, promise) {
  control.setAttribute("aria-busy", "true");
  try {
    return await promise;
  } finally {
    control.removeAttribute("aria-busy");
  }
}

/**
 * A few fields and a button. Stays open and says why when it does not work.
 * @typedef {{ name: string, label: string, hint?: string, mode?: string, most?: number, placeholder?: string, value?: string }} Field
 * @param {{ heading: string, text?: string, action: string, fields: Field[], send: (values: Record<string, string>) => Promise<unknown> }} wish
 * @returns {Promise<boolean>} whether it was sent
 */
export function askFor({ heading, text = "", action, fields, send }) {
  return new Promise((resolve) => {
    const dialog = dialogFrom("tpl-card-dialog");
    fill(dialog, { heading, text, action });
    const place = /** @type {HTMLElement} */ (dialog.querySelector("[data-fields]"));
    for (const field of fields) place.append(fill(clone("tpl-card-field"), { hint: "", mode: null, most: 500, placeholder: null, value: null, ...field }));
    const error = /** @type {HTMLElement} */ (dialog.querySelector("[data-error]"));
    let isSent = false;
    dialog.querySelector("form")?.addEventListener("submit", async (event) => {
      event.preventDefault();
      const inputs = [.../** @type {NodeListOf<HTMLInputElement>} */ (dialog.querySelectorAll("input"))];
      error.textContent = "";
      try {
        await busy(/** @type {HTMLElement} */ (dialog.querySelector("[type=submit]")), send(Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()]))));
        isSent = true;
        dialog.close();
      } catch (problem) {
        error.textContent = errorText(problem);
        inputs[0]?.focus();
      }
    });
    openDialog(dialog, { onClose: () => resolve(isSent) });
    dialog.querySelector("input")?.focus();
  });
}

/** Its stylesheet, once: nobody sees a card without it. */
export const styled = new Promise((done) => {
  const link = /** @type {HTMLLinkElement} */ (clone("card-style"));
  link.addEventListener("load", () => done(undefined));
  link.addEventListener("error", () => done(undefined));
  document.head.append(link);
});
