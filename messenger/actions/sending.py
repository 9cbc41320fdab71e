"""Sending. Everything that becomes a message ends here: REST, socket, forwards, cards, bots, imports.

One transaction for a whole batch: chats locked in id order, counters raised, messages inserted with one statement,
the senders' read marks moved. Whatever may fail is checked before a counter moves, so seqs have no holes; a unique
violation rolls the whole batch back and its members are tried one by one.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, DomainError, Forbidden, NotFound, RateLimited
from core.events import publish
from core.failpoints import failpoint
from messenger import events, notifications, previews, search
from messenger.actions.context import SendContext, blocked_pairs
from messenger.actions.introducing import introductions
from messenger.actions.outgoing import Card, Outgoing, Sent
from messenger.mentions import resolve_mentions
from messenger.models import Attachment, Chat, Membership, Mention, Message, MessageAttachment, Right
from messenger.serializers import messages_json, new_message_json
from messenger.shapes import ReplyJSON

__all__ = ["Card", "Outgoing", "Sent", "send_message", "send_messages"]

Outcome = Sent | DomainError
_EXCERPT = 120  # characters


def send_message(*, by: User, chat: int, client_id: uuid.UUID, **rest: object) -> Message:
    """One message, at once and in the caller's thread. In a request, prefer messenger.writer.send()."""
    outcome = send_messages([Outgoing(by=by.pk, chat=chat, client_id=client_id, **rest)])[0]  # type: ignore[arg-type]
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome.message


def send_messages(batch: Sequence[Outgoing]) -> list[Outcome]:
    """Send them all; the answers stand in the order of the batch. Never raises for what one sender did wrong."""
    try:
        return _Batch(batch).run()
    except IntegrityError:
        if len(batch) == 1:
            # The same client_id was stored by another process while we looked: the second look finds it.
            return _Batch(batch).run()
        return [outcome for outgoing in batch for outcome in send_messages([outgoing])]


@dataclass(slots=True)
class _Accepted:
    outgoing: Outgoing
    message: Message
    membership: Membership
    attachments: list[Attachment]
    mentions: list[int]


@dataclass
class _Batch:
    batch: Sequence[Outgoing]
    now: datetime = field(default_factory=timezone.now)
    outcomes: dict[int, Outcome] = field(default_factory=dict)  # by index in the batch
    repeats: dict[int, int] = field(default_factory=dict)  # index -> index of the same client_id earlier in the batch
    accepted: dict[int, _Accepted] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    memberships: dict[tuple[int, int], Membership] = field(default_factory=dict)

    def run(self) -> list[Outcome]:
        self.context = SendContext.load(self.batch)
        with transaction.atomic():
            self._find_stored()
            self._lock_and_load()
            for index, outgoing in enumerate(self.batch):
                if index not in self.outcomes and index not in self.repeats:
                    try:
                        self._accept(index, outgoing)
                    except DomainError as error:
                        self.outcomes[index] = error
            if self.accepted:
                self._store()
            failpoint("send.before_commit")
        for index, original in self.repeats.items():
            self.outcomes[index] = self._same(index, original)
        return [self.outcomes[index] for index in range(len(self.batch))]

    # --- what is there already ---

    def _find_stored(self) -> None:
        first: dict[tuple[int, uuid.UUID], int] = {}
        for index, outgoing in enumerate(self.batch):
            if outgoing.key in first:
                self.repeats[index] = first[outgoing.key]
            else:
                first[outgoing.key] = index
        stored_ids = _stored_ids(first)
        stored = list(Message.objects.filter(pk__in=stored_ids)) if stored_ids else []
        for message, data in zip(stored, messages_json(stored) if stored else [], strict=True):
            index = first[message.sender_id, message.client_id]  # type: ignore[index]
            if message.request_hash == self.batch[index].request_hash:
                self.outcomes[index] = Sent(message, data, is_new=False)
            else:
                self.outcomes[index] = _reused()

    def _same(self, index: int, original: int) -> Outcome:
        """The answer to a client_id that stands twice in one batch."""
        outcome = self.outcomes[original]
        if isinstance(outcome, Sent) and self.batch[index].request_hash != self.batch[original].request_hash:
            return _reused()
        return Sent(outcome.message, outcome.data, is_new=False) if isinstance(outcome, Sent) else outcome

    def _lock_and_load(self) -> None:
        answered = self.outcomes.keys() | self.repeats.keys()
        open_ = [one for index, one in enumerate(self.batch) if index not in answered]
        wanted = sorted({one.chat for one in open_ if 0 < one.chat < 2**63})
        if not wanted:
            return
        # In id order: two batches that share chats can then never wait for each other in a circle.
        locked = Chat.objects.select_for_update().filter(pk__in=wanted, deleted_at=None).order_by("pk")
        self.chats = {chat.pk: chat for chat in locked}
        self.context.forget_deleted_replies()
        # Read after the lock: whoever removes a member holds it too, so nobody writes after they were removed.
        members = Membership.objects.filter(
            chat__in=self.chats, user__in={one.by for one in open_}, state=Membership.State.ACTIVE
        )
        for membership in members:
            membership.chat = self.chats[membership.chat_id]
            self.memberships[membership.chat_id, membership.user_id] = membership
        self.blocked = blocked_pairs(
            [pair for chat in self.chats.values() if chat.is_direct and (pair := _pair(chat)) is not None]
        )

    # --- may they? ---

    def _accept(self, index: int, outgoing: Outgoing) -> None:
        membership = self._checked_membership(outgoing)
        attachments = self._checked_attachments(outgoing, membership)
        reply = self._checked_reply(outgoing, membership)
        known = self.context.mentions.get(outgoing.chat, {})
        entities, mentioned = resolve_mentions(outgoing.parsed, known)
        chat = membership.chat
        chat.last_seq += 1
        chat.modseq += 1
        membership.last_sent_at = self.now
        membership.read_seq = chat.last_seq
        card = outgoing.card
        message = Message(
            chat=chat,
            seq=chat.last_seq,
            modseq=chat.modseq,
            kind=Message.Kind.CARD if card else Message.Kind.TEXT,
            sender=self.context.users[outgoing.by],
            client_id=outgoing.client_id,
            request_hash=outgoing.request_hash,
            text=outgoing.parsed.text,
            entities=entities,
            reply=reply,
            reply_seq=reply["seq"] if reply else None,
            forward=outgoing.forward,
            card_kind=card.kind if card else "",
            card_id=card.id if card else None,
            card_snapshot=card.snapshot if card else None,
            is_silent=outgoing.is_silent,
            created_at=self.now,
        )
        mentioned = [user_id for user_id in mentioned if user_id != outgoing.by]
        self.accepted[index] = _Accepted(outgoing, message, membership, attachments, mentioned)

    def _checked_membership(self, outgoing: Outgoing) -> Membership:
        membership = self.memberships.get((outgoing.chat, outgoing.by))
        if membership is None or outgoing.by not in self.context.users:
            raise NotFound("chat_not_found", _("No such chat."))
        if outgoing.by in self.context.muted:
            raise Forbidden("sanctioned", _("You may not write at present."))
        if not membership.may(Right.WRITE):
            raise Forbidden("right_needed", right="write")
        if outgoing.all_attachments and not membership.may(Right.MEDIA):
            raise Forbidden("right_needed", right="media")
        chat = membership.chat
        if chat.is_direct and ((pair := _pair(chat)) is None or pair in self.blocked):
            raise Forbidden("blocked", _("This person cannot be written to."))
        self._check_slow_mode(membership)
        return membership

    def _check_slow_mode(self, membership: Membership) -> None:
        seconds = membership.chat.slow_mode_seconds
        if not seconds or membership.role != Membership.Role.MEMBER or membership.last_sent_at is None:
            return
        wait = membership.last_sent_at + timedelta(seconds=seconds) - self.now
        if wait > timedelta(0):
            raise RateLimited("slow_mode", _("Slow mode is on."), retry_after=int(wait.total_seconds()) + 1)

    def _checked_attachments(self, outgoing: Outgoing, membership: Membership) -> list[Attachment]:
        found = []
        for attachment_id in outgoing.all_attachments:
            attachment = self.context.attachments.get(attachment_id)
            is_own = attachment is not None and attachment.owner_id == outgoing.by
            if attachment is None or not (is_own or attachment_id in outgoing.linked_attachments):
                raise NotFound("attachment_not_found", _("No such file."), attachment=str(attachment_id))
            found.append(attachment)
        return found

    def _checked_reply(self, outgoing: Outgoing, membership: Membership) -> ReplyJSON | None:
        if outgoing.reply_to is None:
            return None
        message = self.context.replies.get((outgoing.chat, outgoing.reply_to))
        if message is None or message.seq <= membership.joined_seq:
            raise NotFound("reply_not_found", _("The message you reply to is gone."))
        return reply_json(message, outgoing.quote)

    # --- storing ---

    def _store(self) -> None:
        rows = list(self.accepted.values())
        messages = [row.message for row in rows]
        Message.objects.bulk_create(messages)
        _raise_counters({message.chat_id: message.chat for message in messages}.values(), self.now)
        _move_read_marks({row.membership.pk: row.membership for row in rows}.values(), self.now)
        links = [
            MessageAttachment(message=row.message, attachment=attachment, position=position)
            for row in rows
            for position, attachment in enumerate(row.attachments)
        ]
        if links:
            MessageAttachment.objects.bulk_create(links)
        mentions = [
            Mention(chat_id=row.message.chat_id, message=row.message, user_id=user_id, seq=row.message.seq)
            for row in rows
            for user_id in row.mentions
        ]
        if mentions:
            Mention.objects.bulk_create(mentions)
        search.index_messages(messages, {row.message.pk: row.attachments for row in rows if row.attachments})
        previews.request_previews(messages)
        notifications.request_pushes(messages)
        self._tell()

    def _tell(self) -> None:
        happened = introductions([row.message for row in self.accepted.values()])
        for index, row in self.accepted.items():
            data = new_message_json(row.message, row.attachments, row.mentions)
            self.outcomes[index] = Sent(row.message, data, is_new=True)
            happened.append(
                events.MessageCreated(
                    chat=row.message.chat_id, modseq=row.message.modseq, last_seq=row.message.seq, data={**data}
                )
            )
        publish(*happened)


def _reused() -> Conflict:
    return Conflict("client_id_reused", _("This client_id stands for another message."))


def _pair(chat: Chat) -> tuple[int, int] | None:
    first, separator, second = (chat.pair_key or "").partition(":")
    return (int(first), int(second)) if separator else None


def reply_json(message: Message, quote: str = "") -> ReplyJSON:
    """The frozen excerpt that a reply carries. A quote that is not in the message is dropped."""
    attachments = [link.attachment for link in message.attachment_links.all()]
    kind = attachments[0].kind if attachments and message.kind == Message.Kind.TEXT else message.kind
    return {
        "seq": message.seq,
        "sender": message.sender_id,
        "name": message.sender.display_name if message.sender else "",
        "excerpt": message.text[:_EXCERPT],
        "quote": quote if quote and quote in message.text else "",
        "kind": kind,
    }


def _stored_ids(keys: Collection[tuple[int, uuid.UUID]]) -> list[int]:
    """Messages stored under these (sender, client_id).

    A join with the keys, which takes one step in the unique index for each. Of two IN lists PostgreSQL fears the cross
    product, and reads the whole table.
    """
    client_id_field = Message._meta.get_field("client_id")
    values = ", ".join(["(%s, %s)"] * len(keys))
    parameters = [
        value
        for sender, client_id in keys
        for value in (sender, client_id_field.get_db_prep_value(client_id, connection))
    ]
    sql = (
        f"SELECT m.id FROM (VALUES {values}) AS v JOIN {Message._meta.db_table} AS m "  # noqa: S608
        "ON m.sender_id = v.column1 AND m.client_id = v.column2"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [pk for (pk,) in cursor.fetchall()]


def _raise_counters(chats: Collection[Chat], now: datetime) -> None:
    """One statement for all chats of the batch; bulk_update would build a CASE per row and field."""
    values = ", ".join(["(%s, %s, %s)"] * len(chats))
    parameters = [number for chat in chats for number in (chat.pk, chat.last_seq, chat.modseq)]
    table = Chat._meta.db_table
    sql = (
        f"UPDATE {table} SET last_seq = v.column2, modseq = v.column3, changed_at = %s "  # noqa: S608
        f"FROM (VALUES {values}) AS v WHERE {table}.id = v.column1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [connection.ops.adapt_datetimefield_value(now), *parameters])


def _move_read_marks(memberships: Collection[Membership], now: datetime) -> None:
    """Who writes has read. Never back: read_seq only grows, and it is the newest seq here."""
    values = ", ".join(["(%s, %s)"] * len(memberships))
    parameters = [number for row in memberships for number in (row.pk, row.read_seq)]
    table = Membership._meta.db_table
    sql = (
        f"UPDATE {table} SET read_seq = v.column2, delivered_seq = v.column2, last_sent_at = %s "  # noqa: S608
        f"FROM (VALUES {values}) AS v WHERE {table}.id = v.column1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [connection.ops.adapt_datetimefield_value(now), *parameters])
