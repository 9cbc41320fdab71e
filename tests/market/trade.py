"""Buying and selling for tests: through the same actions as everybody, with the sandbox for a bank."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from accounts.models import User
from core import limits
from market import orders
from market.actions import checkout, fulfilment, paying
from market.actions.cart import add_to_cart
from market.actions.sandbox import pay_in_sandbox
from market.invariants import check_all
from market.models import Account, Address, Listing, Order, OrderGroup, Payment
from market.plans import Wish
from tests.market.scenes import the_variant


def address_of(user: User) -> Address:
    """The one there is, or a new one."""
    found = Address.objects.filter(user=user).first()
    return found or Address.objects.create(
        user=user, name=user.name, line1="Ferry Street 3", postcode="04109", city="Leipzig", country="DE"
    )


def fill_cart(buyer: User, listings: Mapping[Listing, int]) -> None:
    for listing, quantity in listings.items():
        add_to_cart(by=buyer, variant_id=the_variant(listing).pk, quantity=quantity)


def order(buyer: User, listings: Mapping[Listing, int] | Listing, *, ship: bool = True, **wish: Any) -> OrderGroup:
    """Into the cart and ordered, at the price of now. `ship`: by parcel, else handed over."""
    limits.reset()
    fill_cart(buyer, listings if isinstance(listings, Mapping) else {listings: 1})
    return order_cart(buyer, ship=ship, **wish)


def order_cart(buyer: User, *, ship: bool = True, **fields: Any) -> OrderGroup:
    first = checkout.preview(by=buyer, wish=Wish(**fields))
    kind = "shipping" if ship else "in_person"
    delivery = {
        part.shop.pk: option.pk for part in first.parts for option in part.options if option.kind == kind
    }  # fmt: skip
    wish = Wish(**{"delivery": delivery, "address": address_of(buyer).pk, **fields})
    plan = checkout.preview(by=buyer, wish=wish)
    assert plan.problems == []
    group, _payment = checkout.place_order(by=buyer, wish=wish, expected_total_minor=plan.total_minor)
    return group


def pay(group: OrderGroup, card: str = "ok", *, is_confirmed: bool | None = None) -> Payment:
    payment = paying.payment_of(by=group.buyer, group_id=group.pk)
    return pay_in_sandbox(payment, card, is_confirmed=is_confirmed)


def the_order(group: OrderGroup) -> Order:
    return Order.objects.get(group=group)


def bought(buyer: User, listings: Mapping[Listing, int] | Listing, *, state: str = "paid", **how: Any) -> Order:
    """An order in this state: paid, accepted, shipped, delivered, completed."""
    group = order(buyer, listings, **how)
    pay(group)
    made = the_order(group)
    if state == "completed" and made.fulfilment == "in_person":
        return fulfilment.hand_over(by=made.seller, order_id=made.pk, code=made.handover_code)
    steps = ["paid", "accepted", "shipped", "delivered", "completed"]
    for step in steps[1 : steps.index(state) + 1]:
        limits.reset()
        _STEPS[step](made)
    made.refresh_from_db()
    return made


def _arrive(made: Order) -> None:
    orders.move(Order.objects.get(pk=made.pk), "arrive", role="system", delivered_at=timezone.now())


_STEPS: dict[str, Any] = {
    "accepted": lambda made: fulfilment.accept(by=made.seller, order_id=made.pk),
    "shipped": lambda made: fulfilment.ship(by=made.seller, order_id=made.pk, carrier="DHL", tracking_number="1"),
    "delivered": _arrive,
    "completed": lambda made: fulfilment.confirm(by=made.buyer, order_id=made.pk),
}


def balance(code: str) -> int:
    return Account.objects.filter(code=code).values_list("balance", flat=True).first() or 0


def broken() -> list[tuple[int, list[Any]]]:
    """The invariants that do not hold; tests assert that it is empty."""
    return [(result.invariant.number, result.rows) for result in check_all() if not result.holds]
