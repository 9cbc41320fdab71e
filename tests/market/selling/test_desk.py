"""The seller's desk: what is to do, orders and listings in batches, pieces, money."""

import pytest

from market.models import (
    Listing,
    Payout,
    Shop,
    Variant,
)
from tests.market.market_web import HOSTILE, assert_harmless, key_of, said, web
from tests.market.scenes import make_listing, the_variant
from tests.market.trade import bought, broken

pytestmark = pytest.mark.django_db


def key_of_account(_page) -> str:
    """There is no form yet: nobody has said where to. A key of one's own changes nothing about that."""
    return "0" * 32


DESK = ["", "orders/", "listings/", "money/", "insights/", "shop/", "coupons/", "replies/", "import/", "webhooks/"]


@pytest.mark.parametrize("path", DESK)
def test_the_desk_with_and_without_a_shop(alice, bob, client, path):
    assert client.get(f"/market/desk/{path}").status_code == 302
    assert_harmless(web(bob).get(f"/market/desk/{path}"))
    assert not Shop.objects.exists()  # looking opens none
    bought(bob, make_listing(alice, title=f"Bicycle {HOSTILE}", stock=3), state="completed")
    page = web(alice).get(f"/market/desk/{path}")
    assert_harmless(page)


def test_the_overview_says_what_to_do(seller, alice, bob):
    listing = make_listing(alice, title="Bicycle", stock=2)
    Variant.objects.update(low_stock_at=1)
    made = bought(bob, listing)
    text = seller.get("/market/desk/").content.decode()
    assert made.number in text
    assert "1 left" in text


@pytest.mark.parametrize("path", ["", "orders/", "listings/", "money/", "insights/"])
def test_the_desk_asks_the_database_a_constant_number_of_times(seller, alice, bob, path, django_assert_max_num_queries):
    for number in range(4):
        bought(bob, make_listing(alice, title=str(number), stock=9), state="completed" if number % 2 else "paid")
    seller.get("/market/cart/")
    with django_assert_max_num_queries(26):
        seller.get(f"/market/desk/{path}")


def test_several_orders_at_once(seller, alice, bob, charlie):
    listing = make_listing(alice, stock=9)
    first, second, foreign = bought(bob, listing), bought(bob, listing), bought(bob, make_listing(charlie))
    ids = [first.pk, second.pk, foreign.pk]
    for _time in range(2):
        answer = seller.post("/market/desk/orders/batch", {"act": "accept", "order": ids})
    assert "T-" in said(seller, answer)
    tracking = {f"tracking-{first.pk}": HOSTILE, "carrier": "DHL"}
    seller.post("/market/desk/orders/batch", {"act": "ship", "order": ids, **tracking})
    for made, state in ((first, "shipped"), (second, "shipped"), (foreign, "paid")):
        made.refresh_from_db()
        assert made.state == state
    assert first.tracking_number == HOSTILE
    assert_harmless(seller.get("/market/desk/orders/?tab=on_the_way"))
    assert seller.post("/market/desk/orders/batch", {"act": "fly", "order": ids}).status_code == 302


def test_several_listings_at_once(seller, alice, charlie):
    mine, foreign = [make_listing(alice, title=str(n), attributes={}) for n in range(2)], make_listing(charlie)
    ids = [*(one.pk for one in mine), foreign.pk]
    for _time in range(2):
        seller.post("/market/desk/listings/batch", {"act": "pause", "listing": ids})
    assert set(Listing.objects.filter(pk__in=ids).values_list("state", flat=True)) == {"paused", "published"}
    seller.post("/market/desk/listings/batch", {"act": "delete", "listing": ids})
    foreign.refresh_from_db()
    assert foreign.state == "published"
    assert not Listing.objects.filter(shop__owner=alice).exclude(state="deleted").exists()


def test_the_number_of_pieces_on_the_spot(seller, alice, bob):
    variant = the_variant(make_listing(alice, stock=1))
    path = f"/market/desk/variants/{variant.pk}/stock"
    assert web(bob).post(path, {"on_hand": "5"}).status_code == 404
    make_listing(bob)
    assert web(bob).post(path, {"on_hand": "5"}).status_code == 404
    assert "saved" in seller.post(path, {"on_hand": "5"}, headers={"HX-Request": "true"}).content.decode()
    for odd in ("-1", "1.5", "1e9", "many"):
        assert "toast--error" in seller.post(path, {"on_hand": odd}, headers={"HX-Request": "true"}).content.decode()
    variant.stock.refresh_from_db()
    assert variant.stock.on_hand == 5
    seller.post(path, {"on_hand": ""})
    variant.refresh_from_db()
    assert not variant.is_stock_tracked


def test_money_out_once_for_each_form(seller, alice, bob, run_all_tasks):
    bought(bob, make_listing(alice), state="completed")
    page = seller.get("/market/desk/money/")
    assert seller.post("/market/desk/money/pay-out", {"once": key_of_account(page)}).status_code in (400, 409)
    for wrong in ("", HOSTILE, "DE89370400440532013001", "x" * 90):
        assert_harmless(seller.post("/market/desk/money/account", {"account": wrong}), 400)
    assert seller.post("/market/desk/money/account", {"account": "de89 3704 0044 0532 0130 00"}).status_code == 302
    page = seller.get("/market/desk/money/")
    assert "…3000" in page.content.decode()
    for amount in ("0", "-1", "1e9", "99999"):
        assert seller.post("/market/desk/money/pay-out", {"once": key_of(page), "amount": amount}).status_code == 400
    for _time in range(2):
        assert seller.post("/market/desk/money/pay-out", {"once": key_of(page), "amount": "10"}).status_code == 302
    assert Payout.objects.get().amount_minor == 1_000
    run_all_tasks()
    assert_harmless(seller.get("/market/desk/money/"))
    assert broken() == []
