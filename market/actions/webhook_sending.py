"""One attempt to deliver one event to one address of a shop: signed, guarded, noted.

The row says when it may be tried next, and whoever tries it moves that time on first, with a guarded update. So two
workers never send the same thing at once, and a worker that dies in the middle leaves a row that is due a minute later.
A receiver may then get an event twice, always under the same id.
"""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from core.failpoints import failpoint
from core.outgoing import OutgoingError, check_url, is_public, post
from market import outbox
from market.models import WebhookDelivery, WebhookEndpoint

State = WebhookDelivery.State
# From one attempt to the next: 30 s, 5 min, 30 min, 2 h, 6 h and 24 h after the first.
GAPS = tuple(timedelta(seconds=seconds) for seconds in (30, 270, 1_500, 5_400, 14_400, 64_800))
CLAIM = timedelta(seconds=60)  # longer than any attempt; then its worker is dead
DEADLINE_SECONDS = 10.0
_INSIDE = (".localhost", ".local", ".internal", ".home.arpa")
PATIENCE = timedelta(days=3)  # of failures without one success, until an address is switched off


def attempt(delivery_id: int) -> timedelta | None:
    """Try it, if it waits and is due. Answers how long to wait until the next try, None when there is none."""
    now = timezone.now()
    due = WebhookDelivery.objects.filter(pk=delivery_id, state=State.WAITING, next_attempt_at__lte=now)
    if not due.update(next_attempt_at=now + CLAIM, attempt_count=F("attempt_count") + 1, attempted_at=now):
        return None
    delivery = WebhookDelivery.objects.select_related("endpoint").get(pk=delivery_id)
    if not delivery.endpoint.is_active:
        _mine(delivery).update(state=State.FAILED, last_error="webhook_disabled")
        return None
    failpoint("webhook.before_post")
    status, error = _send(delivery)
    failpoint("webhook.after_post")
    return _note(delivery, status, error)


def sign(secret: str, timestamp: int, body: str) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()


def signature(endpoint: WebhookEndpoint, now: datetime, body: str) -> str:
    """t=…,v1=… and for a day after a change of secret a second v1 with the old one."""
    secrets = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_until and endpoint.old_secret_until > now:
        secrets.append(endpoint.old_secret)
    stamp = int(now.timestamp())
    return ",".join([f"t={stamp}", *(f"v1={sign(secret, stamp, body)}" for secret in secrets)])


def check_address(url: str) -> None:
    """Raises OutgoingError for what can be told without a name server; where a name leads is judged on connecting."""
    check_url(url, schemes=("https",))
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(_INSIDE) or (_is_literal(host) and not is_public(host)):
        raise OutgoingError("refused", host)


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def goes_to_loopback(url: str) -> bool:
    """For who builds a receiver on their own machine: WEBHOOK_LOOPBACK=1 (refused on public instances)."""
    return settings.WEBHOOK_LOOPBACK and url.startswith(("http://127.0.0.1:", "http://[::1]:"))


def _send(delivery: WebhookDelivery) -> tuple[int | None, str]:
    """The status of the answer, and what went wrong ("" when nothing did)."""
    now, url = timezone.now(), delivery.endpoint.url
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Tenfold-Event-Id": str(delivery.event_id),
        "Tenfold-Event": delivery.kind,
        "Tenfold-Timestamp": str(int(now.timestamp())),
        "Tenfold-Signature": signature(delivery.endpoint, now, delivery.body),
    }
    is_local = goes_to_loopback(url)
    try:
        if not is_local:
            check_address(url)
        status = post(
            url, delivery.body.encode(), headers=headers, deadline=DEADLINE_SECONDS, allow_loopback=is_local
        )  # fmt: skip
    except OutgoingError as error:
        return None, error.reason
    return status, "" if 200 <= status < 300 else f"status {status}"


def _mine(delivery: WebhookDelivery) -> QuerySet[WebhookDelivery]:
    """The row while this attempt is the last one that was made."""
    return WebhookDelivery.objects.filter(
        pk=delivery.pk, state=State.WAITING, attempt_count=delivery.attempt_count, attempted_at=delivery.attempted_at
    )


def _note(delivery: WebhookDelivery, status: int | None, error: str) -> timedelta | None:
    now = timezone.now()
    with transaction.atomic():
        if not error:
            _mine(delivery).update(state=State.DELIVERED, delivered_at=now, last_status=status, last_error="")
            _endpoint(delivery).update(failure_count=0, failing_since=None)
            return None
        gap = GAPS[delivery.attempt_count - 1] if delivery.attempt_count <= len(GAPS) else None
        _mine(delivery).update(
            state=State.FAILED if gap is None else State.WAITING,
            next_attempt_at=None if gap is None else now + gap,
            last_status=status,
            last_error=error,
        )
        _endpoint(delivery).update(failure_count=F("failure_count") + 1)
        _endpoint(delivery).filter(failing_since=None).update(failing_since=now)
        if _disable(delivery, now):
            return None
    return gap


def _endpoint(delivery: WebhookDelivery) -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.filter(pk=delivery.endpoint_id)


def _disable(delivery: WebhookDelivery, now: datetime) -> bool:
    """Three days without one success: nobody listens there any more. The owner is told."""
    hopeless = _endpoint(delivery).filter(is_active=True, failing_since__lte=now - PATIENCE)
    if not hopeless.update(is_active=False, disabled_at=now):
        return False
    WebhookDelivery.objects.filter(endpoint=delivery.endpoint_id, state=State.WAITING).update(
        state=State.FAILED, last_error="webhook_disabled"
    )
    endpoint = delivery.endpoint
    outbox.put("webhook.disabled", shop=endpoint.shop, data={"webhook": endpoint.pk, "url": endpoint.url})
    return True
