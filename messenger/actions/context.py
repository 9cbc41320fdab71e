"""Everything a batch of sends has to look up before it may touch a chat: one query per kind of thing, not per send."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from accounts.models import Block
from messenger.actions.outgoing import Outgoing
from messenger.mentions import mentioned_users
from messenger.models import Attachment, Message


@dataclass(slots=True)
class SendContext:
    """What does not depend on the chats' locks: it may be a moment old."""

    attachments: dict[uuid.UUID, Attachment] = field(default_factory=dict)
    replies: dict[tuple[int, int], Message] = field(default_factory=dict)
    mentions: dict[int, dict[str, int]] = field(default_factory=dict)  # chat -> handle -> user

    @classmethod
    def load(cls, batch: Sequence[Outgoing]) -> "SendContext":
        context = cls()
        if wanted := {one for outgoing in batch for one in outgoing.all_attachments}:
            context.attachments = Attachment.objects.in_bulk(wanted)
        context.replies = _load_replies(batch)
        handles: dict[int, set[str]] = defaultdict(set)
        for outgoing in batch:
            if outgoing.parsed.handles:
                handles[outgoing.chat].update(outgoing.parsed.handles)
        if handles:
            context.mentions = mentioned_users(handles)
        return context

    def forget_deleted_replies(self) -> None:
        """Under the chats' locks: what was deleted while we waited for them must not live on as an excerpt."""
        if not self.replies:
            return
        ids = [message.pk for message in self.replies.values()]
        there = set(Message.objects.filter(pk__in=ids, deleted_at=None).values_list("pk", flat=True))
        self.replies = {key: message for key, message in self.replies.items() if message.pk in there}


def _load_replies(batch: Sequence[Outgoing]) -> dict[tuple[int, int], Message]:
    wanted = {(one.chat, one.reply_to) for one in batch if one.reply_to is not None and one.reply_to > 0}
    if not wanted:
        return {}
    condition = Q()
    for chat, seq in wanted:
        condition |= Q(chat_id=chat, seq=seq)
    found = Message.objects.filter(condition, deleted_at=None).select_related("sender")
    found = found.prefetch_related("attachment_links__attachment")
    return {(message.chat_id, message.seq): message for message in found}


def blocked_pairs(pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these (a, b) pairs in which either has blocked the other. One query."""
    if not pairs:
        return set()
    people = {person for pair in pairs for person in pair}
    blocks = set(Block.objects.filter(owner__in=people, user__in=people).values_list("owner_id", "user_id"))
    return {(a, b) for a, b in pairs if (a, b) in blocks or (b, a) in blocks}
