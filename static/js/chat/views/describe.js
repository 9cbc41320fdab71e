/** Messages in words: one line for lists, replies and service notes. */

import { cardLine } from "chat/cards.js";
import { previewText, kindOf } from "chat/format.js";
import { knows, t, tn } from "chat/views/words.js";

/** @typedef {import("chat/types.js").MessageJSON} MessageJSON */

const NAMED = new Set(["photo", "video", "voice", "audio", "album"]);

/** @param {MessageJSON|null} message @param {number} me @returns {string} */
export function lineOf(message, me) {
  if (!message) return "";
  const kind = kindOf(message);
  if (kind === "service") return serviceText(message, me);
  if (kind === "deleted") return t("deletedMessage");
  const text = message.card ? cardLine(message) : previewText(message);
  if (text) return text;
  if (kind === "album") return tn("photos.count", message.attachments.length);
  if (kind === "file" && message.attachments.length > 1) return tn("files.count", message.attachments.length);
  return NAMED.has(kind) ? t(kind) : t(kind === "file" ? "file" : "message");
}

/** The icon before the line, "" for plain text. @param {MessageJSON|null} message */
export function iconOf(message) {
  if (!message) return "";
  if (message.forward) return "forward";
  return { photo: "image", album: "image", video: "video", voice: "mic", audio: "music", file: "file", card: message.card?.kind.startsWith("call") ? "phone" : "shopping-bag" }[kindOf(message)] ?? "";
}

/** As the object of a sentence. @param {number|null|undefined} user @param {string|undefined} name @param {number} me */
const nameOf = (user, name, me) => (user === me ? t("youObject") : name || t("someone"));

/** "alice added bob and carol", "You added bob". @param {MessageJSON} message @param {number} me */
export function serviceText(message, me) {
  const service = /** @type {Record<string, any>} */ (message.service ?? {});
  const people = service.users ?? service.members ?? (service.user ? [service.user] : []);
  const names = joinNames(people.map((/** @type {any} */ each) => personName(each, service, me)));
  const values = { actor: message.sender?.name || t("someone"), names: names || t("someone"), title: service.title ?? "" };
  const isMine = message.sender?.id === me;
  const keys = [isMine && `service.mine.${service.type}`, `service.${service.type}`, isMine ? "service.mine.other" : "service.other"];
  return t(keys.find((key) => key && knows(key)) || "service.other", values);
}

/** A person in a service message: {id, name} or a bare id beside a map of names. @param {any} person @param {any} service @param {number} me */
function personName(person, service, me) {
  if (person && typeof person === "object") return nameOf(person.id ?? person.user, person.name, me);
  return nameOf(person, service.names?.[person] ?? service.name, me);
}

/** @param {string[]} names */
export function joinNames(names) {
  if (names.length < 2) return names[0] ?? "";
  return t("and", { first: names.slice(0, -1).join(", "), last: names[names.length - 1] });
}

/** "typing…", with names in groups. @param {import("chat/types.js").TypingEntry[]} entries @param {boolean} isGroup */
export function typingText(entries, isGroup) {
  if (!entries.length) return "";
  const words = { text: "typing", voice: "recording", photo: "sendingPhoto", file: "sendingFile" };
  const first = entries[0];
  if (!isGroup) return t(words[first.action] ?? "typing");
  if (entries.length === 1) return first.action === "text" ? t("isTyping", { name: first.name }) : `${first.name}: ${t(words[first.action] ?? "typing")}`;
  if (entries.length === 2) return t("areTyping", { first: first.name, second: entries[1].name });
  return tn("typing.count", entries.length);
}
