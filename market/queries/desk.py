"""What a seller has to do, on one page."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from market.models import Listing, Offer, Order, Return, Shop, Variant
from market.orders import State

SHOWN = 5
EXPIRES_WITHIN = timedelta(days=7)


@dataclass
class ToDo:
    """Counts, and the first few of each."""

    orders: list[Order] = field(default_factory=list)
    order_count: int = 0
    dispute_count: int = 0
    return_count: int = 0
    offer_count: int = 0
    low: list[Variant] = field(default_factory=list)
    expiring: list[Listing] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        return not (self.order_count or self.dispute_count or self.return_count or self.offer_count or self.low)


def to_do(shop: Shop) -> ToDo:
    """Six queries."""
    orders = Order.objects.filter(shop=shop)
    counts = orders.aggregate(
        to_do=Count("pk", filter=Q(state__in=(State.PAID, State.ACCEPTED))),
        disputes=Count("pk", filter=Q(state=State.DISPUTED)),
    )
    waiting = orders.filter(state__in=(State.PAID, State.ACCEPTED)).order_by(F("due_at").asc(nulls_last=True), "pk")
    open_offers = Offer.objects.filter(
        listing__shop=shop, state=Offer.State.OPEN, turn=Offer.Side.SELLER, expires_at__gt=timezone.now()
    )
    returns = Return.objects.filter(order__shop=shop, state__in=(Return.State.REQUESTED, Return.State.SENT))
    soon = Listing.objects.visible().filter(shop=shop, expires_at__lte=timezone.now() + EXPIRES_WITHIN)
    return ToDo(
        orders=list(waiting[:SHOWN]),
        order_count=counts["to_do"],
        dispute_count=counts["disputes"],
        return_count=returns.count(),
        offer_count=open_offers.count(),
        low=list(low_stock(shop)[:SHOWN]),
        expiring=list(soon.order_by("expires_at")[:SHOWN]),
    )


def low_stock(shop: Shop) -> QuerySet[Variant]:
    """Of what is published: so few left as the seller wanted to hear of."""
    left = F("stock__on_hand") - F("stock__reserved") - F("stock__allocated")
    rows = Variant.objects.filter(listing__shop=shop, listing__state=Listing.State.PUBLISHED, is_active=True)
    rows = rows.filter(is_stock_tracked=True, low_stock_at__gt=0).annotate(left=left)
    return rows.filter(left__lte=F("low_stock_at")).select_related("listing", "stock").order_by("left", "pk")


def shop_if_any(by: User) -> Shop | None:
    """Who has never sold has none, and none is made by looking."""
    return Shop.objects.select_related("owner").filter(owner=by).first()
