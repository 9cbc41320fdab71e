"""The cart: with and without a script, by its owner and others."""

import pytest

from market.models import (
    CartLine,
    Favourite,
    Listing,
    Variant,
)
from tests.conftest import make_user
from tests.market.market_web import assert_harmless, web
from tests.market.scenes import make_listing, the_variant
from tests.market.trade import fill_cart, order

pytestmark = pytest.mark.django_db


def test_the_cart_shows_what_lies_in_it_and_escapes_it(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 2})
    page = buyer.get("/market/cart/")
    assert_harmless(page)
    assert "€200.00" in page.content.decode()


def test_an_empty_cart_says_what_to_do(buyer):
    assert "Your cart is empty" in buyer.get("/market/cart/").content.decode()


@pytest.mark.parametrize("path", ["cart/", "checkout", "orders/", "offers/"])
def test_strangers_are_sent_to_sign_in(client, path):
    answer = client.get(f"/market/{path}")
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_adding_twice_adds_twice_and_needs_the_token(buyer, bob, bicycle):
    data = {"variant": the_variant(bicycle).pk, "quantity": 1, "next": "/market/cart/"}
    assert web(bob, enforce_csrf_checks=True).post("/market/cart/add", data).status_code == 403
    for _time in range(2):
        assert buyer.post("/market/cart/add", data)["Location"] == "/market/cart/"
    assert CartLine.objects.get(user=bob).quantity == 2


def test_adding_from_a_page_by_htmx_tells_the_bar(buyer, bicycle):
    answer = buyer.post("/market/cart/add", {"variant": the_variant(bicycle).pk}, headers={"HX-Request": "true"})
    assert 'id="cart-link" hx-swap-oob="true"' in answer.content.decode()
    assert "Cart, 1 thing" in answer.content.decode()


@pytest.mark.parametrize("quantity", ["", "0", "-1", "1.5", "1e9", "99999999999999999999", "four"])
def test_quantities_that_are_none_change_nothing(buyer, bob, bicycle, quantity):
    fill_cart(bob, {bicycle: 1})
    line = CartLine.objects.get()
    assert buyer.post(f"/market/cart/{line.pk}/quantity", {"quantity": quantity}).status_code == 302
    line.refresh_from_db()
    assert line.quantity == 1


def test_a_quantity_by_htmx_answers_the_cart(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 1})
    line = CartLine.objects.get()
    answer = buyer.post(f"/market/cart/{line.pk}/quantity", {"quantity": 3}, headers={"HX-Request": "true"})
    assert "€300.00" in answer.content.decode()
    assert '<div id="cart"' in answer.content.decode()


def test_what_was_removed_can_be_put_back(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 2})
    answer = buyer.post(f"/market/cart/{CartLine.objects.get().pk}/remove")
    page = buyer.get(answer["Location"])
    assert_harmless(page)
    assert "Undo" in page.content.decode()
    assert not CartLine.objects.exists()
    buyer.post("/market/cart/add", {"variant": the_variant(bicycle).pk, "quantity": 2, "undo": "1"})
    assert CartLine.objects.get().quantity == 2


def test_saved_for_later_is_a_favourite(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 1})
    buyer.post(f"/market/cart/{CartLine.objects.get().pk}/keep")
    assert Favourite.objects.filter(user=bob, listing=bicycle).exists()
    assert not CartLine.objects.exists()


@pytest.mark.parametrize("act", ["quantity", "remove", "keep"])
def test_lines_of_others_are_unknown(bob, charlie, bicycle, act):
    fill_cart(bob, {bicycle: 1})
    line = CartLine.objects.get()
    answer = web(charlie).post(f"/market/cart/{line.pk}/{act}", {"quantity": 2})
    assert answer.status_code in (302, 404)
    assert CartLine.objects.get().quantity == 1


def test_what_stands_in_the_way_is_said_at_the_line(buyer, bob, alice, bicycle):
    gone, dear = make_listing(alice, title="A lamp", stock=1), make_listing(alice, title="A desk", price=5_000)
    fill_cart(bob, {bicycle: 3, gone: 1, dear: 1})
    Listing.objects.filter(pk=gone.pk).update(state="paused")
    Variant.objects.filter(listing=dear).update(price_minor=6_000)
    order(make_user("erin"), {bicycle: 1}, ship=False)
    text = buyer.get("/market/cart/").content.decode()
    assert "Only 2 are left: take fewer." in text
    assert "This is no longer available." in text
    assert "It cost €50.00 when you put it here, and costs €60.00 now." in text
    assert "First settle what is marked" in text


def test_new_prices_are_agreed_to(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 1})
    Variant.objects.filter(listing=bicycle).update(price_minor=12_000)
    buyer.post("/market/cart/prices")
    assert CartLine.objects.get().seen_price_minor == 12_000
    assert "costs" not in buyer.get("/market/cart/").content.decode()


def test_the_cart_asks_the_database_a_constant_number_of_times(
    buyer, bob, alice, charlie, bicycle, django_assert_max_num_queries
):
    fill_cart(bob, {bicycle: 1, make_listing(charlie): 1, **{make_listing(alice, title=str(n)): 1 for n in range(6)}})
    with django_assert_max_num_queries(16):
        buyer.get("/market/cart/")
