"""From paid to completed: accept, ship, hand over, deliver, confirm; and the release of the money to the seller."""

import secrets

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import one_line
from core.errors import Conflict, Forbidden, Invalid
from core.failpoints import failpoint
from market import ledger, orders, outbox, stock
from market.access.orders import order_for_moving
from market.actions.refunds import all_of, commission_back
from market.models import Order, Return, Shop
from market.orders import BUYER, SELLER, SYSTEM, State

HANDOVER_TRIES = 10
_CODE_DIGITS = 6


def new_handover_code() -> str:
    return f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}d}"


def accept(*, by: User, order_id: int) -> Order:
    with transaction.atomic():
        order, _role = order_for_moving(by, order_id, "accept")
        orders.move(order, "accept", role=SELLER, by=by)
    return order


def ship(*, by: User, order_id: int, carrier: str = "", tracking_number: str = "") -> Order:
    """The parcel is on its way. Accepts the order too, when that was not done."""
    with transaction.atomic():
        order, _role = order_for_moving(by, order_id, "ship")
        _accept_on_the_way(order, by)
        tracking = {"carrier": one_line(carrier), "tracking_number": one_line(tracking_number)}
        orders.move(order, "ship", role=SELLER, by=by, data=tracking, **tracking)
        stock.ship(order.reference)
    return order


def set_tracking(*, by: User, order_id: int, carrier: str, tracking_number: str) -> Order:
    """Corrected or added after shipping; told in the thread."""
    with transaction.atomic():
        order, role = order_for_moving(by, order_id, None)
        if role != SELLER:
            raise Forbidden("not_your_move", _("That is not yours to do."))
        if order.state != State.SHIPPED:
            raise orders.wrong_state(order)
        order.carrier, order.tracking_number = one_line(carrier), one_line(tracking_number)
        order.save(update_fields=["carrier", "tracking_number"])
        data = {"carrier": order.carrier, "tracking_number": order.tracking_number}
        outbox.put("order.tracking_changed", order=order, data=data)
    return order


def hand_over(*, by: User, order_id: int, code: str) -> Order:
    """Face to face: the buyer shows the code, the seller types it, and with that both say that it is done.

    Raises Invalid("wrong_code", tries_left=…), Conflict("too_many_tries"): then the buyer confirms by themselves.
    """
    with transaction.atomic():
        order, _role = order_for_moving(by, order_id, "hand_over")
        if order.handover_tries >= HANDOVER_TRIES:
            raise Conflict("too_many_tries", _("Too many wrong codes. The buyer can confirm in the app instead."))
        is_right = secrets.compare_digest("".join(code.split()).encode(), order.handover_code.encode())
        if is_right:
            _accept_on_the_way(order, by)
            orders.move(order, "hand_over", role=SELLER, by=by)
            stock.ship(order.reference)
            complete(order, role=SYSTEM, data={"by_code": True})
        else:
            Order.objects.filter(pk=order.pk).update(handover_tries=F("handover_tries") + 1)
    if not is_right:  # raised after the commit, or the count would be rolled back with it
        left = max(0, HANDOVER_TRIES - order.handover_tries - 1)
        raise Invalid("wrong_code", _("That is not the code of this order."), field="code", tries_left=left)
    return order


def deliver(*, by: User, order_id: int) -> Order:
    """The service is done, says who did it; the buyer confirms, or a week passes."""
    with transaction.atomic():
        order, _role = order_for_moving(by, order_id, "deliver")
        orders.move(order, "deliver", role=SELLER, by=by, delivered_at=timezone.now())
        stock.ship(order.reference)
    return order


def deliver_online(order: Order) -> None:
    """Files, texts and classes: as soon as it is paid. Inside the transaction of the payment."""
    orders.move(order, "accept", role=SYSTEM)
    orders.move(order, "deliver_online", role=SYSTEM, delivered_at=timezone.now())
    stock.ship(order.reference)


def confirm(*, by: User, order_id: int) -> Order:
    """The buyer has it, and is content: the money goes to the seller."""
    with transaction.atomic():
        order, _role = order_for_moving(by, order_id, "confirm")
        if order.state == State.SHIPPED:
            orders.move(order, "arrive", role=BUYER, by=by, delivered_at=timezone.now())
        complete(order, role=BUYER, by=by)
    return order


def complete(order: Order, *, role: str, by: User | None = None, data: dict[str, object] | None = None) -> None:
    """Inside a transaction, with the order locked. Raises Conflict("return_open")."""
    if has_open_return(order):
        raise Conflict("return_open", _("A return of this order is under way."))
    now = timezone.now()
    delivered_at = order.delivered_at or now
    orders.move(order, "confirm", role=role, by=by, data=data, completed_at=now, delivered_at=delivered_at)
    release(order)


def release(order: Order) -> None:
    """What is still held goes to the seller, less the commission on it; once for each order."""
    whole = all_of(order)
    commission, vat = commission_back(order, whole)  # on all that was not refunded
    amount = whole.total_minor
    now = timezone.now()
    if not Order.objects.filter(pk=order.pk, released_at=None).update(released_at=now):
        return
    order.released_at = now
    if amount:
        amounts = [
            (ledger.held(order), -amount),
            (ledger.commission(order.currency), commission),
            (ledger.vat(order.currency), vat),
            *ledger.give_to_seller(order.shop, amount - commission - vat),
        ]
        ledger.post("release", f"release:order:{order.pk}", amounts, order=order)
    failpoint("market.release.before_commit")
    Shop.objects.filter(pk=order.shop_id).update(sale_count=F("sale_count") + 1)


def has_open_return(order: Order) -> bool:
    states = (Return.State.REQUESTED, Return.State.APPROVED, Return.State.SENT)
    return order.returns.filter(state__in=states).exists()


def _accept_on_the_way(order: Order, by: User) -> None:
    if order.state == State.PAID:
        orders.move(order, "accept", role=SELLER, by=by)
