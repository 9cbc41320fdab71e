"""Webhooks of payment providers: forged, doubled, late, lost, in every order; and providers that do not answer."""

import itertools
import json

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from market import inbox
from market.actions import aftersale, fulfilment, paying, payouts
from market.models import InboxEvent, LedgerTransaction, Order, Payment, Refund, SandboxObject, Shop
from market.payments import sandbox
from market.payments.base import ProviderError
from market.tasks import money
from market.tasks.sandbox import deliver_sandbox_webhooks
from tests.market.scenes import make_listing
from tests.market.trade import balance, bought, broken, order, the_order

pytestmark = pytest.mark.django_db
HOOK = "/market/hooks/sandbox"


def send(body: bytes, signature: str | None = None, provider: str = "sandbox"):
    headers = {"sandbox-signature": sandbox.sign(body) if signature is None else signature}
    return Client().post(f"/market/hooks/{provider}", body, content_type="application/json", headers=headers)


def event(kind: str, subject: str, number: int = 1) -> bytes:
    return json.dumps({"id": f"evt_{number}", "kind": kind, "subject": subject}).encode()


def paid_at_the_provider(alice, bob):
    """The buyer has paid, and we have not heard of it."""
    group = order(bob, make_listing(alice, price=10_000))
    payment = paying.reconcile(Payment.objects.get())
    sandbox.pay(payment.reference, "ok")
    return group, payment


def test_a_signed_webhook_is_kept_once_and_folded(alice, bob, run_all_tasks):
    group, payment = paid_at_the_provider(alice, bob)
    body = event("payment.succeeded", payment.reference)
    assert [send(body).status_code for _time in range(3)] == [200] * 3
    assert InboxEvent.objects.count() == 1
    assert the_order(group).state == "created"  # folded later, not while the provider waits
    run_all_tasks()
    assert the_order(group).state == "paid"
    assert InboxEvent.objects.get().folded_at is not None
    assert broken() == []


@pytest.mark.parametrize("signature", ["", "0" * 64, "é"])
def test_a_forged_webhook_changes_nothing(alice, bob, signature):
    _group, payment = paid_at_the_provider(alice, bob)
    answer = send(event("payment.succeeded", payment.reference), signature)
    assert (answer.status_code, answer.json()) == (400, {"code": "bad_signature"})
    assert InboxEvent.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"id": 1}', b"\xff\xfe"])
def test_signed_nonsense_is_refused(db, body):
    assert send(body).status_code == 400


def test_unknown_providers_have_no_address(db):
    assert send(b"{}", provider="stripe").status_code == 404
    assert send(b"{}", provider="nobody").status_code == 404
    assert Client().get(HOOK).status_code == 405


def test_a_signed_claim_is_not_believed_but_looked_up(alice, bob, run_all_tasks):
    """Whoever has the key can only make us look: what is true is fetched."""
    group = order(bob, make_listing(alice, price=10_000))
    payment = paying.reconcile(Payment.objects.get())
    send(event("payment.succeeded", payment.reference))
    run_all_tasks()
    assert the_order(group).state == "created"
    assert balance("provider:sandbox:EUR") == 0


def test_webhooks_about_what_we_do_not_know_are_kept_and_done(run_all_tasks, db):
    send(event("payment.succeeded", "ch_of_somebody_else"))
    run_all_tasks()
    assert InboxEvent.objects.get().failure == "unknown payment"


def story(alice, bob):
    """All that can be told of one payment, told to nobody yet: paid, refunded in part, charged back, and lost."""
    made = bought(bob, {make_listing(alice, price=3_000, stock=3): 3}, state="shipped")
    payment = Payment.objects.get()
    aftersale.refund(by=alice, order_id=made.pk, pieces={made.lines.get().pk: 1})
    refund = Refund.objects.get()
    sandbox.Sandbox().refund(payment.reference, amount_minor=refund.amount_minor, currency="EUR", key=refund.key)
    chargeback = sandbox.charge_back(payment.reference, amount_minor=made.total_minor - refund.amount_minor)
    sandbox.decide_chargeback(chargeback, is_won=False)
    kinds = ["payment.pending", "payment.succeeded", "refund.succeeded", "chargeback.opened", "chargeback.decided"]
    return [event(kind, payment.reference, number) for number, kind in enumerate(kinds)]


def tell(bodies):
    for body in bodies:
        headers = {"sandbox-signature": sandbox.sign(body)}
        row = inbox.receive("sandbox", headers, body)
        inbox.fold(event=row.pk)


def outcome():
    made = Order.objects.get()
    accounts = {code: balance(code) for code in ("provider:sandbox:EUR", "refunding:EUR", "commission:EUR", "vat:EUR")}
    refund = Refund.objects.get()
    held = balance(f"held:order:{made.pk}")
    kinds = sorted(LedgerTransaction.objects.values_list("kind", flat=True))
    return made.state, made.refunded_minor, refund.state, held, accounts, kinds


def test_every_order_of_webhooks_leads_to_one_state(alice, bob):
    bodies = story(alice, bob)
    seen = []
    for permutation in itertools.permutations(bodies):
        with transaction.atomic():
            tell(permutation)
            tell(permutation[:2])  # and some of them twice
            seen.append(outcome())
            transaction.set_rollback(True)
    assert len(seen) == 120
    assert all(one == seen[0] for one in seen)
    assert seen[0][0] == "chargeback"
    tell(bodies)
    assert broken() == []


@pytest.mark.parametrize("told", range(5))
def test_one_webhook_of_all_is_enough(alice, bob, told):
    bodies = story(alice, bob)
    tell([bodies[told]])
    state, _refunded, refund, *_rest = outcome()
    assert (state, refund, broken()) == ("chargeback", "succeeded", [])


def test_webhooks_while_things_happen(alice, bob, run_all_tasks):
    """Told late: each when the next thing has happened already."""
    group, payment = paid_at_the_provider(alice, bob)
    tell([event("payment.pending", payment.reference, 1)])
    assert the_order(group).state == "paid"
    tell([event("payment.succeeded", payment.reference, 2), event("payment.failed", payment.reference, 3)])
    assert the_order(group).state == "paid"
    run_all_tasks()
    assert broken() == []


def test_all_webhooks_lost_the_sweeper_asks(alice, bob, run_all_tasks):
    group, _payment = paid_at_the_provider(alice, bob)
    SandboxObject.objects.filter(kind="event").delete()
    Payment.objects.update(created_at=timezone.now() - money._PATIENCE * 2)
    money.sweep()
    run_all_tasks()
    assert the_order(group).state == "paid"
    assert broken() == []


@pytest.mark.parametrize("operation", ["create_payment", "fetch_payment", "refund", "pay_out"])
def test_a_provider_that_times_out_after_it_has_done_it_does_it_once(alice, bob, run_all_tasks, monkeypatch, operation):
    calls = []

    def hang_up(name):
        calls.append(name)
        if name == operation and calls.count(name) == 1:
            raise ProviderError("timeout")

    listing = make_listing(alice, price=10_000)
    Shop.objects.update(payout_account="DE00 1234")
    monkeypatch.setattr(sandbox, "after_call", hang_up)
    group = order(bob, listing)
    payment = patiently(lambda: paying.reconcile(Payment.objects.get()))
    sandbox.pay(payment.reference, "ok")
    patiently(lambda: paying.reconcile(payment))
    made = the_order(group)
    fulfilment.ship(by=alice, order_id=made.pk)
    fulfilment.confirm(by=bob, order_id=made.pk)
    if operation == "refund":
        aftersale.refund(by=alice, order_id=made.pk)
    if operation == "pay_out":
        payouts.request_payout(by=alice)
    patiently(run_all_tasks)
    assert calls.count(operation) >= 2
    assert SandboxObject.objects.filter(kind="charge").count() == 1
    assert SandboxObject.objects.filter(kind="refund").count() == (operation == "refund")
    assert SandboxObject.objects.filter(kind="payout").count() == (operation == "pay_out")
    assert broken() == []


def patiently(call):
    """As people and workers do: what failed is tried again."""
    try:
        return call()
    except ProviderError:
        return call()


def test_cards_that_do_not_work_leave_the_order_to_be_paid_again(alice, bob, run_all_tasks):
    group = order(bob, make_listing(alice, price=10_000))
    first = paying.reconcile(Payment.objects.get())
    sandbox.pay(first.reference, "declined")
    first = paying.reconcile(first)
    assert (first.state, first.failure) == ("failed", "declined")
    second = paying.payment_of(by=bob, group_id=group.pk)
    assert second.pk != first.pk
    second = paying.reconcile(second)
    sandbox.pay(second.reference, "challenge")
    assert paying.reconcile(second).state == "pending"
    sandbox.pay(second.reference, "challenge", is_confirmed=True)
    assert paying.reconcile(second).state == "succeeded"
    run_all_tasks()
    deliver_sandbox_webhooks()
    assert the_order(group).state == "paid"
    assert broken() == []


def test_two_payments_of_one_basket_the_second_goes_back(alice, bob, run_all_tasks):
    """Paid in two tabs: the first had failed for us, and went through after all."""
    group = order(bob, make_listing(alice, price=10_000))
    first = paying.reconcile(Payment.objects.get())
    Payment.objects.filter(pk=first.pk).update(state="failed")
    second = paying.reconcile(paying.payment_of(by=bob, group_id=group.pk))
    for payment in (first, second):
        sandbox.pay(payment.reference, "ok")
        paying.reconcile(payment)
    run_all_tasks()
    made = the_order(group)
    assert made.state == "paid"
    assert Refund.objects.get().reason == "paid_twice"
    assert Refund.objects.get().state == "succeeded"
    assert balance("provider:sandbox:EUR") == -made.total_minor
    assert broken() == []
