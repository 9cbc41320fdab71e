"""The one way to change a chat: its row locked, its counters raised, the change told after commit."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from core.errors import NotFound
from core.events import Event, publish
from messenger import events
from messenger.models import Chat, Membership, Message, MessageAttachment
from messenger.serializers import chat_json, member_json, message_json, messages_json


class ChatChange:
    """A running change. `chat` is locked and fresh; changes made through here share its counters."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self._fields: set[str] = set()
        self._events: list[Event] = []

    def next_modseq(self) -> int:
        self.chat.modseq += 1
        self._fields |= {"modseq", "changed_at"}
        return self.chat.modseq

    def publish(self, event: Event) -> None:
        """Told after commit, in the order of the calls."""
        self._events.append(event)

    def add_service(self, by: User | None, type: str, **data: Any) -> Message:
        """A service message ("alice added bob"): a message like any other, with seq and modseq, that nobody typed."""
        return self.add_message(kind=Message.Kind.SERVICE, sender=by, service={"type": type, **data})

    def add_message(self, *, attachments: Sequence[uuid.UUID] = (), **fields: Any) -> Message:
        """The next message of the chat, with the given attachments, told to all."""
        self.chat.last_seq += 1
        self._fields.add("last_seq")
        message = Message.objects.create(
            chat=self.chat, seq=self.chat.last_seq, modseq=self.next_modseq(), **fields
        )  # fmt: skip
        if attachments:
            MessageAttachment.objects.bulk_create(
                MessageAttachment(message=message, attachment_id=one, position=position)
                for position, one in enumerate(attachments)
            )
        self._tell_message(events.MessageCreated, message)
        return message

    def touch_messages(self, messages: Sequence[Message]) -> None:
        """What they show of other apps has changed: each gets the next modseq, and all are told again."""
        for message in messages:
            message.chat, message.modseq = self.chat, self.next_modseq()
        Message.objects.bulk_update(messages, ["modseq"], batch_size=200)
        for message, data in zip(messages, messages_json(messages), strict=True):
            self.publish(events.MessageChanged(chat=self.chat.pk, modseq=message.modseq, data={**data}))

    def touch_message(self, message: Message, *fields: str) -> None:
        """Give the message the next modseq, save these fields of it, tell the whole message again."""
        message.modseq = self.next_modseq()
        message.save(update_fields=["modseq", *fields])
        self._tell_message(events.MessageChanged, message)

    def touch_chat(self, *fields: str) -> None:
        """Save these fields of the chat and tell them."""
        self.chat.info_modseq = self.next_modseq()
        self._fields |= {"info_modseq", *fields}
        self.publish(events.ChatChanged(chat=self.chat.pk, modseq=self.chat.info_modseq, data={**chat_json(self.chat)}))

    def touch_membership(self, membership: Membership, *fields: str) -> None:
        """Insert the membership, or save these fields of it, and tell the member's new standing to the chat."""
        membership.chat = self.chat
        membership.modseq = self.next_modseq()
        membership.changed_at = timezone.now()
        if membership.pk is None:
            membership.save(force_insert=True)
        else:
            membership.save(update_fields=["modseq", "changed_at", *fields])
        self.publish(
            events.MemberChanged(chat=self.chat.pk, modseq=membership.modseq, data={**member_json(membership)})
        )

    def _tell_message(self, event: type[Event], message: Message) -> None:
        message.chat = self.chat
        last_seq = message.seq if event is events.MessageCreated else None
        self.publish(event(chat=self.chat.pk, modseq=message.modseq, last_seq=last_seq, data={**message_json(message)}))

    def finish(self) -> None:
        if self._fields:
            self.chat.changed_at = timezone.now()
            self.chat.save(update_fields=sorted(self._fields))
        publish(*self._events)


@contextmanager
def changing(chat_id: int) -> Iterator[ChatChange]:
    """One transaction with the chat's row locked. Raises NotFound when the chat is gone.

    Checks that only read belong before it; checks that must hold at the moment of the change belong inside.
    """
    with transaction.atomic():
        chat = Chat.objects.select_for_update().filter(pk=chat_id, deleted_at=None).first()
        if chat is None:
            raise NotFound()
        change = ChatChange(chat)
        yield change
        change.finish()


def raise_fact_seq(user_id: int) -> int:
    """The next value of a person's counter of private facts.

    Call it inside the transaction that changes the fact, after all other locks (order: chats, memberships, users).
    """
    User.objects.filter(pk=user_id).update(fact_seq=F("fact_seq") + 1)
    return User.objects.values_list("fact_seq", flat=True).get(pk=user_id)


def raise_fact_seqs(user_ids: Sequence[int]) -> dict[int, int]:
    """The same for several people at once, user id -> value: two queries, however many. Locked in one order."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=user_ids).order_by("pk")
    raised = {user_id: fact_seq + 1 for user_id, fact_seq in rows.values_list("pk", "fact_seq")}
    User.objects.filter(pk__in=raised).update(fact_seq=F("fact_seq") + 1)
    return raised
