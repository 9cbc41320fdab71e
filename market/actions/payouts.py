"""The seller's money on its way to their bank: set aside first, then asked of the provider, then noted."""

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, Invalid
from core.failpoints import failpoint
from core.tasks import task
from market import ledger, outbox, payments
from market.access.listings import own_shop
from market.models import Payout, Shop
from market.payments.base import ProviderRefused, ReportedPayout

log = structlog.get_logger(__name__)


def request_payout(*, by: User, amount_minor: int | None = None) -> Payout:
    """All that is available, or so much of it.

    Raises Invalid("bad_amount"), Conflict: no_payout_account, payouts_frozen, owes_money, nothing_to_pay_out.
    """
    shop = own_shop(by)
    provider = payments.default()
    with transaction.atomic():
        account = ledger.seller(shop)
        ledger.lock_money_of([shop.pk])
        shop = Shop.objects.get(pk=shop.pk)
        available = ledger.balance_of(account)
        _require_may_pay_out(shop, available)
        amount = available if amount_minor is None else amount_minor
        if not 0 < amount <= available:
            raise Invalid("bad_amount", _("That is not available."), field="amount_minor", available=available)
        payout = Payout.objects.create(
            shop=shop, provider=provider, amount_minor=amount, currency=shop.currency, by=by,
            destination=shop.payout_account,
        )  # fmt: skip
        amounts = [(account, -amount), (ledger.paying_out(shop.currency), amount)]
        ledger.post("payout", f"payout:{payout.pk}", amounts)
        pay_out.enqueue(payout=payout.pk)
    return payout


def _require_may_pay_out(shop: Shop, available: int) -> None:
    if not shop.payout_account:
        raise Conflict("no_payout_account", _("Say first which account the money goes to."))
    if shop.payouts_frozen_at is not None:
        raise Conflict("payouts_frozen", _("Payouts are stopped at present."), reason=shop.payouts_frozen_reason)
    if ledger.owed_by(shop) > 0:
        raise Conflict("owes_money", _("The shop owes money; the next sales pay for it first."))
    if available <= 0:
        raise Conflict("nothing_to_pay_out", _("There is nothing to pay out."))


@task(queue="money", retries=20)
def pay_out(*, payout: int) -> None:
    row = Payout.objects.filter(pk=payout, state=Payout.State.CLAIMED).first()
    if row is None:
        return
    try:
        reported = payments.provider(row.provider).pay_out(
            destination=row.destination, amount_minor=row.amount_minor, currency=row.currency, key=row.key
        )
    except ProviderRefused as error:
        reported = ReportedPayout(row.reference or "", "failed", error.code)
    failpoint("market.payout.before_settle")
    settle_payout(row, reported)


def reconcile_payout(payout: Payout) -> None:
    """What the provider says of it now. Outside of transactions."""
    if payout.reference:
        settle_payout(payout, payments.provider(payout.provider).fetch_payout(payout.reference))


def settle_payout(payout: Payout, reported: ReportedPayout) -> None:
    """paid, failed and returned each move the money once, whatever is told first and how often."""
    with transaction.atomic():
        row = Payout.objects.select_for_update(of=("self",)).select_related("shop").get(pk=payout.pk)
        if reported.reference and row.reference is None:
            row.reference = reported.reference
            row.save(update_fields=["reference"])
        if reported.status in ("paid", "returned") and row.state == Payout.State.CLAIMED:
            away = ledger.provider(row.provider, row.currency)
            aside = ledger.paying_out(row.currency)
            ledger.post("payout-paid", f"payout-paid:{row.pk}", [(aside, -row.amount_minor), (away, row.amount_minor)])
            _note(row, Payout.State.PAID)
        if reported.status == "returned" and row.state == Payout.State.PAID:
            _give_back(row, "payout-returned", ledger.provider(row.provider, row.currency))
            _note(row, Payout.State.RETURNED, reported.failure)
        if reported.status == "failed" and row.state == Payout.State.CLAIMED:
            _give_back(row, "payout-failed", ledger.paying_out(row.currency))
            _note(row, Payout.State.FAILED, reported.failure)


def _give_back(row: Payout, kind: str, source: ledger.Account) -> None:
    amounts = [(source, -row.amount_minor), *ledger.give_to_seller(row.shop, row.amount_minor)]
    ledger.post(kind, f"{kind}:{row.pk}", amounts)


def _note(row: Payout, state: str, failure: str = "") -> None:
    row.state, row.failure, row.settled_at = state, failure[:40], timezone.now()
    row.save(update_fields=["state", "failure", "settled_at"])
    data = {"payout": row.pk, "amount": row.amount_minor, "failure": failure}
    outbox.put(f"payout.{state}", shop=row.shop, data=data)
