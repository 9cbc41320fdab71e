"""Quotes, agreements and coupons on their way through a checkout, with what happens to the stock."""

import pytest

from core.errors import DomainError
from market.actions import cancelling, checkout
from market.actions.coupons import create_coupon
from market.actions.offers import make_offer, move_offer
from market.actions.quotes import cancel_quote, make_quote
from market.invariants import check_all
from market.models import Coupon, Order, OrderGroup, Quote, Stock, Variant
from market.plans import Wish

from .deals import outcomes
from .scenes import make_listing, the_variant
from .trade import address_of, order_cart, pay, the_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def bicycle(alice):
    return make_listing(alice, price=10_000, stock=1)


def counts(listing) -> tuple[int, int, int]:
    stock = Stock.objects.get(pk=the_variant(listing).pk)
    return stock.on_hand, stock.reserved, stock.allocated


def test_a_quote_is_paid_at_its_price(bob, bicycle):
    quote, _new = make_quote(by=bob, variant_id=the_variant(bicycle).pk)
    Variant.objects.update(price_minor=12_000)
    group = order_cart(bob, ship=False, quote=quote.pk)
    assert (group.total_minor, counts(bicycle)) == (10_000, (1, 1, 0))
    quote.refresh_from_db()
    assert (quote.state, quote.order) == ("used", the_order(group))
    pay(group)
    assert counts(bicycle) == (1, 0, 1)
    assert [str(result.invariant) for result in check_all() if not result.holds] == []


def test_what_was_agreed_on_is_paid(alice, bob, bicycle):
    offer = make_offer(by=bob, variant_id=the_variant(bicycle).pk, amount_minor=7_000)
    move_offer(by=alice, offer_id=offer.pk, act="accept")
    group = order_cart(bob, ship=False, quote=Quote.objects.get(offer=offer).pk)
    assert group.total_minor == 7_000
    pay(group)
    assert (the_order(group).state, counts(bicycle)) == ("paid", (1, 0, 1))


def test_a_cancelled_or_foreign_quote_orders_nothing(bob, charlie, bicycle):
    quote, _new = make_quote(by=bob, variant_id=the_variant(bicycle).pk)
    with pytest.raises(DomainError, match="quote_not_found"):
        order_cart(charlie, ship=False, quote=quote.pk)
    cancel_quote(by=bob, quote_id=quote.pk)
    with pytest.raises(DomainError, match="quote_cancelled"):
        order_cart(bob, ship=False, quote=quote.pk)
    assert not Order.objects.exists()


def test_a_coupon_comes_back_when_the_order_does_not_happen(alice, bob, bicycle):
    coupon = create_coupon(by=alice, code="SPRING", kind="percent", value=1_000, max_uses=1)
    quote, _new = make_quote(by=bob, variant_id=the_variant(bicycle).pk)
    group = order_cart(bob, ship=False, quote=quote.pk, coupons={bicycle.shop_id: "spring"})
    assert group.total_minor == 9_000
    assert Coupon.objects.get(pk=coupon.pk).use_count == 1
    cancelling.cancel(by=bob, order_id=the_order(group).pk)
    assert Coupon.objects.get(pk=coupon.pk).use_count == 0
    assert counts(bicycle) == (1, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_one_quote_ordered_from_four_devices(alice, bob):
    bicycle = make_listing(alice, price=10_000, stock=1)
    quote, _new = make_quote(by=bob, variant_id=the_variant(bicycle).pk)
    in_person = bicycle.shop.delivery_options.get(kind="in_person").pk
    wish = Wish(quote=quote.pk, address=address_of(bob).pk, delivery={bicycle.shop_id: in_person})
    told = outcomes(*[lambda: checkout.place_order(by=bob, wish=wish, expected_total_minor=10_000)] * 4)
    assert told == sorted(["ok", *["quote_used"] * 3])
    assert OrderGroup.objects.count() == 1
    assert counts(bicycle) == (1, 1, 0)
