/** Reactions: the short row over a message's menu, and the whole picker behind it. */

import { clone } from "core/fill.js";
import { engine } from "chat/engine.js";
import { icon } from "chat/views/parts.js";
import { t } from "chat/views/words.js";

const QUICK = ["👍", "❤️", "😂", "🎉", "😮", "😢", "🙏"];

/**
 * @param {import("chat/types.js").TimelineRow} row
 * @param {(emoji: string, more?: Element|{x:number,y:number}) => void} choose
 * @param {Element|{x:number,y:number}} at where the whole picker opens
 */
export function quickReactions(row, choose, at) {
  const element = clone("tpl-quick-reactions");
  const me = engine().me.id;
  const close = () => /** @type {HTMLElement|null} */ (element.closest("[popover]"))?.hidePopover();
  for (const emoji of QUICK) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = emoji;
    button.setAttribute("aria-label", emoji);
    button.setAttribute("aria-pressed", String(row.message.reactions.some((one) => one.emoji === emoji && one.by.includes(me))));
    button.addEventListener("click", () => {
      close();
      choose(emoji);
    });
    element.append(button);
  }
  const more = document.createElement("button");
  more.type = "button";
  more.append(icon("smile"));
  more.setAttribute("aria-label", t("react"));
  more.addEventListener("click", () => {
    close();
    choose("", at);
  });
  element.append(more);
  return element;
}

/** Any emoji, chosen from the picker; undefined when none was. @param {Element|{x:number,y:number}} at @returns {Promise<string|undefined>} */
export async function iconOfReaction(at) {
  const { openEmojiPicker } = await import("chat/views/dialogs/emoji.js");
  return new Promise((resolve) => openEmojiPicker(at, { onChoose: resolve, onClose: () => resolve(undefined), isOnce: true }));
}
