"""Deleting: for oneself, a private fact; for everybody, a tombstone that keeps its place and nothing else.

What was deleted for everybody is gone from all there is to see: the chat, the replies that quoted it, pins, mentions,
search, previews, files. Reports keep what they were made about.
"""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Forbidden, NotFound
from core.events import publish
from messenger import events, search
from messenger.access import membership_for_reading
from messenger.actions.change import ChatChange, changing, raise_fact_seq
from messenger.files.tasks import discard_attachments
from messenger.models import HiddenMessage, Membership, Mention, Message, MessageAttachment, Reaction, Right
from messenger.queries import visible_messages
from messenger.shapes import ReplyJSON

_CLEARED = (
    "text", "entities", "reply", "reply_seq", "forward", "service", "card_kind", "card_id", "card_snapshot",
    "preview", "has_preview_removed", "pinned_at", "pinned_by", "edited_at", "deleted_at",
)  # fmt: skip
_QUOTES_TOLD = 100  # one by one; the others are noticed as a gap in the modseqs, and fetched


def delete_for_me(*, by: User, chat: int, seqs: Collection[int]) -> list[int]:
    """Hide messages from oneself, on all devices; answers the seqs that are hidden now and were not before.

    Raises NotFound when none of them is there to be read.
    """
    membership = membership_for_reading(by, chat)
    messages = list(_visible(membership, seqs))
    if not messages and not HiddenMessage.objects.filter(user=by, chat=chat, seq__in=list(seqs)).exists():
        raise NotFound()
    if not messages:
        return []
    hidden = sorted(message.seq for message in messages)
    with transaction.atomic():
        fact_seq = raise_fact_seq(by.pk)
        HiddenMessage.objects.bulk_create(
            [
                HiddenMessage(user=by, message=message, chat_id=chat, seq=message.seq, fact_seq=fact_seq)
                for message in messages
            ],
            ignore_conflicts=True,  # two devices at once
        )
        publish(events.MessageHidden(users=(by.pk,), fact_seq=fact_seq, data={"chat": chat, "seqs": hidden}))
    return hidden


def delete_for_everybody(*, by: User, chat: int, seqs: Collection[int]) -> list[int]:
    """One's own at any time, those of others with the right to; all of them or none. Answers the seqs deleted now.

    What was deleted before is left as it is. Raises NotFound when none of them was ever there for this person,
    Forbidden("not_yours") with the seqs that stand in the way, Forbidden("kept_for_disputes") in order threads.
    """
    _checked(by, chat, seqs)
    with changing(chat) as change:
        if change.chat.is_thread:
            raise Forbidden("kept_for_disputes", _("What was said about an order stays as it is."))
        messages = _checked(by, chat, seqs)
        erase_messages(change, messages)
    return [message.seq for message in messages]


def _visible(membership: Membership, seqs: Collection[int]) -> QuerySet[Message]:
    return visible_messages(membership.user, membership.chat_id, membership.joined_seq).filter(seq__in=list(seqs))


def _checked(by: User, chat: int, seqs: Collection[int]) -> list[Message]:
    membership = membership_for_reading(by, chat)
    found = list(_visible(membership, seqs).select_related("sender").order_by("seq"))
    if not found:
        raise NotFound()
    messages = [message for message in found if not message.is_deleted]
    may_delete_all = membership.may(Right.DELETE)
    refused = [message.seq for message in messages if not (may_delete_all or _is_own(by, message))]
    if refused:
        raise Forbidden("not_yours", _("You can delete only what you wrote for everybody."), seqs=refused)
    return messages


def _is_own(by: User, message: Message) -> bool:
    """What the chat says about somebody ("alice left") is not theirs to take back."""
    return message.sender_id == by.pk and message.kind != Message.Kind.SERVICE


def erase_messages(change: ChatChange, messages: Sequence[Message]) -> None:
    """Turn messages of the locked chat into tombstones. Also for moderators, who need no right in the chat."""
    ids = [message.pk for message in messages]
    files = list(MessageAttachment.objects.filter(message__in=ids).values_list("attachment", flat=True).distinct())
    MessageAttachment.objects.filter(message__in=ids).delete()
    Reaction.objects.filter(message__in=ids).delete()
    Mention.objects.filter(message__in=ids).delete()
    search.forget_messages(ids)
    for message in messages:
        _clear(message)
        change.touch_message(message, *_CLEARED)
    _scrub_quotes(change, messages)
    if files:
        discard_attachments.enqueue(attachments=[str(one) for one in files])


def _clear(message: Message) -> None:
    message.text, message.entities, message.service = "", [], None
    message.reply = message.reply_seq = message.forward = None
    message.card_kind, message.card_id, message.card_snapshot = "", None, None
    message.preview, message.has_preview_removed = None, False
    message.pinned_at = message.pinned_by = message.edited_at = None
    message.deleted_at = timezone.now()


def _scrub_quotes(change: ChatChange, deleted: Sequence[Message]) -> None:
    """The replies to them keep who was answered, and lose what was said."""
    senders = {message.seq: message for message in deleted}
    found = Message.objects.filter(chat=change.chat, reply_seq__in=list(senders), deleted_at=None)
    replies = list(found.select_related("sender", "preview").order_by("-seq"))
    for reply in replies:
        reply.reply = _scrubbed(senders[reply.reply_seq])  # type: ignore[index,assignment]
    for reply in replies[:_QUOTES_TOLD]:
        change.touch_message(reply, "reply")
    for reply in replies[_QUOTES_TOLD:]:
        reply.modseq = change.next_modseq()
    Message.objects.bulk_update(replies[_QUOTES_TOLD:], ["reply", "modseq"], batch_size=200)


def _scrubbed(message: Message) -> ReplyJSON:
    name = message.sender.display_name if message.sender else ""
    return {
        "seq": message.seq, "sender": message.sender_id, "name": name, "excerpt": "", "quote": "", "kind": "deleted",
    }  # fmt: skip
