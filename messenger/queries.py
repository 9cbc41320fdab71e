"""What one screen or one sync needs, over several tables, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.serializers import user_json
from core.errors import Invalid
from core.limits import READERS_UP_TO
from messenger.models import Chat, FolderEntry, HiddenMessage, Membership, Mention, Message
from messenger.serializers import chat_json, member_json, messages_json, my_json
from messenger.shapes import ChangesJSON, HeadJSON, MessageJSON, MyJSON, SyncJSON

CHANGES_LIMIT = 100
RESET_BEHIND = 2_000  # changes; beyond it a client loads the newest page instead
HEADS_LIMIT = 100
_OVERLAP = timedelta(seconds=30)  # covers transactions that commit later than they began
_TOKEN_SALT = "sync"  # noqa: S105


# --- heads ----------------------------------------------------------------------------------------


def listed_memberships(by: User) -> QuerySet[Membership]:
    """The chats in a person's list. A direct chat shows up for the other side with its first message."""
    return (
        Membership.objects.filter(user=by, state=Membership.State.ACTIVE, chat__deleted_at=None)
        .exclude(Q(chat__kind=Chat.Kind.DIRECT, chat__last_seq=0) & ~Q(chat__created_by=by))
        .select_related("chat")
    )


def heads_json(by: User, memberships: Sequence[Membership]) -> list[HeadJSON]:
    """Rows of the chat list, in the order given; `chat` must be loaded."""
    chat_ids = [membership.chat_id for membership in memberships]
    if not chat_ids:
        return []
    last = _last_messages(by, memberships)
    peers = _peers(by, memberships)
    others = _others_marks(by, memberships)
    mentions = mention_counts(by, chat_ids)
    folders = _folders(memberships)
    return [
        {
            "chat": chat_json(membership.chat),
            "my": my_json(
                membership,
                mention_count=mentions.get(membership.chat_id, 0),
                folders=folders.get(membership.pk, ()),
            ),
            "peer": user_json(peers[membership.chat_id]) if membership.chat_id in peers else None,
            "last_message": last.get(membership.chat_id),
            "others_read_seq": others.get(membership.chat_id, (0, 0))[0],
            "others_delivered_seq": others.get(membership.chat_id, (0, 0))[1],
        }
        for membership in memberships
    ]


def head_json(by: User, membership: Membership) -> HeadJSON:
    return heads_json(by, [membership])[0]


def my_json_now(membership: Membership) -> MyJSON:
    """My standing with its counts; three queries."""
    mentions = mention_counts(membership.user, [membership.chat_id])
    folders = _folders([membership])
    return my_json(
        membership,
        mention_count=mentions.get(membership.chat_id, 0),
        folders=folders.get(membership.pk, ()),
    )


def _last_messages(by: User, memberships: Sequence[Membership]) -> dict[int, MessageJSON]:
    chat_ids = [membership.chat_id for membership in memberships]
    hidden = HiddenMessage.objects.filter(user=by, message=OuterRef("pk"))
    newest = list(Message.objects.filter(chat__in=chat_ids, seq=F("chat__last_seq")).annotate(is_hidden=Exists(hidden)))
    visible = [message for message in newest if not message.is_hidden]
    # Rare: the newest message was deleted for me. Then the one before it, chat by chat.
    for message in newest:
        if message.is_hidden:
            before = visible_messages(by, message.chat_id, 0).filter(seq__lt=message.seq).order_by("-seq").first()
            visible += [before] if before else []
    joined = {membership.chat_id: membership.joined_seq for membership in memberships}
    shown = [message for message in visible if message.seq > joined[message.chat_id]]
    return {data["chat"]: data for data in (messages_json(shown) if shown else [])}


def _peers(by: User, memberships: Sequence[Membership]) -> dict[int, User]:
    direct = [membership.chat_id for membership in memberships if membership.chat.is_direct]
    if not direct:
        return {}
    others = Membership.objects.filter(chat__in=direct).exclude(user=by).select_related("user")
    return {membership.chat_id: membership.user for membership in others}


def _others_marks(by: User, memberships: Sequence[Membership]) -> dict[int, tuple[int, int]]:
    chats = [
        membership.chat_id
        for membership in memberships
        if membership.chat.kind in (Chat.Kind.DIRECT, Chat.Kind.GROUP) and membership.chat.member_count <= READERS_UP_TO
    ]
    if not chats:
        return {}
    rows = (
        Membership.objects.filter(chat__in=chats, state=Membership.State.ACTIVE)
        .exclude(user=by)
        .values("chat")
        .annotate(read=Max("read_seq"), delivered=Max("delivered_seq"))
    )
    return {row["chat"]: (row["read"], max(row["read"], row["delivered"])) for row in rows}


def mention_counts(by: User, chat_ids: Sequence[int]) -> dict[int, int]:
    """Unread mentions per chat, counted from the rows."""
    own_mark = Membership.objects.filter(chat=OuterRef("chat"), user=by, read_seq__lt=OuterRef("seq"))
    rows = Mention.objects.filter(Exists(own_mark), user=by, chat__in=chat_ids).values_list("chat_id", flat=True)
    counts: dict[int, int] = defaultdict(int)
    for chat_id in rows:
        counts[chat_id] += 1
    return counts


def _folders(memberships: Sequence[Membership]) -> dict[int, list[int]]:
    folders: dict[int, list[int]] = defaultdict(list)
    entries = FolderEntry.objects.filter(membership__in=[membership.pk for membership in memberships])
    for membership_id, folder_id in entries.order_by("folder_id").values_list("membership_id", "folder_id"):
        folders[membership_id].append(folder_id)
    return folders


# --- history ----------------------------------------------------------------------------------------


def visible_messages(by: User, chat_id: int, joined_seq: int) -> QuerySet[Message]:
    """Messages of a chat without those this person has deleted for themselves. Tombstones are in it."""
    hidden = HiddenMessage.objects.filter(user=by, chat=chat_id, seq=OuterRef("seq"))
    return Message.objects.filter(~Exists(hidden), chat=chat_id, seq__gt=joined_seq)


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


# --- sync -------------------------------------------------------------------------------------------


def sync(by: User, token: str | None) -> SyncJSON:
    """What a device needs after an absence: the heads of the chats that changed since, and its private facts.

    The cost depends neither on the history nor on how much was said: one row per changed chat.
    """
    now = timezone.now()
    since, fact_seq, offset = _read_token(by, token)
    by.refresh_from_db(fields=["fact_seq"])
    rows = listed_memberships(by)
    if since is not None:
        rows = rows.filter(_changed_since(by, since))
    page = list(rows.order_by("-chat__changed_at", "-pk")[offset : offset + HEADS_LIMIT + 1])
    has_more = since is not None and len(page) > HEADS_LIMIT
    page = page[:HEADS_LIMIT]
    if has_more:
        following = _make_token(by, since, fact_seq, offset + HEADS_LIMIT)
    else:
        following = _make_token(by, now - _OVERLAP, by.fact_seq, 0)
    return {
        "token": following,
        "user": by.pk,
        "fact_seq": by.fact_seq,
        "heads": heads_json(by, page),
        "gone": _gone(by, since) if since is not None else [],
        "hidden": _hidden(by, fact_seq) if since is not None else [],
        "has_more": has_more,
    }


def _changed_since(by: User, since: datetime) -> Q:
    """Chats with news, chats kept differently, and direct chats whose other side has read on."""
    peer_read = Membership.objects.filter(chat=OuterRef("chat"), changed_at__gte=since).exclude(user=by)
    return (
        Q(chat__changed_at__gte=since) | Q(changed_at__gte=since) | (Q(chat__kind=Chat.Kind.DIRECT) & Exists(peer_read))
    )


def _gone(by: User, since: datetime) -> list[int]:
    rows = Membership.objects.filter(user=by).filter(
        Q(changed_at__gte=since) & ~Q(state=Membership.State.ACTIVE) | Q(chat__deleted_at__gte=since)
    )
    return list(rows.values_list("chat_id", flat=True))


def _hidden(by: User, fact_seq: int) -> list[Any]:
    rows = HiddenMessage.objects.filter(user=by, fact_seq__gt=fact_seq).order_by("fact_seq")[:1000]
    return [{"chat": chat, "seq": seq} for chat, seq in rows.values_list("chat_id", "seq")]


def _make_token(by: User, since: datetime | None, fact_seq: int, offset: int) -> str:
    return signing.dumps([by.pk, since.timestamp() if since else 0, fact_seq, offset], salt=_TOKEN_SALT)


def _read_token(by: User, token: str | None) -> tuple[datetime | None, int, int]:
    """Raises Invalid("bad_token"): the client then syncs from nothing."""
    if not token:
        return None, 0, 0
    try:
        user_id, since, fact_seq, offset = signing.loads(token, salt=_TOKEN_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Invalid("bad_token") from error
    if user_id != by.pk:
        raise Invalid("bad_token")
    return (datetime.fromtimestamp(since, tz=timezone.get_current_timezone()) if since else None), fact_seq, offset
