"""Webhooks of a shop as JSON."""

from typing import Literal, NotRequired, TypedDict


class WebhookJSON(TypedDict):
    """An address that events of the shop are posted to. `secret` is shown once: when it was made or renewed."""

    id: int
    url: str
    kinds: list[str]  # "order.paid", "order.*"; empty: all
    is_active: bool
    failure_count: int  # failed attempts since the last that went well
    failing_since: str | None
    disabled_at: str | None  # by the service, after three days of failures
    old_secret_until: str | None  # until then bodies are signed with the secret before, too
    created_at: str
    secret: NotRequired[str]


class WebhookListJSON(TypedDict):
    webhooks: list[WebhookJSON]


class WebhookDeliveryJSON(TypedDict):
    """One event on its way to one address. `last_error`: what the last attempt came to, "" when it went well."""

    id: int
    event_id: str
    kind: str
    state: Literal["waiting", "delivered", "failed"]
    attempt_count: int
    last_status: int | None
    last_error: str
    created_at: str
    attempted_at: str | None
    next_attempt_at: str | None
    delivered_at: str | None
    body: NotRequired[str]  # of one delivery: exactly what was signed


class WebhookReplayJSON(TypedDict):
    """How many deliveries were queued. `has_more`: the time span holds more; ask again from `last_at`."""

    count: int
    has_more: bool
    last_at: str | None
