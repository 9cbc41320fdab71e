/** What the card of a call says to whom. Needs no document: words are named by their keys. */

/**
 * @typedef {import("core/contract.js").CardJSON} CardJSON
 * @typedef {{ word: string, note: string, seconds: number, people: number, icon: string, tone: "good"|"bad"|"over"|"", act: "back"|"again"|"join"|"" }} CallReading
 */

/** @param {CardJSON} card @param {number} me @returns {CallReading} */
export function readCall({ snapshot, live }, me) {
  const call = /** @type {any} */ ({ ...snapshot, ...live });
  const isMine = call.caller === me;
  const kind = (/** @type {string} */ word) => (call.kind === "video" ? `${word}Video` : word);
  const said = (/** @type {Partial<CallReading>} */ what) => ({ word: "", note: "", seconds: 0, people: 0, icon: "phone", tone: /** @type {""} */ (""), act: /** @type {""} */ (""), ...what });
  if (!live) return said({ word: call.kind === "video" ? "call.video" : "call.audio" });
  if (call.state !== "ended") return said({ word: "card.running", icon: "phone-call", tone: "good", act: call.is_group ? "join" : "" });
  if (call.is_group) return said({ word: kind("card.group"), seconds: call.duration_seconds, people: call.people, icon: call.kind === "video" ? "video" : "phone", tone: "over" });
  if (call.is_answered) return said({ word: kind(isMine ? "card.outgoing" : "card.incoming"), seconds: call.duration_seconds, icon: isMine ? "phone-outgoing" : "phone-incoming", tone: "good", act: "again" });
  if (call.reason === "declined") return said({ word: kind("card.declined"), icon: "phone-off", tone: "over", act: isMine ? "again" : "back" });
  if (!isMine) return said({ word: kind("card.missed"), icon: "phone-missed", tone: "bad", act: "back" });
  const note = /** @type {Record<string, string>} */ ({ busy: "card.busy", missed: "card.noAnswer", lost: "card.noAnswer" })[call.reason] ?? "";
  return said({ word: kind(call.reason === "cancelled" ? "card.cancelled" : "card.outgoing"), note, icon: "phone-outgoing", tone: "over", act: "again" });
}

/**
 * @param {CardJSON} card @param {{ id: number, mayBan: boolean, now: number }} reader
 * @returns {{ isCancelled: boolean, isSoon: boolean, isOpen: boolean, mayJoin: boolean, mayCancel: boolean }}
 */
export function readPlan({ snapshot, live }, { id, mayBan, now }) {
  const plan = /** @type {any} */ ({ ...snapshot, ...live });
  const start = Date.parse(plan.starts_at);
  const isCancelled = Boolean(plan.is_cancelled);
  const isOpen = !isCancelled && start > now - 3_600_000; // people come late
  return { isCancelled, isOpen, isSoon: isOpen && Boolean(snapshot.is_reminder), mayJoin: isOpen && start < now + 900_000, mayCancel: isOpen && (plan.created_by === id || mayBan) };
}
