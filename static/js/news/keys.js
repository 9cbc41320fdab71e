/** Keys, as readers of feeds know them. Single letters act only while nobody writes, and can be switched off. */

import { Api } from "core/api.js";
import { resize } from "news/size.js";

const ORDER = "news-order"; // the list one came from: addresses of stories
const OFF = "news-keys-off";
const field = () => /** @type {HTMLInputElement|null} */ (document.querySelector("[name=csrfmiddlewaretoken]"));
const api = new Api({ csrf: () => field()?.value ?? "" });
const titles = () => /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(".news-line__title > a, .news-card__title > a")]);
const sheet = /** @type {HTMLDialogElement|null} */ (document.getElementById("news-keys"));
const isStory = Boolean(document.querySelector(".story"));

/** @type {Record<string, () => unknown>} */
const KEYS = isStory
  ? { j: () => turn(1), k: () => turn(-1), u: press(".news-back > a"), o: press(".story__source a"), m: press(".news-back__acts > form:last-of-type button"), "+": () => resize(1), "-": () => resize(-1) }
  : { j: () => step(1), k: () => step(-1), o: () => current()?.click(), m: toggleRead };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
  const target = /** @type {Element} */ (event.target);
  if (document.querySelector("dialog[open]") || target.matches("input, textarea, select, [contenteditable]")) return;
  const act = event.key === "?" ? () => sheet?.showModal() : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

const current = () => titles().find((title) => title === document.activeElement);

/** @param {number} by */
function step(by) {
  const all = titles();
  const now = all.findIndex((title) => title === document.activeElement);
  const next = all[now < 0 ? 0 : now + by];
  if (next) {
    next.focus({ preventScroll: true });
    next.closest(".news-line, .news-card")?.scrollIntoView({ block: "nearest" });
  } else if (by > 0) /** @type {HTMLElement|null} */ (document.querySelector(".news-next a"))?.click();
}

async function toggleRead() {
  const title = current();
  const line = title?.closest(".news-line, .news-card");
  if (!title || !line) return;
  const isRead = line.classList.toggle("is-read");
  const path = `news/stories/${title.pathname.split("/").at(-1)}/read`;
  try {
    await (isRead ? api.put(path) : api.delete(path));
  } catch {
    line.classList.toggle("is-read", !isRead);
  }
}

/** To the next or previous story of the list one came from. @param {number} by */
function turn(by) {
  const order = keptOrder();
  const now = order.indexOf(location.pathname);
  const next = now < 0 ? undefined : order[now + by];
  if (next) location.assign(next);
}

/** @param {string} what */
function press(what) {
  return () => /** @type {HTMLElement|null} */ (document.querySelector(what))?.click();
}

/** @returns {string[]} */
function keptOrder() {
  try {
    return JSON.parse(sessionStorage.getItem(ORDER) ?? "[]");
  } catch {
    return [];
  }
}

function isOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

addEventListener("pagehide", () => {
  if (isStory || !titles().length) return;
  try {
    sessionStorage.setItem(ORDER, JSON.stringify(titles().map((title) => title.pathname)));
  } catch {
    // Then j and k stay in the list.
  }
});

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.closest("[data-opens=news-keys]")) sheet?.showModal();
  else if (target === sheet || target.closest("#news-keys [data-closes]")) sheet?.close();
});

const choice = sheet?.querySelector("[name=keys]");
if (choice instanceof HTMLInputElement) {
  choice.checked = !isOff();
  choice.addEventListener("change", () => {
    if (choice.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
}
