"""Orders that come to nothing: not paid, cancelled, declined, not sent in time. Stock, coupon and money go back."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.names import plain
from market import orders, stock
from market.access.orders import order_for_moving
from market.actions.coupons import give_back
from market.actions.refunds import all_of, claim_refund
from market.models import Order, Refund
from market.orders import BUYER, SELLER, SYSTEM, State


def cancel(*, by: User, order_id: int, reason: str = "") -> Order:
    """The buyer, before the seller accepts; what is not paid yet can always be let go."""
    with transaction.atomic():
        order, _role = order_for_moving(by, order_id, None)
        if order.state == State.CREATED:
            orders.require_move(order, "abandon", _role)
            orders.move(order, "abandon", role=BUYER, by=by, cancel_reason=plain(reason))
            _let_go(order)
        else:
            orders.require_move(order, "cancel", _role)
            orders.move(order, "cancel", role=BUYER, by=by, cancel_reason=plain(reason))
            _undo_sale(order, Refund.Reason.CANCELLED, by)
    return order


def decline(*, by: User, order_id: int, reason: str = "") -> Order:
    """The seller cannot, or does not want to."""
    with transaction.atomic():
        order, _role = order_for_moving(by, order_id, "decline")
        orders.move(order, "decline", role=SELLER, by=by, cancel_reason=plain(reason))
        _undo_sale(order, Refund.Reason.CANCELLED, by)
    return order


def cancel_unsent(order: Order) -> None:
    """Its time to be sent has passed. Inside a transaction, with the order locked."""
    orders.move(order, "cancel_unsent", role=SYSTEM)
    _undo_sale(order, Refund.Reason.NOT_SHIPPED, None)


def expire(order: Order) -> None:
    """Nobody paid. Inside a transaction, with the order locked."""
    orders.move(order, "expire", role=SYSTEM)
    _let_go(order)


def expire_on_read(order: Order) -> None:
    """Judged when looked at, too: a dead worker must not leave an order payable for ever."""
    if order.state != State.CREATED or order.due_at is None or order.due_at > timezone.now() - timedelta(seconds=1):
        return
    with transaction.atomic():
        fresh = orders.locked(order.pk)
        if fresh.state == State.CREATED:
            expire(fresh)
    order.refresh_from_db()


def _let_go(order: Order) -> None:
    stock.release(order.reference)
    give_back(order)


def _undo_sale(order: Order, reason: str, by: User | None) -> None:
    stock.unsell(order.reference)  # quantities before money, everywhere: nobody waits in a circle
    claim_refund(order, all_of(order), reason=reason, by=by)
    give_back(order)
