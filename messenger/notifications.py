"""Web Push about new messages: to members who are not muted, have not read them meanwhile, and have a browser to wake.

On the send path there is one insert per batch, and only for chats in which somebody has subscribed, as this process
remembers for half a minute. The rest is the worker's: a few seconds later it looks who still has not read. A push is
a hint: running twice only replaces a notice by the same one.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import Block, PushSubscription, User
from accounts.pushing import deliver
from core.tasks import task
from messenger.models import Chat, HiddenMessage, Membership, Message
from messenger.notices import NoticeJSON, notice_for

DELAY_SECONDS = 4.0  # an open app has read the message by then
# Messages of this time after the first go with its task. Shorter than the delay, so that they are committed by then.
_COALESCE_SECONDS = 2.5
_REMEMBER_SECONDS = 30.0
_MEMORY = 20_000  # chats
_MESSAGES = 50  # the newest of a chat that a notice looks at
_TTL = 24 * 3600

_subscribed: dict[int, tuple[bool, float]] = {}  # chat -> has anyone there a subscription, and until when that counts
_coming: dict[int, float] = {}  # chat -> until when its messages go with a task that is already enqueued


# --- asking -----------------------------------------------------------------------------------


def request_pushes(messages: Sequence[Message]) -> None:
    """Have the readers of these new messages notified. Inside the caller's transaction; at most two queries."""
    now = time.monotonic()
    first: dict[int, int] = {}
    for message in messages:
        if message.kind != Message.Kind.SERVICE and _coming.get(message.chat_id, 0.0) < now:
            first[message.chat_id] = min(message.seq, first.get(message.chat_id, message.seq))
    if not first:
        return
    subscribed = _with_subscribers(first, now)
    wanted = [[chat, seq] for chat, seq in first.items() if chat in subscribed]
    if wanted:
        due = timezone.now() + timedelta(seconds=DELAY_SECONDS)
        push_chats.using(run_after=due).enqueue(chats=wanted)
        transaction.on_commit(lambda: _remember_coming(chat for chat, _seq in wanted))


def forget() -> None:
    """For tests: this process remembers nothing."""
    _subscribed.clear()
    _coming.clear()
    cache.clear()


def _with_subscribers(chats: Iterable[int], now: float) -> set[int]:
    unknown = [chat for chat in chats if _subscribed.get(chat, (False, 0.0))[1] < now]
    if unknown:
        if len(_subscribed) > _MEMORY:
            _subscribed.clear()
        found = set(_to_notify(unknown).values_list("chat", flat=True).distinct())
        _subscribed.update((chat, (chat in found, now + _REMEMBER_SECONDS)) for chat in unknown)
    return {chat for chat in chats if _subscribed.get(chat, (False, 0.0))[0]}


def _remember_coming(chats: Iterable[int]) -> None:
    if len(_coming) > _MEMORY:
        _coming.clear()
    until = time.monotonic() + _COALESCE_SECONDS
    _coming.update((chat, until) for chat in chats)


def _to_notify(chats: Iterable[int]) -> QuerySet[Membership]:
    has_subscription = Exists(PushSubscription.objects.filter(user=OuterRef("user")))
    return Membership.objects.filter(has_subscription, chat__in=chats, state=Membership.State.ACTIVE)


# --- telling, in the worker ---------------------------------------------------------------------


@task(queue="push", retries=2)
def push_chats(*, chats: list[list[int]]) -> None:
    """[[chat, seq of the first message], …]: each chat is a task of its own."""
    if len(chats) == 1:
        push_chat(chat=chats[0][0], first=chats[0][1])
        return
    for chat, first in chats:
        push_chat.enqueue(chat=chat, first=first)


@task(queue="push", retries=2)
def push_chat(*, chat: int, first: int) -> None:
    """Notify who has not read what was written since `first`."""
    found = Chat.objects.filter(pk=chat, deleted_at=None).first()
    if found is None:
        return
    notices = _not_told_yet(chat, notices_of(found, first))
    deliver(notices, topic=f"chat-{chat}", ttl=_TTL)
    cache.set_many({_told_key(chat, user): notice["seq"] for user, notice in notices.items()}, _TTL)


def _not_told_yet(chat: int, notices: dict[int, NoticeJSON]) -> dict[int, NoticeJSON]:
    """A task sees what came after it was asked for, so the next one may have nothing new to say. (Without its memory
    the cache costs a repeated notice, no more.)"""
    told = cache.get_many([_told_key(chat, user) for user in notices])
    return {user: one for user, one in notices.items() if one["seq"] > told.get(_told_key(chat, user), 0)}


def _told_key(chat: int, user: int) -> str:
    return f"pushed:{chat}:{user}"


def notices_of(chat: Chat, first: int) -> dict[int, NoticeJSON]:
    """User id -> what to tell those who have not read all from `first` on: about everything they have not read there.

    (So that of two tasks the later does not replace "three messages" by "one".) Nine queries, however many members.
    """
    newest = Message.objects.filter(chat=chat, deleted_at=None).exclude(kind=Message.Kind.SERVICE)
    newest = newest.select_related("sender").prefetch_related("attachment_links__attachment", "mentions")
    messages = list(newest.order_by("-seq")[:_MESSAGES])[::-1]
    if not messages or messages[-1].seq < first:
        return {}
    behind = {"read_seq__lt": messages[-1].seq, "joined_seq__lt": messages[-1].seq}
    people = _to_notify([chat.pk]).filter(user__is_active=True, user__deleted_at=None, **behind)
    members = list(people.select_related("user"))
    unread: dict[User, list[Message]] = {}
    hidden, blocked = _hidden_from(members, messages), _blocked_by(members, messages)
    for member in members:
        visible = [
            message
            for message in messages
            if message.seq > max(member.read_seq, member.joined_seq)
            and message.sender_id != member.user_id
            and message.pk not in hidden[member.user_id]
            and message.sender_id not in blocked[member.user_id]
        ]
        visible = _despite_mute(member, chat, visible)
        if visible and visible[-1].seq >= first:
            unread[member.user] = visible
    badges = _badges(unread)
    return {user.pk: notice_for(user, chat, those, badge=badges.get(user.pk, 0)) for user, those in unread.items()}


def _despite_mute(member: Membership, chat: Chat, messages: list[Message]) -> list[Message]:
    """In a muted group only what names the person."""
    if member.muted_until is None or member.muted_until <= timezone.now():
        return messages
    if chat.is_direct:
        return []
    return [one for one in messages if any(mention.user_id == member.user_id for mention in one.mentions.all())]


def _hidden_from(members: Sequence[Membership], messages: Sequence[Message]) -> dict[int, set[int]]:
    result: dict[int, set[int]] = defaultdict(set)
    pairs = HiddenMessage.objects.filter(message__in=messages, user__in=[member.user_id for member in members])
    for user, message in pairs.values_list("user", "message"):
        result[user].add(message)
    return result


def _blocked_by(members: Sequence[Membership], messages: Sequence[Message]) -> dict[int, set[int]]:
    result: dict[int, set[int]] = defaultdict(set)
    senders = {message.sender_id for message in messages if message.sender_id}
    pairs = Block.objects.filter(owner__in=[member.user_id for member in members], user__in=senders)
    for owner, user in pairs.values_list("owner", "user"):
        result[owner].add(user)
    return result


def _badges(users: Iterable[User]) -> dict[int, int]:
    is_loud = Q(muted_until=None) | Q(muted_until__lte=timezone.now())
    seen = Greatest(F("read_seq"), F("joined_seq"))
    rows = (
        Membership.objects.filter(is_loud, user__in=list(users), state=Membership.State.ACTIVE, chat__deleted_at=None)
        .order_by()
        .values("user")
        .annotate(unread=Sum(Greatest(F("chat__last_seq") - seen, 0)))
    )
    return {row["user"]: row["unread"] or 0 for row in rows}
