"""What a device needs after an absence."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from core.errors import DomainError, Invalid
from messenger.heads import heads_json, heads_of, listed_memberships
from messenger.models import Chat, HiddenMessage, Membership
from messenger.shapes import SyncJSON

HEADS_LIMIT = 100
HIDDEN_LIMIT = 1_000
TOGETHER = timedelta(hours=1)  # absences that began this close are looked up together
_OVERLAP = timedelta(seconds=30)  # covers transactions that commit later than they began
_TOKEN_SALT = "sync"  # noqa: S105


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
    is_read_on = Q(Exists(peer_read), chat__kind=Chat.Kind.DIRECT)
    return Q(chat__changed_at__gte=since) | Q(changed_at__gte=since) | is_read_on


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


# --- many at once -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Return:
    """One who comes back: who, how long away, and which private facts they have."""

    index: int
    by: User
    since: datetime
    fact_seq: int


def sync_many(requests: Sequence[tuple[User, str | None]]) -> list[SyncJSON | DomainError]:
    """sync() for each, in order; when a process has gone, a thousand ask within a second, and are answered together."""
    answers: dict[int, SyncJSON | DomainError] = {}
    returning: list[_Return] = []
    for index, (by, token) in enumerate(requests):
        try:
            since, fact_seq, offset = _read_token(by, token)
            if since is None or offset or len(requests) == 1:
                answers[index] = sync(by, token)
            else:
                returning.append(_Return(index, by, since, fact_seq))
        except DomainError as error:
            answers[index] = error
    returning.sort(key=lambda one: one.since)
    while returning:
        group = [one for one in returning if one.since <= returning[0].since + TOGETHER]
        returning = returning[len(group) :]
        for one, answer in zip(group, _sync_group(group), strict=True):
            answers[one.index] = answer
    return [answers[index] for index in range(len(requests))]


def _sync_group(group: Sequence[_Return]) -> list[SyncJSON]:
    now = timezone.now()
    people = {one.by.pk for one in group}
    fact_seqs = dict(User.objects.filter(pk__in=people).values_list("pk", "fact_seq"))
    pages = _pages(group)
    gone, hidden = _gone_of(group), _hidden_of(group)
    few = [one for one in group if len(pages[one.index]) <= HEADS_LIMIT]
    heads = iter(heads_of([membership for one in few for membership in pages[one.index]]))
    made: dict[int, SyncJSON] = {}
    for one in few:
        made[one.index] = {
            "token": _make_token(one.by, now - _OVERLAP, fact_seqs[one.by.pk], 0),
            "user": one.by.pk,
            "fact_seq": fact_seqs[one.by.pk],
            "heads": [next(heads) for _membership in pages[one.index]],
            "gone": gone[one.index],
            "hidden": hidden[one.index],
            "has_more": False,
        }
    return [
        made[one.index] if one.index in made else sync(one.by, _make_token(one.by, one.since, one.fact_seq, 0))
        for one in group
    ]


def _pages(group: Sequence[_Return]) -> dict[int, list[Membership]]:
    """The memberships with news for each, newest first. Asked from the earliest on, then sorted out one by one."""
    earliest = group[0].since
    peer_read = Membership.objects.filter(chat=OuterRef("chat"), changed_at__gte=earliest).exclude(
        user=OuterRef("user")
    )
    rows = (
        Membership.objects.filter(
            Q(chat__changed_at__gte=earliest)
            | Q(changed_at__gte=earliest)
            | Q(Exists(peer_read), chat__kind=Chat.Kind.DIRECT),
            user__in={one.by.pk for one in group},
            state=Membership.State.ACTIVE,
            chat__deleted_at=None,
        )
        .select_related("chat")
        .order_by("-chat__changed_at", "-pk")
    )
    by_user: dict[int, list[Membership]] = defaultdict(list)
    for row in rows:
        is_unsaid = row.chat.is_direct and not row.chat.last_seq and row.chat.created_by_id != row.user_id
        if not is_unsaid:
            by_user[row.user_id].append(row)
    # A direct chat whose other side has read on since the earliest may come once more than it had to: harmless.
    return {
        one.index: [
            row
            for row in by_user[one.by.pk]
            if row.chat.is_direct or row.chat.changed_at >= one.since or row.changed_at >= one.since
        ]
        for one in group
    }


def _gone_of(group: Sequence[_Return]) -> dict[int, list[int]]:
    earliest = group[0].since
    rows = Membership.objects.filter(user__in={one.by.pk for one in group}).filter(
        Q(changed_at__gte=earliest) & ~Q(state=Membership.State.ACTIVE) | Q(chat__deleted_at__gte=earliest)
    )
    found = list(rows.values_list("user_id", "chat_id", "state", "changed_at", "chat__deleted_at"))
    return {
        one.index: [
            chat
            for user, chat, state, changed_at, deleted_at in found
            if user == one.by.pk
            and (
                (state != Membership.State.ACTIVE and changed_at >= one.since)
                or (deleted_at is not None and deleted_at >= one.since)
            )
        ]
        for one in group
    }


def _hidden_of(group: Sequence[_Return]) -> dict[int, list[Any]]:
    wanted = Q()
    for one in group:
        wanted |= Q(user=one.by, fact_seq__gt=one.fact_seq)
    by_user: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    rows = HiddenMessage.objects.filter(wanted).order_by("fact_seq")
    for user, fact_seq, chat, seq in rows.values_list("user_id", "fact_seq", "chat_id", "seq"):
        by_user[user].append((fact_seq, chat, seq))
    return {
        one.index: [
            {"chat": chat, "seq": seq} for fact_seq, chat, seq in by_user[one.by.pk] if fact_seq > one.fact_seq
        ][:HIDDEN_LIMIT]
        for one in group
    }
