"""Stripe behind the interface of the sandbox, against a Stripe of our own on loopback: only the network is fake."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from config.checks import check_payments, check_webhooks
from market import inbox, payments
from market.actions import paying, refunds
from market.models import InboxEvent, Payment, Refund
from market.payments.base import BadSignature, PaymentOrder, ProviderError, ProviderRefused
from market.payments.stripe import Stripe, from_stripe, to_stripe
from tests.market.fake_stripe import FakeStripe
from tests.market.test_invoices import bought

SECRET = "whsec_test"


@pytest.fixture
def there():
    with FakeStripe() as server:
        yield server
        server.shutdown()


@pytest.fixture
def ours(there, monkeypatch, settings):
    settings.SITE_URL = "https://tenfold.example"
    made = Stripe("sk_test_1", SECRET, address=there.address, timeout=1)
    monkeypatch.setattr(payments, "_load", lambda name: made)
    return made


def order(amount=1050, currency="EUR", key="payment:7", **extra) -> PaymentOrder:
    metadata = {"payment": "7", "group": "3", "orders": "T-000012"}
    return PaymentOrder(key, amount, currency, "Tenfold order T-000012", "https://tenfold.example/x", metadata, **extra)


def signed(event: dict, *, secret: str = SECRET, at: float | None = None) -> tuple[dict[str, str], bytes]:
    body = json.dumps(event).encode()
    stamp = int(time.time() if at is None else at)
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"stripe-signature": f"t={stamp},v1={signature}"}, body


def event(kind: str, thing: dict, number: str = "evt_1") -> dict:
    return {"id": number, "object": "event", "type": kind, "data": {"object": thing}}


# --- payments ---------------------------------------------------------------------------------


def test_payment_is_a_page_of_stripes(ours, there):
    made = ours.create_payment(order())
    assert (made.reference, made.status) == ("cs_0", "pending")
    assert made.action_url == "https://checkout.stripe.com/c/pay/cs_0"
    method, path, form = there.calls[0]
    assert (method, path, form["_key"]) == ("POST", "/v1/checkout/sessions", "payment:7")
    assert form["line_items[0][price_data][unit_amount]"] == "1050"
    assert form["line_items[0][price_data][currency]"] == "eur"
    assert form["line_items[0][price_data][product_data][name]"] == "Tenfold T-000012"
    assert form["success_url"] == form["cancel_url"] == "https://tenfold.example/x"
    assert form["payment_intent_data[metadata][payment]"] == "7"


def test_same_key_is_the_same_payment_as_it_stands_now(ours, there):
    first = ours.create_payment(order())
    there.pay(first.reference)
    again = ours.create_payment(order())
    assert (again.reference, again.status, again.captured_minor) == (first.reference, "succeeded", 1050)
    assert len(there.sessions) == 1


def test_language_of_the_title_does_not_spoil_the_key(ours, there):
    ours.create_payment(order())
    other = PaymentOrder("payment:7", 1050, "EUR", "Заказ T-000012", "https://tenfold.example/x", order().metadata)
    assert ours.create_payment(other).reference == "cs_0"


def test_key_used_for_something_else_is_refused(ours):
    ours.create_payment(order())
    with pytest.raises(ProviderRefused, match="Keys for idempotent") as caught:
        ours.create_payment(order(amount=1051))
    assert caught.value.code == "idempotency_error"


def test_timeout_after_success_is_asked_again_and_happens_once(ours, there):
    there.hang = lambda method, path: method == "POST"
    with pytest.raises(ProviderError):
        ours.create_payment(order())
    there.hang = lambda method, path: False
    assert ours.create_payment(order()).reference == "cs_0"
    assert len(there.sessions) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {"error": {"type": "api_error", "message": "Sorry"}}),
        (429, {"error": {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many"}}),
        (401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key"}}),
        (409, {"error": {"type": "idempotency_error", "message": "There is currently another in-progress request"}}),
        (409, {"error": {"type": "invalid_request_error", "code": "lock_timeout", "message": "Lock"}}),
    ],
)
def test_what_may_go_well_later_is_not_refused(ours, there, status, body):
    there.fail = lambda method, path: (status, body)
    with pytest.raises(ProviderError):
        ours.create_payment(order())


def test_what_never_goes_well_is_refused_with_its_code(ours, there):
    body = {"error": {"type": "invalid_request_error", "code": "amount_too_small", "message": "At least 50 cents"}}
    there.fail = lambda method, path: (400, body)
    with pytest.raises(ProviderRefused) as caught:
        ours.create_payment(order())
    assert caught.value.code == "amount_too_small"


def test_nobody_there(settings):
    with pytest.raises(ProviderError):
        Stripe("sk_test_1", SECRET, address="http://127.0.0.1:9", timeout=1).create_payment(order())


def test_relative_way_back_is_refused(ours):
    bad = PaymentOrder("payment:7", 1050, "EUR", "x", "/market/orders/7", {})
    with pytest.raises(ProviderRefused) as caught:
        ours.create_payment(bad)
    assert caught.value.code == "site_url_needed"


def test_expired_page_is_a_cancelled_payment(ours, there):
    made = ours.create_payment(order())
    cancelled = ours.cancel_payment(made.reference, key="cancel:payment:7")
    assert (cancelled.status, cancelled.failure) == ("cancelled", "expired")
    assert ours.cancel_payment(made.reference, key="cancel:payment:7").status == "cancelled"


def test_who_paid_in_that_moment_has_paid(ours, there):
    made = ours.create_payment(order())
    there.pay(made.reference)
    answer = ours.cancel_payment(made.reference, key="cancel:payment:7")
    assert (answer.status, answer.captured_minor) == ("succeeded", 1050)


def test_debit_that_came_back_has_failed(ours, there):
    made = ours.create_payment(order())
    there.come_back(made.reference, "insufficient_funds")
    answer = ours.fetch_payment(made.reference)
    assert (answer.status, answer.failure) == ("failed", "insufficient_funds")


# --- amounts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("currency", "minor", "amount"),
    [
        ("EUR", 1050, 1050), ("JPY", 1050, 1050), ("KRW", 999, 999), ("CLP", 5, 5), ("VND", 10_000, 10_000),
        ("ISK", 5, 500), ("KWD", 12_340, 12_340), ("BHD", 10, 10), ("HUF", 12_345, 12_345),
    ],
)  # fmt: skip
def test_amounts_as_stripe_counts(currency, minor, amount):
    assert to_stripe(minor, currency) == amount
    assert from_stripe(amount, currency) == minor


@pytest.mark.parametrize("currency", ["KWD", "BHD", "JOD", "OMR", "TND"])
def test_what_stripe_would_round_is_refused(ours, there, currency):
    with pytest.raises(ProviderRefused) as caught:
        ours.create_payment(order(amount=12_345, currency=currency))
    assert caught.value.code == "currency_precision"
    assert there.calls == []


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 1050), ("ISK", 105), ("KWD", 1050)])
def test_what_was_taken_is_told_in_our_units(ours, there, currency, minor):
    made = ours.create_payment(order(amount=minor, currency=currency))
    there.pay(made.reference)
    ours.refund(made.reference, amount_minor=50, currency=currency, key="refund:1")
    there.dispute(made.reference, fee=to_stripe(20, currency))
    answer = ours.fetch_payment(made.reference)
    assert answer.captured_minor == minor
    assert answer.refunds[0].amount_minor == 50
    assert (answer.chargebacks[0].amount_minor, answer.chargebacks[0].fee_minor) == (minor, 20)


# --- refunds and disputes ---------------------------------------------------------------------


def test_refund_happens_once_even_when_stripe_forgot_the_key(ours, there):
    made = ours.create_payment(order())
    there.pay(made.reference)
    first = ours.refund(made.reference, amount_minor=500, currency="EUR", key="refund:1")
    there.keys.clear()  # after a day
    again = ours.refund(made.reference, amount_minor=500, currency="EUR", key="refund:1")
    assert (again, again.status, len(there.refunds)) == (first, "succeeded", 1)
    assert ours.refund(made.reference, amount_minor=550, currency="EUR", key="refund:2").reference != first.reference


def test_refund_whose_answer_got_lost(ours, there):
    made = ours.create_payment(order())
    there.pay(made.reference)
    there.hang = lambda method, path: method == "POST"
    with pytest.raises(ProviderError):
        ours.refund(made.reference, amount_minor=500, currency="EUR", key="refund:1")
    there.hang = lambda method, path: False
    ours.refund(made.reference, amount_minor=500, currency="EUR", key="refund:1")
    assert [one["amount"] for one in there.refunds] == [500]


def test_refund_of_too_much_is_refused(ours, there):
    made = ours.create_payment(order())
    with pytest.raises(ProviderRefused, match="not_paid"):
        ours.refund(made.reference, amount_minor=500, currency="EUR", key="refund:1")
    there.pay(made.reference)
    with pytest.raises(ProviderRefused) as caught:
        ours.refund(made.reference, amount_minor=1051, currency="EUR", key="refund:1")
    assert caught.value.code == "charge_already_refunded"


@pytest.mark.parametrize(
    ("status", "told"),
    [("needs_response", "open"), ("under_review", "open"), ("won", "won"), ("lost", "lost"), ("warning_closed", None)],
)
def test_disputes(ours, there, status, told):
    made = ours.create_payment(order())
    there.pay(made.reference)
    there.dispute(made.reference, status=status)
    assert [one.status for one in ours.fetch_payment(made.reference).chargebacks] == ([told] if told else [])


def test_payouts_are_made_by_hand(ours):
    with pytest.raises(ProviderRefused) as caught:
        ours.pay_out(destination="DE00", amount_minor=1, currency="EUR", key="payout:1")
    assert caught.value.code == "payouts_manual"
    assert ours.holds("EUR") is None


# --- webhooks ---------------------------------------------------------------------------------


def test_webhook_names_the_payment(ours, there):
    made = ours.create_payment(order())
    told = ours.parse_webhook(*signed(event("checkout.session.completed", there.sessions[made.reference])))
    assert (told.id, told.kind, told.subject, told.about) == (
        "evt_1", "checkout.session.completed", made.reference, "payment",
    )  # fmt: skip


def test_webhook_about_a_dispute_finds_its_payment(ours, there):
    made = ours.create_payment(order())
    there.pay(made.reference)
    told = ours.parse_webhook(*signed(event("charge.dispute.created", there.dispute(made.reference))))
    assert (told.subject, told.about) == (made.reference, "payment")


def test_webhook_about_something_else_is_kept_and_left(ours, there):
    charge = {"id": "ch_9", "object": "charge", "payment_intent": "pi_9"}
    told = ours.parse_webhook(*signed(event("charge.succeeded", charge)))
    assert (told.subject, told.about) == ("ch_9", "other")
    told = ours.parse_webhook(*signed(event("payout.paid", {"id": "po_9", "object": "payout"})))
    assert (told.subject, told.about) == ("po_9", "other")


def test_webhook_while_stripe_does_not_answer_is_told_again_later(ours, there):
    there.fail = lambda method, path: (500, {})
    thing = {"id": "dp_1", "object": "dispute", "payment_intent": "pi_1"}
    with pytest.raises(ProviderError):
        ours.parse_webhook(*signed(event("charge.dispute.created", thing)))


def test_forged_webhooks(ours, there):
    good, body = signed(event("checkout.session.completed", {"id": "cs_0", "object": "checkout.session"}))
    stamp = good["stripe-signature"].partition(",")[0]
    forged = [
        ({}, body),
        ({"stripe-signature": ""}, body),
        ({"stripe-signature": f"{stamp},v1={'0' * 64}"}, body),
        ({"stripe-signature": "nonsense"}, body),
        ({"stripe-signature": f"{stamp},v1=é"}, body),
        (good, body + b" "),
        (good, body.replace(b"cs_0", b"cs_1")),
        signed(json.loads(body), secret="whsec_other"),
        signed(json.loads(body), at=time.time() - 301),
        (signed(json.loads(body))[0], b"not json"),
        (good, b"\xff\xfe"),
    ]
    for headers, content in forged:
        with pytest.raises(BadSignature):
            ours.parse_webhook(headers, content)
    assert ours.parse_webhook(good, body).subject == "cs_0"


def test_webhook_signed_a_moment_ago_is_late_and_fine(ours):
    headers, body = signed(event("checkout.session.expired", {"id": "cs_0", "object": "checkout.session"}))
    with time_machine.travel(timezone.now() + timedelta(seconds=250)):
        assert ours.parse_webhook(headers, body).subject == "cs_0"
    with time_machine.travel(timezone.now() + timedelta(seconds=400)), pytest.raises(BadSignature):
        ours.parse_webhook(headers, body)


# --- with the rest ----------------------------------------------------------------------------


def test_paid_and_refunded_through_our_own_books(ours, there, alice, bob, run_all_tasks):
    bought_order = bought(bob, alice)
    group = bought_order.group
    group.payments.all().delete()
    type(bought_order).objects.filter(pk=bought_order.pk).update(state="created", paid_at=None)
    payment = Payment.objects.create(
        group=group, provider="stripe", amount_minor=group.total_minor, currency=group.currency
    )
    started = paying.start(by=bob, payment_id=payment.pk)
    assert started.action_url.startswith("https://checkout.stripe.com/")
    session = there.sessions[started.reference]
    assert there.calls[0][2]["success_url"].startswith("https://tenfold.example/")
    there.pay(started.reference)
    told = signed(event("checkout.session.completed", session))
    inbox.receive("stripe", *told)
    inbox.receive("stripe", *told)
    run_all_tasks()
    payment.refresh_from_db()
    bought_order.refresh_from_db()
    assert (payment.state, payment.captured_minor) == ("succeeded", group.total_minor)
    assert InboxEvent.objects.get().folded_at is not None
    refund = Refund.objects.first()
    if refund is None:  # its stock was there: the order goes on
        assert bought_order.state == "paid"
        refund = refunds.claim_refund(bought_order, refunds.all_of(bought_order), reason="goodwill", by=alice)
        run_all_tasks()
    refund.refresh_from_db()
    assert (refund.state, [one["amount"] for one in there.refunds]) == ("succeeded", [group.total_minor])


def test_nothing_loads_stripe_at_start():
    code = (
        "import django, sys; django.setup(); from django.core.management import call_command; call_command('check');"
        "from django.urls import get_resolver; get_resolver().check();"
        "sys.exit(any(name.partition('.')[0] in ('stripe', 'fpdf', 'fontTools') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], env=_environment(), check=False).returncode == 0


def _environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}


# --- settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "secret", "sandbox", "hosts", "ids"),
    [
        ("", "", True, ["localhost"], []),
        ("", "", False, ["shop.example"], []),
        ("sk_live_1", "whsec_1", False, ["shop.example"], []),
        ("sk_test_1", "whsec_1", True, ["localhost"], []),
        ("sk_live_1", "", False, ["shop.example"], ["tenfold.E012"]),
        ("", "whsec_1", False, ["shop.example"], ["tenfold.E012"]),
        ("pk_live_1", "whsec_1", False, ["shop.example"], ["tenfold.E013"]),
        ("sk_live_1", "secret", False, ["shop.example"], ["tenfold.E013"]),
        ("sk_live_1", "whsec_1", True, ["localhost"], ["tenfold.E014"]),
        ("", "", True, ["shop.example"], ["tenfold.E015"]),
    ],
)
def test_bad_combinations_of_settings_fail_at_start(settings, monkeypatch, key, secret, sandbox, hosts, ids):
    monkeypatch.delenv("MARKET_SANDBOX", raising=False)
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = key, secret
    settings.MARKET_SANDBOX, settings.ALLOWED_HOSTS, settings.SITE_URL = sandbox, hosts, "https://shop.example"
    assert [found.id for found in check_payments()] == ids


def test_sandbox_on_a_public_host_takes_a_word(settings, monkeypatch):
    settings.MARKET_SANDBOX, settings.ALLOWED_HOSTS = True, ["shop.example"]
    monkeypatch.setenv("MARKET_SANDBOX", "1")
    assert check_payments() == []
    settings.WEBHOOK_LOOPBACK = True
    assert [found.id for found in check_webhooks()] == ["tenfold.E016"]


def test_stripe_needs_to_know_where_buyers_come_back_to(settings):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_1", "whsec_1"
    settings.MARKET_SANDBOX, settings.SITE_URL = False, ""
    assert [found.id for found in check_payments()] == ["tenfold.E017"]
