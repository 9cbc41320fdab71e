"""Forwarding: what was said, with who said it, into other chats. Files are pointed at, not copied."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import cards, limits
from core.errors import DomainError, Gone, Invalid, NotFound
from messenger.access import membership_for_reading
from messenger.actions.outgoing import Card, Outgoing
from messenger.actions.sending import Outcome, Sent, send_messages
from messenger.models import Chat, Message
from messenger.queries import visible_messages
from messenger.serializers import timestamp
from messenger.shapes import ForwardJSON


@dataclass(frozen=True)
class Failure:
    """A forward that did not arrive while others did."""

    client_id: UUID
    chat: int
    error: DomainError


def forward_messages(
    *,
    by: User,
    from_chat: int,
    seqs: Sequence[int],
    to: Sequence[int],
    client_ids: Sequence[UUID],
    hide_sender: bool = False,
) -> tuple[list[Sent], list[Failure]]:
    """`client_ids`: one per copy, chat by chat in the order of `to`, in each in the order of `seqs`.

    All or nothing up to the sends; then each copy stands for itself, and when all fail the first failure is raised.
    Raises too_many, bad_client_ids, not_found, message_deleted, not_forwardable, and what sending raises.
    """
    _check_counts(seqs, to, client_ids)
    messages = _readable(by, from_chat, seqs)
    ids = iter(client_ids)
    batch = [_copy(by, message, chat, next(ids), hide_sender) for chat in to for message in messages]
    return _sorted_out(batch, send_messages(batch))


def _check_counts(seqs: Sequence[int], to: Sequence[int], client_ids: Sequence[UUID]) -> None:
    copies = len(seqs) * len(to)
    if len(set(seqs)) != len(seqs) or len(set(to)) != len(to) or not copies:
        raise Invalid("invalid", _("Name each message and each chat once."))
    if copies > limits.MESSAGES_PER_FORWARD or len(to) > limits.CHATS_PER_FORWARD:
        raise Invalid("too_many", _("That is too much at once."), limit=limits.MESSAGES_PER_FORWARD)
    if len(client_ids) != copies or len(set(client_ids)) != copies:
        raise Invalid("bad_client_ids", _("One client_id for each copy."), count=copies)


def _readable(by: User, chat_id: int, seqs: Sequence[int]) -> list[Message]:
    """In the order of `seqs`, chat, sender and links loaded."""
    membership = membership_for_reading(by, chat_id)
    visible = visible_messages(by, chat_id, membership.joined_seq).filter(seq__in=list(seqs))
    found = {message.seq: message for message in visible.select_related("sender").prefetch_related("attachment_links")}
    messages = []
    for seq in seqs:
        message = found.get(seq)
        if message is None:
            raise NotFound(seq=seq)
        if message.is_deleted:
            raise Gone("message_deleted", seq=seq)
        is_private = bool(message.card_kind) and not cards.is_forwardable(message.card_kind)
        if message.kind == Message.Kind.SERVICE or is_private:
            raise Invalid("not_forwardable", _("This message cannot be forwarded."), seq=seq)
        message.chat = membership.chat
        messages.append(message)
    return messages


def _copy(by: User, message: Message, chat: int, client_id: UUID, hide_sender: bool) -> Outgoing:
    card = None
    if message.card_kind and message.card_id is not None:
        card = Card(kind=message.card_kind, id=message.card_id, snapshot=message.card_snapshot or {})
    return Outgoing(
        by=by.pk,
        chat=chat,
        client_id=client_id,
        text=message.text,
        entities=message.entities,
        forward=None if hide_sender or message.sender is None else attribution(message, by),
        linked_attachments=[link.attachment_id for link in message.attachment_links.all()],
        card=card,
    )


def attribution(message: Message, by: User) -> ForwardJSON:
    """Who said it first, frozen. Out of a private chat goes only the name: neither who that is nor where it was."""
    if message.forward:
        return message.forward  # type: ignore[return-value]
    chat, sender = message.chat, message.sender
    is_public = bool(chat.handle) and chat.kind in (Chat.Kind.GROUP, Chat.Kind.CHANNEL)
    is_named = is_public or message.sender_id == by.pk
    speaks_as_channel = chat.kind == Chat.Kind.CHANNEL
    name = chat.title if speaks_as_channel else (sender.display_name if sender else "")
    shows_place = is_public and speaks_as_channel
    return {
        "name": name,
        "user": message.sender_id if is_named and not speaks_as_channel else None,
        "chat": chat.pk if shows_place else None,
        "chat_title": chat.title if shows_place else "",
        "seq": message.seq if shows_place else None,
        "at": timestamp(message.created_at),
    }


def _sorted_out(batch: Sequence[Outgoing], outcomes: Sequence[Outcome]) -> tuple[list[Sent], list[Failure]]:
    sent = [outcome for outcome in outcomes if isinstance(outcome, Sent)]
    failures = [
        Failure(outgoing.client_id, outgoing.chat, outcome)
        for outgoing, outcome in zip(batch, outcomes, strict=True)
        if isinstance(outcome, DomainError)
    ]
    if failures and not sent:
        raise failures[0].error
    return sent, failures
