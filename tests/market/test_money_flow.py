"""Where every cent is, from the cart to the seller's bank account, and on every way back."""

import pytest
from django.utils import timezone

from core.errors import DomainError
from market import ledger, money
from market.actions import aftersale, cancelling, disputes, fulfilment, paying, payouts, returns
from market.actions.coupons import create_coupon
from market.models import CommissionRule, Coupon, Order, Payment, Payout, Refund, Shop, Stock
from market.payments import sandbox
from market.tasks.sandbox import deliver_sandbox_webhooks
from moderation.actions.moderators import make_moderator
from tests.conftest import make_user
from tests.market.scenes import make_listing, make_shop
from tests.market.trade import balance, bought, broken, order, pay, the_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rates():
    """10 % of every sale, and 19 % tax on that."""
    CommissionRule.objects.all().delete()
    CommissionRule.objects.create(rate_bp=1_000, vat_bp=1_900)


def seller_balance(user) -> int:
    return balance(f"seller:{user.shop.pk}:{user.shop.currency}")


def test_money_is_held_until_the_buyer_confirms_and_split_to_the_cent(alice, bob, run_all_tasks):
    listing = make_listing(alice, price=9_999)
    made = bought(bob, listing, state="shipped")
    assert made.total_minor == 9_999 + 490
    assert balance(f"held:order:{made.pk}") == made.total_minor
    assert seller_balance(alice) == 0
    assert broken() == []
    fulfilment.confirm(by=bob, order_id=made.pk)
    commission, vat = 1_000, 190  # 999.9 and 189.981, each rounded once
    assert balance("commission:EUR") == commission
    assert balance("vat:EUR") == vat
    assert seller_balance(alice) == made.total_minor - commission - vat
    assert balance(f"held:order:{made.pk}") == 0
    assert balance("provider:sandbox:EUR") == -made.total_minor
    run_all_tasks()
    assert broken() == []


def test_hand_over_code_completes_and_releases(alice, bob, run_all_tasks):
    made = bought(bob, make_listing(alice, price=5_000), ship=False)
    with pytest.raises(DomainError) as refused:
        fulfilment.hand_over(by=alice, order_id=made.pk, code="nonsense")
    assert (refused.value.code, refused.value.extra["tries_left"]) == ("wrong_code", 9)
    code = f"{made.handover_code[:3]} {made.handover_code[3:]}"
    done = fulfilment.hand_over(by=alice, order_id=made.pk, code=code)
    assert done.state == "completed"
    assert seller_balance(alice) == 5_000 - 500 - 95
    with pytest.raises(DomainError, match="wrong_state"):
        fulfilment.hand_over(by=alice, order_id=made.pk, code=code)
    run_all_tasks()
    assert broken() == []


def test_refund_before_release_leaves_less_to_release(alice, bob, run_all_tasks):
    made = bought(bob, {make_listing(alice, price=3_333, stock=3): 3}, state="shipped")
    line = made.lines.get()
    aftersale.refund(by=alice, order_id=made.pk, pieces={line.pk: 1})
    run_all_tasks()
    assert Refund.objects.get().state == "succeeded"
    assert balance("provider:sandbox:EUR") == -(made.total_minor - 3_333)
    fulfilment.confirm(by=bob, order_id=made.pk)
    held = made.total_minor - 3_333
    assert balance("commission:EUR") + balance("vat:EUR") + seller_balance(alice) == held
    assert balance("commission:EUR") == line.commission_minor - line.commission_minor * 3_333 // 9_999
    run_all_tasks()
    assert broken() == []


def test_refund_after_release_comes_from_the_seller_with_its_commission(alice, bob, run_all_tasks):
    made = bought(bob, make_listing(alice, price=10_000), state="completed")
    aftersale.refund(by=alice, order_id=made.pk)
    run_all_tasks()
    assert seller_balance(alice) == balance("commission:EUR") == balance("vat:EUR") == 0
    assert balance("provider:sandbox:EUR") == 0
    assert Order.objects.get().state == "refunded"
    assert broken() == []


def test_seller_who_is_short_owes_it_and_pays_with_the_next_sale(alice, bob, run_all_tasks):
    Shop.objects.filter(pk=make_shop(alice).pk).update(payout_account="DE00 1234")
    first = bought(bob, make_listing(alice, price=10_000), state="completed")
    payouts.request_payout(by=alice)
    run_all_tasks()
    assert seller_balance(alice) == 0
    aftersale.refund(by=alice, order_id=first.pk)
    run_all_tasks()
    owed = -balance(f"receivable:{alice.shop.pk}:EUR")
    assert owed == 10_000 + 490 - 1_000 - 190
    with pytest.raises(DomainError, match="owes_money"):
        payouts.request_payout(by=alice)
    bought(bob, make_listing(alice, price=20_000), state="completed")
    assert balance(f"receivable:{alice.shop.pk}:EUR") == 0
    assert seller_balance(alice) == 20_000 + 490 - 2_000 - 380 - owed
    run_all_tasks()
    assert broken() == []


def test_cancelled_order_returns_money_stock_and_coupon(alice, bob, run_all_tasks):
    listing = make_listing(alice, price=10_000)
    create_coupon(by=alice, code="SPRING", kind="percent", value=1_000, max_uses=1)
    group = order(bob, listing, coupons={alice.shop.pk: "spring"})
    made = the_order(group)
    assert (made.discount_minor, made.total_minor) == (1_000, 9_490)
    pay(group)
    cancelling.cancel(by=bob, order_id=made.pk, reason="Found another")
    run_all_tasks()
    made.refresh_from_db()
    assert (made.state, made.refunded_minor) == ("cancelled", 9_490)
    assert Stock.objects.get().available == 1
    assert Coupon.objects.get().use_count == 0
    assert balance("provider:sandbox:EUR") == 0
    assert broken() == []


def test_unpaid_order_expires_and_a_late_payment_takes_its_stock_again(alice, bob, run_all_tasks):
    listing = make_listing(alice, price=10_000)
    group = order(bob, listing)
    made = the_order(group)
    cancelling.expire(made)
    assert Stock.objects.get().available == 1
    pay_late(group)
    made.refresh_from_db()
    assert made.state == "paid"
    assert Stock.objects.get().available == 0
    run_all_tasks()
    assert broken() == []


def pay_late(group):
    """The provider takes the money although the order has run out: its page was still open."""

    payment = Payment.objects.get(group=group)
    paying.reconcile(payment)
    payment.refresh_from_db()
    sandbox.pay(payment.reference, "ok")
    paying.reconcile(payment)


def test_late_payment_for_what_is_gone_is_refunded_by_itself(alice, bob, charlie, run_all_tasks):
    listing = make_listing(alice, price=10_000)
    group = order(bob, listing)
    cancelling.expire(the_order(group))
    bought(charlie, listing)
    pay_late(group)
    run_all_tasks()
    made = the_order(group)
    assert made.state == "expired"
    assert Refund.objects.get(order=made).reason == "too_late"
    assert Refund.objects.get(order=made).state == "succeeded"
    assert broken() == []


def test_dispute_is_decided_by_a_moderator_alone(alice, bob, run_all_tasks):
    judge = make_user("judge", is_staff=True)
    make_moderator(user=judge)
    judge = type(judge).objects.get(pk=judge.pk)
    made = bought(bob, make_listing(alice, price=10_000), state="shipped")
    disputes.open_dispute(by=bob, order_id=made.pk, reason="damaged", text="Bent.")
    disputes.add_evidence(by=alice, order_id=made.pk, text="It was whole.")
    with pytest.raises(DomainError, match="moderator_needed"):
        disputes.decide(by=alice, order_id=made.pk, outcome="released", decision="Mine.")
    with pytest.raises(DomainError, match="wrong_state"):
        fulfilment.confirm(by=bob, order_id=made.pk)
    disputes.decide(by=judge, order_id=made.pk, outcome="split", refund_minor=4_000, decision="Half and half.")
    run_all_tasks()
    made.refresh_from_db()
    assert (made.state, made.refunded_minor) == ("completed", 4_000)
    assert balance("provider:sandbox:EUR") == -(made.total_minor - 4_000)
    assert broken() == []


def test_returned_goods_are_refunded_and_on_the_shelf_again(alice, bob, run_all_tasks):
    made = bought(bob, {make_listing(alice, price=2_000, stock=2): 2}, state="completed")
    line = made.lines.get()
    row = returns.ask_return(by=bob, order_id=made.pk, pieces={line.pk: 2}, reason="Too small")
    with pytest.raises(DomainError, match="not_your_move"):
        returns.step_return(by=bob, return_id=row.pk, act="approve")
    returns.step_return(by=alice, return_id=row.pk, act="approve")
    returns.step_return(by=bob, return_id=row.pk, act="send", tracking_number="X1")
    returns.step_return(by=alice, return_id=row.pk, act="receive")
    with pytest.raises(DomainError, match="wrong_state"):
        returns.step_return(by=alice, return_id=row.pk, act="receive")
    run_all_tasks()
    made.refresh_from_db()
    assert (made.state, made.refunded_minor) == ("returned", made.total_minor)
    assert Stock.objects.get().available == 2
    assert seller_balance(alice) == 0
    assert broken() == []


@pytest.mark.parametrize("state", ["shipped", "completed"])
@pytest.mark.parametrize("is_won", [True, False])
def test_chargeback_takes_from_where_the_money_is_and_gives_back_when_won(alice, bob, run_all_tasks, state, is_won):
    made = bought(bob, make_listing(alice, price=10_000), state=state)
    before = seller_balance(alice)
    payment = Payment.objects.get()
    chargeback = sandbox.charge_back(payment.reference)
    deliver_sandbox_webhooks()
    run_all_tasks()
    made.refresh_from_db()
    shop = Shop.objects.get()
    assert made.state == "chargeback"
    assert shop.payouts_frozen_at is not None
    assert broken() == []
    sandbox.decide_chargeback(chargeback, is_won=is_won)
    deliver_sandbox_webhooks()
    deliver_sandbox_webhooks()
    run_all_tasks()
    made.refresh_from_db()
    assert made.state == (state if is_won else "chargeback")
    net = seller_balance(alice) + balance(f"receivable:{shop.pk}:EUR")
    fee = sandbox.CHARGEBACK_FEE
    assert net == (before - fee if is_won else -fee)
    assert broken() == []


def test_payout_that_comes_back_is_the_sellers_again(alice, bob, run_all_tasks):
    Shop.objects.filter(pk=make_shop(alice).pk).update(payout_account="DE00 1234")
    bought(bob, make_listing(alice, price=10_000), state="completed")
    before = seller_balance(alice)
    payout = payouts.request_payout(by=alice, amount_minor=5_000)
    assert seller_balance(alice) == before - 5_000
    run_all_tasks()
    payout.refresh_from_db()
    assert payout.state == "paid"
    sandbox.return_payout(payout.reference)
    deliver_sandbox_webhooks()
    run_all_tasks()
    payout.refresh_from_db()
    assert (payout.state, seller_balance(alice)) == ("returned", before)
    Shop.objects.update(payout_account="FAIL 1")
    payouts.request_payout(by=alice)
    run_all_tasks()
    assert Payout.objects.filter(state="failed").count() == 1
    assert seller_balance(alice) == before
    assert broken() == []


def test_one_basket_of_two_sellers_is_one_payment_and_two_orders(alice, bob, charlie, run_all_tasks):
    group = order(charlie, {make_listing(alice, price=1_000): 1, make_listing(bob, price=2_000): 1})
    pay(group)
    states = {made.seller.handle: (made.state, made.total_minor) for made in group.orders.all()}
    assert states == {"alice": ("paid", 1_490), "bob": ("paid", 2_490)}
    assert balance("provider:sandbox:EUR") == -3_980
    run_all_tasks()
    assert broken() == []


def test_free_things_need_no_payment(alice, bob, run_all_tasks):
    listing = make_listing(alice, price=0)
    group = order(bob, listing, ship=False)
    made = the_order(group)
    assert made.state == "paid"
    assert Payment.objects.count() == 0
    fulfilment.hand_over(by=alice, order_id=made.pk, code=made.handover_code)
    run_all_tasks()
    assert broken() == []


@pytest.mark.parametrize(("currency", "price", "text"), [("JPY", 1_251, "¥1,251"), ("KWD", 12_345, "KWD12.345")])
def test_currencies_with_other_units_come_out_right_to_the_last(alice, bob, run_all_tasks, currency, price, text):
    make_shop(alice, currency=currency)
    made = bought(bob, make_listing(alice, price=price), state="completed", ship=False)
    assert money.format_minor(made.total_minor, currency, "en").replace("\xa0", "") == text
    commission = money.part(price, 1_000)
    assert balance(f"commission:{currency}") == commission
    got = balance(f"seller:{alice.shop.pk}:{currency}")
    assert got == price - commission - balance(f"vat:{currency}")
    run_all_tasks()
    assert broken() == []


def test_ledger_refuses_what_does_not_balance_and_what_is_not_there(alice):
    shop = make_shop(alice)
    with pytest.raises(ledger.Unbalanced):
        ledger.post("test", "test:1", [(ledger.seller(shop), 5), (ledger.commission("EUR"), -4)])
    with pytest.raises(ledger.InsufficientFunds):
        ledger.post("test", "test:2", [(ledger.seller(shop), -5), (ledger.commission("EUR"), 5)])
    first = ledger.post("test", "test:3", [(ledger.seller(shop), 5), (ledger.commission("EUR"), -5)])
    assert ledger.post("test", "test:3", [(ledger.seller(shop), 9), (ledger.commission("EUR"), -9)]) == first
    assert ledger.balance_of(ledger.seller(shop)) == 5
    assert timezone.now() > first.created_at
