"""Web Push for calls: wakes the devices of whom is called, and takes the notice back when it is over."""

from django.utils import timezone

from accounts.models import PushSubscription, User
from accounts.pushing import deliver
from calls.models import Call, CallParty
from calls.notices import end_notice, ring_notice, tag_of
from core.tasks import task

_MISSED_TTL = 24 * 3600  # seconds that "Missed call" waits for a device that is off
_URGENT = 50  # before notices of messages


def request_ring_push(call: Call) -> None:
    """Inside the transaction that makes it ring."""
    if _has_devices(call):
        push_ring.enqueue(call=call.pk)


def request_end_push(call: Call) -> None:
    """Inside the transaction in which it stops to ring: answered, or over. What was answered was told then."""
    if not (call.state == Call.State.ENDED and call.answered_at) and _has_devices(call):
        push_end.enqueue(call=call.pk)


def _has_devices(call: Call) -> bool:
    """Most people's browsers want no push: then no worker need be troubled."""
    if call.is_group or call.is_unheard:
        return False
    callees = CallParty.objects.filter(call=call, role=CallParty.Role.CALLEE).values("user")
    return PushSubscription.objects.filter(user__in=callees).exists()


@task(queue="push", retries=0, priority=_URGENT)
def push_ring(*, call: int) -> None:
    """Never tried again: a ring that comes late is worse than none."""
    found = Call.objects.select_related("caller").filter(pk=call, state=Call.State.RINGING, is_unheard=False).first()
    left = int((found.rings_until - timezone.now()).total_seconds()) if found else 0
    if found is not None and left > 0:
        deliver({user.pk: ring_notice(user, found) for user in _callees(found)}, topic=tag_of(found), ttl=left)


@task(queue="push", retries=2, priority=_URGENT)
def push_end(*, call: int) -> None:
    found = Call.objects.select_related("caller").filter(pk=call).exclude(state=Call.State.RINGING).first()
    if found is None:
        return
    is_missed = found.answered_at is None and found.reason != Call.Reason.DECLINED
    notices = {user.pk: end_notice(user, found, is_missed=is_missed) for user in _callees(found)}
    # Nothing is shown of a call that was answered or declined, so what does not arrive at once need not arrive.
    left = max(1, int((found.rings_until - timezone.now()).total_seconds()))
    deliver(notices, topic=tag_of(found), ttl=_MISSED_TTL if is_missed else left)


def _callees(call: Call) -> list[User]:
    parties = CallParty.objects.filter(call=call, role=CallParty.Role.CALLEE).select_related("user")
    return [party.user for party in parties if party.user.is_active and party.user.deleted_at is None]
