/** Formatted text: entity data to DOM, nested as given; offsets count UTF-16 units, as strings do here. */

import { clone, fill, isSafe } from "core/fill.js";

/** @typedef {import("chat/types.js").EntityJSON} EntityJSON */

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", quote: "blockquote", spoiler: "span" };
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?)*|\p{Regional_Indicator}{2}|\s){1,8}$/u;

/** One to three emoji and nothing else: shown large. @param {string} text */
export function isOnlyEmoji(text) {
  if (text.length > 40 || !ONLY_EMOJI.test(text)) return false;
  const count = "Segmenter" in Intl ? [...new Intl.Segmenter().segment(text.replace(/\s/g, ""))].length : 3;
  return count > 0 && count <= 3;
}

/**
 * @param {Element} container
 * @param {string} text @param {EntityJSON[]} entities sorted, outer before inner
 * @param {{ me?: number }} [options] me: whose mentions stand out
 */
export function renderText(container, text, entities, { me } = {}) {
  container.replaceChildren(...build(text, 0, text.length, entities, me));
}

/** @param {string} text @param {number} start @param {number} end @param {EntityJSON[]} entities @param {number|undefined} me @returns {Node[]} */
function build(text, start, end, entities, me) {
  const nodes = [];
  let place = start;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const first = Math.max(entity.offset, place);
    const last = Math.min(entity.offset + entity.length, end);
    if (last <= first) continue;
    const inner = [];
    while (index + 1 < entities.length && entities[index + 1].offset < last) inner.push(entities[(index += 1)]);
    if (first > place) nodes.push(document.createTextNode(text.slice(place, first)));
    nodes.push(element(entity, text, first, last, inner, me));
    place = last;
    // A block ends its line by itself.
    if (isBlock(entity) && text[place] === "\n") place += 1;
  }
  if (end > place) nodes.push(document.createTextNode(text.slice(place, end)));
  return nodes;
}

/** @param {EntityJSON} entity */
const isBlock = (entity) => entity.type === "pre" || entity.type === "quote";

/** @param {EntityJSON} entity @param {string} text @param {number} first @param {number} last @param {EntityJSON[]} inner @param {number|undefined} me */
function element(entity, text, first, last, inner, me) {
  if (entity.type === "pre") {
    return fill(clone("tpl-code"), { text: text.slice(first, last).replace(/\n$/, ""), language: entity.language ?? "" });
  }
  const made = make(entity, text.slice(first, last), me);
  made.append(...build(text, first, last, inner, me));
  return made;
}

/** @param {EntityJSON} entity @param {string} words @param {number|undefined} me @returns {HTMLElement} */
function make(entity, words, me) {
  if (entity.type === "link") return link(entity.url ?? words);
  if (entity.type === "mention") return mention(entity, words, me);
  if (entity.type === "hashtag") {
    const button = document.createElement("a");
    button.href = "#";
    button.dataset.do = "hashtag";
    button.tabIndex = -1;
    return button;
  }
  const made = document.createElement(TAGS[entity.type] ?? "span");
  if (entity.type === "spoiler") {
    made.className = "spoiler";
    made.dataset.do = "spoiler";
  }
  return made;
}

/** @param {string} url */
function link(url) {
  const made = document.createElement("a");
  if (isSafe(url)) made.href = url;
  made.tabIndex = -1;
  if (made.origin !== location.origin) {
    made.target = "_blank";
    made.rel = "noopener noreferrer nofollow";
  }
  made.title = url;
  return made;
}

/** @param {EntityJSON} entity @param {string} words @param {number|undefined} me */
function mention(entity, words, me) {
  const made = document.createElement("a");
  made.className = entity.user !== undefined && entity.user === me ? "mention is-me" : "mention";
  made.href = `/${words.startsWith("@") ? words : "@"}`;
  made.tabIndex = -1;
  if (entity.user !== undefined) {
    made.dataset.do = "person";
    made.dataset.user = String(entity.user);
  }
  return made;
}

/** Text with hits marked. @param {Element} container @param {string} text @param {[number, number][]} highlights */
export function renderHighlights(container, text, highlights) {
  const first = highlights[0]?.[0] ?? 0;
  const from = first > 24 ? text.lastIndexOf(" ", first - 10) + 1 : 0;
  const nodes = from ? [document.createTextNode("…")] : [];
  let place = from;
  for (const [offset, length] of highlights) {
    if (offset < place) continue;
    const mark = document.createElement("mark");
    mark.textContent = text.slice(offset, offset + length);
    nodes.push(document.createTextNode(text.slice(place, offset)), mark);
    place = offset + length;
  }
  nodes.push(document.createTextNode(text.slice(place, from + 240)));
  container.replaceChildren(...nodes);
}
