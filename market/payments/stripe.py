"""Stripe: people pay on its hosted page (Checkout), and we read from it what is true. Loaded when it is configured.

A payment of ours is a Checkout Session; its id is the reference. What was taken, refunded and disputed hangs on the
PaymentIntent that the session makes. Sellers are paid out by the operator: payouts would need Stripe Connect.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import stripe
from django.conf import settings

from market.money import exponent
from market.payments.base import (
    BadSignature,
    PaymentOrder,
    ProviderError,
    ProviderEvent,
    ProviderRefused,
    ReportedChargeback,
    ReportedPayment,
    ReportedPayout,
    ReportedRefund,
)

_T = TypeVar("_T")
TIMEOUT_SECONDS = 15
TOLERANCE_SECONDS = 300  # of the clock, between a webhook's signature and its arrival
_PAGE = 100
_PAID = ("paid", "no_payment_required")
# Early warnings of a bank, which takes nothing yet.
_INQUIRIES = ("warning_needs_response", "warning_under_review", "warning_closed", "prevented")


def make() -> "Stripe":
    return Stripe(settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET)


class Stripe:
    name = "stripe"

    def __init__(self, secret_key: str, webhook_secret: str, *, address: str = "", timeout: float = TIMEOUT_SECONDS):
        """`address` is for tests with a server of their own."""
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            secret_key or "sk_missing",
            http_client=stripe.RequestsClient(timeout=timeout),
            max_network_retries=0,  # the caller's tasks try again, later and later
            base_addresses={"api": address} if address else {},
        ).v1

    # --- payments

    def create_payment(self, order: PaymentOrder) -> ReportedPayment:
        """The parameters of a key are always the same: Stripe refuses a key that is used for something else."""
        amount = to_stripe(order.amount_minor, order.currency)
        if not order.return_url.startswith(("https://", "http://")):
            raise ProviderRefused("site_url_needed", "set SITE_URL: Stripe sends buyers back to an absolute address")
        metadata = {**order.metadata, "key": order.key}
        session = _asked(
            lambda: self._client.checkout.sessions.create(
                {
                    "mode": "payment",
                    "client_reference_id": order.key,
                    "success_url": order.return_url,
                    "cancel_url": order.return_url,
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": order.currency.lower(),
                                "unit_amount": amount,
                                "product_data": {"name": _name(order)},
                            },
                        }
                    ],
                    "metadata": metadata,
                    "payment_intent_data": {"metadata": metadata},
                },
                {"idempotency_key": order.key},
            )
        )
        return self.fetch_payment(session.id)  # what Stripe answers to a repeated key is as old as the first answer

    def fetch_payment(self, reference: str) -> ReportedPayment:
        session = _asked(
            lambda: self._client.checkout.sessions.retrieve(reference, {"expand": ["payment_intent.latest_charge"]})
        )
        currency = (session.currency or "").upper()
        intent: Any = session.payment_intent
        charge = getattr(intent, "latest_charge", None)
        if session.payment_status in _PAID and charge is not None:
            return ReportedPayment(
                reference=session.id,
                status="succeeded",
                captured_minor=from_stripe(charge.amount_captured, currency),
                refunds=self._refunds(intent.id, currency),
                chargebacks=self._chargebacks(intent.id, currency),
            )
        if session.status == "expired":
            return ReportedPayment(session.id, "cancelled", failure="expired")
        if session.status == "complete" and getattr(intent, "status", "") in ("requires_payment_method", "canceled"):
            return ReportedPayment(session.id, "failed", failure=_failure(intent))  # of a debit that came back
        return ReportedPayment(session.id, "pending", action_url=session.url or "")

    def cancel_payment(self, reference: str, *, key: str) -> ReportedPayment:
        try:
            _asked(lambda: self._client.checkout.sessions.expire(reference, {}, {"idempotency_key": key}))
        except ProviderRefused:  # it is not open any more: paid, or expired before
            return self.fetch_payment(reference)
        return self.fetch_payment(reference)

    # --- refunds

    def refund(self, reference: str, *, amount_minor: int, currency: str, key: str) -> ReportedRefund:
        """Stripe forgets keys after a day, so the refunds that are there are looked through first."""
        amount = to_stripe(amount_minor, currency)
        session = _asked(lambda: self._client.checkout.sessions.retrieve(reference))
        intent = session.payment_intent
        if intent is None:
            raise ProviderRefused("not_paid")
        intent_id = intent if isinstance(intent, str) else intent.id
        for made in self._refunds(intent_id, currency):
            if made.key == key:
                return made
        refund = _asked(
            lambda: self._client.refunds.create(
                {"payment_intent": intent_id, "amount": amount, "metadata": {"key": key, "session": reference}},
                {"idempotency_key": key},
            )
        )
        return _refund(refund, currency)

    def _refunds(self, intent: str, currency: str) -> tuple[ReportedRefund, ...]:
        found = _asked(
            lambda: list(self._client.refunds.list({"payment_intent": intent, "limit": _PAGE}).auto_paging_iter())
        )
        return tuple(_refund(one, currency) for one in found)

    def _chargebacks(self, intent: str, currency: str) -> tuple[ReportedChargeback, ...]:
        found = _asked(
            lambda: list(self._client.disputes.list({"payment_intent": intent, "limit": _PAGE}).auto_paging_iter())
        )
        return tuple(_chargeback(one, currency) for one in found if one.status not in _INQUIRIES)

    # --- payouts: by the operator, from Stripe's own pages

    def pay_out(self, *, destination: str, amount_minor: int, currency: str, key: str) -> ReportedPayout:
        raise ProviderRefused("payouts_manual", "payouts to sellers are not made through Stripe")

    def fetch_payout(self, reference: str) -> ReportedPayout:
        raise ProviderRefused("payouts_manual")

    def holds(self, currency: str) -> int | None:
        """Its balance is in the currency of the account and without its fees: not to be compared with ours."""
        return None

    # --- webhooks

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:
        """Raises BadSignature, and ProviderError when it has to ask which payment a charge belongs to and cannot."""
        signature = headers.get("stripe-signature", "")
        if not signature.isascii():  # which the library cannot compare
            raise BadSignature
        try:
            event = stripe.Webhook.construct_event(body, signature, self._webhook_secret, tolerance=TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, ValueError) as error:
            raise BadSignature from error
        thing: Any = event.data.object
        kind = getattr(thing, "object", "")
        if kind == "checkout.session":
            return ProviderEvent(event.id, event.type, thing.id)
        intent = thing.id if kind == "payment_intent" else getattr(thing, "payment_intent", None)
        session = self._session_of(intent) if isinstance(intent, str) else ""
        if session:
            return ProviderEvent(event.id, event.type, session)
        return ProviderEvent(event.id, event.type, str(getattr(thing, "id", "")), "other")

    def _session_of(self, intent: str) -> str:
        """Disputes name the PaymentIntent alone."""
        found = _asked(lambda: self._client.checkout.sessions.list({"payment_intent": intent, "limit": 1}))
        return found.data[0].id if found.data else ""


# --- amounts ----------------------------------------------------------------------------------

# Where Stripe counts otherwise than ISO 4217 (docs.stripe.com/currencies): it takes these with two decimals, which must
# be zeros.
_EXPONENTS = {"ISK": 2}


def to_stripe(minor: int, currency: str) -> int:
    """Raises ProviderRefused("currency_precision") for what Stripe would round: it takes 1.230 KWD and not 1.234."""
    if exponent(currency) == 3 and minor % 10:
        raise ProviderRefused("currency_precision", f"{currency} is charged in steps of ten of its smallest unit")
    return int(minor * 10 ** (_EXPONENTS.get(currency, exponent(currency)) - exponent(currency)))


def from_stripe(amount: int, currency: str) -> int:
    return int(amount // 10 ** (_EXPONENTS.get(currency, exponent(currency)) - exponent(currency)))


def _name(order: PaymentOrder) -> str:
    """Not the title: that is in the language of whoever asked, and the same key has to say the same."""
    return f"Tenfold {order.metadata.get('orders') or order.key}"[:250]


# --- what Stripe says -------------------------------------------------------------------------


def _refund(refund: Any, currency: str) -> ReportedRefund:
    status = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}.get(refund.status or "", "pending")
    key = getattr(refund.metadata, "key", "")
    return ReportedRefund(key, refund.id, from_stripe(refund.amount, currency), status)  # type: ignore[arg-type]


def _chargeback(dispute: Any, currency: str) -> ReportedChargeback:
    status = dispute.status if dispute.status in ("won", "lost") else "open"
    fee = sum(one.fee for one in dispute.balance_transactions or () if one.currency.upper() == currency)
    amount, fee_minor = from_stripe(dispute.amount, currency), from_stripe(fee, currency)
    return ReportedChargeback(dispute.id, amount, fee_minor, status)  # type: ignore[arg-type]


def _failure(intent: Any) -> str:
    error = getattr(intent, "last_payment_error", None)
    return str(getattr(error, "decline_code", None) or getattr(error, "code", None) or "declined")[:40]


def _asked(call: Callable[[], _T]) -> _T:
    """What Stripe answers; its errors as ours: refused for good, or unknown and to be asked again with the same key."""
    try:
        return call()
    except stripe.IdempotencyError as error:
        if error.http_status == 409:  # the first call with the key is still running there
            raise ProviderError(str(error)) from error
        raise ProviderRefused("idempotency_error", str(error)) from error
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        if error.http_status == 409:
            raise ProviderError(str(error)) from error
        raise ProviderRefused((error.code or "refused")[:40], str(error)) from error
    except stripe.StripeError as error:  # no answer, 5xx, too many at once, a wrong key
        raise ProviderError(f"{type(error).__name__}: {error}") from error
