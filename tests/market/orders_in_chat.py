"""Orders and their events for tests of cards and threads, made by hand: what leads to them is tested elsewhere."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from market import outbox
from market.models import Listing, Order, OrderGroup, OrderLine, OutboxEvent

from .scenes import the_variant


def make_order(buyer: User, listing: Listing, **extra: Any) -> Order:
    """Paid for, of one piece."""
    price = listing.price_minor or 0
    group = OrderGroup.objects.create(buyer=buyer, currency=listing.currency, total_minor=price)
    fields = {"state": "paid", "paid_at": timezone.now(), "fulfilment": "in_person", **extra}
    order = Order.objects.create(
        group=group, shop=listing.shop, buyer=buyer, seller=listing.shop.owner, currency=listing.currency,
        items_minor=price, total_minor=price, **fields,
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, listing=listing, variant=the_variant(listing), title=listing.title, kind=listing.kind,
        unit_price_minor=price, quantity=1, subtotal_minor=price,
    )  # fmt: skip
    return order


def happened(order: Order, kind: str, **data: Any) -> OutboxEvent:
    """An event as market/orders.py puts it."""
    return outbox.put(kind, order=order, data={"state": order.state, **data})
