"""Random lives of a market against a small model: whatever happens in whatever order, the books hold after each step.

People list, restock, order, pay with good and bad cards, pay late; webhooks come doubled, reversed, late or never; the
provider times out after it has done its work; sellers ship, refund, cancel; buyers dispute, return, charge back.
"""

import os
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django_tasks_db.models import DBTaskResult
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from core import limits, taskrows
from core.errors import DomainError
from market import stock
from market.actions import aftersale, cancelling, disputes, fulfilment, paying, payouts, returns
from market.actions.cart import add_to_cart
from market.actions.checkout import preview
from market.models import CommissionRule, Order, OutboxEvent, Payment, Payout, SandboxObject, Shop, Stock
from market.payments import sandbox
from market.payments.base import ProviderError
from market.plans import Wish
from market.tasks import money
from market.tasks.sandbox import deliver_sandbox_webhooks
from moderation.actions.moderators import make_moderator
from tests.conftest import make_user
from tests.market.scenes import make_listing, make_shop, the_variant
from tests.market.trade import address_of, balance, broken, order_cart, pay

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, tzinfo=UTC)
# What a press does to the state an order is in: the model, written without a look at market/orders.py.
AFTER = {
    ("accept", "paid"): "accepted",
    ("ship", "paid"): "shipped",
    ("ship", "accepted"): "shipped",
    ("confirm", "shipped"): "completed",
    ("confirm", "delivered"): "completed",
    ("cancel", "created"): "cancelled",
    ("cancel", "paid"): "cancelled",
    ("decline", "paid"): "cancelled",
    ("decline", "accepted"): "cancelled",
    ("dispute", "shipped"): "disputed",
    ("dispute", "delivered"): "disputed",
}


@dataclass
class Sale:
    """What the model knows of an order: the shelf's part of it, and the money that is with us for it."""

    order: int
    quantity: int
    total: int
    state: str = "created"
    paid: bool = False
    refunded: int = 0
    on_shelf: bool = False  # its pieces can be sold again
    is_charged_back: bool = False


@dataclass
class Model:
    on_hand: int = 0
    sales: list[Sale] = field(default_factory=list)
    paid_out: int = 0
    fees: int = 0

    @property
    def with_provider(self) -> int:
        taken = sum(sale.total - sale.refunded for sale in self.sales if sale.paid and not sale.is_charged_back)
        return taken - self.paid_out - self.fees


class Market(RuleBasedStateMachine):
    orders = Bundle("orders")

    def __init__(self):
        super().__init__()
        self.clock = time_machine.travel(START, tick=False)
        self.traveller = self.clock.start()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        limits.reset()
        sandbox.after_call = None

    def teardown(self):
        sandbox.after_call = None
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.clock.stop()

    # --- the scene ---

    @initialize(target=orders, price=st.integers(1, 50_000), on_hand=st.integers(1, 6))
    def open_shop(self, price, on_hand):
        CommissionRule.objects.all().delete()
        CommissionRule.objects.create(rate_bp=777, vat_bp=1_900, valid_from=START - timedelta(days=1))
        self.seller, self.buyer = make_user("alice"), make_user("bob")
        judge = make_user("judge", is_staff=True)
        make_moderator(user=judge)
        self.judge = type(judge).objects.get(pk=judge.pk)
        self.shop = make_shop(self.seller, payout_account="DE00 1234")
        self.listing = make_listing(self.seller, price=price, stock=on_hand, expires_at=START + timedelta(days=3_650))
        self.variant = the_variant(self.listing)
        address_of(self.buyer)
        self.model = Model(on_hand=on_hand)
        return self.buy(1)

    # --- before the sale ---

    @rule(more=st.integers(1, 3))
    def restock(self, more):
        row = Stock.objects.get(pk=self.variant.pk)
        stock.set_on_hand(
            self.variant,
            row.on_hand + more,
            by=self.seller,
            reference=f"test:{uuid.uuid4()}",
        )

    @rule(target=orders, quantity=st.integers(1, 3))
    def buy_some(self, quantity):
        return self.buy(quantity)

    def buy(self, quantity):
        limits.reset()
        if Stock.objects.get(pk=self.variant.pk).available < quantity:
            assert self._problems_of_buying(quantity) == ["out_of_stock"]
            return multiple()
        add_to_cart(by=self.buyer, variant_id=self.variant.pk, quantity=quantity)
        group = order_cart(self.buyer)
        made = Order.objects.get(group=group)
        sale = Sale(made.pk, quantity, made.total_minor)
        self.model.sales.append(sale)
        return sale

    def _problems_of_buying(self, quantity):
        try:
            add_to_cart(by=self.buyer, variant_id=self.variant.pk, quantity=quantity)
        except DomainError as error:
            return [error.code]
        problems = [problem["code"] for problem in preview(by=self.buyer, wish=Wish()).problems]
        self.buyer.cart_lines.all().delete()
        return [code for code in problems if code != "address_needed"]

    # --- paying ---

    @rule(sale=orders, card=st.sampled_from(["ok", "declined", "challenge", "late", "doubled", "reversed"]))
    def pay_for(self, sale, card):
        made = Order.objects.select_related("group__buyer").get(pk=sale.order)
        if sale.state != "created":
            with pytest.raises(DomainError, match=r"paid_already|wrong_state"):
                paying.payment_of(by=self.buyer, group_id=made.group_id)
            return
        pay(made.group, card, is_confirmed=True if card == "challenge" else None)
        if card not in ("declined",):
            sale.paid, sale.state = True, "paid"

    @rule(sale=orders)
    def pay_although_it_is_over(self, sale):
        """The provider's page was still open."""
        payment = Payment.objects.filter(group__orders=sale.order, state="pending").exclude(reference=None).last()
        if not (payment is not None and sale.state in ("expired", "cancelled") and not sale.paid):
            return
        enough = Stock.objects.get(pk=self.variant.pk).available >= sale.quantity
        sandbox.pay(payment.reference, "ok")
        if sandbox.charge_for_page(payment.reference).status != "succeeded":
            return
        paying.reconcile(payment)
        sale.paid = True
        if enough:
            sale.state, sale.on_shelf = "paid", False
        else:
            sale.refunded = sale.total

    @rule(sale=orders)
    def lose_the_answer_of_the_provider(self, sale):
        """It has begun the payment, or knows how it stands, and we never hear of it: asked again, it is the same."""
        payment = Payment.objects.filter(group__orders=sale.order, state__in=["created", "pending"]).last()
        if payment is None:
            return
        sandbox.after_call = _hang_up
        with pytest.raises(ProviderError):
            paying.reconcile(payment)
        sandbox.after_call = None
        paying.reconcile(Payment.objects.get(pk=payment.pk))
        assert SandboxObject.objects.filter(kind="charge", key=payment.key).count() == 1

    @rule(lost=st.booleans(), twice=st.booleans(), backwards=st.booleans())
    def webhooks_arrive(self, lost, twice, backwards):
        waiting = SandboxObject.objects.filter(kind="event", status="waiting")
        if lost:
            waiting.update(status="sent")
            return
        if backwards:
            for index, event in enumerate(waiting.order_by("-pk")):
                event.data["at"] = (datetime.now(UTC) - timedelta(minutes=5) + timedelta(seconds=index)).isoformat()
                event.save()
        deliver_sandbox_webhooks()
        if twice:
            SandboxObject.objects.filter(kind="event", status="sent").update(status="waiting")
            deliver_sandbox_webhooks()
        self.work()

    # --- after the sale ---

    @rule(sale=orders, press=st.sampled_from(sorted({press for press, _state in AFTER})))
    def press_button(self, sale, press):
        target = AFTER.get((press, sale.state))
        by = self.seller if press in ("accept", "ship", "decline") else self.buyer
        acts = {
            "accept": lambda: fulfilment.accept(by=by, order_id=sale.order),
            "ship": lambda: fulfilment.ship(by=by, order_id=sale.order),
            "confirm": lambda: fulfilment.confirm(by=by, order_id=sale.order),
            "cancel": lambda: cancelling.cancel(by=by, order_id=sale.order),
            "decline": lambda: cancelling.decline(by=by, order_id=sale.order),
            "dispute": lambda: disputes.open_dispute(by=by, order_id=sale.order, reason="other", text="No."),
        }
        if press == "confirm" and self._has_open_return(sale):
            target = None
        if target is None:
            with pytest.raises(DomainError, match=r"wrong_state|return_open"):
                acts[press]()
            return
        acts[press]()
        sale.state = target
        if target == "cancelled":
            sale.on_shelf, sale.refunded = True, sale.total if sale.paid else 0

    @rule(sale=orders, share=st.integers(1, 100))
    def refund(self, sale, share):
        left = sale.total - sale.refunded
        amount = max(1, left * share // 100)
        if sale.state not in ("accepted", "shipped", "delivered", "completed") or not left:
            with pytest.raises(DomainError, match="wrong_state"):
                aftersale.refund(by=self.seller, order_id=sale.order, amount_minor=amount)
            return
        aftersale.refund(by=self.seller, order_id=sale.order, amount_minor=amount)
        sale.refunded += amount
        if amount == left:
            sale.on_shelf = sale.state == "accepted"
            sale.state = "refunded"

    @rule(sale=orders, outcome=st.sampled_from(["released", "refunded", "split"]))
    def decide(self, sale, outcome):
        if sale.state != "disputed":
            return
        left = sale.total - sale.refunded
        amount = {"released": 0, "refunded": left, "split": (left + 1) // 2}[outcome]
        if outcome == "split" and not left:
            return
        disputes.decide(by=self.judge, order_id=sale.order, outcome=outcome, refund_minor=amount, decision="So be it.")
        sale.refunded += amount
        sale.state = "refunded" if outcome == "refunded" else "completed"

    @rule(sale=orders)
    def send_back(self, sale):
        if not (sale.state in ("delivered", "completed") and not self._has_open_return(sale)):
            return
        line = Order.objects.get(pk=sale.order).lines.get()
        if line.refunded_quantity:
            return
        row = returns.ask_return(by=self.buyer, order_id=sale.order, pieces={line.pk: line.quantity}, reason="No.")
        returns.step_return(by=self.seller, return_id=row.pk, act="approve")
        returns.step_return(by=self.seller, return_id=row.pk, act="receive")
        sale.refunded, sale.state = sale.total, "returned"

    @rule(sale=orders, is_won=st.booleans())
    def charge_back(self, sale, is_won):
        if not (sale.paid and not sale.is_charged_back and sale.refunded < sale.total):
            return
        payment = Payment.objects.get(group__orders=sale.order, state="succeeded")
        self.work()  # refunds under way reach the bank first
        before = sale.state
        reference = sandbox.charge_back(payment.reference, amount_minor=sale.total - sale.refunded)
        deliver_sandbox_webhooks()
        self.work()
        self.model.fees += sandbox.CHARGEBACK_FEE
        assert Order.objects.get(pk=sale.order).state == "chargeback"
        sandbox.decide_chargeback(reference, is_won=is_won)
        deliver_sandbox_webhooks()
        self.work()
        sale.state = before if is_won else "chargeback"
        sale.is_charged_back = not is_won
        Shop.objects.update(payouts_frozen_at=None)

    @rule(comes_back=st.booleans())
    def pay_out(self, comes_back):
        available = balance(f"seller:{self.shop.pk}:EUR")
        owed = balance(f"receivable:{self.shop.pk}:EUR")
        if available <= 0 or owed:
            with pytest.raises(DomainError, match=r"owes_money|nothing_to_pay_out"):
                payouts.request_payout(by=self.seller)
            return
        payout = payouts.request_payout(by=self.seller)
        self.work()
        self.model.paid_out += available
        if comes_back:
            sandbox.return_payout(Payout.objects.get(pk=payout.pk).reference)
            deliver_sandbox_webhooks()
            self.work()
            self.model.paid_out -= available

    # --- time, and who works ---

    @rule()
    def work(self):
        """The worker, for the queue of money; what a provider does not answer waits."""
        DBTaskResult.objects.filter(status="READY").update(run_after=datetime.now(UTC))
        for _task in range(300):
            row = taskrows.claim("test", ["money"])
            if row is None:
                return
            error = taskrows.run(row)
            assert error is None, error

    @rule(jump=st.sampled_from([timedelta(minutes=16), timedelta(days=1), timedelta(days=8), timedelta(days=30)]))
    def time_passes(self, jump):
        self.traveller.shift(jump)
        OutboxEvent.objects.filter(told_at=None).update(told_at=datetime.now(UTC))  # tellers have tests of their own
        for _round in range(5):
            deliver_sandbox_webhooks()
            money.move_what_is_due()
            money.sweep()
            self.work()
        for sale in self.model.sales:
            now = Order.objects.get(pk=sale.order)
            if now.state == sale.state:
                continue
            assert (sale.state, now.state) in {
                ("created", "expired"), ("paid", "cancelled"), ("accepted", "cancelled"), ("shipped", "delivered"),
                ("shipped", "completed"), ("delivered", "completed"),
            }  # fmt: skip
            sale.state = now.state
            if now.state in ("expired", "cancelled"):
                sale.on_shelf = True
                sale.refunded = sale.total if sale.paid else 0

    def _has_open_return(self, sale):
        return Order.objects.get(pk=sale.order).returns.filter(state__in=["requested", "approved", "sent"]).exists()

    # --- what always holds ---

    @invariant()
    def books_hold(self):
        if not hasattr(self, "model"):
            return
        OutboxEvent.objects.filter(told_at=None).update(told_at=datetime.now(UTC))
        assert broken() == []

    @invariant()
    def model_agrees(self):
        if not hasattr(self, "model"):
            return
        states = {sale.order: sale.state for sale in self.model.sales}
        assert dict(Order.objects.values_list("pk", "state")) == states
        refunded = {sale.order: sale.refunded for sale in self.model.sales if not sale.is_charged_back}
        ours = dict(Order.objects.filter(pk__in=refunded).values_list("pk", "refunded_minor"))
        late = {
            sale.order for sale in self.model.sales if sale.state in ("expired", "cancelled") and sale.paid
        }  # fmt: skip
        assert {pk: amount for pk, amount in ours.items() if pk not in late} == {
            pk: amount for pk, amount in refunded.items() if pk not in late
        }

    @invariant()
    def nobody_has_money_from_nowhere(self):
        """When nothing is under way, the provider holds what was paid, less what went back and out."""
        if not hasattr(self, "model") or DBTaskResult.objects.filter(status="READY", queue_name="money").exists():
            return
        if SandboxObject.objects.filter(kind="event", status="waiting").exists():
            return
        assert sandbox.Sandbox().holds("EUR") == self.model.with_provider == -balance("provider:sandbox:EUR")


def _hang_up(operation):
    raise ProviderError(operation)


Market.TestCase.settings = settings(
    max_examples=int(os.environ.get("MARKET_EXAMPLES", "12")),
    stateful_step_count=30,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
TestMarket = pytest.mark.django_db(Market.TestCase)
