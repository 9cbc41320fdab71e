"""Delivering Web Push: to the browsers of some people, as long as the session lives in which they subscribed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from django.db.models import F

from accounts.models import PushSubscription
from core.outgoing import OutgoingError
from core.tickets import live_sessions
from core.webpush import push

log = structlog.get_logger(__name__)

MAX_FAILURES = 20
_GONE = (404, 410)
_AT_ONCE = 8

Notice = Mapping[str, Any]  # the payload, as static/js/sw.js reads it


def deliver(notices: Mapping[int, Notice], *, topic: str, ttl: int) -> None:
    """User id -> what to tell them. For the worker: it asks the push services, and waits for them.

    A later push of the same `topic` replaces one that still waits for the device; it waits `ttl` seconds at most.
    """
    subscriptions = _live_subscriptions(notices)
    payloads = {user: json.dumps(notice, ensure_ascii=False).encode() for user, notice in notices.items()}
    jobs = [(one, payloads[one.user_id], topic, ttl) for one in subscriptions]
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="push") as pool:
        _note_outcomes(subscriptions, list(pool.map(_deliver, jobs)))


def _live_subscriptions(users: Iterable[int]) -> list[PushSubscription]:
    """Those whose session still exists; the others are forgotten here at the latest."""
    found = list(PushSubscription.objects.filter(user__in=list(users)))
    if not found:
        return []
    live = live_sessions([one.session_key for one in found])
    PushSubscription.objects.filter(pk__in=[one.pk for one in found if one.session_key not in live]).delete()
    return [one for one in found if one.session_key in live]


def _deliver(job: tuple[PushSubscription, bytes, str, int]) -> int:
    """In a thread without the database: the push service's status, 0 when it could not be asked, 410 for nonsense."""
    subscription, payload, topic, ttl = job
    try:
        return push(
            subscription.endpoint,
            p256dh=subscription.p256dh,
            auth=subscription.auth,
            payload=payload,
            ttl=ttl,
            topic=topic,
        )
    except OutgoingError as error:
        log.info("push not delivered", subscription=subscription.pk, reason=error.reason)
        return 410 if error.reason in ("refused", "bad_url") else 0
    except ValueError:
        log.info("push keys are none", subscription=subscription.pk)
        return 410


def _note_outcomes(subscriptions: Sequence[PushSubscription], statuses: Sequence[int]) -> None:
    gone, failed, well = [], [], []
    for one, status in zip(subscriptions, statuses, strict=True):
        if status in _GONE or (not 200 <= status < 300 and one.failure_count >= MAX_FAILURES):
            gone.append(one.pk)
        elif not 200 <= status < 300:
            failed.append(one.pk)
        elif one.failure_count:
            well.append(one.pk)
    if gone:
        PushSubscription.objects.filter(pk__in=gone).delete()
    if failed:
        PushSubscription.objects.filter(pk__in=failed).update(failure_count=F("failure_count") + 1)
    if well:
        PushSubscription.objects.filter(pk__in=well).update(failure_count=0)
