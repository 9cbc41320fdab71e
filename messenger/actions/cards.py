"""Cards: things of other apps as messages. Sent by people, or by the service itself, whose messages have no sender."""

import uuid
from collections import defaultdict
from collections.abc import Sequence

from accounts.models import User
from core import cards, limits
from core.errors import NotFound
from messenger import notifications, previews, search
from messenger.actions.change import ChatChange, changing
from messenger.actions.outgoing import Card, Outgoing, Sent
from messenger.actions.sending import send_message
from messenger.models import Membership, Message
from messenger.text import prepare
from messenger.writer import send

__all__ = ["Card", "post_card", "send_card", "touch_cards"]


def send_card(*, by: User, chat_id: int, client_id: uuid.UUID, kind: str, id: int, text: str = "") -> Sent:
    """A person shows something in a chat. NotFound("card_not_found") for what they may not see themselves."""
    limits.check("send", by.pk)
    limits.check("send_chat", (by.pk, chat_id))
    card = Card(kind=kind, id=id, snapshot=cards.snapshot(kind, by, id))
    return send(Outgoing(by=by.pk, chat=chat_id, client_id=client_id, text=text, card=card))


def post_card(
    *,
    chat_id: int,
    card: Card,
    client_id: uuid.UUID,
    text: str = "",
    by: User | None = None,
    attachments: Sequence[uuid.UUID] = (),
    seen_by: Sequence[int] = (),
    wakes: bool = True,
) -> Message:
    """A card that an app has made up its mind about; the same `client_id` in the same chat is posted once.

    `by` None: the service speaks, needs no right, and no markup is read. Else it is a message of that person, under
    their rights and blocks, at once and in this thread. `seen_by`: who caused it, and need not be told.
    `wakes` False: the app wakes people's devices itself.
    """
    if by is not None:
        return send_message(
            by=by, chat=chat_id, client_id=client_id, text=text, card=card, linked_attachments=attachments
        )
    parsed = prepare(text, [])
    with changing(chat_id) as change:
        there = Message.objects.filter(chat=change.chat, client_id=client_id, sender=None).first()
        if there is not None:
            return there
        message = change.add_message(
            attachments=attachments,
            kind=Message.Kind.CARD,
            client_id=client_id,
            text=parsed.text,
            entities=parsed.entities,
            card_kind=card.kind,
            card_id=card.id,
            card_snapshot=card.snapshot,
        )
        _follow_up(change, message, seen_by)
        if wakes:
            notifications.request_pushes([message])
    return message


def _follow_up(change: ChatChange, message: Message, seen_by: Sequence[int]) -> None:
    if seen_by:
        own = Membership.objects.filter(chat=change.chat, user__in=seen_by, read_seq=message.seq - 1)
        own.update(read_seq=message.seq, delivered_seq=message.seq)
    search.index_messages([message])
    previews.request_previews([message])


def touch_cards(kind: str, id: int) -> int:
    """What such cards show has changed: the newest of them are told again, with what is live now. Answers how many.

    At most CARDS_REFRESHED; the older show it when they are loaded. Each chat in a transaction of its own.
    """
    rows = Message.objects.filter(card_kind=kind, card_id=id, deleted_at=None, chat__deleted_at=None)
    newest = list(rows.order_by("-pk").values_list("chat_id", "pk")[: limits.CARDS_REFRESHED])
    by_chat: dict[int, list[int]] = defaultdict(list)
    for chat_id, pk in newest:
        by_chat[chat_id].append(pk)
    for chat_id, ids in by_chat.items():
        _touch(chat_id, ids)
    return len(newest)


def _touch(chat_id: int, ids: list[int]) -> None:
    try:
        with changing(chat_id) as change:
            change.touch_messages(list(Message.objects.filter(pk__in=ids, deleted_at=None).order_by("seq")))
    except NotFound:  # dissolved meanwhile: nobody is there to see it
        return
