/** From what a person wrote to an outbox entry, and from the entry to the bubble that shows it. */

import { LIMITS } from "core/contract.js";

/**
 * @typedef {import("chat/types.js").Draft} Draft
 * @typedef {import("chat/types.js").OutboxEntry} OutboxEntry
 * @typedef {import("chat/types.js").MessageJSON} MessageJSON
 */

const ATTACHMENTS = LIMITS.attachments ?? 10;
const CHARS = LIMITS.message_chars ?? 4096;

/**
 * The entries of a draft (more than one when it has more text or files than a message holds) and the blobs they need.
 * @param {number} user @param {number} chat @param {Draft} draft
 * @param {MessageJSON|undefined} answered the message replied to, for the bubble
 */
export async function entriesOf(user, chat, draft, answered) {
  const files = await Promise.all((draft.files ?? []).map((file) => prepared(file, draft.asFile ?? false)));
  const texts = draft.entities ? [draft.text ?? ""] : inPieces(draft.text ?? "");
  const count = Math.max(1, texts.length, Math.ceil(files.length / ATTACHMENTS));
  const groups = Array.from({ length: count }, (_, index) => files.slice(index * ATTACHMENTS, (index + 1) * ATTACHMENTS));
  const entries = groups.map((group, index) => ({
    client_id: uuid(),
    user,
    chat,
    text: texts[index] ?? "",
    entities: index ? null : (draft.entities ?? null),
    reply_to: index ? null : (draft.replyTo ?? null),
    reply: index || !draft.replyTo ? null : replyOf(draft, answered),
    quote: index ? "" : (draft.quote ?? ""),
    is_silent: draft.isSilent ?? false,
    files: group.map(({ file }) => file),
    created_at: new Date().toISOString(),
    state: /** @type {"pending"} */ ("pending"),
    error: null,
    attempts: 0,
  }));
  return { entries, blobs: files.map(({ file, blob }) => ({ id: file.id, blob })) };
}

/** A text too long for one message, cut between paragraphs, lines or words where there are any. @param {string} text */
export function inPieces(text, longest = CHARS) {
  const pieces = [];
  let rest = text;
  while (rest.length > longest) {
    const head = rest.slice(0, longest);
    const cut = ["\n\n", "\n", " "].map((mark) => head.lastIndexOf(mark)).find((place) => place > longest / 2) ?? longest;
    const isHalf = /[\uD800-\uDBFF]/.test(rest[cut - 1]); // never between the two halves of one character
    pieces.push(rest.slice(0, isHalf ? cut - 1 : cut).trimEnd());
    rest = rest.slice(isHalf ? cut - 1 : cut).trimStart();
  }
  return [...pieces, rest];
}

/** The shape of a stored message, for one rendering of pending and stored ones. @param {OutboxEntry} entry @returns {MessageJSON} */
export function bubbleOf(entry, /** @type {import("chat/types.js").UserJSON} */ me, /** @type {(id: string) => string} */ urlOf) {
  const { id, handle, name, avatar, color } = me;
  return {
    chat: entry.chat, seq: 0, modseq: 0, id: 0, client_id: entry.client_id, kind: "text",
    sender: { id, handle, name, avatar, color }, text: entry.text, entities: entry.entities ?? [], reply: entry.reply,
    forward: null, preview: null, reactions: [], card: null, service: null, mentions: [], is_pinned: false,
    is_silent: entry.is_silent, is_deleted: false, created_at: entry.created_at, edited_at: null,
    attachments: entry.files.map((file) => ({
      id: file.id, kind: file.kind, state: "processing", name: file.name, mime: file.mime, size: file.size,
      url: urlOf(file.id), width: file.width, height: file.height, duration_ms: file.duration_ms,
      waveform: file.waveform, thumb: "", sizes: {},
    })),
  }; // prettier-ignore
}

/** What the server is asked to store. @param {OutboxEntry} entry */
export function requestOf(entry) {
  const { client_id, text, entities, reply_to, quote, is_silent, files } = entry;
  return {
    client_id,
    text,
    ...(entities ? { entities } : {}),
    ...(reply_to ? { reply_to } : {}),
    ...(quote ? { quote } : {}),
    ...(is_silent ? { is_silent } : {}),
    ...(files.length ? { attachments: files.map((file) => file.attachment?.id) } : {}),
  };
}

/** @param {File|import("chat/types.js").DraftFile} given @param {boolean} asFile */
async function prepared(given, asFile) {
  const draft = given instanceof Blob ? { blob: given, name: /** @type {File} */ (given).name, kind: kindOf(given.type, asFile) } : given;
  const photos = draft.kind === "photo" ? await import("chat/photos.js").catch(() => null) : null; // unshrunk rather than not at all
  const shrunk = photos && (await photos.shrinkPhoto(draft.blob));
  const blob = shrunk?.blob ?? draft.blob;
  const file = {
    id: uuid(),
    name: draft.name || draft.kind,
    mime: blob.type,
    size: blob.size,
    kind: draft.kind,
    duration_ms: draft.durationMs ?? 0,
    waveform: draft.waveform ?? [],
    width: shrunk?.width ?? draft.width ?? 0,
    height: shrunk?.height ?? draft.height ?? 0,
    upload: null,
    attachment: null,
  };
  return { file, blob };
}

/** @param {string} mime @param {boolean} asFile @returns {"photo"|"video"|"audio"|"file"} */
function kindOf(mime, asFile) {
  if (asFile) return "file";
  if (/^image\/(jpeg|png|webp|gif|heic|avif)$/.test(mime)) return "photo";
  if (/^video\/(mp4|webm|quicktime)$/.test(mime)) return "video";
  return mime.startsWith("audio/") ? "audio" : "file";
}

/** @param {Draft} draft @param {MessageJSON|undefined} answered */
function replyOf(draft, answered) {
  const kind = answered?.attachments[0]?.kind ?? answered?.kind ?? "text";
  const excerpt = (answered?.text ?? "").slice(0, 120);
  const sender = answered?.sender ?? null;
  return { seq: draft.replyTo ?? 0, sender: sender?.id ?? null, name: sender?.name ?? "", excerpt, quote: draft.quote ?? "", kind };
}

/** crypto.randomUUID exists only in secure contexts; a phone on the local network has none. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
