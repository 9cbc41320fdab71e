/** The emoji picker: groups, words to find by, those used often. The list is fetched once and kept. */

import { clone, fill } from "core/fill.js";
import { engine } from "chat/engine.js";
import { attempt, placeNear } from "chat/views/overlay.js";
import { emptyPlace } from "chat/views/parts.js";
import { t } from "chat/views/words.js";

const RECENT = "emoji-recent";
const KEPT = 27;

/** @typedef {{ emoji: string, name: string, words: string }} Emoji */
/** @type {Promise<{ id: string, name: string, emoji: Emoji[] }[]>|null} */
let groups = null;

/** @param {Element|{x:number,y:number}} at @param {{ onChoose: (emoji: string) => void, onClose?: () => void, isOnce?: boolean }} does */
export async function openEmojiPicker(at, { onChoose, onClose, isOnce = false }) {
  const box = clone("tpl-emoji-picker");
  box.setAttribute("popover", "auto");
  document.body.append(box);
  const grid = /** @type {HTMLElement} */ (box.querySelector("[data-grid]"));
  const query = /** @type {HTMLInputElement} */ (box.querySelector("input"));
  box.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    box.remove();
    onClose?.();
  });
  box.showPopover();
  placeNear(box, at);
  if (matchMedia("(pointer: fine)").matches) query.focus({ preventScroll: true }); // no keyboard over a phone's picker
  const all = await attempt(load());
  if (!all || !box.isConnected) return;
  drawGroups(box, grid, all);
  query.addEventListener("input", () => drawFound(box, grid, all, query.value));
  query.addEventListener("keydown", (event) => {
    const first = /** @type {HTMLElement|null} */ (grid.querySelector("[data-emoji]"));
    if (event.key === "Enter" && query.value) first?.click();
    else if (event.key === "ArrowDown") first?.focus();
    else return;
    event.preventDefault();
  });
  grid.addEventListener("keydown", (event) => walkGrid(event, grid, query));
  grid.addEventListener("click", (event) => {
    const emoji = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-emoji]"))?.dataset.emoji;
    if (!emoji) return;
    remember(emoji);
    onChoose(emoji);
    if (isOnce) box.hidePopover();
  });
}

function load() {
  groups ??= engine().api.get("emoji", { query: { language: document.documentElement.lang } }).then(readable);
  groups.catch(() => (groups = null));
  return groups;
}

/** Entries come as [character, name, further words, tone]. @param {any} answer */
function readable(answer) {
  return answer.groups.map((/** @type {any} */ { id, name, emoji }) => ({
    id,
    name,
    emoji: emoji.map(([character, title, words]) => ({ emoji: character, name: title, words: `${title} ${words ?? ""}`.toLowerCase() })),
  }));
}

/** @param {HTMLElement} box @param {HTMLElement} grid */
function drawGroups(box, grid, all) {
  const known = new Map(all.flatMap((group) => group.emoji).map((each) => [each.emoji, each]));
  const recent = recentOnes().map((emoji) => known.get(emoji) ?? { emoji, name: emoji, words: "" });
  const shown = recent.length ? [{ id: "recent", name: t("emoji.recent"), emoji: recent }, ...all] : all;
  grid.replaceChildren(...shown.map(section));
  grid.scrollTop = 0;
  const tabs = /** @type {HTMLElement} */ (box.querySelector("[data-groups]"));
  tabs.hidden = false;
  tabs.replaceChildren(...shown.map((group, index) => tab(group, grid.children[index])));
}

function section({ name, emoji }) {
  const element = fill(clone("tpl-emoji-group"), { name });
  element.querySelector("[data-items]")?.append(...emoji.map(item));
  return element;
}

/** @param {Emoji} each */
const item = ({ emoji, name }) => fill(clone("tpl-emoji-item"), { emoji, name });

/** @param {{ id: string, name: string, emoji: Emoji[] }} group @param {Element} target */
function tab(group, target) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("role", "tab");
  button.setAttribute("aria-label", group.name);
  button.title = group.name;
  button.textContent = group.id === "recent" ? "🕒" : group.emoji[0].emoji;
  button.addEventListener("click", () => target.scrollIntoView({ block: "start" }));
  return button;
}

/** @param {HTMLElement} box @param {HTMLElement} grid @param {any[]} all @param {string} text */
function drawFound(box, grid, all, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) {
    drawGroups(box, grid, all);
    return;
  }
  /** @type {HTMLElement} */ (box.querySelector("[data-groups]")).hidden = true;
  const found = all.flatMap((group) => group.emoji).filter((each) => words.every((word) => each.words.includes(word)));
  found.sort((one, other) => Number(other.name.startsWith(words[0])) - Number(one.name.startsWith(words[0])));
  grid.replaceChildren(found.length ? section({ name: "", emoji: found.slice(0, 120) }) : emptyPlace({ picture: "smile", title: t("empty.search") }));
}

/** @param {KeyboardEvent} event @param {HTMLElement} grid @param {HTMLInputElement} query */
function walkGrid(event, grid, query) {
  const items = [.../** @type {NodeListOf<HTMLElement>} */ (grid.querySelectorAll("[data-emoji]"))];
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  if (at < 0) return;
  const columns = columnsOf(items, at);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  if (!step) return;
  event.preventDefault();
  if (at + step < 0) query.focus();
  else items[Math.min(at + step, items.length - 1)].focus();
}

/** How many stand in the row of this one. @param {HTMLElement[]} items @param {number} at */
function columnsOf(items, at) {
  const top = items[at].offsetTop;
  return Math.max(1, items.filter((each) => each.parentElement === items[at].parentElement && each.offsetTop === top).length);
}

/** @returns {string[]} */
function recentOnes() {
  try {
    return JSON.parse(localStorage.getItem(RECENT) ?? "[]").slice(0, KEPT);
  } catch {
    return [];
  }
}

/** @param {string} emoji */
function remember(emoji) {
  try {
    localStorage.setItem(RECENT, JSON.stringify([emoji, ...recentOnes().filter((each) => each !== emoji)].slice(0, KEPT)));
  } catch {
    // A browser without storage remembers nothing: the picker works without.
  }
}
