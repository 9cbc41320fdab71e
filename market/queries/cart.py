"""A cart as it stands now: what of it can be bought, at what price."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from accounts.models import User
from market.models import CartLine, Listing, Shop, Variant
from market.queries.per_buyer import taken_by
from market.serializers.listings import available

_GONE = (Listing.State.DELETED, Listing.State.REMOVED, Listing.State.DRAFT)


@dataclass(frozen=True)
class CartItem:
    """One line. `problem`: why it cannot be bought at the price that was seen, as in CartLineJSON; "" when it can."""

    line: CartLine
    unit_price_minor: int
    available: int | None  # None: any number
    problem: str

    @property
    def variant(self) -> Variant:
        return self.line.variant

    @property
    def listing(self) -> Listing:
        return self.line.variant.listing

    @property
    def shop(self) -> Shop:
        return self.line.variant.listing.shop

    @property
    def subtotal_minor(self) -> int:
        return self.unit_price_minor * self.line.quantity

    @property
    def can_be_bought(self) -> bool:
        """Now, if the buyer agrees to the price of now."""
        return self.problem in ("", "price_changed")


def lines_of(by: User) -> QuerySet[CartLine]:
    """What lies in the cart and may be seen: not what was taken away, nor of people who block each other with `by`."""
    return (
        CartLine.objects.filter(user=by, variant__listing__shop__closed_at=None)
        .exclude(variant__listing__state__in=_GONE)
        .exclude(variant__listing__shop__owner__blocks__user=by)
        .exclude(variant__listing__shop__owner__blocked_by__owner=by)
    )


def cart_of(by: User) -> list[CartItem]:
    """Of lines_of(), in the order in which they were added.

    Listing, shop, owner, category and stock are loaded. At most four queries.
    """
    rows = lines_of(by).select_related("variant__listing__shop__owner", "variant__listing__category", "variant__stock")
    lines = list(rows.order_by("id"))
    wanted: Counter[int] = Counter()  # of all variants of a listing together
    for line in lines:
        wanted[line.variant.listing_id] += line.quantity
    limited = {line.variant.listing_id for line in lines if line.variant.listing.max_per_buyer is not None}
    taken = taken_by(by, limited)
    return [
        item_of(by, line, wanted=wanted[line.variant.listing_id], taken=taken.get(line.variant.listing_id, 0))
        for line in lines
    ]


def item_of(by: User, line: CartLine, *, wanted: int, taken: int) -> CartItem:
    """`wanted` of the whole listing in this cart, `taken` by this buyer before."""
    price, left = line.variant.price_minor, available(line.variant)
    problem = _problem(by, line, left=left, wanted=wanted, taken=taken)
    return CartItem(line, line.seen_price_minor if price is None else price, left, problem)


def piece_count(by: User) -> int:
    """How many pieces lie in the cart: the number on its icon. One query."""
    return lines_of(by).aggregate(count=Sum("quantity"))["count"] or 0


def _problem(by: User, line: CartLine, *, left: int | None, wanted: int, taken: int) -> str:
    variant, listing = line.variant, line.variant.listing
    shop = listing.shop
    is_there = variant.is_active and listing.is_visible and shop.owner.is_active and shop.owner_id != by.pk
    if not is_there or variant.price_minor is None:
        return "not_available"
    if shop.is_on_holiday:
        return "on_holiday"
    if left is not None and left < line.quantity:
        return "out_of_stock"
    if listing.max_per_buyer is not None and taken + wanted > listing.max_per_buyer:
        return "max_per_buyer"
    return "price_changed" if variant.price_minor != line.seen_price_minor else ""
