"""The nouns of the messenger as JSON. One declaration each, used by REST, the socket, the OpenAPI and contract.js."""

from typing import Any, Literal, NotRequired, TypedDict

from accounts.serializers import SenderJSON, UserJSON


class EntityJSON(TypedDict):
    """A stretch of formatted text. Offsets and lengths count UTF-16 code units, as JavaScript, Java and Swift do."""

    type: Literal["bold", "italic", "strike", "spoiler", "code", "pre", "quote", "link", "mention", "hashtag"]
    offset: int
    length: int
    url: NotRequired[str]  # link
    user: NotRequired[int]  # mention
    language: NotRequired[str]  # pre


class ReplyJSON(TypedDict):
    """What is replied to, frozen when the reply was sent. `quote` is the fragment the writer chose, else ""."""

    seq: int
    sender: int | None
    name: str
    excerpt: str
    quote: str
    kind: str  # text, photo, video, voice, audio, file, card, service; "deleted": excerpt and quote are empty then


class ForwardJSON(TypedDict):
    name: str
    user: int | None
    chat: int | None  # only when the origin is a public channel
    chat_title: str
    seq: int | None
    at: str


class ImageSizeJSON(TypedDict):
    url: str
    width: int
    height: int


class AttachmentJSON(TypedDict):
    id: str
    kind: Literal["photo", "video", "voice", "audio", "file"]
    state: Literal["processing", "ready", "failed"]
    name: str
    mime: str
    size: int  # bytes
    url: str  # the original; supports Range
    width: int
    height: int
    duration_ms: int
    waveform: list[int]  # up to 64 peaks, 0..31
    thumb: str  # a tiny data: address, or ""
    sizes: dict[str, ImageSizeJSON]  # "small" (320), "medium" (800), "large" (1600), longest edge in pixels


class PreviewJSON(TypedDict):
    url: str
    title: str
    description: str
    site_name: str
    image: ImageSizeJSON | None


class ReactionJSON(TypedDict):
    emoji: str
    count: int
    by: list[int]  # user ids, at most 100


class CardJSON(TypedDict):
    """Something of another app: `snapshot` as it was when it was sent, `live` as it is now (null: it is gone)."""

    kind: str
    id: int
    snapshot: dict[str, Any]
    live: dict[str, Any] | None


class MessageJSON(TypedDict):
    chat: int
    seq: int
    modseq: int
    id: int
    client_id: str | None
    kind: Literal["text", "service", "card"]
    sender: SenderJSON | None
    text: str
    entities: list[EntityJSON]
    reply: ReplyJSON | None
    forward: ForwardJSON | None
    attachments: list[AttachmentJSON]
    preview: PreviewJSON | None
    reactions: list[ReactionJSON]
    card: CardJSON | None
    service: dict[str, Any] | None  # {"type": "chat.created" | "members.added" | "member.left" | …, …}
    mentions: list[int]  # user ids
    is_pinned: bool
    is_silent: bool
    is_deleted: bool
    created_at: str  # ISO 8601, UTC
    edited_at: str | None


class ChatJSON(TypedDict):
    """What all members see alike."""

    id: int
    kind: Literal["direct", "group", "channel", "saved", "order"]
    title: str  # "" for direct chats: show the peer
    description: str
    handle: str | None
    photo: str | None
    color: int
    member_count: int
    last_seq: int
    modseq: int
    slow_mode_seconds: int
    default_rights: list[str]
    is_history_visible: bool
    created_at: str


class DraftJSON(TypedDict):
    text: str
    reply_to: int | None
    updated_at: str


class MyJSON(TypedDict):
    """How the asking person stands in the chat and keeps it: private durable facts."""

    state: Literal["active", "left", "removed", "banned"]
    role: Literal["owner", "admin", "member"]
    rights: list[str]  # effective
    joined_seq: int
    read_seq: int
    unread_count: int
    mention_count: int
    muted_until: str | None
    pinned_rank: int
    is_archived: bool
    is_marked_unread: bool  # set aside to come back to; gone with the next read mark
    folders: list[int]
    draft: DraftJSON | None
    fact_seq: int


class HeadJSON(TypedDict):
    """A row of the chat list."""

    chat: ChatJSON
    my: MyJSON
    peer: UserJSON | None  # direct chats
    last_message: MessageJSON | None
    others_read_seq: int  # the furthest anyone else has read: two ticks up to here
    others_delivered_seq: int


class MemberJSON(TypedDict):
    user: UserJSON
    role: Literal["owner", "admin", "member"]
    state: Literal["active", "left", "removed", "banned"]
    rights: list[str]
    joined_at: str
    modseq: int


class HistoryJSON(TypedDict):
    """A page of messages, ascending by seq, and how far the chat was when it was read."""

    messages: list[MessageJSON]
    has_before: bool
    has_after: bool
    modseq: int


class ChangesJSON(TypedDict):
    """Everything with modseq > after, once, in its present state. `reset`: too far behind, load the newest page."""

    messages: list[MessageJSON]
    members: list[MemberJSON]
    chat: ChatJSON | None
    modseq: int  # reached by this answer
    has_more: bool
    reset: bool


class SyncJSON(TypedDict):
    token: str
    user: int
    fact_seq: int
    heads: list[HeadJSON]  # chats that changed since the token; all of the newest page without one
    gone: list[int]  # chats that are no longer this person's
    hidden: list["HiddenJSON"]
    has_more: bool  # more heads: ask again with the returned token


class HiddenJSON(TypedDict):
    chat: int
    seq: int


class FolderJSON(TypedDict):
    id: int
    name: str
    position: int
    chats: list[int]


class InviteJSON(TypedDict):
    """A link as those see it who may hand it out. `path` is relative to the address of the service."""

    id: int
    token: str
    path: str
    created_by: SenderJSON | None
    created_at: str
    expires_at: str | None
    max_uses: int | None
    use_count: int
    needs_approval: bool
    is_active: bool


class ChatPreviewJSON(TypedDict):
    """What a public handle or an invite link tells before one is in. `state`: how the asker stands to the chat."""

    id: int | None  # of public chats, and of those the asker is in
    kind: Literal["group", "channel"]
    title: str
    description: str
    handle: str | None
    photo: str | None
    color: int
    member_count: int
    needs_approval: bool
    state: Literal["outside", "requested", "member"]


class JoinRequestJSON(TypedDict):
    user: UserJSON
    invite: int | None
    created_at: str


class RefusedJSON(TypedDict):
    user: int
    code: Literal["user_not_found", "already_member", "banned", "privacy", "group_full"]


class AddedJSON(TypedDict):
    """`suggest_link`: some did not let themselves be added, and the asker may send them an invite link."""

    added: list[MemberJSON]
    refused: list[RefusedJSON]
    suggest_link: bool


class CreatedJSON(HeadJSON):
    refused: list[RefusedJSON]


class RequestedJSON(TypedDict):
    state: Literal["requested"]


class FoldersJSON(TypedDict):
    folders: list[FolderJSON]


class KeptJSON(TypedDict):
    chat: int
    my: MyJSON


class MyListJSON(TypedDict):
    chats: list[KeptJSON]


class SearchHitJSON(TypedDict):
    """`highlights`: [offset, length] in UTF-16 units of the message's text. `peer`: of direct chats, the other one."""

    message: MessageJSON
    chat: ChatJSON
    peer: UserJSON | None
    highlights: list[list[int]]


class SearchJSON(TypedDict):
    """`chats` and `people` come with the first page of a search over everything, and are empty otherwise."""

    results: list[SearchHitJSON]
    next: str | None
    chats: list[HeadJSON]
    people: list[UserJSON]
