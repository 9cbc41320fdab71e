"""Lists of orders, and haggling on a page."""

import pytest
from django.urls import reverse

from market.actions.offers import make_offer, move_offer
from market.models import (
    Offer,
    Quote,
)
from tests.market.market_web import HOSTILE, assert_harmless, web
from tests.market.scenes import make_listing, make_variant, the_variant
from tests.market.trade import bought

pytestmark = pytest.mark.django_db


def test_lists_of_orders_by_tab_and_words(buyer, bob, charlie, bicycle):
    made = bought(bob, bicycle)
    for query in ("", "?tab=open", f"?q={made.number}", "?tab=nonsense", "?page=99"):
        page = buyer.get(f"/market/orders/{query}")
        assert_harmless(page)
        assert made.number in page.content.decode(), query
    assert made.number not in buyer.get("/market/orders/?tab=done").content.decode()
    assert made.number not in web(charlie).get("/market/orders/").content.decode()


def test_lists_ask_the_database_a_constant_number_of_times(buyer, bob, alice, django_assert_max_num_queries):
    for number in range(4):
        bought(bob, make_listing(alice, title=str(number)))
    with django_assert_max_num_queries(18):
        buyer.get("/market/orders/")


def test_haggling_on_the_page(buyer, bob, alice, charlie, bicycle):
    made = make_offer(by=bob, variant_id=the_variant(bicycle).pk, amount_minor=8_000, note=HOSTILE)
    seller, path = web(alice), f"/market/offers/{made.pk}/move"
    assert_harmless(seller.get("/market/offers/?role=seller"))
    assert web(charlie).post(path, {"act": "accept"}).status_code == 404
    assert web(charlie).get("/market/offers/").content.decode().count("offer-list") == 0
    assert seller.post(path, {"act": "counter", "amount": "90", "seen": 1}).status_code == 302
    for _time in range(2):  # the same again changes nothing
        answer = buyer.post(path, {"act": "accept", "seen": 2})
    quote = Quote.objects.get()
    assert answer["Location"] == f"/market/checkout?quote={quote.pk}"
    assert quote.unit_price_minor == 9_000


@pytest.mark.parametrize("amount", ["", "0", "-5", "abc", "1e9", "10000000000000000"])
def test_counters_that_are_no_amount_are_said_at_the_offer(alice, bob, bicycle, amount):
    made = make_offer(by=bob, variant_id=the_variant(bicycle).pk, amount_minor=8_000)
    answer = web(alice).post(f"/market/offers/{made.pk}/move", {"act": "counter", "amount": amount, "seen": 1})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert Offer.objects.get().step_count == 1


def test_an_offer_that_changed_meanwhile_is_said_to_have(buyer, bob, alice, bicycle):
    made = make_offer(by=bob, variant_id=the_variant(bicycle).pk, amount_minor=8_000)
    move_offer(by=alice, offer_id=made.pk, act="counter", amount_minor=9_000)
    answer = web(alice).post(f"/market/offers/{made.pk}/move", {"act": "accept", "seen": 1})
    assert answer.status_code == 409


def test_variants_are_named_in_the_cart(buyer, bob, alice):
    shirt = make_listing(alice, title="Shirt", price=1_000)
    red = make_variant(shirt, name=HOSTILE, price=1_200, stock=2)
    buyer.post("/market/cart/add", {"variant": red.pk})
    page = buyer.get("/market/cart/")
    assert_harmless(page)
    assert "€12.00" in page.content.decode()


def test_pages_have_names():
    assert reverse("market-cart") == "/market/cart/"
    assert reverse("market-checkout") == "/market/checkout"
