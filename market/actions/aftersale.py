"""The seller gives money back of their own accord: all of an order, an amount, or single pieces."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from accounts.names import plain
from market import orders, stock
from market.access.orders import order_for_moving
from market.actions.refunds import Part, all_of, amount_of, claim_refund, pieces_of
from market.models import Order, Refund
from market.orders import SELLER, State


def refund(
    *,
    by: User,
    order_id: int,
    amount_minor: int | None = None,
    pieces: Mapping[int, int] | None = None,
    with_delivery: bool = False,
    note: str = "",
) -> Refund | None:
    """`amount_minor`, or `pieces` (line -> quantity), or neither: all that is left.

    When nothing is left the order is over. Raises Invalid("bad_amount" | "bad_quantity" | "unknown_line"),
    Conflict("nothing_to_refund").
    """
    with transaction.atomic():
        order, _role = order_for_moving(by, order_id, "refund")
        part = _part(order, amount_minor, pieces, with_delivery)
        is_all = part.total_minor == order.total_minor - order.refunded_minor
        if is_all and order.state == State.ACCEPTED:
            stock.unsell(order.reference)
        made = claim_refund(order, part, reason=Refund.Reason.GOODWILL, by=by, note=plain(note))
        if is_all:
            orders.move(order, "refund_all", role=SELLER, by=by)
    return made


def _part(order: Order, amount: int | None, pieces: Mapping[int, int] | None, with_delivery: bool) -> Part:
    if pieces:
        return pieces_of(order, pieces, with_delivery=with_delivery)
    return all_of(order) if amount is None else amount_of(order, amount)
