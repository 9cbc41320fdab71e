"""Money back to the buyer: claimed in our books first, then asked of the provider, then noted as done.

A claim sets the amount aside in the ledger, so nothing else (a release, another refund, a dispute) can spend it while
the provider is asked. Before the release it comes out of what is held; after it from the seller, who gets the
commission on it back. A refund that the provider refuses stays owed, until somebody looks into it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, Invalid
from core.failpoints import failpoint
from core.tasks import task
from market import ledger, outbox
from market.models import Order, OrderLine, Payment, Refund, RefundLine
from market.money import split
from market.payments import provider
from market.payments.base import ProviderRefused, ReportedRefund

log = structlog.get_logger(__name__)


@dataclass
class Part:
    """What is refunded of an order: amounts and pieces by line id, and so much of the delivery's price."""

    lines: dict[int, int] = field(default_factory=dict)  # line -> minor units
    pieces: dict[int, int] = field(default_factory=dict)  # line -> quantity; a line may be refunded and kept
    delivery_minor: int = 0

    @property
    def total_minor(self) -> int:
        return sum(self.lines.values()) + self.delivery_minor


# --- how much of what ---------------------------------------------------------------------------


def all_of(order: Order) -> Part:
    """What is left of it, whole."""
    lines = list(order.lines.all())
    return Part(
        {line.pk: line.paid_minor - line.refunded_minor for line in lines},
        {line.pk: line.quantity - line.refunded_quantity for line in lines},
        delivery_left(order),
    )


def amount_of(order: Order, amount_minor: int) -> Part:
    """An amount, spread over what is left of lines and delivery. Raises Invalid("bad_amount")."""
    whole = all_of(order)
    if not 0 < amount_minor <= whole.total_minor:
        raise Invalid("bad_amount", _("That is more than is left of this order."), field="amount_minor",
                      left=whole.total_minor)  # fmt: skip
    keys = [*whole.lines, None]
    shares = split(amount_minor, [*whole.lines.values(), whole.delivery_minor])
    by_key = dict(zip(keys, shares, strict=True))
    delivery = by_key.pop(None)
    return Part({key: share for key, share in by_key.items() if key is not None}, {}, delivery)


def pieces_of(order: Order, pieces: Mapping[int, int], *, with_delivery: bool = False) -> Part:
    """So many pieces of each line, at what was paid for them; of the last piece all that is left.

    Raises Invalid("bad_quantity"), Invalid("unknown_line").
    """
    lines = {line.pk: line for line in order.lines.all()}
    part = Part()
    for pk, quantity in pieces.items():
        line = lines.get(pk)
        if line is None:
            raise Invalid("unknown_line", _("This order has no such line."), field="lines")
        left = line.quantity - line.refunded_quantity
        if not 0 < quantity <= left:
            raise Invalid("bad_quantity", _("That many are not left of it."), field="lines", line=pk, left=left)
        owed = line.paid_minor - line.refunded_minor
        part.lines[pk] = owed if quantity == left else min(owed, line.paid_minor * quantity // line.quantity)
        part.pieces[pk] = quantity
    if with_delivery:
        part.delivery_minor = delivery_left(order)
    return part


def delivery_left(order: Order) -> int:
    """Of delivery and added tax: what no refund or chargeback has taken yet."""
    refunded = sum(order.lines.values_list("refunded_minor", flat=True))
    return order.delivery_minor + order.tax_minor - (order.refunded_minor - refunded)


# --- claiming -----------------------------------------------------------------------------------


def claim_refund(
    order: Order, part: Part, *, reason: str, by: User | None, note: str = ""
) -> Refund | None:  # fmt: skip
    """Inside the transaction of what causes it, with the order locked. None when nothing is left, or it was free.

    Raises Conflict("nothing_to_refund") when another refund was faster.
    """
    if not part.total_minor:
        _count(order, part)
        return None
    payment = order.group.payments.filter(state=Payment.State.SUCCEEDED, captured_minor__gt=0).first()
    if payment is None:
        raise Conflict("not_paid", _("Nothing has been paid for this order."))
    commission = commission_back(order, part)
    _count(order, part)
    _count_on_payment(payment, part.total_minor)
    refund = Refund.objects.create(
        payment=payment, order=order, amount_minor=part.total_minor, delivery_minor=part.delivery_minor,
        reason=reason, note=note, by=by,
    )  # fmt: skip
    RefundLine.objects.bulk_create(
        RefundLine(refund=refund, line_id=line, amount_minor=amount, quantity=part.pieces.get(line, 0))
        for line, amount in part.lines.items()
        if amount or part.pieces.get(line)
    )
    aside = ledger.refunding(order.currency)
    ledger.post(
        "refund-claim", f"refund-claim:{refund.pk}",
        [*taken_from(order, part.total_minor, *commission), (aside, part.total_minor)], order=order,
    )  # fmt: skip
    outbox.put("refund.claimed", order=order, data={"refund": refund.pk, "amount": refund.amount_minor})
    pay_refund.enqueue(refund=refund.pk)
    return refund


def claim_surplus(payment: Payment, amount_minor: int, reason: str) -> Refund:
    """What was paid without an order that wants it goes back whole. Inside the transaction that captured it."""
    _count_on_payment(payment, amount_minor)
    refund = Refund.objects.create(payment=payment, amount_minor=amount_minor, reason=reason)
    amounts = [(ledger.surplus(payment.currency), -amount_minor), (ledger.refunding(payment.currency), amount_minor)]
    ledger.post("refund-claim", f"refund-claim:{refund.pk}", amounts)
    pay_refund.enqueue(refund=refund.pk)
    return refund


def taken_from(order: Order, amount: int, commission: int, vat: int) -> list[tuple[ledger.Account, int]]:
    """Entries that take an amount of an order from where its money is now."""
    if order.released_at is None:
        return [(ledger.held(order), -amount)]
    return [
        (ledger.commission(order.currency), -commission),
        (ledger.vat(order.currency), -vat),
        *ledger.take_from_seller(order.shop, amount - commission - vat),
    ]


def commission_back(order: Order, part: Part) -> tuple[int, int]:
    """(commission, tax on it) that is given back with this part, by line; the last refund of a line takes the rest.

    To be asked before the lines' counters are raised.
    """
    commission = vat = 0
    for line in order.lines.filter(pk__in=part.lines):
        before, after = line.refunded_minor, line.refunded_minor + part.lines[line.pk]
        if line.paid_minor:
            commission += _share(line.commission_minor, line, after) - _share(line.commission_minor, line, before)
            vat += _share(line.commission_vat_minor, line, after) - _share(line.commission_vat_minor, line, before)
    # Of a few cents, rounding may leave more commission than money: the seller never pays to be refunded.
    commission = min(commission, part.total_minor)
    return commission, min(vat, part.total_minor - commission)


def _share(minor: int, line: OrderLine, refunded: int) -> int:
    return minor * refunded // line.paid_minor


def _count(order: Order, part: Part) -> None:
    """Raise the counters of lines and order, guarded. Raises Conflict("nothing_to_refund")."""
    for line, amount in part.lines.items():
        pieces = part.pieces.get(line, 0)
        fits = OrderLine.objects.filter(
            pk=line,
            refunded_minor__lte=F("subtotal_minor") - F("discount_minor") - amount,
            refunded_quantity__lte=F("quantity") - pieces,
        )
        if (amount or pieces) and not fits.update(
            refunded_minor=F("refunded_minor") + amount, refunded_quantity=F("refunded_quantity") + pieces
        ):
            raise nothing_to_refund()
    total = part.total_minor
    if total:
        fits_order = Order.objects.filter(pk=order.pk, refunded_minor__lte=F("total_minor") - total)
        if not fits_order.update(refunded_minor=F("refunded_minor") + total):
            raise nothing_to_refund()
        order.refunded_minor += total


def _count_on_payment(payment: Payment, amount: int) -> None:
    fits = Payment.objects.filter(pk=payment.pk, refunded_minor__lte=F("captured_minor") - amount)
    if not fits.update(refunded_minor=F("refunded_minor") + amount):
        raise nothing_to_refund()


def nothing_to_refund() -> Conflict:
    return Conflict("nothing_to_refund", _("This has been refunded already."))


# --- paying back --------------------------------------------------------------------------------


@task(queue="money", retries=20)
def pay_refund(*, refund: int) -> None:
    """Ask the provider; whatever is lost on the way is asked again under the same key."""
    row = Refund.objects.select_related("payment").filter(pk=refund, state=Refund.State.CLAIMED).first()
    if row is None or row.payment.reference is None:
        return
    payment = row.payment
    try:
        reported = provider(payment.provider).refund(
            payment.reference or "", amount_minor=row.amount_minor, currency=payment.currency, key=row.key
        )
    except ProviderRefused as error:
        note_failed(row, error.code)
        return
    failpoint("market.refund.before_settle")
    settle_refund(row, reported)


def settle_refund(refund: Refund, reported: ReportedRefund) -> None:
    """Note what the provider says of a refund. Safe to run again, and together with the webhook of the same."""
    if reported.status == "failed":
        note_failed(refund, "failed")
        return
    if reported.status != "succeeded":
        Refund.objects.filter(pk=refund.pk).update(reference=reported.reference)
        return
    with transaction.atomic():
        open_ = Refund.objects.filter(pk=refund.pk).exclude(state=Refund.State.SUCCEEDED)
        changes = {"state": Refund.State.SUCCEEDED, "reference": reported.reference, "settled_at": timezone.now()}
        if not open_.update(**changes, failure=""):
            return
        payment = refund.payment
        amounts = [
            (ledger.refunding(payment.currency), -refund.amount_minor),
            (ledger.provider(payment.provider, payment.currency), refund.amount_minor),
        ]
        ledger.post("refund", f"refund:{refund.pk}", amounts, order=refund.order)
        if refund.order is not None:
            data = {"refund": refund.pk, "amount": refund.amount_minor, "reason": refund.reason}
            outbox.put("refund.succeeded", order=refund.order, data=data)


def note_failed(refund: Refund, failure: str) -> None:
    with transaction.atomic():
        claimed = Refund.objects.filter(pk=refund.pk, state=Refund.State.CLAIMED)
        if claimed.update(state=Refund.State.FAILED, failure=failure[:200]):
            log.error("refund refused", refund=refund.pk, failure=failure)
            if refund.order is not None:
                outbox.put("refund.failed", order=refund.order, data={"refund": refund.pk, "failure": failure})


def try_again(*, by: User, refund_id: int) -> None:
    """A moderator has looked into a refused refund: a new attempt, which the provider has not answered yet."""
    with transaction.atomic():
        failed = Refund.objects.filter(pk=refund_id, state=Refund.State.FAILED)
        if not failed.update(state=Refund.State.CLAIMED, attempt=F("attempt") + 1, failure=""):
            raise Conflict("wrong_state", _("This refund is not waiting for another try."))
        pay_refund.enqueue(refund=refund_id)
