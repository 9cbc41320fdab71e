/** Made by `manage.py contract` from the Python declarations. Do not edit: a test compares. */

/**
 * - `blocks.changed`: Someone was blocked or unblocked on another device. data: {"user", "is_blocked"}.
 * - `call.changed`: A call began to ring, was answered, ended, or somebody came or went: the whole call again. data: Call.
 * - `call.door`: The door you wait at was answered. data: {"call", "state"}. To the one who waits.
 * - `call.lobby`: Somebody waits at the door of a call, or was let in or refused. data: Lobby. To those who decide.
 * - `call.log`: You looked at your call log, or took something out of it, on some device. data: {"missed_count"}.
 * - `call.mute_asked`: An admin asks those in the call to switch their microphones off. data: {"call", "by": Sender, "device"}.
 * - `call.removed`: An admin took somebody out of the call. data: {"call", "device"}. To that person.
 * - `call.signal`: A signal for one device of yours; the others ignore it. data: CallSignal.
 * - `cart.changed`: Your cart changed on another device. data: {"count"}.
 * - `chat.added`: You are in a chat now (created, joined, added, a first direct message). data: Head. To the new members.
 * - `chat.changed`: Title, photo, rights, slow mode … changed. data: Chat.
 * - `chat.delivered`: A device of someone has everything up to here. data: {"user", "delivered_seq"}.
 * - `chat.head`: For chats of over 1,000 members that are not open: how far the chat is. data: {"modseq", "last_seq"?}.
 * - `chat.read`: Someone has read up to here. data: {"user", "read_seq"}.
 * - `chat.removed`: You are no longer in a chat. data: {"chat", "state"}. To the one who left; the hub forgets them at once.
 * - `contacts.changed`: Contacts were added or removed on another device. data: {"user", "is_contact"}.
 * - `folders.changed`: Folders were made, renamed, reordered or removed. data: {"folders": [Folder]}.
 * - `join_requests.changed`: Someone asks to be let in, or was answered. data: {"chat", "count"}: how many wait. To those who decide.
 * - `member.changed`: Someone came, went, or has another role. data: Member.
 * - `message.changed`: Edited, deleted, reacted to, pinned, preview or picture ready: the whole message again. data: Message.
 * - `message.created`: A new message. data: Message.
 * - `message.hidden`: Deleted for me on another device. data: {"chat", "seqs"}.
 * - `my.changed`: How a person keeps a chat changed on another device: read mark, draft, mute, pin. data: {"chat", "my": My}.
 * - `offer.changed`: An offer of yours moved, as buyer or seller. data: {"offer", "kind", "live"}: what its card shows now.
 * - `order.changed`: An order of yours moved, as buyer or seller. data: {"order", "kind", "live"}: what its card shows now.
 * - `session.revoked`: A device was signed out. data: {"devices": [ids]}. To the person's devices; the hub closes the ended ones.
 * - `settings.changed`: Privacy, language or time zone changed on another device. data: Me.
 * - `typing`: Someone is typing, recording or uploading. data: {"user", "name", "action"}; forget it after 6 s.
 * - `user.changed`: Name, handle, photo, status or bio changed. data: User. To the person's own devices and those who know them.
 * @typedef {"blocks.changed"|"call.changed"|"call.door"|"call.lobby"|"call.log"|"call.mute_asked"|"call.removed"|"call.signal"|"cart.changed"|"chat.added"|"chat.changed"|"chat.delivered"|"chat.head"|"chat.read"|"chat.removed"|"contacts.changed"|"folders.changed"|"join_requests.changed"|"member.changed"|"message.changed"|"message.created"|"message.hidden"|"my.changed"|"offer.changed"|"order.changed"|"session.revoked"|"settings.changed"|"typing"|"user.changed"} EventName
 */

/**
 * - `call.answer`: call, device, has_video
 * - `call.decline`: call, text
 * - `call.hang_up`: call, device
 * - `call.join`: call, device, has_video
 * - `call.leg`: call, device, is_muted, has_video, is_sharing, hand
 * - `call.look`: call
 * - `call.ping`: call, device
 * - `call.rings`: call
 * - `call.running`
 * - `call.signal`: call, device, to_device, n, description, candidates
 * - `call.signals`: call, device, after
 * - `call.start`: chat, device, kind, has_video
 * - `chat.open`: chats
 * - `chat.read`: chat, seq
 * - `chat.received`: chats
 * - `message.send`: chat, client_id, text, entities, reply_to, quote, attachments, is_silent
 * - `ping`: open
 * - `presence.watch`: users
 * - `resume`: token
 * - `typing`: chat, action
 * @typedef {"call.answer"|"call.decline"|"call.hang_up"|"call.join"|"call.leg"|"call.look"|"call.ping"|"call.rings"|"call.running"|"call.signal"|"call.signals"|"call.start"|"chat.open"|"chat.read"|"chat.received"|"message.send"|"ping"|"presence.watch"|"resume"|"typing"} CommandName
 */

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
  "group_members": 2000,
  "decline_chars": 300
});

/** Error code -> HTTP status, over the socket; the others are 400. @type {Record<string, number>} */
export const ERRORS = Object.freeze({
  "already_in_call": 409,
  "answered_elsewhere": 409,
  "attachment_not_found": 404,
  "blocked": 403,
  "blocked_by_you": 403,
  "busy": 503,
  "call_ended": 410,
  "call_full": 409,
  "call_not_found": 404,
  "call_refused": 403,
  "chat_not_found": 404,
  "client_id_reused": 409,
  "conflict": 409,
  "device_taken": 409,
  "forbidden": 403,
  "gone": 410,
  "idempotency_key_reused": 422,
  "insufficient_funds": 409,
  "media_server_away": 503,
  "no_calls_here": 403,
  "nobody_to_call": 403,
  "not_answered": 409,
  "not_found": 404,
  "not_in_call": 409,
  "not_ringing": 409,
  "own_call": 409,
  "peer_not_in_call": 409,
  "rate_limited": 429,
  "relay_missing": 409,
  "reply_not_found": 404,
  "right_needed": 403,
  "sanctioned": 403,
  "server_error": 503,
  "signal_too_large": 413,
  "slow_mode": 429,
  "storage_full": 507,
  "too_large": 413,
  "unavailable": 503,
  "unbalanced": 500
});

/**
 * `suggest_link`: some did not let themselves be added, and the asker may send them an invite link.
 * @typedef {object} AddedJSON
 * @property {MemberJSON[]} added
 * @property {RefusedJSON[]} refused
 * @property {boolean} suggest_link
 */

/**
 * @typedef {object} AddressJSON
 * @property {number} id
 * @property {string} name
 * @property {string} line1
 * @property {string} line2
 * @property {string} postcode
 * @property {string} city
 * @property {string} region
 * @property {string} country
 * @property {string} phone
 * @property {boolean} is_default
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
 * A typed fact that goods of the category have. `choices` of type "choice" only.
 * @typedef {object} AttributeJSON
 * @property {string} key
 * @property {string} label
 * @property {"text"|"number"|"choice"|"flag"} type
 * @property {string} unit
 * @property {ChoiceJSON[]} choices
 * @property {boolean} is_required
 * @property {boolean} is_facet
 */

/**
 * A shop's money. `held`: of orders that are not completed; `owed`: what the shop owes us; payouts wait then.
 * @typedef {object} BalanceJSON
 * @property {string} currency
 * @property {MoneyJSON} available
 * @property {MoneyJSON} held
 * @property {MoneyJSON} owed
 * @property {MoneyJSON} paying_out
 * @property {boolean} can_pay_out
 * @property {string} frozen_reason
 */

/**
 * @typedef {object} BasketJSON
 * @property {string} currency
 * @property {CartPartJSON[]} parts
 * @property {MoneyJSON} items
 */

/**
 * @typedef {object} BlockJSON
 * @property {UserJSON} user
 * @property {string} blocked_at
 */

/**
 * What a link shows before one is in. `state`: how the asker stands; "quiet": nobody is in a call there now.
 * @typedef {object} CallDoorJSON
 * @property {string} title
 * @property {string|null} photo
 * @property {number} color
 * @property {number} member_count
 * @property {number|null} call
 * @property {number} people
 * @property {"quiet"|"member"|"outside"|"waiting"|"admitted"|"refused"} state
 */

/**
 * A call as somebody takes part in it: what start, answer and join give.
 * @typedef {object} CallEntryJSON
 * @property {CallJSON} call
 * @property {IceJSON} ice
 * @property {MediaServerJSON|null} media
 * @property {boolean} is_new
 */

/**
 * A call as all see it whom it concerns. Ring only while `state` is "ringing", `rings_until` is ahead, and not as its caller.
 * @typedef {object} CallJSON
 * @property {number} id
 * @property {number} chat
 * @property {string} chat_title
 * @property {"audio"|"video"} kind
 * @property {"ringing"|"active"|"ended"} state
 * @property {"direct"|"mesh"|"janus"} backend
 * @property {string} room
 * @property {SenderJSON|null} caller
 * @property {SenderJSON|null} callee
 * @property {string} created_at
 * @property {string} rings_until
 * @property {string|null} rang_at
 * @property {string|null} answered_at
 * @property {string|null} ended_at
 * @property {""|"hung_up"|"declined"|"cancelled"|"missed"|"busy"|"lost"} reason
 * @property {number} duration_seconds
 * @property {CallLegJSON[]} legs
 */

/**
 * A device that is in a call. `device` addresses signals to it.
 * @typedef {object} CallLegJSON
 * @property {SenderJSON} user
 * @property {string} device
 * @property {string} joined_at
 * @property {boolean} is_muted
 * @property {boolean} has_video
 * @property {boolean} is_sharing
 * @property {string|null} hand_raised_at
 */

/**
 * `path` is relative to the address of the service.
 * @typedef {object} CallLinkJSON
 * @property {number} chat
 * @property {string} token
 * @property {string} path
 * @property {SenderJSON|null} created_by
 * @property {string} created_at
 */

/**
 * A line of somebody's call log. `outcome` is theirs: what the caller hears as "no_answer" the other one missed.
 * @typedef {object} CallLogJSON
 * @property {CallJSON} call
 * @property {boolean} is_outgoing
 * @property {"running"|"answered"|"missed"|"no_answer"|"declined"|"busy"|"cancelled"} outcome
 * @property {boolean} is_news
 */

/**
 * `is_in` False: this device is out of the call (it was silent too long, or it went on elsewhere).
 * @typedef {object} CallPingJSON
 * @property {boolean} is_in
 * @property {"ringing"|"active"|"ended"} state
 */

/**
 * `id` orders what comes to a device: keep the largest, and ask for what is after it when the socket comes back.
 * @typedef {object} CallSignalJSON
 * @property {number} id
 * @property {number} call
 * @property {string} from_device
 * @property {string} to_device
 * @property {number} n
 * @property {Record<string, any>|null} description
 * @property {Record<string, any>[]} candidates
 */

/**
 * @typedef {object} CallSignalsJSON
 * @property {CallSignalJSON[]} signals
 */

/**
 * Something of another app: `snapshot` as it was when it was sent, `live` as it is now (null: it is gone).
 * @typedef {object} CardJSON
 * @property {string} kind
 * @property {number} id
 * @property {Record<string, any>} snapshot
 * @property {Record<string, any>|null} live
 */

/**
 * In groups by currency: one checkout pays in one currency.
 * @typedef {object} CartJSON
 * @property {BasketJSON[]} baskets
 * @property {number} count
 */

/**
 * `problem`: why it cannot be bought now: out_of_stock, not_available, on_holiday, price_changed (was `seen`).
 * @typedef {object} CartLineJSON
 * @property {number} id
 * @property {ListingCardJSON} listing
 * @property {number} variant
 * @property {string} variant_name
 * @property {number} quantity
 * @property {MoneyJSON} unit_price
 * @property {MoneyJSON} seen
 * @property {MoneyJSON} subtotal
 * @property {number|null} available
 * @property {string|null} problem
 */

/**
 * What is bought of one shop. `delivery` are the ways that all its goods can go; empty when nothing is sent.
 * @typedef {object} CartPartJSON
 * @property {ShopCardJSON} shop
 * @property {CartLineJSON[]} lines
 * @property {MoneyJSON} items
 * @property {DeliveryOptionJSON[]} delivery
 */

/**
 * `path` is what searches take: a category and all below it. `attributes` includes those of the parents.
 * @typedef {object} CategoryJSON
 * @property {number} id
 * @property {string} path
 * @property {string} title
 * @property {string} icon
 * @property {string|null} parent
 * @property {number} count
 * @property {AttributeJSON[]} [attributes]
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
 * @property {"direct"|"group"|"channel"|"saved"|"order"} kind
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
 * What an order would cost now. Send `total.minor` back as `expected_total_minor` to order at this price.
 * @typedef {object} CheckoutJSON
 * @property {string} currency
 * @property {number|null} quote
 * @property {CheckoutPartJSON[]} parts
 * @property {boolean} needs_address
 * @property {AddressJSON|null} address
 * @property {MoneyJSON} total
 * @property {Record<string, any>[]} problems
 */

/**
 * @typedef {object} CheckoutPartJSON
 * @property {ShopCardJSON} shop
 * @property {CartLineJSON[]} lines
 * @property {DeliveryOptionJSON[]} delivery_options
 * @property {number|null} delivery_option
 * @property {boolean} needs_address
 * @property {string} coupon
 * @property {MoneyJSON} items
 * @property {MoneyJSON} delivery
 * @property {MoneyJSON} discount
 * @property {MoneyJSON} total
 */

/**
 * @typedef {object} ChoiceJSON
 * @property {string} value
 * @property {string} label
 */

/**
 * @typedef {object} ContactJSON
 * @property {UserJSON} user
 * @property {string} alias
 * @property {string} added_at
 */

/**
 * For its seller. Either `percent_bp` (basis points: 1000 is 10 %) or `amount`.
 * @typedef {object} CouponJSON
 * @property {number} id
 * @property {string} code
 * @property {"percent"|"fixed"} kind
 * @property {number|null} percent_bp
 * @property {MoneyJSON|null} amount
 * @property {MoneyJSON} min_items
 * @property {number|null} max_uses
 * @property {number} per_buyer
 * @property {number} use_count
 * @property {string|null} valid_from
 * @property {string|null} valid_until
 * @property {boolean} is_active
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
 * @typedef {object} DeliveryOptionJSON
 * @property {number} id
 * @property {"shipping"|"in_person"} kind
 * @property {string} name
 * @property {MoneyJSON} price
 * @property {MoneyJSON} extra
 * @property {MoneyJSON|null} free_from
 * @property {string[]} countries
 * @property {number} days_min
 * @property {number} days_max
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
 * @typedef {object} DisputeJSON
 * @property {number} id
 * @property {string} reason
 * @property {string} reason_label
 * @property {string} text
 * @property {string} outcome
 * @property {string} outcome_label
 * @property {MoneyJSON} refund
 * @property {string} decision
 * @property {EvidenceJSON[]} evidence
 * @property {string} created_at
 * @property {string|null} decided_at
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
 * @typedef {object} EvidenceJSON
 * @property {number} id
 * @property {SenderJSON|null} by
 * @property {string} text
 * @property {Record<string, any>|null} attachment
 * @property {string} created_at
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
 * @typedef {object} FactJSON
 * @property {string} key
 * @property {string} label
 * @property {string} value
 */

/**
 * A line of the fetch log. `outcome` is ok, not_modified, or the code of a failure, which `text` says in words.
 * @typedef {object} FetchJSON
 * @property {string} at
 * @property {string} outcome
 * @property {string} text
 * @property {number|null} status
 * @property {number} size
 * @property {number} milliseconds
 * @property {number} new_count
 * @property {number} changed_count
 * @property {string|null} next_fetch_at
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
 * How one follows a source. `title` "" is the source's own.
 * @typedef {object} FollowJSON
 * @property {string} folder
 * @property {string} title
 * @property {number} unread_count
 * @property {string} created_at
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
 * How a feed is doing. `code` "" is well; `text` says it in the reader's language.
 * @typedef {object} HealthJSON
 * @property {string} code
 * @property {string} text
 * @property {string|null} last_success_at
 * @property {string|null} next_fetch_at
 * @property {string|null} failing_since
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
 * How to find a way to the others. `relay_only`: this person hides their address, use nothing but the relay.
 * @typedef {object} IceJSON
 * @property {IceServerJSON[]} ice_servers
 * @property {boolean} relay_only
 * @property {boolean} has_relay
 * @property {string|null} expires_at
 */

/**
 * As RTCConfiguration.iceServers takes it.
 * @typedef {object} IceServerJSON
 * @property {string[]} urls
 * @property {string} [username]
 * @property {string} [credential]
 */

/**
 * @typedef {object} ImageSizeJSON
 * @property {string} url
 * @property {number} width
 * @property {number} height
 */

/**
 * `checked`: only looked through, nothing has changed; start it to make it so.
 * @typedef {object} ImportJSON
 * @property {number} id
 * @property {"checked"|"running"|"done"|"cancelled"} state
 * @property {string} name
 * @property {number} row_count
 * @property {number} done_count
 * @property {number} created_count
 * @property {number} updated_count
 * @property {number} unchanged_count
 * @property {number} failed_count
 * @property {RowErrorJSON[]} errors
 * @property {string} created_at
 * @property {string|null} finished_at
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
 * `url`: the PDF.
 * @typedef {object} InvoiceCardJSON
 * @property {number} id
 * @property {string} number
 * @property {"invoice"|"credit_note"} kind
 * @property {string} url
 * @property {string} issued_at
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
 * A listing in a list or in a chat: what everybody sees alike.
 * @typedef {object} ListingCardJSON
 * @property {number} id
 * @property {string} url
 * @property {"goods"|"service"|"digital"|"course"} kind
 * @property {"draft"|"published"|"paused"|"sold"|"expired"|"removed"|"deleted"} state
 * @property {string} title
 * @property {MoneyJSON|null} price
 * @property {MoneyJSON|null} price_max
 * @property {string} condition
 * @property {string} condition_label
 * @property {number|null} available
 * @property {boolean} is_available
 * @property {PhotoJSON|null} photo
 * @property {number} photo_count
 * @property {string} place
 * @property {string|null} category
 * @property {ShopCardJSON} shop
 * @property {boolean} takes_offers
 * @property {boolean} is_shipped
 * @property {boolean} is_handed_over
 * @property {string|null} published_at
 * @property {number} [distance_km]
 * @property {boolean} [is_favourite]
 */

/**
 * The whole listing.
 * @typedef {object} ListingJSON
 * @property {number} id
 * @property {string} url
 * @property {"goods"|"service"|"digital"|"course"} kind
 * @property {"draft"|"published"|"paused"|"sold"|"expired"|"removed"|"deleted"} state
 * @property {string} title
 * @property {MoneyJSON|null} price
 * @property {MoneyJSON|null} price_max
 * @property {string} condition
 * @property {string} condition_label
 * @property {number|null} available
 * @property {boolean} is_available
 * @property {PhotoJSON|null} photo
 * @property {number} photo_count
 * @property {string} place
 * @property {string|null} category
 * @property {ShopCardJSON} shop
 * @property {boolean} takes_offers
 * @property {boolean} is_shipped
 * @property {boolean} is_handed_over
 * @property {string|null} published_at
 * @property {number} [distance_km]
 * @property {boolean} [is_favourite]
 * @property {string} description
 * @property {Record<string, any>} attributes
 * @property {FactJSON[]} facts
 * @property {PhotoJSON[]} photos
 * @property {VariantJSON[]} variants
 * @property {DeliveryOptionJSON[]} delivery
 * @property {PlaceJSON|null} location
 * @property {number|null} max_per_buyer
 * @property {number} revision
 * @property {number} favourite_count
 * @property {string|null} expires_at
 * @property {boolean} is_mine
 * @property {number} [view_count]
 * @property {string} [digital_text]
 * @property {Record<string, any>[]} [files]
 * @property {number|null} [course_chat]
 * @property {string} [external_id]
 * @property {boolean} [is_in_review]
 */

/**
 * @typedef {object} LobbyGuestJSON
 * @property {SenderJSON} user
 * @property {"waiting"|"admitted"|"refused"} state
 * @property {string} created_at
 */

/**
 * @typedef {object} LobbyJSON
 * @property {number} call
 * @property {LobbyGuestJSON[]} guests
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
 * @property {boolean} hides_address
 * @property {boolean} is_moderator
 * @property {string} joined_at
 * @property {number} fact_seq
 */

/**
 * Where the call's room is: the protocol is Janus' own, plugin VideoRoom. Each message carries `token`. Join as publisher with `room`, `pin`, and as `id` the UUID of your device: who is there under another is put out. Subscriptions name your `private_id`. When the room is not there (426), the pin is wrong (433) or the connection is lost, ask for all this again: it is made anew as needed, under the same name.
 * @typedef {object} MediaServerJSON
 * @property {string} url
 * @property {string} room
 * @property {string} token
 * @property {string} pin
 * @property {string} expires_at
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
 * An amount. `text` is for people, in the language of the asker; reckon with `minor`.
 * @typedef {object} MoneyJSON
 * @property {number} minor
 * @property {string} currency
 * @property {string} text
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
 * @typedef {object} NewsMarkJSON
 * @property {number} unread_count
 */

/**
 * `my` null: not followed.
 * @typedef {object} NewsSourceJSON
 * @property {number} id
 * @property {"feed"} kind
 * @property {string} title
 * @property {string} description
 * @property {string} site_url
 * @property {string} feed_url
 * @property {string} language
 * @property {"active"|"gone"} state
 * @property {number} story_count
 * @property {string|null} newest_at
 * @property {number} last_seq
 * @property {HealthJSON} health
 * @property {FollowJSON|null} my
 */

/**
 * A negotiation. `moves`: what each side may do now (counter, accept, decline, withdraw).
 * @typedef {object} OfferJSON
 * @property {number} id
 * @property {"offer"|"request"} kind
 * @property {"open"|"accepted"|"declined"|"withdrawn"|"expired"} state
 * @property {"buyer"|"seller"} turn
 * @property {ListingCardJSON} listing
 * @property {number} variant
 * @property {string} variant_name
 * @property {number} quantity
 * @property {MoneyJSON|null} amount
 * @property {MoneyJSON|null} total
 * @property {SenderJSON} buyer
 * @property {SenderJSON} seller
 * @property {number|null} chat
 * @property {number|null} quote
 * @property {OfferStepJSON[]} steps
 * @property {Record<string, string[]>} moves
 * @property {string} expires_at
 * @property {string} created_at
 */

/**
 * @typedef {object} OfferStepJSON
 * @property {"buyer"|"seller"} side
 * @property {string} act
 * @property {MoneyJSON|null} amount
 * @property {string} note
 * @property {string} at
 */

/**
 * An order in a list or in its thread: what both sides may see. `moves` names what each role may do now.
 * @typedef {object} OrderCardJSON
 * @property {number} id
 * @property {string} number
 * @property {string} url
 * @property {"created"|"expired"|"paid"|"accepted"|"shipped"|"delivered"|"completed"|"cancelled"|"disputed"|"returned"|"refunded"|"chargeback"} state
 * @property {string} state_label
 * @property {"shipping"|"in_person"|"online"|"service"} fulfilment
 * @property {string} title
 * @property {string|null} photo
 * @property {number} line_count
 * @property {MoneyJSON} total
 * @property {MoneyJSON} refunded
 * @property {SenderJSON} buyer
 * @property {SenderJSON} seller
 * @property {ShopCardJSON} shop
 * @property {number|null} chat
 * @property {Record<string, string[]>} moves
 * @property {string|null} due_at
 * @property {string} due_what
 * @property {string} created_at
 * @property {string} changed_at
 */

/**
 * The whole order, for its buyer, its seller, and moderators while it is in dispute.
 * @typedef {object} OrderJSON
 * @property {number} id
 * @property {string} number
 * @property {string} url
 * @property {"created"|"expired"|"paid"|"accepted"|"shipped"|"delivered"|"completed"|"cancelled"|"disputed"|"returned"|"refunded"|"chargeback"} state
 * @property {string} state_label
 * @property {"shipping"|"in_person"|"online"|"service"} fulfilment
 * @property {string} title
 * @property {string|null} photo
 * @property {number} line_count
 * @property {MoneyJSON} total
 * @property {MoneyJSON} refunded
 * @property {SenderJSON} buyer
 * @property {SenderJSON} seller
 * @property {ShopCardJSON} shop
 * @property {number|null} chat
 * @property {Record<string, string[]>} moves
 * @property {string|null} due_at
 * @property {string} due_what
 * @property {string} created_at
 * @property {string} changed_at
 * @property {number} group
 * @property {OrderLineJSON[]} lines
 * @property {MoneyJSON} items
 * @property {MoneyJSON} delivery
 * @property {MoneyJSON} discount
 * @property {MoneyJSON} tax
 * @property {Record<string, any>} delivery_details
 * @property {Record<string, any>} address
 * @property {string} note
 * @property {string} carrier
 * @property {string} tracking_number
 * @property {string} cancel_reason
 * @property {Record<string, any>} seller_of_record
 * @property {"buyer"|"seller"|"moderator"} role
 * @property {TransitionJSON[]} timeline
 * @property {PaymentJSON|null} payment
 * @property {RefundJSON[]} refunds
 * @property {ReturnJSON[]} returns
 * @property {DisputeJSON|null} dispute
 * @property {ReviewJSON[]} reviews
 * @property {InvoiceCardJSON[]} invoices
 * @property {string} [handover_code]
 * @property {MoneyJSON} [commission]
 * @property {MoneyJSON} [payout_part]
 * @property {MoneyJSON} [refundable]
 */

/**
 * @typedef {object} OrderLineJSON
 * @property {number} id
 * @property {number} listing
 * @property {string} title
 * @property {string} variant_name
 * @property {string} kind
 * @property {string|null} photo
 * @property {MoneyJSON} unit_price
 * @property {number} quantity
 * @property {MoneyJSON} subtotal
 * @property {MoneyJSON} discount
 * @property {MoneyJSON} refunded
 * @property {number} refunded_quantity
 */

/**
 * A listing in its seller's list.
 * @typedef {object} OwnListingJSON
 * @property {number} id
 * @property {string} url
 * @property {"goods"|"service"|"digital"|"course"} kind
 * @property {"draft"|"published"|"paused"|"sold"|"expired"|"removed"|"deleted"} state
 * @property {string} title
 * @property {MoneyJSON|null} price
 * @property {MoneyJSON|null} price_max
 * @property {string} condition
 * @property {string} condition_label
 * @property {number|null} available
 * @property {boolean} is_available
 * @property {PhotoJSON|null} photo
 * @property {number} photo_count
 * @property {string} place
 * @property {string|null} category
 * @property {ShopCardJSON} shop
 * @property {boolean} takes_offers
 * @property {boolean} is_shipped
 * @property {boolean} is_handed_over
 * @property {string|null} published_at
 * @property {number} [distance_km]
 * @property {boolean} [is_favourite]
 * @property {number} revision
 * @property {number} view_count
 * @property {number} favourite_count
 * @property {string|null} expires_at
 * @property {boolean} is_in_review
 * @property {string} external_id
 */

/**
 * `action_url`: where the buyer pays, when the state is "pending".
 * @typedef {object} PaymentJSON
 * @property {number} id
 * @property {string} provider
 * @property {"created"|"pending"|"succeeded"|"failed"|"cancelled"} state
 * @property {MoneyJSON} amount
 * @property {string} action_url
 * @property {string} failure
 * @property {number} group
 */

/**
 * @typedef {object} PayoutJSON
 * @property {number} id
 * @property {"claimed"|"paid"|"failed"|"returned"} state
 * @property {MoneyJSON} amount
 * @property {string} destination
 * @property {string} failure
 * @property {string} created_at
 * @property {string|null} settled_at
 */

/**
 * Sizes "tiny" (160), "small" (480), "medium" (960), "large" (1920), longest edge in pixels; as many as it has.
 * @typedef {object} PhotoJSON
 * @property {number} id
 * @property {"processing"|"ready"|"failed"} state
 * @property {string} alt
 * @property {string} thumb
 * @property {Record<string, PhotoSizeJSON>} sizes
 */

/**
 * @typedef {object} PhotoSizeJSON
 * @property {string} url
 * @property {number} width
 * @property {number} height
 */

/**
 * Where it is, on purpose not exactly: the middle of an H3 cell of some 5 square kilometres.
 * @typedef {object} PlaceJSON
 * @property {string} name
 * @property {number} latitude
 * @property {number} longitude
 * @property {string} cell
 */

/**
 * One basket, ordered. Begin the payment next; null when there is nothing to pay.
 * @typedef {object} PlacedJSON
 * @property {number} group
 * @property {MoneyJSON} total
 * @property {OrderCardJSON[]} orders
 * @property {PaymentJSON|null} payment
 */

/**
 * @typedef {object} PlannedCallJSON
 * @property {number} id
 * @property {number} chat
 * @property {string} chat_title
 * @property {string} title
 * @property {"audio"|"video"} kind
 * @property {string} starts_at
 * @property {SenderJSON|null} created_by
 * @property {boolean} is_cancelled
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
 * @typedef {object} QuickReplyJSON
 * @property {number} id
 * @property {string} title
 * @property {string} text
 */

/**
 * A price that holds, with the stock, until `expires_at`. Paid for by a checkout with `quote`.
 * @typedef {object} QuoteJSON
 * @property {number} id
 * @property {"open"|"used"|"expired"|"cancelled"} state
 * @property {"buy"|"offer"} source
 * @property {ListingCardJSON} listing
 * @property {number} variant
 * @property {string} variant_name
 * @property {number} quantity
 * @property {MoneyJSON} unit_price
 * @property {MoneyJSON} total
 * @property {string} expires_at
 * @property {number|null} order
 */

/**
 * @typedef {object} ReactionJSON
 * @property {string} emoji
 * @property {number} count
 * @property {number[]} by
 */

/**
 * @typedef {object} RefundJSON
 * @property {number} id
 * @property {"claimed"|"succeeded"|"failed"} state
 * @property {MoneyJSON} amount
 * @property {string} reason
 * @property {string} reason_label
 * @property {string} note
 * @property {string} created_at
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
 * @typedef {object} ReturnJSON
 * @property {number} id
 * @property {"requested"|"approved"|"declined"|"sent"|"received"|"closed"} state
 * @property {string} reason
 * @property {string} answer
 * @property {string} tracking_number
 * @property {Record<string, number>[]} lines
 * @property {string} created_at
 */

/**
 * @typedef {object} ReviewJSON
 * @property {number} id
 * @property {"buyer"|"seller"} side
 * @property {number} stars
 * @property {string} text
 * @property {string} answer
 * @property {SenderJSON|null} author
 * @property {string} listing_title
 * @property {string|null} published_at
 */

/**
 * `row`: as a spreadsheet counts, the header being row 1. `column` may be empty.
 * @typedef {object} RowErrorJSON
 * @property {number} row
 * @property {string} column
 * @property {string} code
 * @property {string} message
 */

/**
 * All running calls of a person: what is not among them has ended.
 * @typedef {object} RunningCallsJSON
 * @property {CallJSON[]} calls
 * @property {number} missed_count
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
 * A shop in one line.
 * @typedef {object} ShopCardJSON
 * @property {number} id
 * @property {string} name
 * @property {"person"|"business"} kind
 * @property {string|null} photo
 * @property {number} color
 * @property {number|null} rating
 * @property {number} rating_count
 * @property {number} sale_count
 * @property {boolean} is_on_holiday
 * @property {SenderJSON} owner
 */

/**
 * @typedef {object} ShopJSON
 * @property {number} id
 * @property {string} name
 * @property {"person"|"business"} kind
 * @property {string|null} photo
 * @property {number} color
 * @property {number|null} rating
 * @property {number} rating_count
 * @property {number} sale_count
 * @property {boolean} is_on_holiday
 * @property {SenderJSON} owner
 * @property {string} about
 * @property {string} currency
 * @property {string} country
 * @property {string} shipping_policy
 * @property {string} return_policy
 * @property {number} return_days
 * @property {number} ship_within_days
 * @property {string} legal_name
 * @property {string} legal_address
 * @property {string} tax_id
 * @property {string|null} holiday_until
 * @property {string} holiday_note
 * @property {number} follower_count
 * @property {number} listing_count
 * @property {boolean} is_followed
 * @property {boolean} is_mine
 * @property {string} created_at
 * @property {boolean} [is_away]
 * @property {string} [away_message]
 * @property {string} [payout_account]
 * @property {number} [vat_bp]
 */

/**
 * @typedef {object} StatementLineJSON
 * @property {number} id
 * @property {string} kind
 * @property {string} label
 * @property {MoneyJSON} amount
 * @property {MoneyJSON} balance
 * @property {number|null} order
 * @property {string} order_number
 * @property {string} at
 */

/**
 * A line of a list. `seq` counts the stories of its source; `changed_at`: its text, after it came out.
 * @typedef {object} StoryJSON
 * @property {number} id
 * @property {StorySourceJSON} source
 * @property {number} seq
 * @property {string} title
 * @property {string} summary
 * @property {string} url
 * @property {string} author
 * @property {string} language
 * @property {number} word_count
 * @property {string} published_at
 * @property {string|null} changed_at
 * @property {boolean} is_read
 */

/**
 * @typedef {object} StorySourceJSON
 * @property {number} id
 * @property {"feed"} kind
 * @property {string} title
 */

/**
 * A whole story. `html` has been cleaned: no scripts, no styles, links and pictures of the web only.
 * @typedef {object} StoryTextJSON
 * @property {StoryJSON} story
 * @property {string} html
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
 * A place by its name: send its `latitude` and `longitude`, or the name and `cell`, as a listing's location.
 * @typedef {object} TownJSON
 * @property {string} name
 * @property {string} region
 * @property {string} country
 * @property {number} latitude
 * @property {number} longitude
 * @property {string} cell
 */

/**
 * @typedef {object} TransitionJSON
 * @property {number} number
 * @property {string} act
 * @property {string} state
 * @property {string} label
 * @property {"buyer"|"seller"|"moderator"|"system"} role
 * @property {SenderJSON|null} by
 * @property {Record<string, any>} data
 * @property {string} at
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

/**
 * `available`: how many can be bought now; null: any number. `price`: null on request.
 * @typedef {object} VariantJSON
 * @property {number} id
 * @property {string} name
 * @property {MoneyJSON|null} price
 * @property {number|null} available
 * @property {number|null} photo
 * @property {string} [sku]
 * @property {number|null} [on_hand]
 * @property {number|null} [reserved]
 * @property {number|null} [allocated]
 * @property {number} [low_stock_at]
 */
