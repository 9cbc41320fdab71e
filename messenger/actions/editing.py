"""Editing what was written: one's own for 48 hours, and by those who run a channel."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Forbidden, Invalid
from messenger import previews, search
from messenger.actions.acting import Act, acting_on, require_contact, require_written
from messenger.actions.standing import require_unsanctioned
from messenger.mentions import mentioned_users, resolve_mentions
from messenger.models import Chat, Mention, Message, Right
from messenger.shapes import EntityJSON
from messenger.text import Parsed, prepare


def edit_message(
    *, by: User, chat: int, seq: int, text: str, entities: Sequence[Mapping[str, Any]] | None = None
) -> Message:
    """Replace the text. `entities` None: the text holds light markup. The same text again changes nothing.

    Raises what access raises, and not_yours, edit_too_late, not_editable, sanctioned, blocked, right_needed,
    empty_message, text_too_long, bad_entities.
    """
    parsed = prepare(text, entities)
    with acting_on(by, chat, seq) as act:
        _require_editable(by, act)
        if not parsed.text and not act.message.attachment_links.exists():
            raise Invalid("empty_message", _("A message cannot be empty. Delete it instead."))
        now, mentioned = _resolved(chat, parsed)
        if (parsed.text, now) != (act.message.text, act.message.entities):
            _replace(act, parsed.text, now, [user for user in mentioned if user != act.message.sender_id])
    return act.message


def _require_editable(by: User, act: Act) -> None:
    message, chat = act.message, act.change.chat
    require_written(message)
    require_unsanctioned(by)
    require_contact(chat)
    if not act.membership.may(Right.WRITE):
        raise Forbidden("right_needed", right="write")
    if message.forward or message.card_kind:
        raise Invalid("not_editable", _("Forwarded messages and cards cannot be edited."))
    runs_channel = chat.is_broadcast and act.membership.may(Right.DELETE)
    if message.sender_id != by.pk and not runs_channel:
        raise Forbidden("not_yours", _("You can edit only what you wrote."))
    if chat.is_thread:
        raise Forbidden("kept_for_disputes", _("What was said about an order stays as it is."))
    is_late = timezone.now() - message.created_at > timedelta(hours=limits.EDIT_HOURS)
    if is_late and not runs_channel and chat.kind != Chat.Kind.SAVED:
        raise Forbidden("edit_too_late", _("This was written too long ago to be edited."), hours=limits.EDIT_HOURS)


def _resolved(chat_id: int, parsed: Parsed) -> tuple[list[EntityJSON], list[int]]:
    known = mentioned_users({chat_id: parsed.handles}) if parsed.handles else {}
    return resolve_mentions(parsed, known.get(chat_id, {}))


def _replace(act: Act, text: str, entities: list[EntityJSON], mentioned: list[int]) -> None:
    message = act.message
    message.text, message.entities, message.edited_at = text, entities, timezone.now()
    _replace_mentions(message, mentioned)
    links = {entity.get("url") for entity in entities if entity["type"] == "link"}
    if message.preview is not None and message.preview.url not in links:
        message.preview, message.has_preview_removed = None, False
    act.change.touch_message(message, "text", "entities", "edited_at", "preview", "has_preview_removed")
    search.index_messages([message])
    if message.preview is None and not message.has_preview_removed:
        previews.request_previews([message])


def _replace_mentions(message: Message, mentioned: list[int]) -> None:
    """Those who stay named keep their row, and so their place in the unread mentions."""
    Mention.objects.filter(message=message).exclude(user__in=mentioned).delete()
    there = set(Mention.objects.filter(message=message).values_list("user_id", flat=True))
    Mention.objects.bulk_create(
        Mention(chat_id=message.chat_id, message=message, user_id=user, seq=message.seq)
        for user in mentioned
        if user not in there
    )


def remove_preview(*, by: User, chat: int, seq: int) -> Message:
    """Take the link preview off one's own message, for good; in a channel off any, by those who run it."""
    with acting_on(by, chat, seq) as act:
        message = act.message
        if message.sender_id != by.pk and not act.membership.may(Right.DELETE):
            raise Forbidden("not_yours", _("You can change only what you wrote."))
        if not message.has_preview_removed:
            message.preview, message.has_preview_removed = None, True
            act.change.touch_message(message, "preview", "has_preview_removed")
    return message
