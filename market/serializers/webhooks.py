"""Webhooks as JSON: one function per noun."""

from datetime import datetime

from accounts.serializers import timestamp
from market.models import WebhookDelivery, WebhookEndpoint
from market.shapes.webhooks import WebhookDeliveryJSON, WebhookJSON


def _optional(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment is not None else None


def webhook_json(endpoint: WebhookEndpoint, *, shows_secret: bool = False) -> WebhookJSON:
    result: WebhookJSON = {
        "id": endpoint.pk,
        "url": endpoint.url,
        "kinds": endpoint.kinds,
        "is_active": endpoint.is_active,
        "failure_count": endpoint.failure_count,
        "failing_since": _optional(endpoint.failing_since),
        "disabled_at": _optional(endpoint.disabled_at),
        "old_secret_until": _optional(endpoint.old_secret_until),
        "created_at": timestamp(endpoint.created_at),
    }
    if shows_secret:
        result["secret"] = endpoint.secret
    return result


def delivery_json(delivery: WebhookDelivery, *, shows_body: bool = False) -> WebhookDeliveryJSON:
    is_waiting = delivery.state == WebhookDelivery.State.WAITING
    result: WebhookDeliveryJSON = {
        "id": delivery.pk,
        "event_id": str(delivery.event_id),
        "kind": delivery.kind,
        "state": delivery.state,  # type: ignore[typeddict-item]  # a str of the choices
        "attempt_count": delivery.attempt_count,
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
        "created_at": timestamp(delivery.created_at),
        "attempted_at": _optional(delivery.attempted_at),
        "next_attempt_at": _optional(delivery.next_attempt_at) if is_waiting else None,
        "delivered_at": _optional(delivery.delivered_at),
    }
    if shows_body:
        result["body"] = delivery.body
    return result
