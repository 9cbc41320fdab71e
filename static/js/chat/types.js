/**
 * The shapes the engine adds to those of the server (core/contract.js). Types only.
 *
 * @typedef {import("core/contract.js").MessageJSON} MessageJSON
 * @typedef {import("core/contract.js").HeadJSON} HeadJSON
 * @typedef {import("core/contract.js").ChatJSON} ChatJSON
 * @typedef {import("core/contract.js").MyJSON} MyJSON
 * @typedef {import("core/contract.js").UserJSON} UserJSON
 * @typedef {import("core/contract.js").MemberJSON} MemberJSON
 * @typedef {import("core/contract.js").AttachmentJSON} AttachmentJSON
 * @typedef {import("core/contract.js").EntityJSON} EntityJSON
 * @typedef {import("core/contract.js").SyncJSON} SyncJSON
 * @typedef {import("core/contract.js").ChangesJSON} ChangesJSON
 *
 * @typedef {"pending"|"uploading"|"failed"|"sent"|"delivered"|"read"|"received"} RowState
 * @typedef {{ user: number, name: string, action: "text"|"voice"|"photo"|"file" }} TypingEntry
 * @typedef {{ id: number, name: string, position: number }} FolderJSON
 *
 * @typedef {object} ChatRow
 * @property {string} key
 * @property {number} id
 * @property {"direct"|"group"|"channel"|"saved"|"order"} kind
 * @property {string} title the peer's name in direct chats, "" in saved messages
 * @property {string|null} photo
 * @property {number} color
 * @property {string|null} handle
 * @property {UserJSON|null} peer
 * @property {ChatJSON} chat
 * @property {MyJSON} my
 * @property {MessageJSON|null} lastMessage newest, a pending one included
 * @property {RowState} lastState
 * @property {string} at ISO time of what puts the row at its place
 * @property {number} unread
 * @property {number} mentions
 * @property {boolean} isMuted
 * @property {boolean} isPinned
 * @property {boolean} isArchived
 * @property {boolean} isMarkedUnread
 * @property {{ text: string, replyTo: number|null }|null} draft
 * @property {TypingEntry[]} typing
 * @property {number} othersReadSeq
 * @property {number} othersDeliveredSeq
 * @property {number} pending
 * @property {number} failed
 *
 * @typedef {object} TimelineRow
 * @property {string} key the same while pending and when stored
 * @property {number|null} seq null while pending
 * @property {MessageJSON} message
 * @property {RowState} state
 * @property {{ code: string, detail: string }|null} error
 * @property {number|null} progress 0..1 while uploading
 * @property {number|null} retryAt ms since 1970, when the server asked to wait
 * @property {boolean} isMine
 * @property {boolean} isService
 * @property {string|null} startsDay local "YYYY-MM-DD" when the row is the first of its day
 * @property {boolean} startsRun first of one sender's run
 * @property {boolean} endsRun
 * @property {boolean} isFirstUnread
 * @property {boolean} isNewestCard of several cards of one thing among the rows, the last
 *
 * @typedef {object} DraftFile
 * @property {Blob} blob
 * @property {string} name
 * @property {"photo"|"video"|"voice"|"audio"|"file"} kind
 * @property {number} [durationMs]
 * @property {number[]} [waveform]
 * @property {number} [width]
 * @property {number} [height]
 *
 * @typedef {object} Draft
 * @property {string} [text]
 * @property {EntityJSON[]} [entities]
 * @property {number|null} [replyTo]
 * @property {string} [quote]
 * @property {(File|DraftFile)[]} [files]
 * @property {boolean} [isSilent]
 * @property {boolean} [asFile] send photos and videos as plain files
 *
 * @typedef {object} OutboxFile
 * @property {string} id local id, key of the blob
 * @property {string} name
 * @property {string} mime
 * @property {number} size
 * @property {"photo"|"video"|"voice"|"audio"|"file"} kind
 * @property {number} duration_ms
 * @property {number[]} waveform
 * @property {number} width
 * @property {number} height
 * @property {string|null} upload the server's upload id once there is one
 * @property {AttachmentJSON|null} attachment set when the server has all of it
 *
 * @typedef {object} OutboxEntry
 * @property {number} [order] given by the database: the order of writing
 * @property {string} client_id
 * @property {number} user
 * @property {number} chat
 * @property {string} text
 * @property {EntityJSON[]|null} entities
 * @property {number|null} reply_to
 * @property {import("core/contract.js").ReplyJSON|null} reply what the bubble shows
 * @property {string} quote
 * @property {boolean} is_silent
 * @property {OutboxFile[]} files
 * @property {string} created_at
 * @property {"pending"|"failed"} state
 * @property {{ code: string, detail: string }|null} error
 * @property {number} attempts
 */

export {};
