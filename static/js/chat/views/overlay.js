/** What lies over the page: menus, dialogs, toasts. Native popovers and <dialog>; focus goes back where it was. */

import { clone, fill } from "core/fill.js";
import { errorText, icon, placeIcon } from "chat/views/parts.js";
import { t } from "chat/views/words.js";

/**
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {string} [icon]
 * @property {string} [hint] a key
 * @property {boolean} [danger]
 * @property {() => void} run
 */

/** @param {(MenuItem|null|false|undefined)[]} items false ones are left out, null draws a line
 *  @param {{ x: number, y: number } | Element} at
 *  @param {{ top?: Element, label?: string, isHeld?: boolean }} [options] isHeld: a finger is still down on what the menu is about */
export function openMenu(items, at, { top, label, isHeld = false } = {}) {
  const menu = clone("tpl-menu");
  if (isHeld) staysOpen(menu);
  if (label) menu.setAttribute("aria-label", label);
  if (top) menu.append(top);
  const wanted = items.filter((item) => item !== false && item !== undefined);
  for (const [index, item] of wanted.entries()) {
    if (item) menu.append(menuItem(item, menu));
    else if (index > 0 && index < wanted.length - 1 && wanted[index - 1]) menu.append(line());
  }
  const before = document.activeElement;
  hostFor(before).append(menu);
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    if (menu.contains(document.activeElement) || document.activeElement === document.body) focusQuietly(before);
    if (at instanceof Element) at.setAttribute("aria-expanded", "false");
    menu.remove();
  });
  menu.addEventListener("keydown", walk);
  menu.showPopover();
  placeNear(menu, at);
  if (at instanceof Element) at.setAttribute("aria-expanded", "true");
  /** @type {HTMLElement|null} */ (menu.querySelector("[role=menuitem]"))?.focus({ preventScroll: true });
  return menu;
}

/** Lifting the finger would close a popover by itself: this one is closed by the next press beside it. @param {HTMLElement} menu */
function staysOpen(menu) {
  menu.setAttribute("popover", "manual");
  const over = new AbortController();
  const { signal } = over;
  menu.addEventListener("toggle", (event) => /** @type {ToggleEvent} */ (event).newState === "closed" && over.abort());
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    menu.hidePopover();
  }, { signal, capture: true });
  addEventListener("pointerdown", (event) => {
    if (menu.contains(/** @type {Node} */ (event.target))) return;
    menu.hidePopover();
    const swallow = (/** @type {Event} */ click) => {
      click.preventDefault();
      click.stopPropagation();
    };
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 500);
  }, { signal, capture: true });
}

/** A popover opened from a modal dialog must live in it. @param {Element|null} element */
const hostFor = (element) => element?.closest("dialog[open]") ?? document.body;

/** @param {Element|null} element */
const focusQuietly = (element) => element instanceof HTMLElement && element.isConnected && element.focus({ preventScroll: true });

/** @param {MenuItem} item @param {HTMLElement} menu */
function menuItem(item, menu) {
  const element = fill(clone("tpl-menu-item"), { label: item.label, hint: item.hint ?? "", danger: item.danger });
  if (item.icon) placeIcon(element, item.icon);
  element.addEventListener("click", () => {
    menu.hidePopover();
    item.run();
  });
  return element;
}

function line() {
  const element = document.createElement("div");
  element.className = "menu__separator";
  element.setAttribute("role", "separator");
  return element;
}

/** Arrow keys, Home and End among the items. @param {KeyboardEvent} event */
function walk(event) {
  const menu = /** @type {HTMLElement} */ (event.currentTarget);
  const items = [.../** @type {NodeListOf<HTMLElement>} */ (menu.querySelectorAll("[role=menuitem]"))];
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (to === undefined || !items.length) return;
  event.preventDefault();
  items[(to + items.length) % items.length].focus();
}

/** Beside an element or at a point, always inside the window. @param {HTMLElement} box @param {{ x: number, y: number } | Element} at */
export function placeNear(box, at) {
  const { offsetWidth: width, offsetHeight: height } = box; // not the painted size: it grows while it opens
  const isRtl = document.documentElement.dir === "rtl";
  let x, y;
  if (at instanceof Element) {
    const anchor = at.getBoundingClientRect();
    x = anchor.left + width > innerWidth - 8 || isRtl ? anchor.right - width : anchor.left;
    y = anchor.bottom + 4 + height > innerHeight - 8 ? anchor.top - 4 - height : anchor.bottom + 4;
  } else {
    x = at.x + width > innerWidth - 8 || isRtl ? at.x - width : at.x;
    y = at.y + height > innerHeight - 8 ? Math.max(8, innerHeight - 8 - height) : at.y;
  }
  box.style.setProperty("left", `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`);
  box.style.setProperty("top", `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`);
}

/**
 * Opens a <dialog> from a template. Anything with [data-close] closes it; so do Escape, Back, and a press beside it.
 * @param {HTMLDialogElement} dialog @param {{ onClose?: () => void }} [options]
 */
export function openDialog(dialog, { onClose } = {}) {
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    focusQuietly(before);
    onClose?.();
  });
  dialog.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target === dialog || target.closest("[data-close]")) dialog.close();
  });
  dialog.showModal();
  return dialog;
}

export const dialogFrom = (/** @type {string} */ id) => /** @type {HTMLDialogElement} */ (clone(id));

/**
 * @param {{ title: string, text?: string, action: string, danger?: boolean, check?: string, isChecked?: boolean }} question
 * @returns {Promise<{ checked: boolean } | null>} null: no
 */
export function confirm({ title, text = "", action, danger = false, check = "", isChecked = false }) {
  return new Promise((resolve) => {
    const dialog = dialogFrom("tpl-confirm");
    fill(dialog, { title, text, action, check, danger, plain: !danger });
    const box = /** @type {HTMLInputElement} */ (dialog.querySelector("[data-check]"));
    box.checked = isChecked;
    /** @type {{ checked: boolean } | null} */
    let answer = null;
    const yes = /** @type {HTMLElement} */ (dialog.querySelector("[data-confirm]"));
    yes.addEventListener("click", () => {
      answer = { checked: Boolean(check) && box.checked };
      dialog.close();
    });
    openDialog(dialog, { onClose: () => resolve(answer) });
    yes.focus();
  });
}

/** One line of text. @param {{ title: string, label: string, action: string, value?: string, maxlength?: number }} question @returns {Promise<string|null>} */
export function ask({ title, label, action, value = "", maxlength = 64 }) {
  return new Promise((resolve) => {
    const dialog = dialogFrom("tpl-prompt");
    fill(dialog, { title, label, action, value, maxlength });
    /** @type {string|null} */
    let answer = null;
    dialog.querySelector("form")?.addEventListener("submit", () => {
      const input = /** @type {HTMLInputElement} */ (dialog.querySelector("input"));
      answer = input.value.trim() || null;
    });
    openDialog(dialog, { onClose: () => resolve(answer) });
    dialog.querySelector("input")?.select();
  });
}

/** @param {string} text @param {{ action?: string, onAction?: () => void, onEnd?: () => void, ms?: number, isError?: boolean }} [options] */
export function toast(text, { action = "", onAction, onEnd, ms = 4000, isError = false } = {}) {
  const host = /** @type {HTMLElement} */ (document.getElementById("toasts"));
  const element = fill(clone("tpl-toast"), { text, action });
  if (isError) {
    element.classList.add("toast--error");
    element.querySelector("[data-icon-place]")?.replaceWith(icon("circle-alert"));
  }
  host.hidePopover?.(); // again, so that it lies over a dialog opened since
  host.append(element);
  host.showPopover?.();
  let isOver = false;
  const end = (/** @type {boolean} */ wasUndone) => {
    if (isOver) return;
    isOver = true;
    element.remove();
    if (!wasUndone) onEnd?.();
  };
  const timer = setTimeout(() => end(false), ms);
  element.querySelector(".toast__action")?.addEventListener("click", () => {
    clearTimeout(timer);
    end(true);
    onAction?.();
  });
  addEventListener("pagehide", () => end(false), { once: true });
  return { end: () => end(false) };
}

/** @param {unknown} error */
export const toastError = (error) => toast(errorText(error), { isError: true, ms: 6000 });

/** Runs it; what goes wrong becomes a toast. Answers undefined then. @template T @param {Promise<T>} promise @param {string} [done] */
export async function attempt(promise, done) {
  try {
    const result = await promise;
    if (done) toast(done);
    return result;
  } catch (error) {
    toastError(error);
    return undefined;
  }
}

/** @param {string} text @param {string} [done] */
export async function copy(text, done = t("copied")) {
  await attempt(navigator.clipboard.writeText(text), done);
}
