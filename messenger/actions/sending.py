"""Sending. Everything that becomes a message ends here: REST, socket, forwards, cards, bots, imports.

One transaction for a whole batch: chats locked in id order, counters raised, messages inserted with one statement,
the senders' read marks moved. Whatever may fail is checked before a counter moves, so seqs have no holes; a unique
violation rolls the whole batch back and its members are tried one by one.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, DomainError, Forbidden, NotFound, RateLimited
from core.events import publish
from core.failpoints import failpoint
from messenger import events, notifications, previews, search
from messenger.actions import batch_sql
from messenger.actions.batch_sql import Standing
from messenger.actions.context import SendContext
from messenger.actions.introducing import introductions
from messenger.actions.outgoing import Card, Outgoing, Sent
from messenger.mentions import resolve_mentions
from messenger.models import Attachment, Chat, Membership, Mention, Message, MessageAttachment, Right
from messenger.serializers import messages_json, new_message_json
from messenger.shapes import ReplyJSON
from messenger.text import without_spoilers

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
    standings: dict[tuple[int, int], Standing] = field(default_factory=dict)  # (user, chat)

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
        stored_ids = batch_sql.stored_ids(first)
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
        batch_sql.lock_chats(wanted)
        self.context.forget_deleted_replies()
        self.standings = batch_sql.standings({(one.by, one.chat) for one in open_ if one.chat in set(wanted)}, self.now)

    # --- may they? ---

    def _accept(self, index: int, outgoing: Outgoing) -> None:
        standing = self._checked_standing(outgoing)
        membership = standing.membership
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
            sender=standing.user,
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
        self.accepted[index] = _Accepted(message, membership, attachments, mentioned)

    def _checked_standing(self, outgoing: Outgoing) -> Standing:
        standing = self.standings.get((outgoing.by, outgoing.chat))
        if standing is None:
            raise NotFound("chat_not_found", _("No such chat."))
        membership = standing.membership
        if standing.is_muted and standing.chat.kind != Chat.Kind.SAVED:  # notes to oneself harm nobody
            raise Forbidden("sanctioned", _("You may not write at present."))
        if not membership.may(Right.WRITE):
            raise Forbidden("right_needed", right="write")
        if outgoing.all_attachments and not membership.may(Right.MEDIA):
            raise Forbidden("right_needed", right="media")
        if standing.is_blocked:
            raise Forbidden("blocked", _("This person cannot be written to."))
        self._check_slow_mode(membership)
        return standing

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
        batch_sql.insert_messages(messages, self.now)
        batch_sql.raise_counters({message.chat_id: message.chat for message in messages}.values(), self.now)
        batch_sql.move_read_marks({row.membership.pk: row.membership for row in rows}.values(), self.now)
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


def reply_json(message: Message, quote: str = "") -> ReplyJSON:
    """The frozen excerpt that a reply carries. A quote that is not in the message, or shows a spoiler, is dropped."""
    text = without_spoilers(message.text, message.entities) or str((message.card_snapshot or {}).get("title", ""))
    attachments = [link.attachment for link in message.attachment_links.all()]
    kind = attachments[0].kind if attachments and message.kind == Message.Kind.TEXT else message.kind
    return {
        "seq": message.seq,
        "sender": message.sender_id,
        "name": message.sender.display_name if message.sender else "",
        "excerpt": text[:_EXCERPT],
        "quote": quote if quote and quote in text else "",
        "kind": kind,
    }
