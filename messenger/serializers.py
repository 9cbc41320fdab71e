"""The nouns of the messenger as JSON: the only place that makes them (see shapes.py)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from django.db.models import Prefetch, prefetch_related_objects

from accounts.serializers import sender_json, user_json
from core import cards
from messenger.models import (
    Attachment,
    Chat,
    LinkPreview,
    Membership,
    Mention,
    Message,
    MessageAttachment,
    Reaction,
    Right,
)
from messenger.shapes import (
    AttachmentJSON,
    CardJSON,
    ChatJSON,
    MemberJSON,
    MessageJSON,
    MyJSON,
    PreviewJSON,
    ReactionJSON,
)

_REACTION_NAMES = 100  # people named per emoji; the count goes on


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as JavaScript writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def optional_timestamp(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment else None


# --- messages -----------------------------------------------------------------------------------


def message_json(message: Message) -> MessageJSON:
    return messages_json([message])[0]


def messages_json(messages: Sequence[Message]) -> list[MessageJSON]:
    """At most six queries, however many messages; none for what was prefetched."""
    prefetch_related_objects(
        list(messages),
        "sender",
        "preview",
        Prefetch("attachment_links", MessageAttachment.objects.select_related("attachment")),
        Prefetch("reactions", Reaction.objects.order_by("id")),
        Prefetch("mentions", Mention.objects.order_by("id")),
    )
    live = _live_cards(messages)
    return [_message_json(message, live) for message in messages]


def _live_cards(messages: Iterable[Message]) -> dict[tuple[str, int | None], dict[str, Any]]:
    ids_by_kind: dict[str, set[int]] = defaultdict(set)
    for message in messages:
        if message.card_kind and message.card_id is not None:
            ids_by_kind[message.card_kind].add(message.card_id)
    return {(kind, pk): state for kind, ids in ids_by_kind.items() for pk, state in cards.live(kind, ids).items()}


def new_message_json(message: Message, attachments: Sequence[Attachment], mentions: Sequence[int]) -> MessageJSON:
    """A message that was just inserted, from what is at hand: no query at all (the hot path of sending)."""
    live = _live_cards([message]) if message.card_kind else {}
    return _assemble(message, live, [attachment_json(one) for one in attachments], [], list(mentions))


def _message_json(message: Message, live: dict[tuple[str, int | None], dict[str, Any]]) -> MessageJSON:
    if message.is_deleted:
        return _assemble(message, {}, [], [], [])
    links = message.attachment_links.all()
    return _assemble(
        message,
        live,
        [attachment_json(link.attachment) for link in links],
        reactions_json(message.reactions.all()),
        [mention.user_id for mention in message.mentions.all()],
    )


def _assemble(
    message: Message,
    live: dict[tuple[str, int | None], dict[str, Any]],
    attachments: list[AttachmentJSON],
    reactions: list[ReactionJSON],
    mentions: list[int],
) -> MessageJSON:
    is_deleted = message.is_deleted
    return {
        "chat": message.chat_id,
        "seq": message.seq,
        "modseq": message.modseq,
        "id": message.pk,
        "client_id": str(message.client_id) if message.client_id else None,
        "kind": message.kind,  # type: ignore[typeddict-item]
        "sender": sender_json(message.sender) if message.sender else None,
        "text": "" if is_deleted else message.text,
        "entities": [] if is_deleted else message.entities,
        "reply": None if is_deleted else message.reply,  # type: ignore[typeddict-item]
        "forward": None if is_deleted else message.forward,  # type: ignore[typeddict-item]
        "attachments": attachments,
        "preview": None if is_deleted else _preview_json(message),
        "reactions": reactions,
        "card": None if is_deleted else _card_json(message, live),
        "service": message.service,
        "mentions": mentions,
        "is_pinned": message.pinned_at is not None,
        "is_silent": message.is_silent,
        "is_deleted": is_deleted,
        "created_at": timestamp(message.created_at),
        "edited_at": None if is_deleted else optional_timestamp(message.edited_at),
    }


def reactions_json(reactions: Iterable[Reaction]) -> list[ReactionJSON]:
    """In the order in which each emoji first came."""
    by_emoji: dict[str, list[int]] = {}
    for reaction in reactions:
        by_emoji.setdefault(reaction.emoji, []).append(reaction.user_id)
    return [{"emoji": emoji, "count": len(users), "by": users[:_REACTION_NAMES]} for emoji, users in by_emoji.items()]


def _card_json(message: Message, live: dict[tuple[str, int | None], dict[str, Any]]) -> CardJSON | None:
    if not message.card_kind or message.card_id is None:
        return None
    return {
        "kind": message.card_kind,
        "id": message.card_id,
        "snapshot": message.card_snapshot or {},
        "live": live.get((message.card_kind, message.card_id)),
    }


def _preview_json(message: Message) -> PreviewJSON | None:
    if message.preview is None or message.has_preview_removed:
        return None
    return preview_json(message.preview)


def preview_json(preview: LinkPreview) -> PreviewJSON:
    image = None
    if preview.image:
        image = {
            "url": f"/media/{preview.image.name}",
            "width": preview.image_width,
            "height": preview.image_height,
        }
    return {
        "url": preview.url,
        "title": preview.title,
        "description": preview.description,
        "site_name": preview.site_name,
        "image": image,  # type: ignore[typeddict-item]
    }


def attachment_json(attachment: Attachment) -> AttachmentJSON:
    base = f"/media/a/{attachment.pk}"
    name = quote(attachment.name, safe="") or "file"
    return {
        "id": str(attachment.pk),
        "kind": attachment.kind,  # type: ignore[typeddict-item]
        "state": attachment.state,  # type: ignore[typeddict-item]
        "name": attachment.name,
        "mime": attachment.mime,
        "size": attachment.size,
        "url": f"{base}/original/{name}",
        "width": attachment.width,
        "height": attachment.height,
        "duration_ms": attachment.duration_ms,
        "waveform": attachment.waveform,
        "thumb": attachment.thumb,
        "sizes": {
            size: {"url": f"{base}/{size}/{name}", "width": made["width"], "height": made["height"]}
            for size, made in attachment.sizes.items()
        },
    }


# --- chats --------------------------------------------------------------------------------------


def chat_json(chat: Chat) -> ChatJSON:
    return {
        "id": chat.pk,
        "kind": chat.kind,  # type: ignore[typeddict-item]
        "title": chat.title,
        "description": chat.description,
        "handle": chat.handle,
        "photo": f"/media/{chat.photo.name}" if chat.photo else None,
        "color": chat.pk % 8,
        "member_count": chat.member_count,
        "last_seq": chat.last_seq,
        "modseq": chat.modseq,
        "slow_mode_seconds": chat.slow_mode_seconds,
        "default_rights": Right(chat.default_rights).names,
        "is_history_visible": chat.is_history_visible,
        "created_at": timestamp(chat.created_at),
    }


def effective_rights(membership: Membership) -> list[str]:
    """Needs `chat` loaded."""
    return [(right.name or "").lower() for right in Right if membership.may(right)]


def my_json(membership: Membership, *, mention_count: int = 0, folders: Sequence[int] = ()) -> MyJSON:
    """Needs `chat` loaded. Unread is computed here and nowhere else: last_seq less read_seq."""
    draft = None
    if membership.draft_at is not None and (membership.draft_text or membership.draft_reply_to):
        draft = {
            "text": membership.draft_text,
            "reply_to": membership.draft_reply_to,
            "updated_at": timestamp(membership.draft_at),
        }
    seen = max(membership.read_seq, membership.joined_seq)
    return {
        "state": membership.state,  # type: ignore[typeddict-item]
        "role": membership.role,  # type: ignore[typeddict-item]
        "rights": effective_rights(membership),
        "joined_seq": membership.joined_seq,
        "read_seq": membership.read_seq,
        "unread_count": max(0, membership.chat.last_seq - seen),
        "mention_count": mention_count,
        "muted_until": optional_timestamp(membership.muted_until),
        "pinned_rank": membership.pinned_rank,
        "is_archived": membership.is_archived,
        "is_marked_unread": membership.is_marked_unread,
        "folders": list(folders),
        "draft": draft,  # type: ignore[typeddict-item]
        "fact_seq": membership.fact_seq,
    }


def member_json(membership: Membership) -> MemberJSON:
    """Needs `chat` and `user` loaded."""
    return {
        "user": user_json(membership.user),
        "role": membership.role,  # type: ignore[typeddict-item]
        "state": membership.state,  # type: ignore[typeddict-item]
        "rights": effective_rights(membership),
        "joined_at": timestamp(membership.joined_at),
        "modseq": membership.modseq,
    }
