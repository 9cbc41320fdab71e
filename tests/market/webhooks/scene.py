"""What is told to a shop's own system, and the reader that docs/webhooks.md describes."""

import re
from datetime import timedelta
from pathlib import Path

from django.conf import settings as project

from market.models import OutboxEvent, WebhookDelivery
from market.telling.webhooks import tell_webhooks

URL = "/api/v1/market/webhooks"


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def happen(shop, kind="payout.paid", **data) -> OutboxEvent:
    """Put and told, as the worker would; nothing is sent yet."""
    event = OutboxEvent.objects.create(kind=kind, shop=shop, data=data)
    event.refresh_from_db()
    tell_webhooks(event)
    return event


def the_delivery(event) -> WebhookDelivery:
    return WebhookDelivery.objects.get(event_id=event.pk)


def verifier():
    """The example of docs/webhooks.md, as people copy it."""
    text = (Path(project.BASE_DIR) / "docs" / "webhooks.md").read_text()
    names: dict = {}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1], names)
    return names["is_from_tenfold"]
