"""Side effects leave from here: written in the transaction of the fact, told by the worker after it.

    outbox.put("order.paid", order=order, data={"total": 1200})

Whatever has to be told (a message in the order's thread, a push, a webhook, an alert) is done by a teller. Each is
called at least once for each event, after the commit, in the worker; so a teller does no harm when it runs twice, and
names what it makes after `event.id`. A teller that raises is called again later, the others are not held up by it.
"""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from market.models import Listing, Offer, Order, OutboxEvent, Shop

Teller = Callable[[OutboxEvent], None]
_tellers: dict[str, Teller] = {}
_on_put: list[Callable[[OutboxEvent], None]] = []


def register(teller: Teller) -> None:
    """Called from market/registrations.py. The teller decides by `event.kind` whether it has anything to say."""
    _tellers[f"{teller.__module__}.{teller.__qualname__}"] = teller


def tellers() -> dict[str, Teller]:
    return dict(_tellers)


def on_put(enqueue: Callable[[OutboxEvent], None]) -> None:
    """What is done with a new event, inside its transaction: market/tasks/telling.py enqueues the telling."""
    _on_put.append(enqueue)


def put(
    kind: str,
    *,
    order: Order | None = None,
    offer: Offer | None = None,
    listing: Listing | None = None,
    listing_id: int | None = None,
    shop: Shop | None = None,
    data: dict[str, Any] | None = None,
    once_key: str | None = None,
) -> OutboxEvent:
    """Something happened that has to be told. Belongs into the transaction in which it happened."""
    event = OutboxEvent(
        kind=kind,
        order=order,
        offer=offer,
        listing_id=listing.pk if listing is not None else listing_id,
        shop=shop,
        data=data or {},
        once_key=once_key,
    )
    event.save(force_insert=True)
    for enqueue in _on_put:
        enqueue(event)
    return event


def put_once(kind: str, *, key: str, **what: Any) -> OutboxEvent | None:
    """The same, unless this kind was put under this key before."""
    once_key = f"{kind}:{key}"
    if OutboxEvent.objects.filter(once_key=once_key).exists():
        return None
    try:
        with transaction.atomic():
            return put(kind, once_key=once_key, **what)
    except IntegrityError:  # another transaction said so a moment ago
        return None
