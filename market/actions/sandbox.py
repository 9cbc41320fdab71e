"""Pressing the sandbox's buttons: for its page, for clients under test. Goes when market/payments/sandbox.py goes."""

from core.errors import NotFound
from market import payments
from market.actions.paying import reconcile
from market.models import Payment
from market.payments import sandbox


def pay_in_sandbox(payment: Payment, card: str, *, is_confirmed: bool | None = None) -> Payment:
    """The buyer pays with one of the sandbox's cards. Raises NotFound where play money is not taken."""
    if payment.provider != "sandbox" or not payments.is_enabled("sandbox"):
        raise NotFound("payment_not_found")
    row = payment if payment.reference else reconcile(payment)
    sandbox.pay(row.reference or "", card, is_confirmed=is_confirmed)
    return reconcile(row)
