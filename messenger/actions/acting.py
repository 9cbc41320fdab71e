"""What every act on one message begins with: found, readable, and the right to it, checked under the chat's lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Forbidden, Invalid
from messenger.access import membership_for_reading, message_for_reading, require_right
from messenger.actions.change import ChatChange, changing
from messenger.actions.context import blocked_pairs
from messenger.models import Chat, Membership, Message, Right


@dataclass(frozen=True)
class Act:
    change: ChatChange
    membership: Membership
    message: Message


@contextmanager
def acting_on(by: User, chat_id: int, seq: int, right: Right | None = None) -> Iterator[Act]:
    """Raises NotFound, Gone("message_deleted"), Forbidden("right_needed").

    Checked before the lock, so that outsiders never take it, and again under it: the message may just have been
    deleted, the member removed.
    """
    _checked(by, chat_id, seq, right)
    with changing(chat_id) as change:
        membership, message = _checked(by, chat_id, seq, right)
        membership.chat = message.chat = change.chat
        yield Act(change, membership, message)


def _checked(by: User, chat_id: int, seq: int, right: Right | None) -> tuple[Membership, Message]:
    membership = membership_for_reading(by, chat_id)
    message = message_for_reading(membership, seq)
    if right is not None:
        require_right(membership, right)
    return membership, message


def require_contact(chat: Chat) -> None:
    """Forbidden("blocked") in a direct chat whose one side blocks the other: nothing new reaches anybody there."""
    if not chat.is_direct or not chat.pair_key:
        return
    first, _separator, second = chat.pair_key.partition(":")
    if second and blocked_pairs([(int(first), int(second))]):
        raise Forbidden("blocked", _("This person cannot be written to."))


def require_written(message: Message) -> None:
    """Invalid("service_message") for what nobody wrote."""
    if message.kind == Message.Kind.SERVICE:
        raise Invalid("service_message", _("That does not work with this kind of message."))
