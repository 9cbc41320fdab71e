"""Reads for one screen: the calls that run, and a person's log."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from calls.actions.settling import settle_all
from calls.models import Call, CallParty, LobbyGuest
from calls.serializers import calls_json
from calls.shapes import RunningCallsJSON
from messenger.models import Membership

_DIRECT = Q(call__backend=Call.Backend.DIRECT)
_UNHEARD = Q(call__is_unheard=True, role=CallParty.Role.CALLEE)
_MISSED = (
    _DIRECT
    & Q(call__state=Call.State.ENDED, call__answered_at=None, role=CallParty.Role.CALLEE)
    & ~Q(call__reason=Call.Reason.DECLINED)
    & ~_UNHEARD
)
FILTERS = {
    "all": Q(),
    "missed": _MISSED,
    "outgoing": Q(role=CallParty.Role.CALLER),
    "incoming": ~Q(role=CallParty.Role.CALLER),
}


def running_of(people: Sequence[User]) -> list[RunningCallsJSON]:
    """For each: all running calls that concern them, settled first, and how many they have missed.

    Seven queries at most, however many ask: when a process has gone, all its people ask within a second.
    """
    ids = {user.pk for user in people}
    found = _running_by_person(ids)
    wanted = {call for calls in found.values() for call in calls}
    rows = Call.objects.filter(pk__in=wanted).select_related("chat", "caller").order_by("pk") if wanted else []
    running = [call for call in settle_all(list(rows)) if call.is_running]
    bodies = dict(zip([call.pk for call in running], calls_json(running), strict=True))
    missed = _missed_by_person(ids)
    return [
        {
            "calls": [bodies[call] for call in sorted(found[user.pk]) if call in bodies],
            "missed_count": missed[user.pk],
        }
        for user in people
    ]


def _running_by_person(ids: Collection[int]) -> dict[int, set[int]]:
    """User id -> ids of calls: between two, in their groups, and those they were let into."""
    running = Call.objects.running()
    found: dict[int, set[int]] = defaultdict(set)
    own = CallParty.objects.filter(_DIRECT, ~_UNHEARD, user__in=ids, call__in=running)
    for user, call in own.values_list("user_id", "call_id"):
        found[user].add(call)
    in_groups = running.exclude(backend=Call.Backend.DIRECT)
    members = in_groups.filter(chat__memberships__user__in=ids, chat__memberships__state=Membership.State.ACTIVE)
    for user, call in members.values_list("chat__memberships__user_id", "pk"):
        found[user].add(call)
    guests = LobbyGuest.objects.filter(user__in=ids, call__in=in_groups, state=LobbyGuest.State.ADMITTED)
    for user, call in guests.values_list("user_id", "call_id"):
        found[user].add(call)
    return found


def _missed_by_person(ids: Collection[int]) -> Counter[int]:
    rows = CallParty.objects.filter(_MISSED, user__in=ids, removed_at=None, seen_at=None)
    return Counter(dict(rows.order_by().values_list("user_id").annotate(Count("pk"))))


def own_log(by: User) -> QuerySet[CallParty]:
    """All that ever stood in it, also what they took out."""
    return CallParty.objects.filter(~_UNHEARD, user=by)


def news_of(by: User) -> QuerySet[CallParty]:
    """Missed calls they have not looked at."""
    return CallParty.objects.filter(_MISSED, user=by, removed_at=None, seen_at=None)


def log_of(by: User, which: str) -> QuerySet[CallParty]:
    """Newest first. `which`: one of FILTERS."""
    settle_all(list(Call.objects.running().filter(parties__user=by).select_related("chat", "caller")))
    rows = own_log(by).filter(FILTERS[which], removed_at=None)
    return rows.select_related("call__chat", "call__caller").order_by("-call_id")
