/** What the list shows of one chat, computed from its state, the outbox, the draft and who is typing. */

import { stateOf } from "chat/stores/rows.js";

/**
 * @param {import("chat/stores/chats.js").ChatState} state @param {import("chat/stores/chats.js").ChatsNeeds} needs
 * @returns {import("chat/types.js").ChatRow}
 */
export function chatRow(state, needs) {
  const { chat, my, peer } = state;
  const entries = needs.pending(state.id);
  const newest = entries[entries.length - 1];
  const last = newest ? needs.bubble(newest) : state.last;
  const face = chat.kind === "direct" && peer ? peer : null;
  return {
    key: String(state.id),
    id: state.id,
    kind: chat.kind,
    title: face ? face.name : chat.title,
    photo: face ? face.avatar : chat.photo,
    color: face ? face.color : chat.color,
    handle: face ? face.handle : chat.handle,
    peer,
    chat,
    my,
    lastMessage: last,
    lastState: newest ? (newest.state === "failed" ? "failed" : "pending") : last ? stateOf(last, needs.me, state) : "received",
    at: last?.created_at ?? chat.created_at,
    unread: my.state === "active" ? Math.max(0, chat.last_seq - Math.max(my.read_seq, my.joined_seq)) : 0,
    mentions: my.mention_count + state.mentions.filter((seq) => seq > my.read_seq).length,
    isMuted: Boolean(my.muted_until && Date.parse(my.muted_until) > Date.now()),
    isPinned: my.pinned_rank > 0,
    isArchived: my.is_archived,
    isMarkedUnread: Boolean(my.is_marked_unread),
    draft: needs.draft(state.id),
    typing: needs.typing(state.id),
    othersReadSeq: state.othersReadSeq,
    othersDeliveredSeq: state.othersDeliveredSeq,
    pending: entries.filter((entry) => entry.state === "pending").length,
    failed: entries.filter((entry) => entry.state === "failed").length,
  };
}

/** @param {import("chat/types.js").ChatRow} chat @param {string} right */
export const hasRight = (chat, right) => chat.kind === "saved" || chat.kind === "direct" || chat.my.rights.includes(right);
