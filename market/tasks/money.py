"""The sweeper: finishes what a crash left, asks again what was never answered, and moves what time moves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.errors import Conflict
from core.tasks import periodic, task
from market import invariants, orders, outbox, stock
from market.actions import cancelling, fulfilment, paying, payouts, refunds
from market.inbox import fold
from market.models import InboxEvent, Order, Payment, Payout, Refund
from market.orders import SYSTEM, State

log = structlog.get_logger(__name__)
_BITE = 200
_PATIENCE = timedelta(minutes=2)  # after which nobody else can still be at it


@periodic(every=timedelta(seconds=20))
@task(queue="money")
def move_what_is_due() -> None:
    """Orders whose time has come: not paid, not sent, not confirmed. One transaction each; one that fails waits."""
    now = timezone.now()
    due = Order.objects.filter(due_at__lte=now).exclude(state__in=orders.FINAL).order_by("due_at")
    for pk in list(due.values_list("pk", flat=True)[:_BITE]):
        move_due_order.enqueue(order=pk)
    stock.release_overdue()


@periodic(every=timedelta(hours=1))
@task()
def remind_of_deadlines() -> None:
    """A day before an order is cancelled for not being sent, its seller hears of it, once."""
    now = timezone.now()
    waiting = Order.objects.filter(state__in=[State.PAID, State.ACCEPTED], due_at__range=(now, now + timedelta(days=1)))
    for order in waiting.select_related("shop")[:_BITE]:
        outbox.put_once("deadline.ship", key=str(order.pk), order=order, shop=order.shop)


@task(queue="money")
def move_due_order(*, order: int) -> None:
    with transaction.atomic():
        row = orders.locked(order)
        if row.due_at is None or row.due_at > timezone.now():
            return
        _ACTS.get(row.state, _nothing)(row)
    if row.state == State.EXPIRED:
        for payment in row.group.payments.filter(state__in=[Payment.State.CREATED, Payment.State.PENDING]):
            paying.cancel_payment.enqueue(payment=payment.pk)


def _arrive(order: Order) -> None:
    orders.move(order, "arrive", role=SYSTEM, delivered_at=timezone.now())


def _complete(order: Order) -> None:
    try:
        fulfilment.complete(order, role=SYSTEM)
    except Conflict:  # a return is under way: look again tomorrow
        Order.objects.filter(pk=order.pk).update(due_at=timezone.now() + timedelta(days=1))


def _nothing(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(due_at=None)


_ACTS: dict[str, Callable[[Order], None]] = {
    State.CREATED: cancelling.expire,
    State.PAID: cancelling.cancel_unsent,
    State.ACCEPTED: cancelling.cancel_unsent,
    State.SHIPPED: _arrive,
    State.DELIVERED: _complete,
}


@periodic(every=timedelta(minutes=1))
@task(queue="money")
def sweep() -> None:
    """What is claimed and not settled, received and not folded: whoever was at it is not any more."""
    before = timezone.now() - _PATIENCE
    open_payments = Payment.objects.filter(state=Payment.State.PENDING, created_at__lt=before)
    for pk in _ids(open_payments):
        paying.reconcile_payment.enqueue(payment=pk)
    for pk in _ids(_forsaken(before)):
        paying.cancel_payment.enqueue(payment=pk)
    for pk in _ids(Refund.objects.filter(state=Refund.State.CLAIMED, created_at__lt=before)):
        refunds.pay_refund.enqueue(refund=pk)
    for pk in _ids(Payout.objects.filter(state=Payout.State.CLAIMED, created_at__lt=before)):
        payouts.pay_out.enqueue(payout=pk)
    for pk in _ids(InboxEvent.objects.filter(folded_at=None, received_at__lt=before)):
        fold.enqueue(event=pk)


def _forsaken(before: datetime) -> QuerySet[Payment]:
    """Payments that are open although no order of theirs waits any more."""
    open_ = Payment.objects.filter(state__in=[Payment.State.CREATED, Payment.State.PENDING], created_at__lt=before)
    return open_.exclude(group__orders__state=State.CREATED)


def _ids(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:_BITE])


@periodic(every=timedelta(minutes=15))
@task(queue="money", retries=0)
def check_books() -> None:
    """The invariants; what is broken is shouted into the log and stands on the moderators' page."""
    check = invariants.run_and_keep()
    for failure in check.failures:
        log.error("books do not add up", invariant=failure["number"], count=failure["count"], rows=failure["rows"][:3])
