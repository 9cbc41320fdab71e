/** From messages and outbox entries to the rows of a timeline: states, days, runs. */

import { dayOf } from "chat/format.js";
import { sameOr } from "chat/stores/same.js";

/**
 * @typedef {import("chat/types.js").MessageJSON} MessageJSON
 * @typedef {import("chat/types.js").TimelineRow} TimelineRow
 * @typedef {import("chat/types.js").RowState} RowState
 */

const RUN = 5 * 60_000; // a sender's messages less than this apart stand together

/**
 * @param {import("chat/stores/timeline.js").Timeline} timeline
 * @param {MessageJSON[]} messages @param {import("chat/types.js").OutboxEntry[]} entries
 * @param {import("chat/stores/chats.js").ChatState|undefined} chat @param {Map<string, TimelineRow>} old
 * @returns {TimelineRow[]}
 */
export function buildRows(timeline, messages, entries, chat, old) {
  const { me } = timeline.needs;
  const stored = new Set();
  const rows = [];
  for (const message of messages) {
    if (message.client_id) stored.add(message.client_id);
    if (!message.is_deleted) rows.push(storedRow(message, me, chat));
  }
  for (const entry of entries) {
    if (!stored.has(entry.client_id)) rows.push(pendingRow(entry, timeline.needs));
  }
  arrange(rows, timeline.firstUnreadSeq);
  markNewestCards(rows);
  return rows.map((row) => sameOr(old.get(row.key), row));
}

/** @param {MessageJSON} message @param {number} me */
export const keyOf = (message, me) =>
  message.client_id && message.sender?.id === me ? message.client_id : `m${message.seq}`;

/** @param {MessageJSON} message @param {number} me @param {any} chat @returns {RowState} */
export function stateOf(message, me, chat) {
  if (message.sender?.id !== me) return "received";
  if (chat?.chat.kind === "saved" || message.seq <= (chat?.othersReadSeq ?? 0)) return "read";
  return message.seq <= (chat?.othersDeliveredSeq ?? 0) ? "delivered" : "sent";
}

const blank = { error: null, progress: null, retryAt: null, startsDay: null, startsRun: true, endsRun: true, isFirstUnread: false, isNewestCard: false };

/** @returns {TimelineRow} */
function storedRow(/** @type {MessageJSON} */ message, /** @type {number} */ me, chat) {
  const isService = message.kind === "service";
  const isMine = message.sender?.id === me && !isService;
  return { ...blank, key: keyOf(message, me), seq: message.seq, message, state: stateOf(message, me, chat), isMine, isService };
}

/** @returns {TimelineRow} */
function pendingRow(/** @type {import("chat/types.js").OutboxEntry} */ entry, needs) {
  const { progress, retryAt } = needs.sending(entry.client_id);
  const state = entry.state === "failed" ? "failed" : progress === null ? "pending" : "uploading";
  const message = needs.bubble(entry);
  const row = { key: entry.client_id, seq: null, message, isMine: true, isService: false };
  return { ...blank, ...row, state, error: entry.error, progress, retryAt };
}

/** Days and runs. @param {TimelineRow[]} rows @param {number|null} firstUnreadSeq */
function arrange(rows, firstUnreadSeq) {
  let before = /** @type {TimelineRow|null} */ (null);
  let day = "";
  let isUnreadFound = firstUnreadSeq === null;
  for (const row of rows) {
    const today = dayOf(row.message.created_at);
    if (today !== day) row.startsDay = today;
    day = today;
    if (!isUnreadFound && row.seq !== null && row.seq >= (firstUnreadSeq ?? 0) && !row.isMine) {
      row.isFirstUnread = isUnreadFound = true;
    }
    row.startsRun = !before || Boolean(row.startsDay) || row.isFirstUnread || !isSameRun(before, row);
    if (before) before.endsRun = row.startsRun;
    before = row;
  }
}

/** An order says what happened in card after card: only the last shows what can be done now. @param {TimelineRow[]} rows */
function markNewestCards(rows) {
  const seen = new Set();
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const { card } = rows[index].message;
    if (!card) continue;
    const thing = `${card.kind}:${card.id}`;
    rows[index].isNewestCard = !seen.has(thing);
    seen.add(thing);
  }
}

/** @param {TimelineRow} before @param {TimelineRow} row */
function isSameRun(before, row) {
  if (before.isService || row.isService || before.message.sender?.id !== row.message.sender?.id) return false;
  return Date.parse(row.message.created_at) - Date.parse(before.message.created_at) < RUN;
}
