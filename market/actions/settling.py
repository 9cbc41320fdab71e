"""Money has come in: where it goes. Inside one transaction, with the payment locked."""

from django.db import transaction
from django.utils import timezone

from core.errors import Conflict
from core.failpoints import failpoint
from market import ledger, orders, outbox, stock
from market.actions.fulfilment import deliver_online
from market.actions.refunds import all_of, claim_refund, claim_surplus
from market.models import Order, Payment, Refund
from market.orders import SYSTEM, State


def settle(payment: Payment, captured_minor: int) -> None:
    """The provider took `captured_minor` from the buyer: into the books once, and on to the orders of the group.

    An order that nobody waits for any more takes its stock again if it can, and is refunded by itself if not.
    What is paid a second time for the same group goes back whole.
    """
    payment.state, payment.settled_at = Payment.State.SUCCEEDED, timezone.now()
    payment.reported_minor = payment.captured_minor = captured_minor
    payment.failure = ""
    payment.save(update_fields=["state", "settled_at", "reported_minor", "captured_minor", "failure"])
    others = payment.group.payments.exclude(pk=payment.pk).filter(state=Payment.State.SUCCEEDED)
    waiting = list(
        Order.objects.select_for_update(of=("self",))
        .select_related("shop", "buyer", "seller", "group")
        .filter(group=payment.group)
        .order_by("pk")
    )
    if others.exists() or captured_minor != sum(order.total_minor for order in waiting):
        _capture(payment, [(ledger.surplus(payment.currency), captured_minor)])
        claim_surplus(payment, captured_minor, Refund.Reason.PAID_TWICE)
        return
    sold = {order.pk for order in waiting if _sell(order)}
    _capture(payment, [(ledger.held(order), order.total_minor) for order in waiting])
    failpoint("market.settle.before_moves")
    for order in waiting:
        if order.pk in sold:
            mark_paid(order)
        else:
            claim_refund(order, all_of(order), reason=Refund.Reason.TOO_LATE, by=None)
            outbox.put("order.paid_too_late", order=order)


def mark_paid(order: Order) -> None:
    """Also for orders that cost nothing."""
    act = "pay" if order.state == State.CREATED else "pay_late"
    orders.move(order, act, role=SYSTEM, paid_at=timezone.now())
    if order.fulfilment == Order.Fulfilment.ONLINE:
        deliver_online(order)


def wanted_of(order: Order) -> dict[int, int]:
    """variant -> quantity, of an order."""
    wanted: dict[int, int] = {}
    for variant, quantity in order.lines.values_list("variant_id", "quantity"):
        wanted[variant] = wanted.get(variant, 0) + quantity
    return wanted


def _sell(order: Order) -> bool:
    """Take the stock for good. False: it is gone meanwhile, or the order was finished in another way."""
    if order.state not in (State.CREATED, State.EXPIRED, State.CANCELLED):
        return False
    try:
        with transaction.atomic():
            stock.sell(order.reference, wanted_of(order))
    except Conflict:
        return False
    return True


def _capture(payment: Payment, amounts: list[tuple[ledger.Account, int]]) -> None:
    ledger.post(
        "capture", f"capture:payment:{payment.pk}",
        [(ledger.provider(payment.provider, payment.currency), -payment.captured_minor), *amounts],
    )  # fmt: skip
