/** Keys in the field: send, edit the last message, answer the one before, format. */

import { engine } from "chat/engine.js";
import { wrapSelection } from "chat/views/composer-format.js";

const EDITABLE_FOR = 48 * 3600 * 1000;

/** @typedef {import("chat/views/composer.js").ChatComposer} Composer */

/** @param {Composer} composer @param {KeyboardEvent} event */
export function composerKey(composer, event) {
  if (event.isComposing || composer.mentions.onKey(event)) return;
  const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "Enter" && (isPlain ? !isOnlyTouch() : event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    composer.send();
  } else if (event.key === "ArrowUp" && isPlain && !composer.text.value) editLast(composer, event);
  else if (event.key === "ArrowUp" && event.ctrlKey) replyUp(composer, event);
  else wrapSelection(composer.text, event, () => composer.changed());
}

/** On a phone Enter is a new line: there is a button to send. */
export const isOnlyTouch = () => matchMedia("(pointer: coarse)").matches && !matchMedia("(any-pointer: fine)").matches;

/** @param {Composer} composer */
function storedRows(composer) {
  const rows = composer.chat ? engine().timeline(composer.chat.id).snapshot().rows : [];
  return rows.filter((/** @type {import("chat/types.js").TimelineRow} */ row) => row.seq && !row.isService);
}

/** @param {Composer} composer @param {KeyboardEvent} event */
function editLast(composer, event) {
  const row = storedRows(composer).findLast((each) => each.isMine && each.message.text && !each.message.forward);
  if (!row || Date.now() - Date.parse(row.message.created_at) > EDITABLE_FOR) return;
  event.preventDefault();
  composer.edit(row.message);
}

/** @param {Composer} composer @param {KeyboardEvent} event */
function replyUp(composer, event) {
  const rows = storedRows(composer);
  const at = rows.findIndex((each) => each.seq === composer.replyParts().replyTo);
  const row = rows[at < 0 ? rows.length - 1 : at - 1];
  event.preventDefault();
  if (row) composer.reply(row.message);
}
