"""A teller: what happens in a shop goes to the addresses the shop named, one delivery per address and event."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from accounts.serializers import timestamp
from core import jsontext
from market.models import OutboxEvent, Shop, WebhookDelivery, WebhookEndpoint
from market.orders import SELLER
from market.serializers.listings import listing_card_json
from market.serializers.offers import offer_json
from market.serializers.orders import order_json
from market.tasks.webhooks import deliver

# What shops can be told of: events that are named after one of these.
NOUNS = ("order", "refund", "return", "dispute", "payout", "offer", "listing", "review", "stock")
# Orders that nobody has paid are not the seller's business yet.
_UNTOLD = frozenset({"order.created", "order.expired", "order.payment_failed"})


def tell_webhooks(event: OutboxEvent) -> None:
    """Called again for the same event, it makes nothing new: one delivery for each address and event."""
    shop_id = shop_of(event)
    if shop_id is None:
        return
    endpoints = WebhookEndpoint.objects.select_related("shop__owner").filter(
        shop=shop_id, is_active=True, shop__owner__deleted_at=None
    )
    wanting = [endpoint for endpoint in endpoints if is_wanted(event, endpoint.kinds)]
    if not wanting:
        return
    body = body_of_event(event, wanting[0].shop)
    for endpoint in wanting:
        with transaction.atomic():
            make_delivery(endpoint, event.pk, event.kind, body)


def is_wanted(event: OutboxEvent, kinds: list[str]) -> bool:
    """`kinds` as an endpoint keeps them: whole ones, or "order.*"; empty: all. Unpaid orders are told to nobody."""
    noun = event.kind.partition(".")[0]
    if noun not in NOUNS or event.kind in _UNTOLD:
        return False
    if event.kind == "order.cancelled" and event.data.get("from") == "created":
        return False
    return not kinds or event.kind in kinds or f"{noun}.*" in kinds


def shop_of(event: OutboxEvent) -> int | None:
    """The shop it happened in."""
    if event.shop_id is not None:
        return event.shop_id
    if event.order is not None:
        return event.order.shop_id
    if event.offer is not None:
        return event.offer.listing.shop_id
    return event.listing.shop_id if event.listing is not None else None


def of_shop(events: QuerySet[OutboxEvent], shop_id: int) -> QuerySet[OutboxEvent]:
    """Those of which shop_of() says so."""
    return events.filter(
        Q(shop=shop_id)
        | Q(shop=None, order__shop=shop_id)
        | Q(shop=None, order=None, offer__listing__shop=shop_id)
        | Q(shop=None, order=None, offer=None, listing__shop=shop_id)
    ).select_related("order", "offer__listing", "listing")


def make_delivery(endpoint: WebhookEndpoint, event_id: uuid.UUID, kind: str, body: str) -> WebhookDelivery | None:
    """None when there is one already. Inside the caller's transaction, so that its task is there when it is."""
    delivery, is_new = WebhookDelivery.objects.get_or_create(
        endpoint=endpoint,
        event_id=event_id,
        defaults={"kind": kind, "body": body, "next_attempt_at": timezone.now()},
    )
    if not is_new:
        return None
    deliver.enqueue(delivery=delivery.pk)
    return delivery


def body_of_event(event: OutboxEvent, shop: Shop) -> str:
    """As the seller sees it now, in their language; kept with the delivery, so that each try sends the same."""
    with translation.override(shop.owner.language or settings.LANGUAGE_CODE):
        data = _data(event, shop)
    return body_of(event.pk, event.kind, event.created_at, data)


def body_of(event_id: uuid.UUID, kind: str, created_at: datetime, data: Mapping[str, Any]) -> str:
    body = {"id": str(event_id), "kind": kind, "created_at": timestamp(created_at), "data": data}
    return jsontext.encode(body).decode()


def _data(event: OutboxEvent, shop: Shop) -> dict[str, Any]:
    """The order, the offer or the listing it is about, and under "event" what the event itself says."""
    said = {name: value for name, value in event.data.items() if not name.startswith("_")}
    if event.order is not None:
        return {**order_json(event.order, shop.owner, SELLER), "event": said}
    if event.offer is not None:
        return {**offer_json(event.offer), "event": said}
    if event.listing is not None:
        return {**listing_card_json(event.listing), "event": said}
    return {"event": said}
