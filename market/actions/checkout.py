"""Ordering: a plan becomes a group of orders, with stock held and coupons taken; all or nothing, at the price seen."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import plain
from core import limits
from core.errors import Conflict, Forbidden, Invalid
from core.failpoints import failpoint
from market import orders, outbox, payments, stock
from market.actions.coupons import take_coupon
from market.actions.fulfilment import new_handover_code
from market.actions.paying import open_payment
from market.actions.quotes import use_quote
from market.actions.settling import mark_paid
from market.commission import Commission, commission_of
from market.models import Address, CartLine, ListingPhoto, Order, OrderGroup, OrderLine, Payment
from market.money import split
from market.orders import PAY_WITHIN
from market.plans import Part, Plan, Wish, make_plan
from market.queries.per_buyer import lock_buyer
from moderation.access import active_sanction


def preview(*, by: User, wish: Wish) -> Plan:
    """What it would cost now, and what stands in the way; changes nothing."""
    return make_plan(by, wish)


def place_order(
    *, by: User, wish: Wish, expected_total_minor: int, provider: str = ""
) -> tuple[OrderGroup, Payment | None]:
    """Order at this price; the payment is to be begun next, None when there is nothing to pay.

    Raises Conflict("price_changed", total=…) when it costs something else by now, the first of the plan's problems,
    Conflict("out_of_stock"), Forbidden("sanctioned").
    """
    limits.check("checkout", by.pk)
    if active_sanction(by, "suspend") is not None:
        raise Forbidden("sanctioned", _("Moderators have restricted your account."))
    if provider and not payments.is_enabled(provider):
        raise Invalid("unknown_provider", _("One cannot pay like that here."), field="provider")
    with transaction.atomic():
        lock_buyer(by)
        plan = make_plan(by, wish)
        _require_agreed(plan, expected_total_minor)
        group = OrderGroup.objects.create(buyer=by, currency=plan.currency, total_minor=plan.total_minor)
        placed = [_place(group, plan, part) for part in plan.parts]
        _hold_stock(plan, placed)
        for order, part in zip(placed, plan.parts, strict=True):
            if part.coupon is not None:
                take_coupon(part.coupon, by, order)
            outbox.put("order.created", order=order)
        CartLine.objects.filter(user=by, pk__in=_cart_lines(plan)).delete()
        payment = None
        if plan.total_minor:
            payment = open_payment(group, provider or payments.default())
        else:
            _give_away(placed)
        failpoint("market.checkout.before_commit")
    return group, payment


def _require_agreed(plan: Plan, expected: int) -> None:
    if plan.problems:
        first = dict(plan.problems[0])
        raise Conflict(first.pop("code"), first.pop("detail"), **first, problems=plan.problems)
    if plan.total_minor != expected:
        raise Conflict("price_changed", _("The price has changed. Look again before you order."),
                       total=plan.total_minor, expected=expected)  # fmt: skip


def _cart_lines(plan: Plan) -> list[int]:
    return [line.cart_line for part in plan.parts for line in part.lines if line.cart_line is not None]


# --- the order ----------------------------------------------------------------------------------


def _place(group: OrderGroup, plan: Plan, part: Part) -> Order:
    discounts = split(part.discount_minor, [line.subtotal_minor for line in part.lines])
    paid = [line.subtotal_minor - discount for line, discount in zip(part.lines, discounts, strict=True)]
    categories = [line.variant.listing.category for line in part.lines]
    commission = commission_of(part.shop, list(zip(categories, paid, strict=True)))
    now = timezone.now()
    order = Order.objects.create(
        group=group, shop=part.shop, buyer=group.buyer, seller=part.shop.owner, fulfilment=part.fulfilment,
        currency=plan.currency, items_minor=part.items_minor, delivery_minor=part.delivery_minor,
        discount_minor=part.discount_minor, total_minor=part.total_minor, vat_bp=part.shop.vat_bp,
        commission_minor=commission.minor, commission_vat_minor=commission.vat_minor, coupon=part.coupon,
        seller_of_record=_seller_of_record(part), delivery=_delivery_of(part), note=plain(part.note[:500]),
        address=_snapshot_of(plan.address) if part.needs_address and plan.address else {},
        handover_code=new_handover_code() if part.fulfilment == Order.Fulfilment.IN_PERSON else "",
        due_at=now + PAY_WITHIN, changed_at=now, created_at=now,
    )  # fmt: skip
    _place_lines(order, part, discounts, commission)
    orders.begin(order, by=group.buyer)
    return order


def _place_lines(order: Order, part: Part, discounts: list[int], commission: Commission) -> None:
    """Snapshots: what the listings say later changes nothing here."""
    photos = _cover_keys([line.variant.listing_id for line in part.lines])
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, listing=(listing := line.variant.listing), variant=line.variant, title=listing.title,
            variant_name=line.variant.name, sku=line.variant.sku, kind=listing.kind, condition=listing.condition,
            description=listing.description, photo_key=photos.get(listing.pk, ""),
            unit_price_minor=line.unit_price_minor, quantity=line.quantity, subtotal_minor=line.subtotal_minor,
            discount_minor=discounts[index], commission_minor=commission.by_line[index],
            commission_vat_minor=commission.vat_by_line[index],
        )
        for index, line in enumerate(part.lines)
    )  # fmt: skip


def _seller_of_record(part: Part) -> dict[str, Any]:
    shop = part.shop
    return {
        "name": shop.name, "kind": shop.kind, "legal_name": shop.legal_name, "address": shop.legal_address,
        "tax_id": shop.tax_id, "country": shop.country, "handle": shop.owner.handle,
    }  # fmt: skip


def _delivery_of(part: Part) -> dict[str, Any]:
    """How it goes, and what the shop promised about it."""
    promised = {"ship_within_days": part.shop.ship_within_days, "return_days": part.shop.return_days}
    if part.option is None or not part.has_goods:
        return promised
    option = part.option
    return {
        **promised, "option": option.pk, "kind": option.kind, "name": option.name,
        "days_min": option.days_min, "days_max": option.days_max,
    }  # fmt: skip


def _snapshot_of(address: Address) -> dict[str, str]:
    names = ("name", "line1", "line2", "postcode", "city", "region", "country", "phone")
    return {name: getattr(address, name) for name in names}


def _cover_keys(listings: list[int]) -> dict[int, str]:
    rows = ListingPhoto.objects.filter(listing__in=listings, state=ListingPhoto.State.READY)
    covers: dict[int, str] = {}
    for listing, key in rows.order_by("-position", "-pk").values_list("listing_id", "key"):
        covers[listing] = key  # the first in order comes last
    return covers


# --- stock and gifts ----------------------------------------------------------------------------


def _hold_stock(plan: Plan, placed: list[Order]) -> None:
    """All of the group in one sorted go, so that two carts never wait for each other; filed by order."""
    until = timezone.now() + PAY_WITHIN
    if plan.quote is not None:
        (order,) = placed
        use_quote(plan.quote, order)
        held = stock.transfer(plan.quote.reference, order.reference, until)
        missing = {} if plan.quote.variant_id in held else {plan.quote.variant_id: plan.quote.quantity}
        stock.reserve(missing, reference=order.reference, until=until)
        return
    wanted: list[tuple[int, str, int]] = []
    for order, part in zip(placed, plan.parts, strict=True):
        for line in part.lines:
            wanted.append((line.variant.pk, order.reference, line.quantity))
    for variant, reference, quantity in sorted(wanted):
        stock.reserve({variant: quantity}, reference=reference, until=until)


def _give_away(placed: list[Order]) -> None:
    """Free things are paid for as soon as they are ordered."""
    for order in placed:
        wanted = {line.variant_id: line.quantity for line in order.lines.all()}
        stock.sell(order.reference, wanted)
        mark_paid(order)
