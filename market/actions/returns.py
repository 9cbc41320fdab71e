"""Sending goods back: asked for by the buyer, agreed by the seller, refunded when they have arrived."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import one_line, plain
from core.errors import Conflict, Forbidden, Invalid, NotFound
from market import orders, outbox, stock
from market.access.orders import order_for_moving
from market.actions.refunds import claim_refund, pieces_of
from market.models import Order, Refund, Return, ReturnLine
from market.orders import BUYER, SELLER, State

_MAY_ASK = (State.DELIVERED, State.COMPLETED)
# What each side may do with a return in which state, and where that leads.
STEPS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "approve": (SELLER, (Return.State.REQUESTED,), Return.State.APPROVED),
    "decline": (SELLER, (Return.State.REQUESTED,), Return.State.DECLINED),
    "send": (BUYER, (Return.State.APPROVED,), Return.State.SENT),
    "receive": (SELLER, (Return.State.APPROVED, Return.State.SENT), Return.State.RECEIVED),
    "withdraw": (BUYER, (Return.State.REQUESTED, Return.State.APPROVED), Return.State.CLOSED),
}


def return_until(order: Order) -> datetime | None:
    """Until when goods of this order can be returned; None when they cannot."""
    days = int(order.delivery.get("return_days") or 0)
    is_goods = order.fulfilment in (Order.Fulfilment.SHIPPING, Order.Fulfilment.IN_PERSON)
    if not is_goods or not days or order.delivered_at is None or order.state not in _MAY_ASK:
        return None
    return order.delivered_at + timedelta(days=days)


def ask_return(*, by: User, order_id: int, pieces: Mapping[int, int], reason: str) -> Return:
    """Raises Conflict: wrong_state, too_late, return_open; Invalid: bad_quantity, unknown_line, nothing_chosen."""
    reason = plain(reason)
    with transaction.atomic():
        order, role = order_for_moving(by, order_id, None)
        if role != BUYER:
            raise Forbidden("not_your_move", _("That is not yours to do."))
        if order.state not in _MAY_ASK:
            raise orders.wrong_state(order)
        until = return_until(order)
        if until is None or until < timezone.now():
            raise Conflict("too_late", _("This order can no longer be returned."))
        if not pieces:
            raise Invalid("nothing_chosen", _("Choose what you send back."), field="lines")
        pieces_of(order, pieces)
        try:
            with transaction.atomic():
                made = Return.objects.create(order=order, reason=reason)
        except IntegrityError as error:
            raise Conflict("return_open", _("A return of this order is under way.")) from error
        ReturnLine.objects.bulk_create(
            ReturnLine(return_request=made, line_id=line, quantity=quantity) for line, quantity in pieces.items()
        )
        outbox.put("return.requested", order=order, data={"return": made.pk, "reason": reason})
    return made


def step_return(*, by: User, return_id: int, act: str, answer: str = "", tracking_number: str = "") -> Return:
    """approve, decline, send, receive, withdraw. Receiving refunds what came back."""
    who, sources, target = STEPS[act]
    answer, tracking_number = plain(answer), one_line(tracking_number)
    found = Return.objects.filter(pk=return_id).values_list("order_id", flat=True).first()
    if found is None:
        raise NotFound("return_not_found")
    with transaction.atomic():
        order, role = _order_of(by, found)
        if role != who:
            raise Forbidden("not_your_move", _("That is not yours to do."))
        row = Return.objects.get(pk=return_id)
        changes = {"state": target, "changed_at": timezone.now()}
        if answer:
            changes["answer"] = answer
        if tracking_number:
            changes["tracking_number"] = tracking_number
        if not Return.objects.filter(pk=row.pk, state__in=sources).update(**changes):
            raise Conflict("wrong_state", _("The return does not stand like that (any more)."), state=row.state)
        if act == "receive":
            _receive(order, row, by)
        row.refresh_from_db()
        outbox.put(f"return.{target}", order=order, data={"return": row.pk, "answer": row.answer})
    return row


def _order_of(by: User, order_id: int) -> tuple[Order, str]:
    """Locked. Whose return it is not must not learn from the answer that there is one of this number."""
    try:
        return order_for_moving(by, order_id, None)
    except NotFound:
        raise NotFound("return_not_found") from None


def _receive(order: Order, row: Return, by: User) -> None:
    pieces = {line.line_id: line.quantity for line in row.lines.all()}
    part = pieces_of(order, pieces)
    variants: dict[int, int] = {}
    for line in order.lines.filter(pk__in=pieces):
        variants[line.variant_id] = variants.get(line.variant_id, 0) + pieces[line.pk]
    stock.take_back(variants, reference=f"return:{row.pk}")
    is_all = all(
        line.refunded_quantity + pieces.get(line.pk, 0) == line.quantity for line in order.lines.all()
    )  # fmt: skip
    if is_all:
        part = pieces_of(order, pieces, with_delivery=True)
    claim_refund(order, part, reason=Refund.Reason.RETURNED, by=by)
    if is_all and order.state in _MAY_ASK:
        orders.move(order, "take_return", role=SELLER, by=by)
