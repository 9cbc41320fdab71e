"""Pinned messages of a chat: put up by those who may, seen by all."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Conflict
from messenger.actions.acting import acting_on, require_contact, require_written
from messenger.actions.standing import say
from messenger.models import Membership, Message, Right
from messenger.queries import visible_messages


def pin_message(*, by: User, chat: int, seq: int) -> Message:
    """Pinned already: nothing changes. Says so in the chat. Raises right_needed, blocked, too_many_pins."""
    with acting_on(by, chat, seq, Right.PIN) as act:
        message = act.message
        require_written(message)
        require_contact(act.change.chat)
        if message.pinned_at is None:
            pinned = Message.objects.filter(chat=act.change.chat, pinned_at__isnull=False).count()
            if pinned >= limits.PINS_PER_CHAT:
                raise Conflict("too_many_pins", _("Unpin a message first."), limit=limits.PINS_PER_CHAT)
            message.pinned_at, message.pinned_by = timezone.now(), by
            act.change.touch_message(message, "pinned_at", "pinned_by")
            say(act.change, by, "message.pinned", seq=message.seq)
    return message


def unpin_message(*, by: User, chat: int, seq: int) -> Message:
    with acting_on(by, chat, seq, Right.PIN) as act:
        message = act.message
        if message.pinned_at is not None:
            message.pinned_at = message.pinned_by = None
            act.change.touch_message(message, "pinned_at", "pinned_by")
    return message


def pinned_messages(membership: Membership) -> list[Message]:
    """Newest pin first; there are never more than a hundred."""
    visible = visible_messages(membership.user, membership.chat_id, membership.joined_seq)
    return list(visible.filter(pinned_at__isnull=False, deleted_at=None).order_by("-pinned_at", "-seq"))
