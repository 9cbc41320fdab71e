"""What a notification says: plain text in the reader's language, nothing the reader may not see."""

from collections.abc import Sequence
from typing import TypedDict

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from core import cards
from messenger.models import Attachment, Chat, Message
from messenger.names import one_line
from messenger.text import without_spoilers

_BODY = 240  # characters
_TITLE = 80


class NoticeJSON(TypedDict):
    """The payload of a push, as the service worker reads it."""

    type: str  # "message"
    title: str
    body: str
    tag: str  # a later notice with the same tag replaces the earlier
    url: str  # where a click leads
    chat: int
    seq: int
    count: int  # unread messages this notice stands for
    badge: int  # unread messages in all chats that are not muted
    is_silent: bool


def notice_for(reader: User, chat: Chat, messages: Sequence[Message], *, badge: int) -> NoticeJSON:
    """About these messages, oldest first, none of them the reader's own. Needs `sender` and attachments loaded."""
    last = messages[-1]
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        speaker = next((message.sender for message in reversed(messages) if message.sender), None)
        name = one_line(speaker.display_name) if speaker else ""
        title, body = (name or _said(last), _said(last)) if chat.is_direct else (one_line(chat.title), _said(last))
        if chat.kind in (Chat.Kind.GROUP, Chat.Kind.ORDER) and last.sender:
            body = f"{name}: {body}"
        if len(messages) > 1:
            title = f"{title[:_TITLE]} ({len(messages)})"
    return {
        "type": "message",
        "title": title[: _TITLE + 10],
        "body": body[:_BODY],
        "tag": f"chat-{chat.pk}",
        "url": f"/c/{chat.pk}/{messages[0].seq}",
        "chat": chat.pk,
        "seq": last.seq,
        "count": len(messages),
        "badge": badge,
        "is_silent": all(message.is_silent for message in messages),
    }


def _said(message: Message) -> str:
    kinds = [link.attachment.kind for link in message.attachment_links.all()]
    label = str(Attachment.Kind(kinds[0]).label) if kinds else ""
    if len(kinds) > 1:
        label = f"{label} ×{len(kinds)}"
    if message.card_kind:
        label = one_line(cards.describe(message.card_kind, message.card_snapshot or {})[:_BODY])
    text = one_line(without_spoilers(message.text, message.entities)[: _BODY * 2])
    return " · ".join(part for part in (label, text) if part) or _("New message")
