"""Devices are sessions: ending one deletes it, and its open sockets close within a second."""

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.events import SessionRevoked
from accounts.models import PushSubscription, User
from core.errors import NotFound
from core.events import publish


def devices_of(user: User) -> QuerySet[UserSession]:
    """Sessions that still hold, the last used first."""
    running = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=user, session_key__in=running).order_by("-last_seen_at", "-pk")


def end_device(*, by: User, device_id: int) -> None:
    """Raises NotFound for what is no device of `by`; ending one twice is the same as once."""
    device = UserSession.objects.filter(user=by, pk=device_id).first()
    if device is None:
        raise NotFound("device_not_found")
    _end(by, [device])


def end_devices(user: User, *, except_session: str | None = None) -> int:
    """Sign out all devices, or all but the one with that session key. Answers how many."""
    found = UserSession.objects.filter(user=user)
    if except_session:
        found = found.exclude(session_key=except_session)
    return _end(user, list(found))


def forget_session(user: User, session_key: str) -> None:
    """After a sign-out: the session itself is gone already."""
    devices = list(UserSession.objects.filter(user=user, session_key=session_key))
    _end(user, devices, keys=[session_key])


def _end(user: User, devices: list[UserSession], keys: Iterable[str] = ()) -> int:
    ended = sorted({device.session_key for device in devices} | set(keys))
    if not ended:
        return 0
    with transaction.atomic():
        Session.objects.filter(session_key__in=ended).delete()
        PushSubscription.objects.filter(session_key__in=ended).delete()
        UserSession.objects.filter(session_key__in=ended).delete()
        publish(
            SessionRevoked(users=(user.pk,), data={"devices": [device.pk for device in devices]}, hub={"revoke": ended})
        )
    return len(ended)


def end_everything(user: User) -> None:
    """Every session and every socket of a person, known as a device or not: suspension, deletion."""
    with transaction.atomic():
        end_devices(user)
        PushSubscription.objects.filter(user=user).delete()
        publish(SessionRevoked(users=(user.pk,), data={"devices": []}, hub={"revoke_users": [user.pk]}))
