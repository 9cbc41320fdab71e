/** What each event does to the stores. Numbers have been checked before (sync.js); messages compare by their own modseq. */

/**
 * @typedef {import("chat/types.js").MessageJSON} MessageJSON
 * @param {import("chat/sync.js").Sync} sync @param {import("chat/sync.js").SyncNeeds} needs
 * @returns {Record<string, (data: any, frame?: any) => void>}
 */
export function handlers(sync, needs) {
  const { chats, me } = needs;

  function changed(/** @type {MessageJSON} */ message) {
    needs.timeline(message.chat)?.upsert([message]);
    chats.applyMessage(message);
    needs.media(message);
  }

  return {
    "message.changed": changed,

    "message.created"(message) {
      changed(message);
      if (!message.sender || message.sender.id === me) return;
      needs.typing.forget(message.chat, message.sender.id);
      needs.receipts.received(message.chat, message.seq);
      const row = chats.row(message.chat);
      if (row && !row.isMuted && !message.is_silent) needs.tell("incoming", { chat: message.chat, message, row });
    },

    "chat.changed"(chat) {
      chats.applyChat(chat);
      needs.members(chat.id)?.applyDefaultRights(chat.default_rights);
    },

    "chat.added"(head) {
      const row = chats.applyHead(head);
      needs.receipts.receivedHead(head);
      if (sync.open.includes(row.id)) needs.tell("reopen", {}); // asked for before the server knew us in it
      const message = row.kind === "direct" && row.unread ? row.lastMessage : null;
      if (message && message.sender?.id !== me) needs.tell("incoming", { chat: row.id, message, row });
    },

    "chat.removed": ({ chat }) => chats.remove(chat),

    "member.changed"(member, { chat }) {
      if (member.user.id === me && member.state !== "active") return chats.remove(chat);
      if (member.user.id === me) chats.refresh(chat).catch(() => null); // my role: what I may do is in the head
      needs.members(chat)?.apply(member);
    },

    "chat.head"({ last_seq, modseq }, { chat }) {
      chats.applyFarHead(chat, { last_seq, modseq });
      if (modseq <= sync.have(chat)) return;
      if (sync.open.includes(chat)) sync.repair(chat);
      else sync.refreshSoon(chat); // its line in the list
    },

    "chat.read": ({ user, read_seq }, { chat }) => user !== me && chats.applyOthers(chat, { read_seq }),

    "chat.delivered": ({ user, delivered_seq }, { chat }) => user !== me && chats.applyOthers(chat, { delivered_seq }),

    typing: ({ user, name, action }, { chat }) => user !== me && needs.typing.apply(chat, { user, name, action }),

    "my.changed"({ chat, my }) {
      if (my.state !== "active") return chats.remove(chat);
      chats.applyMy(chat, my);
      needs.drafts.apply(chat, my.draft);
    },

    "message.hidden"({ chat, seqs }) {
      const wasLast = seqs.includes(chats.stateOf(chat)?.last?.seq);
      needs.timeline(chat)?.hide(seqs);
      chats.applyHidden(chat, seqs);
      if (wasLast) chats.refresh(chat).catch(() => null);
    },

    "folders.changed"({ folders }) {
      chats.applyFolders(folders);
      needs.cache.keepFolders(folders);
    },

    "user.changed"(user) {
      chats.applyUser(user);
      needs.tell("event", { frame: { event: "user.changed", data: user } });
    },

    level: ({ level }) => needs.tell("level", { level }),
    behind: (data) => sync.behind(data.behind ?? data),
    resync: () => sync.resync(),
    bye: () => {},
  };
}
