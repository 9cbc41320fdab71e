/** What is known of a person or a chat: handle, phone, bio, description, link. */

import "chat/views/later.js";
import { clone, fill } from "core/fill.js";
import { renderText } from "chat/views/entities.js";
import { placeIcon } from "chat/views/parts.js";
import { t } from "chat/views/words.js";

/**
 * @param {HTMLElement} box
 * @param {import("chat/types.js").ChatRow|null} chat
 * @param {import("chat/views/details/pane.js").Person|null} person
 */
export function addFacts(box, chat, person) {
  const facts = [];
  if (person && !person.is_deleted) {
    if (person.handle) facts.push(fact("at-sign", `@${person.handle}`, t("handle"), true));
    if (person.phone) facts.push(fact("info", person.phone, t("phone"), true));
    if (person.bio) facts.push(fact("info", person.bio, t("about")));
  }
  if (chat && !person) {
    if (chat.chat.description) facts.push(fact("info", chat.chat.description, t("description")));
    if (chat.chat.handle) facts.push(fact("link", `${location.host}/@${chat.chat.handle}`, t("inviteLink"), true));
  }
  box.replaceChildren(...facts);
}

/** @param {string} picture @param {string} value @param {string} label @param {boolean} [canCopy] */
function fact(picture, value, label, canCopy = false) {
  const element = fill(clone("tpl-fact"), { label, action: canCopy ? t("copyValue") : false, do: canCopy ? "copy-fact" : null });
  const place = /** @type {HTMLElement} */ (element.querySelector(".fact__value"));
  renderText(place, value, linksIn(value));
  placeIcon(element, picture);
  return element;
}

/** Links in a bio or description. @param {string} text @returns {import("chat/types.js").EntityJSON[]} */
function linksIn(text) {
  return [...text.matchAll(/https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/g)].map((found) => ({ type: "link", offset: found.index, length: found[0].length, url: found[0] }));
}
