"""The checkout: totals, addresses, coupons, forms sent twice or made up."""

import pytest

from market.actions.coupons import create_coupon
from market.models import (
    Address,
    Order,
    OrderGroup,
    Payment,
    SandboxObject,
)
from tests.market.buying.scene import PLACE, form
from tests.market.market_web import HOSTILE, assert_harmless, said, total_of, web
from tests.market.scenes import make_listing
from tests.market.trade import address_of, broken, fill_cart

pytestmark = pytest.mark.django_db


def test_ordering_from_the_cart_and_paying(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 1})
    address_of(bob)
    page = buyer.get("/market/checkout?currency=EUR")
    assert_harmless(page)
    answer = buyer.post(PLACE, form(page, currency="EUR"))
    charge = SandboxObject.objects.get(kind="charge")
    assert answer["Location"] == f"/market/pay/sandbox/{charge.reference}"
    assert "€100.00" in buyer.get(answer["Location"]).content.decode()
    back = buyer.post(answer["Location"], {"card": "ok"})
    group = OrderGroup.objects.get()
    assert back["Location"].endswith(f"/market/paid/{group.pk}")
    assert "€100.00 paid" in said(buyer, back)
    assert Order.objects.get().state == "paid"
    assert broken() == []


def test_the_same_form_twice_orders_once(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 1})
    page = buyer.get("/market/checkout?currency=EUR")
    data = form(page, currency="EUR")
    buyer.post(PLACE, data)
    again = buyer.post(PLACE, data)
    assert again["Location"] == f"/market/paid/{OrderGroup.objects.get().pk}"
    assert Order.objects.count() == Payment.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x", "0" * 31, "G" * 32])
def test_a_form_without_its_key_orders_nothing(buyer, bob, bicycle, key):
    fill_cart(bob, {bicycle: 1})
    page = buyer.get("/market/checkout?currency=EUR")
    assert_harmless(buyer.post(PLACE, {**form(page, currency="EUR"), "once": key}), 400)
    assert not Order.objects.exists()


def test_a_form_of_another_person_does_not_count(bob, charlie, bicycle):
    fill_cart(bob, {bicycle: 1})
    fill_cart(charlie, {bicycle: 1})
    page = web(bob).get("/market/checkout?currency=EUR")
    for user in (bob, charlie):
        web(user).post(PLACE, form(page, currency="EUR"))
    assert Order.objects.count() == 2  # keys are each person's own


def test_a_changed_price_stops_and_shows_the_difference(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 1})
    page = buyer.get("/market/checkout?currency=EUR")
    answer = buyer.post(PLACE, form(page, currency="EUR", expected_total_minor="9000"))
    assert_harmless(answer, 409)
    assert "The total was €90.00 and is €100.00 now." in answer.content.decode()
    assert not Order.objects.exists()
    assert buyer.post(PLACE, form(answer, currency="EUR")).status_code == 302


@pytest.mark.parametrize("total", ["", "-1", "1.5", "1e9", "nothing"])
def test_a_total_that_is_none_orders_nothing(buyer, bob, bicycle, total):
    fill_cart(bob, {bicycle: 1})
    page = buyer.get("/market/checkout?currency=EUR")
    assert buyer.post(PLACE, form(page, currency="EUR", expected_total_minor=total)).status_code == 409
    assert not Order.objects.exists()


def shipped(bicycle):
    option = bicycle.shop.delivery_options.get(kind="shipping")
    return {f"delivery-{bicycle.shop_id}": option.pk}


ADDRESS = {"address": "new", "new-name": "Bob", "new-line1": "Lindenweg 4", "new-city": "Berlin", "new-country": "DE"}


def test_an_address_is_made_with_the_order(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 1})
    page = buyer.post("/market/checkout/totals", {"currency": "EUR", **shipped(bicycle)})
    assert total_of(page) == "10490"
    data = form(page, currency="EUR", **shipped(bicycle), **ADDRESS)
    assert buyer.post(PLACE, data).status_code == 302
    buyer.post(PLACE, data)
    assert Order.objects.get().address["line1"] == "Lindenweg 4"
    assert Address.objects.filter(user=bob).count() == 1


def test_no_address_is_asked_for_what_is_handed_over(buyer, bob, bicycle):
    """The form of who has none holds an empty one."""
    fill_cart(bob, {bicycle: 1})
    page = buyer.get("/market/checkout?currency=EUR")
    empty = dict.fromkeys(ADDRESS, "") | {"address": "new", "new-country": "DE"}
    assert buyer.post(PLACE, form(page, currency="EUR", **empty)).status_code == 302
    assert not Address.objects.exists()


def test_what_is_wrong_with_an_address_is_said_at_its_field(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 1})
    page = buyer.post("/market/checkout/totals", {"currency": "EUR", **shipped(bicycle)})
    wrong = {**ADDRESS, "new-line1": "", "new-name": HOSTILE}
    answer = buyer.post(PLACE, form(page, currency="EUR", **shipped(bicycle), **wrong))
    assert_harmless(answer, 400)
    assert 'id="new-line1-error"' in answer.content.decode()
    assert not Address.objects.exists()
    assert not Order.objects.exists()


def test_an_address_can_be_saved_before(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 1})
    data = {"currency": "EUR", **shipped(bicycle), **ADDRESS}
    page = buyer.post("/market/checkout/address", data)
    assert page.status_code == 200
    saved = Address.objects.get(user=bob)
    assert f'name="address" value="{saved.pk}" checked' in page.content.decode()


def test_a_foreign_address_is_not_used(bob, charlie, bicycle):
    fill_cart(bob, {bicycle: 1})
    foreign = address_of(charlie)
    buyer = web(bob)
    page = buyer.get("/market/checkout?currency=EUR")
    buyer.post(PLACE, form(page, currency="EUR", **shipped(bicycle), address=foreign.pk))
    assert not Order.objects.exists()


def test_totals_come_by_htmx_as_a_part(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 1})
    part = buyer.post(
        "/market/checkout/totals",
        {"currency": "EUR", **shipped(bicycle)},
        headers={"HX-Request": "true", "HX-Target": "checkout-summary"},
    )
    assert "€104.90" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_a_coupon_makes_it_cheaper_and_a_wrong_one_is_said_at_its_field(buyer, bob, alice, bicycle):
    create_coupon(by=alice, code="SPRING", kind="percent", value=1000)
    fill_cart(bob, {bicycle: 1})
    field = f"coupon-{bicycle.shop_id}"
    page = buyer.post("/market/checkout/totals", {"currency": "EUR", field: "spring"})
    assert total_of(page) == "9000"
    wrong = buyer.post("/market/checkout/totals", {"currency": "EUR", field: HOSTILE})
    assert_harmless(wrong)
    assert "This shop has no such coupon." in wrong.content.decode()


def test_a_note_reaches_the_seller(buyer, bob, bicycle):
    fill_cart(bob, {bicycle: 1})
    page = buyer.get("/market/checkout?currency=EUR")
    buyer.post(PLACE, form(page, currency="EUR", **{f"note-{bicycle.shop_id}": HOSTILE}))
    made = Order.objects.get()
    assert made.note == HOSTILE
    assert_harmless(buyer.get(f"/market/orders/{made.pk}"))


def test_two_sellers_in_one_payment_or_only_one_of_them(buyer, bob, alice, charlie, bicycle):
    fill_cart(bob, {bicycle: 1, make_listing(charlie, title="A lamp", price=2_000): 1})
    one = buyer.get(f"/market/checkout?currency=EUR&shop={bicycle.shop_id}")
    assert total_of(one) == "10000"
    both = buyer.get("/market/checkout?currency=EUR")
    assert total_of(both) == "12000"
    buyer.post(PLACE, form(both, currency="EUR"))
    assert Order.objects.count() == 2
    assert Payment.objects.count() == 1


def test_an_empty_checkout_leads_to_the_cart(buyer):
    assert buyer.get("/market/checkout?currency=EUR")["Location"] == "/market/cart/"


@pytest.mark.parametrize(
    "query", ["quote=0", "quote=99999999", "quote=x&currency=%00", "currency=%F0%9F%98%80", "shop=-1"]
)
def test_odd_addresses_of_the_checkout_break_nothing(buyer, bob, bicycle, query):
    fill_cart(bob, {bicycle: 1})
    assert buyer.get(f"/market/checkout?{query}").status_code in (200, 302, 400, 404)


def test_the_checkout_asks_the_database_a_constant_number_of_times(
    buyer, bob, alice, charlie, bicycle, django_assert_max_num_queries
):
    fill_cart(bob, {bicycle: 1, make_listing(charlie): 1, **{make_listing(alice, title=str(n)): 1 for n in range(6)}})
    address_of(bob)
    with django_assert_max_num_queries(32):
        buyer.get("/market/checkout?currency=EUR")
