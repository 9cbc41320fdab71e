"""What time decides: calls nobody answered, devices that fell silent. Judged when somebody looks, and by the worker.

So a dead worker leaves no telephone ringing, and a dead device nobody waiting.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from calls.actions.ending import end_call, refresh
from calls.actions.telling import tell_call
from calls.models import Call, CallLeg
from core import limits

logger = logging.getLogger(__name__)

_SWEPT_AT_ONCE = 500


def settle(call: Call) -> Call:
    """The call as time has left it."""
    settle_all([call])
    return call


def settle_all(calls: Sequence[Call]) -> Sequence[Call]:
    """Calls as time has left them, `chat` loaded: one query for all of which nothing needs to be done."""
    now = timezone.now()
    silent = _with_silent_legs([call.pk for call in calls if call.state == Call.State.ACTIVE], now)
    for call in calls:
        if call.state == Call.State.RINGING and call.rings_until <= now:
            end_call(call, Call.Reason.MISSED, at=call.rings_until, only_from=Call.State.RINGING)
        elif call.is_running and call.chat.deleted_at is not None:
            end_call(call, Call.Reason.HUNG_UP)
        elif call.pk in silent:
            drop_silent(call, now)
    return calls


def drop_silent(call: Call, now: datetime) -> None:
    """Takes the devices out that have said nothing for long; the call ends with the last it needs."""
    with transaction.atomic():
        lock(call)
        silent = list(_silent_legs(now).filter(call=call))
        if not silent:
            return
        CallLeg.objects.filter(pk__in=[leg.pk for leg in silent]).update(left_at=now, end=CallLeg.End.LOST)
        # Where nobody is left to say when it ended, it ended with the last sign of life.
        after_leaving(call, Call.Reason.LOST, at_latest=max(leg.last_seen_at for leg in silent))


def after_leaving(call: Call, reason: Call.Reason, *, at_latest: datetime | None = None) -> None:
    """Somebody is out: ends the call when that leaves too few, else tells it. The call's row is locked."""
    left = CallLeg.objects.filter(call=call, left_at=None).count()
    needed = 1 if call.is_group or call.state == Call.State.RINGING else 2
    if left < needed:
        end_call(call, reason, at=None if left else at_latest)
    else:
        tell_call(call)


def lock(call: Call) -> None:
    """Holds the call's row for the rest of the transaction, and reads it again."""
    refresh(call, and_lock=True)


def settle_for(user: User) -> None:
    """Before somebody calls or answers: nothing that is long dead may stand in their way."""
    rows = Call.objects.running().filter(legs__user=user, legs__left_at=None).select_related("chat", "caller")
    settle_all(list(rows))


def leg_of(user: User) -> CallLeg | None:
    """Where they are, after time has had its say."""
    legs = CallLeg.objects.filter(user=user, left_at=None)
    if legs.exists():
        settle_for(user)
        return legs.first()
    return None


def sweep() -> int:
    """All calls that time has decided. Answers how many were looked at; each in a transaction of its own."""
    now = timezone.now()
    is_late = Q(state=Call.State.RINGING, created_at__lte=now - timedelta(seconds=limits.RING_SECONDS))
    is_silent = Exists(_silent_legs(now).filter(call=OuterRef("pk")))
    rows = Call.objects.running().filter(is_late | Q(is_silent) | Q(chat__deleted_at__isnull=False))
    calls = list(rows.select_related("chat", "caller")[:_SWEPT_AT_ONCE])
    for call in calls:
        try:
            settle(call)
        except Exception:
            # The next ones must not ring on because of this one.
            logger.exception("calls: %s could not be settled", call.pk)
    return len(calls)


def _with_silent_legs(call_ids: Collection[int], now: datetime) -> set[int]:
    if not call_ids:
        return set()
    return set(_silent_legs(now).filter(call__in=call_ids).order_by().values_list("call_id", flat=True))


def _silent_legs(now: datetime) -> QuerySet[CallLeg]:
    since = now - timedelta(seconds=limits.SILENT_SECONDS)
    return CallLeg.objects.filter(left_at=None, last_seen_at__lt=since)
