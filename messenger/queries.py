"""What one screen or one sync needs, over several tables, in a constant number of queries."""

from typing import Any

from accounts.models import User
from messenger.heads import (
    head_json,
    heads_json,
    listed_memberships,
    mention_counts,
    my_json_now,
    visible_messages,
)
from messenger.models import Membership
from messenger.serializers import chat_json, member_json, messages_json
from messenger.shapes import ChangesJSON
from messenger.syncing import sync

__all__ = [
    "behind", "changes", "head_json", "heads_json", "history", "listed_memberships", "mention_counts", "my_json_now",
    "sync", "visible_messages",
]  # fmt: skip

CHANGES_LIMIT = 100
RESET_BEHIND = 2_000  # changes; beyond it a client loads the newest page instead


# --- history ----------------------------------------------------------------------------------------


def history(
    membership: Membership, *, before: int | None, after: int | None, around: int | None, limit: int
) -> dict[str, Any]:
    """One page of messages, ascending by seq. Without a bound: the newest."""
    rows = visible_messages(membership.user, membership.chat_id, membership.joined_seq)
    if around is not None:
        older = list(rows.filter(seq__lte=around).order_by("-seq")[: limit // 2 + 1])
        newer = list(rows.filter(seq__gt=around).order_by("seq")[: limit - limit // 2])
        has_before, has_after = len(older) > limit // 2, len(newer) == limit - limit // 2
        messages = [*reversed(older[: limit // 2]), *newer]
        has_after = has_after and bool(newer) and newer[-1].seq < membership.chat.last_seq
    elif after is not None:
        messages = list(rows.filter(seq__gt=after).order_by("seq")[: limit + 1])
        has_before, has_after = after > membership.joined_seq, len(messages) > limit
        messages = messages[:limit]
    else:
        upper = rows.filter(seq__lt=before) if before is not None else rows
        messages = list(upper.order_by("-seq")[: limit + 1])
        has_before, has_after = len(messages) > limit, before is not None
        messages = list(reversed(messages[:limit]))
    return {
        "messages": messages_json(messages) if messages else [],
        "has_before": has_before,
        "has_after": has_after,
        "modseq": membership.chat.modseq,
    }


# --- deltas -----------------------------------------------------------------------------------------


def changes(membership: Membership, after: int) -> ChangesJSON:
    """Everything of the chat with modseq > after, once, in its present state; at most 100 rows, oldest change first."""
    chat = membership.chat
    empty: ChangesJSON = {
        "messages": [], "members": [], "chat": None, "modseq": chat.modseq, "has_more": False, "reset": False,
    }  # fmt: skip
    if after >= chat.modseq:
        return empty
    if chat.modseq - after > RESET_BEHIND:
        return {**empty, "reset": True}
    limit = CHANGES_LIMIT + 1
    rows = visible_messages(membership.user, chat.pk, membership.joined_seq)
    messages = list(rows.filter(modseq__gt=after, modseq__lte=chat.modseq).order_by("modseq")[:limit])
    members = list(
        Membership.objects.filter(chat=chat, modseq__gt=after, modseq__lte=chat.modseq)
        .select_related("user")
        .order_by("modseq")[:limit]
    )
    reached, has_more = chat.modseq, False
    modseqs = sorted([row.modseq for row in messages] + [row.modseq for row in members])
    if len(modseqs) > CHANGES_LIMIT:
        reached, has_more = modseqs[CHANGES_LIMIT - 1], True
        messages = [row for row in messages if row.modseq <= reached]
        members = [row for row in members if row.modseq <= reached]
    for member in members:
        member.chat = chat
    return {
        "messages": messages_json(messages) if messages else [],
        "members": [member_json(member) for member in members],
        "chat": chat_json(chat) if after < chat.info_modseq <= reached else None,
        "modseq": reached,
        "has_more": has_more,
        "reset": False,
    }


def behind(by: User, known: dict[int, int]) -> dict[int, int]:
    """Chats (of those this person is in) whose modseq is beyond what the client has. One query."""
    rows = Membership.objects.filter(user=by, state=Membership.State.ACTIVE, chat__in=list(known)[:200])
    return {
        chat_id: modseq
        for chat_id, modseq in rows.values_list("chat_id", "chat__modseq")
        if modseq > known.get(chat_id, 0)
    }
