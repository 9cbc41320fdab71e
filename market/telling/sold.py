"""A teller: what a private seller has sold to the last piece is sold, and no longer offered."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from market import outbox
from market.models import Listing, Order, OutboxEvent, Shop, Variant


def tell_sold(event: OutboxEvent) -> None:
    """When an order is completed: until then it may still come back. A business fills its shelves again by itself."""
    if event.kind != "order.completed" or event.order_id is None:
        return
    order = Order.objects.select_related("shop").get(pk=event.order_id)
    if order.shop.kind != Shop.Kind.PERSON:
        return
    still = Q(is_stock_tracked=False) | Q(stock__on_hand__gt=0)
    left = Variant.objects.filter(still, listing=OuterRef("pk"), is_active=True)
    own = Listing.objects.filter(order_lines__order=order, state=Listing.State.PUBLISHED, kind=Listing.Kind.GOODS)
    for listing in own.filter(~Exists(left)).distinct():
        with transaction.atomic():
            still_there = Listing.objects.filter(pk=listing.pk, state=listing.state)
            if still_there.update(state=Listing.State.SOLD, updated_at=Now()):
                outbox.put("listing.sold", listing=listing)
