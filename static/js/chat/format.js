/** Pure readings of messages and times. No translation here: what people read comes from the templates. */

/** The local calendar day of an ISO time. @param {string} iso @returns {string} "YYYY-MM-DD" */
export function dayOf(iso) {
  const date = new Date(iso);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** What a message is, in one word: "text", "photo", "album", "video", "voice", "audio", "file", "card", "service", "deleted". */
export function kindOf(/** @type {import("chat/types.js").MessageJSON} */ message) {
  if (message.is_deleted) return "deleted";
  if (message.kind !== "text") return message.kind;
  const [first, ...others] = message.attachments;
  if (!first) return "text";
  return others.length && ["photo", "video"].includes(first.kind) ? "album" : first.kind;
}

/** One line of a message: its text without line breaks, else the name of its file; "" when only `kindOf` says something. */
export function previewText(/** @type {import("chat/types.js").MessageJSON|null} */ message) {
  if (!message || message.is_deleted) return "";
  if (message.text) return withoutSpoilers(message).replace(/\s+/g, " ").slice(0, 200);
  return message.attachments[0]?.kind === "file" ? message.attachments[0].name : "";
}

/** What a list shows before anybody asked to see more. @param {import("chat/types.js").MessageJSON} message */
function withoutSpoilers({ text, entities }) {
  let shown = text;
  for (const { type, offset, length } of entities ?? []) {
    if (type === "spoiler") shown = shown.slice(0, offset) + "▒".repeat(length) + shown.slice(offset + length);
  }
  return shown;
}

/** Up to two letters for an avatar without photo. @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...word][0].toUpperCase()).join("");
}
