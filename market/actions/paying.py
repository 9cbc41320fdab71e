"""Paying for a group: begun at the provider, and folded into our books whenever the provider says something.

The provider is never called inside a transaction. `reconcile` is the one way in which its word becomes our state: it
fetches what is true there and applies it, so it may run after an answer, a webhook, a return of the buyer or a crash,
in any order and as often as anybody likes.
"""

from urllib.parse import urljoin

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.errors import Conflict, Unavailable
from core.failpoints import failpoint
from core.tasks import task
from market import outbox, payments
from market.access.orders import group_for_paying, payment_for_reading
from market.actions.cancelling import expire_on_read
from market.actions.chargebacks import note_chargeback
from market.actions.refunds import settle_refund
from market.actions.settling import settle
from market.models import OrderGroup, Payment, Refund
from market.orders import State
from market.payments.base import PaymentOrder, ProviderError, ProviderRefused, ReportedPayment

log = structlog.get_logger(__name__)
_OPEN = (Payment.State.CREATED, Payment.State.PENDING)


def open_payment(group: OrderGroup, provider: str) -> Payment:
    """A new try to pay, inside the transaction that found none open."""
    return Payment.objects.create(
        group=group, provider=provider, amount_minor=group.total_minor, currency=group.currency
    )


def payment_of(*, by: User, group_id: int) -> Payment:
    """The payment that is under way for this group, or a new one after a failed one.

    Raises Conflict("paid_already"), Conflict("wrong_state") when the time to pay has passed.
    """
    group = group_for_paying(by, group_id)
    for order in group.orders.all():
        expire_on_read(order)
    with transaction.atomic():
        list(OrderGroup.objects.select_for_update().filter(pk=group.pk))
        if group.payments.filter(state=Payment.State.SUCCEEDED).exists():
            raise Conflict("paid_already", gettext_lazy("This is paid."))
        if not group.orders.filter(state=State.CREATED).exists():
            raise Conflict("wrong_state", gettext_lazy("The time to pay has passed. Order again."), state="expired")
        if (found := group.payments.filter(state__in=_OPEN).first()) is not None:
            return found
        return open_payment(group, payments.default())


def start(*, by: User, payment_id: int) -> Payment:
    """Begin at the provider, or see how it stands. `action_url` is where the buyer pays then.

    Raises Unavailable("payment_unavailable") when the provider does not answer; the same call may be made again.
    """
    payment = payment_for_reading(by, payment_id)
    try:
        return reconcile(payment)
    except ProviderError as error:
        raise Unavailable(
            "payment_unavailable", gettext_lazy("The payment service does not answer. Try again."), retry_after=5
        ) from error
    except ProviderRefused as error:
        raise Conflict("payment_refused", gettext_lazy("This cannot be paid here."), reason=error.code) from error


def reconcile(payment: Payment) -> Payment:
    """What the provider knows becomes what we know. Outside of transactions. Raises ProviderError, ProviderRefused."""
    if payment.reference is None:
        if payment.state not in _OPEN:
            return payment
        Payment.objects.filter(pk=payment.pk, state=Payment.State.CREATED).update(state=Payment.State.PENDING)
        failpoint("market.pay.before_call")
        reported = payments.provider(payment.provider).create_payment(_order_of(payment))
    else:
        reported = payments.provider(payment.provider).fetch_payment(payment.reference)
    failpoint("market.pay.before_settle")
    apply(payment, reported)
    payment.refresh_from_db()
    return payment


def _order_of(payment: Payment) -> PaymentOrder:
    numbers = ", ".join(order.number for order in payment.group.orders.order_by("pk"))
    path = reverse("market-paid", args=[payment.group_id])
    return PaymentOrder(
        key=payment.key,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        title=_("Tenfold order %(numbers)s") % {"numbers": numbers},
        return_url=urljoin(settings.SITE_URL or "http://localhost", path) if settings.SITE_URL else path,
        metadata={"payment": str(payment.pk), "group": str(payment.group_id), "orders": numbers[:400]},
    )


def apply(payment: Payment, reported: ReportedPayment) -> None:
    """Fold a report; the same one twice, or an older one after a newer, changes nothing more."""
    with transaction.atomic():
        row = Payment.objects.select_for_update(of=("self",)).select_related("group").get(pk=payment.pk)
        if row.reference is None:
            row.reference = reported.reference
        row.action_url = reported.action_url
        row.save(update_fields=["reference", "action_url"])
        if reported.status == "succeeded" and row.state != Payment.State.SUCCEEDED:
            settle(row, reported.captured_minor)
        elif reported.status in ("failed", "cancelled") and row.state in _OPEN:
            _note_failure(row, reported)
    for refund in reported.refunds:
        known = payment.refunds.filter(reference=refund.reference).first() or _by_key(payment, refund.key)
        if known is not None:
            settle_refund(known, refund)
    for chargeback in reported.chargebacks:
        note_chargeback(payment.pk, chargeback)


def _by_key(payment: Payment, key: str) -> Refund | None:
    return next((refund for refund in payment.refunds.all() if refund.key == key), None)


def _note_failure(payment: Payment, reported: ReportedPayment) -> None:
    failed = reported.status == "failed"
    payment.state = Payment.State.FAILED if failed else Payment.State.CANCELLED
    payment.failure, payment.settled_at = reported.failure[:40], timezone.now()
    payment.save(update_fields=["state", "failure", "settled_at"])
    for order in payment.group.orders.filter(state=State.CREATED) if failed else ():
        outbox.put("order.payment_failed", order=order, data={"failure": payment.failure, "payment": payment.pk})


@task(queue="money", retries=20)
def reconcile_payment(*, payment: int) -> None:
    """Of webhooks and the sweeper. A provider that does not answer is asked again later."""
    row = Payment.objects.filter(pk=payment).first()
    if row is not None:
        reconcile(row)


@task(queue="money", retries=10)
def cancel_payment(*, payment: int) -> None:
    """Nobody waits for this money any more: let the buyer not be charged. If they just were, that is folded in."""
    row = Payment.objects.filter(pk=payment, state__in=_OPEN).first()
    if row is None or row.group.orders.filter(state=State.CREATED).exists():
        return
    if row.state == Payment.State.CREATED:
        if Payment.objects.filter(pk=row.pk, state=Payment.State.CREATED).update(state=Payment.State.CANCELLED):
            return
        row.refresh_from_db()
    if row.reference is None:
        reconcile(row)
    if row.reference is not None:
        reported = payments.provider(row.provider).cancel_payment(row.reference, key=f"cancel:{row.key}")
        apply(row, reported)
