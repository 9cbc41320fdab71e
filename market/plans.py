"""What an order would be, and cost, before it is one: lines by shop, delivery, coupons, and everything in the way.

A plan is made twice: for the page, which shows it with its problems, and again inside the transaction that orders,
which refuses it if it has any, or costs something else than what the buyer saw.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, DomainError, Invalid
from market.access.listings import require_buyable
from market.access.offers import address_for_using, quote_for_checkout, require_dealing
from market.actions.coupons import coupon_for_checkout, discount_of
from market.models import Address, Coupon, DeliveryOption, Listing, Order, Quote, Shop, Variant
from market.queries.cart import lines_of
from market.queries.listings import common_options
from market.queries.per_buyer import taken_by

_VARIANTS = ("variant__listing__shop__owner", "variant__listing__category", "variant__stock")


@dataclass(frozen=True)
class Wish:
    """What the buyer asks for. Either the cart's goods in one currency, or of one `quote`; maps are by shop id."""

    currency: str = ""
    quote: int | None = None
    shops: tuple[int, ...] = ()  # of the cart; empty: all
    address: int | None = None
    delivery: Mapping[int, int] = field(default_factory=dict)  # shop -> delivery option
    coupons: Mapping[int, str] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)


@dataclass
class Line:
    variant: Variant
    quantity: int
    unit_price_minor: int
    seen_minor: int
    cart_line: int | None = None
    problem: str | None = None

    @property
    def subtotal_minor(self) -> int:
        return self.unit_price_minor * self.quantity


@dataclass
class Part:
    """What is bought of one shop: it becomes one order."""

    shop: Shop
    lines: list[Line]
    options: list[DeliveryOption]  # that all goods of it can take
    option: DeliveryOption | None = None
    coupon: Coupon | None = None
    coupon_code: str = ""
    delivery_minor: int = 0
    discount_minor: int = 0
    note: str = ""

    @property
    def items_minor(self) -> int:
        return sum(line.subtotal_minor for line in self.lines)

    @property
    def total_minor(self) -> int:
        return self.items_minor + self.delivery_minor - self.discount_minor

    @property
    def has_goods(self) -> bool:
        return any(line.variant.listing.kind == Listing.Kind.GOODS for line in self.lines)

    @property
    def needs_address(self) -> bool:
        return self.has_goods and self.option is not None and self.option.kind == DeliveryOption.Kind.SHIPPING

    @property
    def fulfilment(self) -> str:
        kinds = {line.variant.listing.kind for line in self.lines}
        if Listing.Kind.GOODS in kinds:
            shipped = self.option is not None and self.option.kind == DeliveryOption.Kind.SHIPPING
            return Order.Fulfilment.SHIPPING if shipped else Order.Fulfilment.IN_PERSON
        return Order.Fulfilment.SERVICE if Listing.Kind.SERVICE in kinds else Order.Fulfilment.ONLINE


@dataclass
class Plan:
    currency: str
    parts: list[Part]
    address: Address | None
    quote: Quote | None
    problems: list[dict[str, Any]] = field(default_factory=list)  # {"code", "detail", "shop"?, "line"?}

    @property
    def total_minor(self) -> int:
        return sum(part.total_minor for part in self.parts)

    @property
    def needs_address(self) -> bool:
        return any(part.needs_address for part in self.parts)

    def add_problem(self, error: DomainError, **where: Any) -> None:
        self.problems.append({**error.as_json(), **where})


def make_plan(by: User, wish: Wish) -> Plan:
    """Raises NotFound for a foreign quote or address, Conflict for a quote that is over, Invalid("empty_cart")."""
    quote = quote_for_checkout(by, wish.quote) if wish.quote is not None else None
    lines = _lines_of_quote(quote) if quote is not None else _lines_of_cart(by, wish)
    if not lines:
        raise Invalid("empty_cart", _("There is nothing to order."))
    currencies = {line.variant.listing.currency for line in lines}
    if len(currencies) > 1:
        raise Invalid("several_currencies", _("Order in one currency at a time."), currencies=sorted(currencies))
    address = address_for_using(by, wish.address) if wish.address is not None else None
    plan = Plan(currencies.pop(), _parts(lines), address, quote)
    _check_lines(by, plan)
    for part in plan.parts:
        _choose_delivery(plan, part, wish)
        _apply_coupon(by, plan, part, wish)
        part.note = wish.notes.get(part.shop.pk, "")
    _check_address(plan)
    return plan


# --- lines --------------------------------------------------------------------------------------


def _lines_of_quote(quote: Quote) -> list[Line]:
    price = quote.unit_price_minor
    return [Line(quote.variant, quote.quantity, price, price)]


def _lines_of_cart(by: User, wish: Wish) -> list[Line]:
    rows = lines_of(by).select_related(*_VARIANTS).order_by("pk")
    if wish.currency:
        rows = rows.filter(variant__listing__currency=wish.currency)
    if wish.shops:
        rows = rows.filter(variant__listing__shop__in=wish.shops)
    return [Line(row.variant, row.quantity, row.variant.price_minor or 0, row.seen_price_minor, row.pk) for row in rows]


def _parts(lines: list[Line]) -> list[Part]:
    shops = {line.variant.listing.shop_id: line.variant.listing.shop for line in lines}
    by_shop = [(pk, [line for line in lines if line.variant.listing.shop_id == pk]) for pk in sorted(shops)]
    prefetch_related_objects(
        [line.variant.listing for line in lines],
        Prefetch("delivery_options", queryset=DeliveryOption.objects.filter(is_active=True)),
    )
    return [Part(shops[pk], own, common_options([line.variant.listing for line in own])) for pk, own in by_shop]


def _check_lines(by: User, plan: Plan) -> None:
    listings = {line.variant.listing_id: line.variant.listing for part in plan.parts for line in part.lines}
    limited = [pk for pk, listing in listings.items() if listing.max_per_buyer is not None]
    taken = dict(taken_by(by, limited, but=plan.quote)) if limited else {}
    for part in plan.parts:
        try:
            require_dealing(by, part.shop.owner)
        except DomainError as error:
            plan.add_problem(error, shop=part.shop.pk)
        for line in part.lines:
            try:
                _check_line(by, line, plan.quote is not None, taken)
            except DomainError as error:
                line.problem = error.code
                plan.add_problem(error, shop=part.shop.pk, line=line.cart_line)


def _check_line(by: User, line: Line, is_quote: bool, taken: dict[int, int]) -> None:
    variant, listing = line.variant, line.variant.listing
    if is_quote and line.variant.listing.state == Listing.State.REMOVED:
        raise Conflict("not_available", _("This is no longer available."), variant=variant.pk)
    if not is_quote:  # a quote holds although its listing was edited, paused or sold to others meanwhile
        require_buyable(by, variant)
        if variant.price_minor is None:
            raise Conflict("price_on_request", _("The seller names a price when asked."))
        _check_stock(line)
        if line.seen_minor != line.unit_price_minor:
            raise Conflict("price_changed", _("The price has changed."), seen=line.seen_minor,
                           now=line.unit_price_minor)  # fmt: skip
    if listing.max_per_buyer is not None:
        taken[listing.pk] = taken.get(listing.pk, 0) + line.quantity
        if taken[listing.pk] > listing.max_per_buyer:
            raise Conflict("max_per_buyer", _("The seller lets everybody have so many of it only."),
                           limit=listing.max_per_buyer)  # fmt: skip


def _check_stock(line: Line) -> None:
    if not line.variant.is_stock_tracked:
        return
    stock = getattr(line.variant, "stock", None)
    available = max(0, stock.available) if stock else 0
    if available < line.quantity:
        raise Conflict("out_of_stock", _("That many are no longer there."), variant=line.variant.pk,
                       available=available)  # fmt: skip


# --- delivery, coupons, address -----------------------------------------------------------------


def _choose_delivery(plan: Plan, part: Part, wish: Wish) -> None:
    if not part.has_goods:
        return
    if not part.options:
        error = Conflict("no_common_delivery", _("These things cannot be delivered together. Order them separately."))
        plan.add_problem(error, shop=part.shop.pk)
        return
    chosen = wish.delivery.get(part.shop.pk)
    found = [option for option in part.options if option.pk == chosen]
    if chosen is not None and not found:
        plan.add_problem(Invalid("unknown_delivery", _("This way of delivery is not offered.")), shop=part.shop.pk)
    part.option = found[0] if found else part.options[0]
    pieces = sum(line.quantity for line in part.lines if line.variant.listing.kind == Listing.Kind.GOODS)
    option = part.option
    is_free = option.free_from_minor is not None and part.items_minor >= option.free_from_minor
    part.delivery_minor = 0 if is_free else option.price_minor + option.extra_minor * (pieces - 1)


def _apply_coupon(by: User, plan: Plan, part: Part, wish: Wish) -> None:
    code = wish.coupons.get(part.shop.pk, "").strip()
    if not code:
        return
    part.coupon_code = code
    try:
        part.coupon = coupon_for_checkout(shop=part.shop, code=code, buyer=by, items_minor=part.items_minor)
    except DomainError as error:
        plan.add_problem(error, shop=part.shop.pk)
    else:
        part.discount_minor = discount_of(part.coupon, part.items_minor)


def _check_address(plan: Plan) -> None:
    if not plan.needs_address:
        return
    if plan.address is None:
        plan.add_problem(Invalid("address_needed", _("Say where it shall be sent."), field="address"))
        return
    for part in plan.parts:
        option = part.option
        if part.needs_address and option and option.countries and plan.address.country not in option.countries:
            error = Conflict("not_delivered_there", _("This shop does not deliver to that country."))
            plan.add_problem(error, shop=part.shop.pk)
