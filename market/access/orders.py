"""May this person see this order, and move it? Found, checked and locked in one."""

from django.db.models import QuerySet

from accounts.models import User
from core.errors import Forbidden, NotFound
from market import orders
from market.models import Dispute, Order, OrderGroup, Payment
from market.orders import BUYER, MODERATOR, SELLER
from moderation.access import MODERATE

_MAX_ID = 2**63 - 1


def role_in(by: User, order: Order) -> str | None:
    """buyer, seller, moderator (of an order that is or was in dispute), or None for everybody else."""
    if order.buyer_id == by.pk:
        return BUYER
    if order.seller_id == by.pk:
        return SELLER
    if by.is_active and by.is_staff and by.has_perm(MODERATE) and Dispute.objects.filter(order=order).exists():
        return MODERATOR
    return None


def order_for_reading(by: User, order_id: int) -> tuple[Order, str]:
    """The order and the reader's role. NotFound for everybody whose business it is not."""
    return _with_role(by, Order.objects.select_related("shop", "buyer", "seller", "group"), order_id)


def order_for_moving(by: User, order_id: int, press: str | None) -> tuple[Order, str]:
    """The same, locked until the transaction ends, and with the right to press this button now (None: any).

    Raises NotFound, Forbidden("not_your_move"), Conflict("wrong_state"), Forbidden for suspended people.
    """
    rows = Order.objects.select_for_update(of=("self",)).select_related("shop", "buyer", "seller", "group")
    order, role = _with_role(by, rows, order_id)
    if not by.is_active:
        raise Forbidden()
    if press is not None:
        orders.require_move(order, press, role)
    return order, role


def _with_role(by: User, rows: QuerySet[Order], order_id: int) -> tuple[Order, str]:
    order = rows.filter(pk=order_id).first() if 0 < order_id <= _MAX_ID else None
    role = role_in(by, order) if order is not None else None
    if order is None or role is None:
        raise NotFound("order_not_found")
    return order, role


def group_for_paying(by: User, group_id: int) -> OrderGroup:
    group = OrderGroup.objects.filter(pk=group_id, buyer=by).first() if 0 < group_id <= _MAX_ID else None
    if group is None:
        raise NotFound("order_not_found")
    return group


def payment_for_reading(by: User, payment_id: int) -> Payment:
    found = Payment.objects.select_related("group").filter(pk=payment_id, group__buyer=by)
    payment = found.first() if 0 < payment_id <= _MAX_ID else None
    if payment is None:
        raise NotFound("payment_not_found")
    return payment
