"""Where a shop wants its events sent, and sending them again. How one is sent: webhook_sending.py."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Conflict, Invalid
from core.outgoing import OutgoingError
from market.access.webhooks import delivery_for_managing, endpoint_for_managing, shop_for_webhooks
from market.actions.webhook_sending import CLAIM, check_address, goes_to_loopback
from market.models import OutboxEvent, Shop, WebhookDelivery, WebhookEndpoint
from market.tasks.webhooks import deliver
from market.telling.webhooks import NOUNS, body_of, body_of_event, is_wanted, make_delivery, of_shop

State = WebhookDelivery.State
OVERLAP = timedelta(hours=24)  # in which the secret before still signs
REPLAYED_AT_ONCE = 500


def create_endpoint(*, by: User, url: str, kinds: Sequence[str] = ()) -> WebhookEndpoint:
    """Raises Conflict("shop_needed", "too_many_webhooks"), Invalid("bad_webhook_url", "unknown_event_kind")."""
    limits.check("webhook", by.pk)
    shop = shop_for_webhooks(by)
    _check_url(url)
    _check_kinds(kinds)
    with transaction.atomic():
        Shop.objects.select_for_update().get(pk=shop.pk)  # one at a time; on SQLite every transaction is
        if WebhookEndpoint.objects.filter(shop=shop).count() >= limits.WEBHOOKS_PER_SHOP:
            raise Conflict(
                "too_many_webhooks", _("A shop can have only so many webhooks."), limit=limits.WEBHOOKS_PER_SHOP
            )
        endpoint = WebhookEndpoint.objects.create(shop=shop, url=url, kinds=list(kinds), secret=_new_secret())
    endpoint.refresh_from_db(fields=["created_at"])
    return endpoint


def change_endpoint(
    *,
    by: User,
    endpoint_id: int,
    url: str | None = None,
    kinds: Sequence[str] | None = None,
    is_active: bool | None = None,
) -> WebhookEndpoint:
    """What is None stays. Switching it on again forgets that it failed."""
    endpoint = endpoint_for_managing(by, endpoint_id)
    if url is not None:
        _check_url(url)
        endpoint.url = url
    if kinds is not None:
        _check_kinds(kinds)
        endpoint.kinds = list(kinds)
    if is_active is not None:
        if is_active and not endpoint.is_active:
            endpoint.failure_count, endpoint.failing_since, endpoint.disabled_at = 0, None, None
        endpoint.is_active = is_active
    endpoint.save(update_fields=["url", "kinds", "is_active", "failure_count", "failing_since", "disabled_at"])
    return endpoint


def delete_endpoint(*, by: User, endpoint_id: int) -> None:
    endpoint_for_managing(by, endpoint_id).delete()


def rotate_secret(*, by: User, endpoint_id: int) -> WebhookEndpoint:
    """A new secret. The one before signs too for a day, so that no delivery is lost while the receiver changes."""
    limits.check("webhook", by.pk)
    endpoint = endpoint_for_managing(by, endpoint_id)
    endpoint.old_secret, endpoint.secret = endpoint.secret, _new_secret()
    endpoint.old_secret_until = timezone.now() + OVERLAP
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return endpoint


def send_ping(*, by: User, endpoint_id: int) -> WebhookDelivery:
    """A test: an event of kind "ping", signed and delivered as all others."""
    limits.check("webhook", by.pk)
    endpoint = _switched_on(endpoint_for_managing(by, endpoint_id))
    event_id, now = uuid.uuid4(), timezone.now()
    with transaction.atomic():
        delivery = make_delivery(endpoint, event_id, "ping", body_of(event_id, "ping", now, {"webhook": endpoint.pk}))
    return _fresh(delivery)


def replay_delivery(*, by: User, endpoint_id: int, delivery_id: int) -> WebhookDelivery:
    """Send it once more, whatever became of it; its schedule begins anew, under the same event id.

    Raises Conflict("webhook_disabled"), Conflict("webhook_in_flight") for a minute after each attempt.
    """
    limits.check("webhook", by.pk)
    delivery = delivery_for_managing(by, endpoint_id, delivery_id)
    _switched_on(delivery.endpoint)
    with transaction.atomic():
        if not _queue_again([delivery.pk]):
            raise Conflict("webhook_in_flight", _("It was tried a moment ago. Wait a minute."))
    return _fresh(delivery)


def replay_range(
    *, by: User, endpoint_id: int, since: datetime, until: datetime, only_failed: bool = True
) -> tuple[int, datetime | None, bool]:
    """Queue again what was not delivered of a time span, events included that came while the address was off.

    With only_failed=False also what was delivered. Answers how many, the time of the last event looked at, and whether
    there are more: at most REPLAYED_AT_ONCE at once, oldest first.
    """
    limits.check("webhook", by.pk)
    endpoint = _switched_on(endpoint_for_managing(by, endpoint_id))
    if not since < until or until - since > timedelta(days=31):
        raise Invalid("bad_range", _("Give a time span of at most 31 days."), field="until")
    events = of_shop(OutboxEvent.objects.all(), endpoint.shop_id).filter(created_at__gte=since, created_at__lt=until)
    known = set(
        WebhookDelivery.objects.filter(endpoint=endpoint, event_id__in=events.values("pk")).values_list(
            "event_id", flat=True
        )
    )
    missing = [
        event for event in events.order_by("created_at") if event.pk not in known and is_wanted(event, endpoint.kinds)
    ]
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, created_at__gte=since, created_at__lt=until)
    if only_failed:
        rows = rows.exclude(state=State.DELIVERED)
    return _queue_span(endpoint, missing, list(rows.order_by("created_at")[: REPLAYED_AT_ONCE + 1]))


def _queue_span(
    endpoint: WebhookEndpoint, missing: list[OutboxEvent], rows: list[WebhookDelivery]
) -> tuple[int, datetime | None, bool]:
    found: list[OutboxEvent | WebhookDelivery] = sorted([*missing, *rows], key=lambda one: one.created_at)
    chosen = found[:REPLAYED_AT_ONCE]
    with transaction.atomic():
        count = _queue_again([one.pk for one in chosen if isinstance(one, WebhookDelivery)])
        for one in chosen:
            if isinstance(one, OutboxEvent):
                count += make_delivery(endpoint, one.pk, one.kind, body_of_event(one, endpoint.shop)) is not None
    return count, chosen[-1].created_at if chosen else None, len(found) > len(chosen)


def _queue_again(ids: Sequence[int]) -> int:
    """Those that nobody is sending at this moment. Inside the caller's transaction."""
    now = timezone.now()
    is_idle = Q(attempted_at=None) | Q(attempted_at__lte=now - CLAIM) | ~Q(state=State.WAITING)
    rows = WebhookDelivery.objects.filter(is_idle, pk__in=ids)
    chosen = list(rows.values_list("pk", flat=True))
    count = rows.update(state=State.WAITING, attempt_count=0, next_attempt_at=now, last_error="", delivered_at=None)
    for pk in chosen:
        deliver.enqueue(delivery=pk)
    return count


def _switched_on(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    if not endpoint.is_active:
        raise Conflict("webhook_disabled", _("This webhook is switched off."))
    return endpoint


def _fresh(delivery: WebhookDelivery | None) -> WebhookDelivery:
    assert delivery is not None
    delivery.refresh_from_db()
    return delivery


def _new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def _check_url(url: str) -> None:
    if goes_to_loopback(url):
        return
    try:
        if len(url) > limits.WEBHOOK_URL_CHARS:
            raise OutgoingError("bad_url", "too long")
        check_address(url)
    except OutgoingError as error:
        raise Invalid(
            "bad_webhook_url",
            _("Webhooks go to public https addresses on port 443, without a user name in them."),
            field="url",
            reason=error.reason,
        ) from error


def _check_kinds(kinds: Sequence[str]) -> None:
    for kind in kinds:
        noun, _dot, what = kind.partition(".")
        is_word = what == "*" or (what.isascii() and what.replace("_", "a").isalpha() and what.islower())
        if noun not in NOUNS or not is_word:
            raise Invalid("unknown_event_kind", _("There are no such events."), field="kinds", kind=kind)
