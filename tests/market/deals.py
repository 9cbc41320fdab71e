"""Orders made the short way, and how to press buttons at the same moment. The long way: tests of the checkout."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts.models import User
from core.errors import DomainError
from market.models import Listing, Order, OrderGroup, OrderLine
from tests.market.scenes import the_variant
from tests.messenger.people import at_once


def make_order(
    listing: Listing, buyer: User, *, state: str = "completed", quantity: int = 1, completed_at: datetime | None = None
) -> Order:
    """As if it had been bought at its price; no stock and no money move."""
    variant = the_variant(listing)
    price = variant.price_minor or 0
    total = price * quantity
    group = OrderGroup.objects.create(buyer=buyer, currency=listing.currency, total_minor=total)
    order = Order.objects.create(
        group=group, shop=listing.shop, buyer=buyer, seller=listing.shop.owner, state=state, fulfilment="shipping",
        currency=listing.currency, items_minor=total, total_minor=total, completed_at=completed_at,
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, listing=listing, variant=variant, title=listing.title, kind=listing.kind, unit_price_minor=price,
        quantity=quantity, subtotal_minor=total,
    )  # fmt: skip
    return order


def outcomes(*calls: Callable[[], Any]) -> list[str]:
    """Run the calls at the same moment; of each "ok" or the code of its error, in order of the alphabet."""

    def told(call: Callable[[], Any]) -> Callable[[], str]:
        def run() -> str:
            try:
                call()
            except DomainError as error:
                return error.code
            return "ok"

        return run

    return sorted(at_once(*(told(call) for call in calls)))
