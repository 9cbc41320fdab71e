/** Keys that work everywhere. */

import { router } from "chat/views/router.js";
import { dialogFrom, openDialog } from "chat/views/overlay.js";

/** @param {{ list: import("chat/views/chat-list.js").ChatList, conversation: import("chat/views/conversation.js").ChatConversation, details: import("chat/views/details/pane.js").ChatDetails }} views */
export function watchKeys({ list, conversation, details }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === "k" && !event.shiftKey) take(event, () => list.focusSearch());
    else if (isCommand && event.key.toLowerCase() === "f" && conversation.chat) take(event, () => conversation.search.open());
    else if (event.altKey && event.key === "ArrowDown") take(event, () => list.step(1));
    else if (event.altKey && event.key === "ArrowUp") take(event, () => list.step(-1));
    else if (event.key === "Escape") escape({ list, conversation, details });
    else if (event.key === "?" && !isWriting(event)) take(event, showShortcuts);
    else if (isPlainLetter(event) && !isWriting(event) && conversation.chat && !isOnMessage(event)) conversation.composer.focusText();
  });
}

/** @param {KeyboardEvent} event @param {() => void} act */
function take(event, act) {
  event.preventDefault();
  act();
}

/** @param {KeyboardEvent} event */
const isWriting = (event) => /** @type {Element} */ (event.target).matches?.("input, textarea, select, [contenteditable]");

/** @param {KeyboardEvent} event */
const isOnMessage = (event) => Boolean(/** @type {Element} */ (event.target).closest?.(".row, [popover]"));

/** Typing anywhere writes. @param {KeyboardEvent} event */
const isPlainLetter = (event) => event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;

/** The innermost thing closes. */
function escape({ list, conversation, details }) {
  if (document.querySelector("[popover]:not(.toasts, .call):popover-open")) return;
  if (conversation.chat && conversation.escape()) return;
  if (list.closeSearch()) return;
  if (!details.hidden) router.back(location.pathname);
  else if (conversation.chat) router.back("/");
}

export async function showShortcuts() {
  await import("chat/views/later.js");
  openDialog(dialogFrom("tpl-shortcuts"));
}
