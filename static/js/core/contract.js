/** Made by `manage.py contract` from the Python declarations. Do not edit: a test compares. */

export const EVENTS = Object.freeze({
  "blocks.changed": "Someone was blocked or unblocked on another device. data: {\"user\", \"is_blocked\"}.",
  "chat.added": "You are in a chat now (created, joined, added, a first direct message). data: Head. To the new members.",
  "chat.changed": "Title, photo, rights, slow mode … changed. data: Chat.",
  "chat.delivered": "A device of someone has everything up to here. data: {\"user\", \"delivered_seq\"}.",
  "chat.head": "For chats of over 1,000 members that are not open: how far the chat is. data: {\"modseq\", \"last_seq\"?}.",
  "chat.read": "Someone has read up to here. data: {\"user\", \"read_seq\"}.",
  "chat.removed": "You are no longer in a chat. data: {\"chat\", \"state\"}. To the one who left; the hub forgets them at once.",
  "contacts.changed": "Contacts were added or removed on another device. data: {\"user\", \"is_contact\"}.",
  "folders.changed": "Folders were made, renamed, reordered or removed. data: {\"folders\": [Folder]}.",
  "join_requests.changed": "Someone asks to be let in, or was answered. data: {\"chat\", \"count\"}: how many wait. To those who decide.",
  "member.changed": "Someone came, went, or has another role. data: Member.",
  "message.changed": "Edited, deleted, reacted to, pinned, preview or picture ready: the whole message again. data: Message.",
  "message.created": "A new message. data: Message.",
  "message.hidden": "Deleted for me on another device. data: {\"chat\", \"seqs\"}.",
  "my.changed": "How a person keeps a chat changed on another device: read mark, draft, mute, pin. data: {\"chat\", \"my\": My}.",
  "session.revoked": "A device was signed out. data: {\"devices\": [ids]}. To the person's devices; the hub closes the ended ones.",
  "settings.changed": "Privacy, language or time zone changed on another device. data: Me.",
  "typing": "Someone is typing, recording or uploading. data: {\"user\", \"name\", \"action\"}; forget it after 6 s.",
  "user.changed": "Name, handle, photo, status or bio changed. data: User. To the person's own devices and those who know them."
});

export const COMMANDS = Object.freeze({
  "chat.open": [
    "chats"
  ],
  "chat.read": [
    "chat",
    "seq"
  ],
  "chat.received": [
    "chats"
  ],
  "message.send": [
    "chat",
    "client_id",
    "text",
    "entities",
    "reply_to",
    "quote",
    "attachments",
    "is_silent"
  ],
  "ping": [
    "open"
  ],
  "presence.watch": [
    "users"
  ],
  "resume": [
    "token"
  ],
  "typing": [
    "chat",
    "action"
  ]
});

/** Sizes a client should know before it asks. @type {Record<string, number>} */
export const LIMITS = Object.freeze({
  "message_chars": 4096,
  "attachments": 10,
  "file_bytes": 104857600,
  "photo_bytes": 20971520,
  "chunk_bytes": 1048576,
  "edit_hours": 48,
  "forward_messages": 100,
  "forward_chats": 20,
  "group_members": 2000
});

/** Error code -> HTTP status, also for codes that come over the socket. @type {Record<string, number>} */
export const ERRORS = Object.freeze({
  "admin_is_untouchable": 403,
  "attachment_not_found": 404,
  "bad_argument": 400,
  "bad_client_ids": 400,
  "bad_cursor": 400,
  "bad_emoji": 400,
  "bad_endpoint": 400,
  "bad_entities": 400,
  "bad_json": 400,
  "bad_limit": 400,
  "bad_offset": 400,
  "bad_push_keys": 400,
  "bad_token": 400,
  "beyond_the_end": 413,
  "blocked": 403,
  "blocked_by_you": 403,
  "busy": 503,
  "cannot_remove": 409,
  "cannot_report": 400,
  "chat_needed": 400,
  "chat_not_found": 404,
  "chunk_too_large": 413,
  "client_id_reused": 409,
  "conflict": 409,
  "device_not_found": 404,
  "edit_too_late": 403,
  "empty_chunk": 400,
  "empty_file": 400,
  "empty_message": 400,
  "empty_query": 400,
  "expires_in_the_past": 400,
  "export_expired": 410,
  "file_too_large": 413,
  "folder_exists": 409,
  "folder_full": 409,
  "folder_not_found": 404,
  "forbidden": 403,
  "frame_too_large": 400,
  "gone": 410,
  "group_full": 409,
  "handle_invalid": 400,
  "handle_reserved": 400,
  "handle_taken": 409,
  "idempotency_key_needed": 400,
  "idempotency_key_reused": 422,
  "idempotency_key_running": 409,
  "invalid": 400,
  "invite_closed": 410,
  "invite_not_found": 404,
  "is_moderator": 403,
  "limit_with_approval": 400,
  "member_not_found": 404,
  "members_hidden": 403,
  "message_deleted": 410,
  "message_needed": 400,
  "moderator_needed": 403,
  "not_editable": 400,
  "not_forwardable": 400,
  "not_found": 404,
  "not_on_yourself": 400,
  "not_the_folders": 400,
  "not_the_pinned": 400,
  "not_yours": 403,
  "owner_is_untouchable": 403,
  "owner_must_hand_over": 409,
  "owner_only": 403,
  "photo_missing": 400,
  "photo_too_large": 413,
  "photo_unreadable": 400,
  "privacy": 403,
  "quote_too_long": 400,
  "rate_limited": 429,
  "readers_unknown": 403,
  "reply_not_found": 404,
  "request_not_found": 404,
  "right_needed": 403,
  "rights_beyond_yours": 403,
  "rights_of_admins_only": 400,
  "sanctioned": 403,
  "self": 400,
  "server_error": 503,
  "service_message": 400,
  "slow_mode": 429,
  "storage_full": 507,
  "text_too_long": 400,
  "too_large": 413,
  "too_long": 400,
  "too_many": 400,
  "too_many_admins": 409,
  "too_many_attachments": 400,
  "too_many_blocks": 409,
  "too_many_chats": 409,
  "too_many_contacts": 409,
  "too_many_folders": 409,
  "too_many_invites": 409,
  "too_many_members": 400,
  "too_many_open": 400,
  "too_many_pinned": 409,
  "too_many_pins": 409,
  "too_many_reactions": 400,
  "too_many_requests": 409,
  "too_many_uploads": 429,
  "unavailable": 503,
  "unknown_audience": 400,
  "unknown_chat": 400,
  "unknown_command": 400,
  "unknown_field": 400,
  "unknown_folder": 400,
  "unknown_language": 400,
  "unknown_target_kind": 400,
  "unknown_time_zone": 400,
  "upload_incomplete": 409,
  "user_needed": 400,
  "user_not_found": 404,
  "wrong_chat_kind": 400,
  "wrong_offset": 409,
  "wrong_password": 403
});

/**
 * `suggest_link`: some did not let themselves be added, and the asker may send them an invite link.
 * @typedef {object} AddedJSON
 * @property {MemberJSON[]} added
 * @property {RefusedJSON[]} refused
 * @property {boolean} suggest_link
 */

/**
 * @typedef {object} AttachmentJSON
 * @property {string} id
 * @property {"photo"|"video"|"voice"|"audio"|"file"} kind
 * @property {"processing"|"ready"|"failed"} state
 * @property {string} name
 * @property {string} mime
 * @property {number} size
 * @property {string} url
 * @property {number} width
 * @property {number} height
 * @property {number} duration_ms
 * @property {number[]} waveform
 * @property {string} thumb
 * @property {Record<string, ImageSizeJSON>} sizes
 */

/**
 * @typedef {object} BlockJSON
 * @property {UserJSON} user
 * @property {string} blocked_at
 */

/**
 * @typedef {object} CardJSON
 * @property {string} kind
 * @property {number} id
 * @property {Record<string, any>} snapshot
 * @property {Record<string, any>|null} live
 */

/**
 * Everything with modseq > after, once, in its present state. `reset`: too far behind, load the newest page.
 * @typedef {object} ChangesJSON
 * @property {MessageJSON[]} messages
 * @property {MemberJSON[]} members
 * @property {ChatJSON|null} chat
 * @property {number} modseq
 * @property {boolean} has_more
 * @property {boolean} reset
 */

/**
 * What all members see alike.
 * @typedef {object} ChatJSON
 * @property {number} id
 * @property {"direct"|"group"|"channel"|"saved"} kind
 * @property {string} title
 * @property {string} description
 * @property {string|null} handle
 * @property {string|null} photo
 * @property {number} color
 * @property {number} member_count
 * @property {number} last_seq
 * @property {number} modseq
 * @property {number} slow_mode_seconds
 * @property {string[]} default_rights
 * @property {boolean} is_history_visible
 * @property {string} created_at
 */

/**
 * What a public handle or an invite link tells before one is in. `state`: how the asker stands to the chat.
 * @typedef {object} ChatPreviewJSON
 * @property {number|null} id
 * @property {"group"|"channel"} kind
 * @property {string} title
 * @property {string} description
 * @property {string|null} handle
 * @property {string|null} photo
 * @property {number} color
 * @property {number} member_count
 * @property {boolean} needs_approval
 * @property {"outside"|"requested"|"member"} state
 */

/**
 * @typedef {object} ContactJSON
 * @property {UserJSON} user
 * @property {string} alias
 * @property {string} added_at
 */

/**
 * @typedef {object} CreatedJSON
 * @property {ChatJSON} chat
 * @property {MyJSON} my
 * @property {UserJSON|null} peer
 * @property {MessageJSON|null} last_message
 * @property {number} others_read_seq
 * @property {number} others_delivered_seq
 * @property {RefusedJSON[]} refused
 */

/**
 * @typedef {object} DeviceJSON
 * @property {number} id
 * @property {string} name
 * @property {boolean} is_phone
 * @property {string} ip
 * @property {string} signed_in_at
 * @property {string} last_seen_at
 * @property {boolean} is_current
 */

/**
 * @typedef {object} DraftJSON
 * @property {string} text
 * @property {number|null} reply_to
 * @property {string} updated_at
 */

/**
 * @typedef {object} EmptyJSON
 */

/**
 * A stretch of formatted text. Offsets and lengths count UTF-16 code units, as JavaScript, Java and Swift do.
 * @typedef {object} EntityJSON
 * @property {"bold"|"italic"|"strike"|"spoiler"|"code"|"pre"|"quote"|"link"|"mention"|"hashtag"} type
 * @property {number} offset
 * @property {number} length
 * @property {string} [url]
 * @property {number} [user]
 * @property {string} [language]
 */

/**
 * @typedef {object} ExportJSON
 * @property {string} id
 * @property {"waiting"|"running"|"ready"|"failed"} state
 * @property {number} progress
 * @property {number} size
 * @property {string|null} url
 * @property {string} created_at
 * @property {string|null} expires_at
 */

/**
 * @typedef {object} FolderJSON
 * @property {number} id
 * @property {string} name
 * @property {number} position
 * @property {number[]} chats
 */

/**
 * @typedef {object} FoldersJSON
 * @property {FolderJSON[]} folders
 */

/**
 * @typedef {object} ForwardJSON
 * @property {string} name
 * @property {number|null} user
 * @property {number|null} chat
 * @property {string} chat_title
 * @property {number|null} seq
 * @property {string} at
 */

/**
 * A row of the chat list.
 * @typedef {object} HeadJSON
 * @property {ChatJSON} chat
 * @property {MyJSON} my
 * @property {UserJSON|null} peer
 * @property {MessageJSON|null} last_message
 * @property {number} others_read_seq
 * @property {number} others_delivered_seq
 */

/**
 * @typedef {object} HiddenJSON
 * @property {number} chat
 * @property {number} seq
 */

/**
 * A page of messages, ascending by seq, and how far the chat was when it was read.
 * @typedef {object} HistoryJSON
 * @property {MessageJSON[]} messages
 * @property {boolean} has_before
 * @property {boolean} has_after
 * @property {number} modseq
 */

/**
 * @typedef {object} ImageSizeJSON
 * @property {string} url
 * @property {number} width
 * @property {number} height
 */

/**
 * A link as those see it who may hand it out. `path` is relative to the address of the service.
 * @typedef {object} InviteJSON
 * @property {number} id
 * @property {string} token
 * @property {string} path
 * @property {SenderJSON|null} created_by
 * @property {string} created_at
 * @property {string|null} expires_at
 * @property {number|null} max_uses
 * @property {number} use_count
 * @property {boolean} needs_approval
 * @property {boolean} is_active
 */

/**
 * @typedef {object} JoinRequestJSON
 * @property {UserJSON} user
 * @property {number|null} invite
 * @property {string} created_at
 */

/**
 * @typedef {object} KeptJSON
 * @property {number} chat
 * @property {MyJSON} my
 */

/**
 * @typedef {object} LinkJSON
 * @property {string} url
 * @property {string} qr_svg
 */

/**
 * @typedef {object} MeJSON
 * @property {number} id
 * @property {string} handle
 * @property {string} name
 * @property {string|null} avatar
 * @property {number} color
 * @property {string} status
 * @property {string} bio
 * @property {boolean} is_deleted
 * @property {string|null} email
 * @property {boolean} is_email_verified
 * @property {string|null} phone
 * @property {string} language
 * @property {string} time_zone
 * @property {PrivacyJSON} privacy
 * @property {boolean} is_moderator
 * @property {string} joined_at
 * @property {number} fact_seq
 */

/**
 * @typedef {object} MemberJSON
 * @property {UserJSON} user
 * @property {"owner"|"admin"|"member"} role
 * @property {"active"|"left"|"removed"|"banned"} state
 * @property {string[]} rights
 * @property {string} joined_at
 * @property {number} modseq
 */

/**
 * @typedef {object} MessageJSON
 * @property {number} chat
 * @property {number} seq
 * @property {number} modseq
 * @property {number} id
 * @property {string|null} client_id
 * @property {"text"|"service"|"card"} kind
 * @property {SenderJSON|null} sender
 * @property {string} text
 * @property {EntityJSON[]} entities
 * @property {ReplyJSON|null} reply
 * @property {ForwardJSON|null} forward
 * @property {AttachmentJSON[]} attachments
 * @property {PreviewJSON|null} preview
 * @property {ReactionJSON[]} reactions
 * @property {CardJSON|null} card
 * @property {Record<string, any>|null} service
 * @property {number[]} mentions
 * @property {boolean} is_pinned
 * @property {boolean} is_silent
 * @property {boolean} is_deleted
 * @property {string} created_at
 * @property {string|null} edited_at
 */

/**
 * How the asking person stands in the chat and keeps it: private durable facts.
 * @typedef {object} MyJSON
 * @property {"active"|"left"|"removed"|"banned"} state
 * @property {"owner"|"admin"|"member"} role
 * @property {string[]} rights
 * @property {number} joined_seq
 * @property {number} read_seq
 * @property {number} unread_count
 * @property {number} mention_count
 * @property {string|null} muted_until
 * @property {number} pinned_rank
 * @property {boolean} is_archived
 * @property {boolean} is_marked_unread
 * @property {number[]} folders
 * @property {DraftJSON|null} draft
 * @property {number} fact_seq
 */

/**
 * @typedef {object} MyListJSON
 * @property {KeptJSON[]} chats
 */

/**
 * @typedef {object} PreviewJSON
 * @property {string} url
 * @property {string} title
 * @property {string} description
 * @property {string} site_name
 * @property {ImageSizeJSON|null} image
 */

/**
 * @typedef {object} PrivacyJSON
 * @property {"everybody"|"contacts"|"nobody"} last_seen
 * @property {"everybody"|"contacts"|"nobody"} photo
 * @property {"everybody"|"contacts"|"nobody"} phone
 * @property {"everybody"|"contacts"|"nobody"} write
 * @property {"everybody"|"contacts"|"nobody"} group
 * @property {"everybody"|"contacts"|"nobody"} call
 */

/**
 * An error (RFC 9457). `code` is stable; further members depend on it, such as retry_after or fields.
 * @typedef {object} ProblemJSON
 * @property {string} type
 * @property {string} title
 * @property {number} status
 * @property {string} code
 * @property {string} detail
 */

/**
 * A person as the asking one may see them: their rules and blocks applied.
 * @typedef {object} ProfileJSON
 * @property {number} id
 * @property {string} handle
 * @property {string} name
 * @property {string|null} avatar
 * @property {number} color
 * @property {string} status
 * @property {string} bio
 * @property {boolean} is_deleted
 * @property {string|null} phone
 * @property {string|null} last_seen_at
 * @property {string} alias
 * @property {boolean} is_contact
 * @property {boolean} is_blocked
 * @property {boolean} may_write
 * @property {boolean} may_call
 * @property {boolean} may_add_to_group
 */

/**
 * @typedef {object} PushSubscriptionJSON
 * @property {number} id
 * @property {string} endpoint
 * @property {boolean} is_current
 * @property {string} created_at
 */

/**
 * @typedef {object} ReactionJSON
 * @property {string} emoji
 * @property {number} count
 * @property {number[]} by
 */

/**
 * @typedef {object} RefusedJSON
 * @property {number} user
 * @property {"user_not_found"|"already_member"|"banned"|"privacy"|"group_full"} code
 */

/**
 * What is replied to, frozen when the reply was sent. `quote` is the fragment the writer chose, else "".
 * @typedef {object} ReplyJSON
 * @property {number} seq
 * @property {number|null} sender
 * @property {string} name
 * @property {string} excerpt
 * @property {string} quote
 * @property {string} kind
 */

/**
 * @typedef {object} RequestedJSON
 * @property {"requested"} state
 */

/**
 * `highlights`: [offset, length] in UTF-16 units of the message's text. `peer`: of direct chats, the other one.
 * @typedef {object} SearchHitJSON
 * @property {MessageJSON} message
 * @property {ChatJSON} chat
 * @property {UserJSON|null} peer
 * @property {number[][]} highlights
 */

/**
 * `chats` and `people` come with the first page of a search over everything, and are empty otherwise.
 * @typedef {object} SearchJSON
 * @property {SearchHitJSON[]} results
 * @property {string|null} next
 * @property {HeadJSON[]} chats
 * @property {UserJSON[]} people
 */

/**
 * The short form that travels inside messages.
 * @typedef {object} SenderJSON
 * @property {number} id
 * @property {string} handle
 * @property {string} name
 * @property {string|null} avatar
 * @property {number} color
 */

/**
 * @typedef {object} SyncJSON
 * @property {string} token
 * @property {number} user
 * @property {number} fact_seq
 * @property {HeadJSON[]} heads
 * @property {number[]} gone
 * @property {HiddenJSON[]} hidden
 * @property {boolean} has_more
 */

/**
 * @typedef {object} UserJSON
 * @property {number} id
 * @property {string} handle
 * @property {string} name
 * @property {string|null} avatar
 * @property {number} color
 * @property {string} status
 * @property {string} bio
 * @property {boolean} is_deleted
 */
