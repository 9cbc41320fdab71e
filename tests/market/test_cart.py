"""The cart: what lies in it, and what of it can still be bought."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Block
from core import limits
from core.errors import Conflict
from market.actions.cart import add_to_cart
from market.actions.quotes import make_quote
from market.models import CartLine, DeliveryOption, Listing, Shop, Variant
from market.queries.cart import piece_count
from market.serializers.cart import cart_json

from .deals import make_order, outcomes
from .scenes import count, make_listing, make_shop, make_variant, the_variant

pytestmark = pytest.mark.django_db
URL = "/api/v1/market/cart"


@pytest.fixture
def bicycle(alice) -> Listing:
    return make_listing(alice, price=12_000, stock=3)


@pytest.fixture
def put(api):
    """put(bob, bicycle, quantity=2): the answer."""

    def post(user, listing, key=None, **body):
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return api(user).post(
            f"{URL}/lines", {"variant": the_variant(listing).pk, **body}, format="json", headers=headers
        )

    return post


def only_line(cart) -> dict:
    (basket,) = cart["baskets"]
    (part,) = basket["parts"]
    (line,) = part["lines"]
    return line


def problem(user) -> str | None:
    return only_line(cart_json(user))["problem"]


def test_adding_adds_up(put, bob, bicycle):
    assert put(bob, bicycle, unit_price=1, price_minor=1, currency="USD").status_code == 201
    cart = put(bob, bicycle, quantity=2).json()
    line = only_line(cart)
    assert (line["quantity"], line["unit_price"]["minor"], line["subtotal"]["minor"]) == (3, 12_000, 36_000)
    assert (line["problem"], line["available"], cart["count"]) == (None, 3, 3)
    assert (cart["baskets"][0]["currency"], cart["baskets"][0]["items"]["minor"]) == ("EUR", 36_000)
    too_many = put(bob, bicycle)
    assert (too_many.status_code, too_many.json()["code"], too_many.json()["available"]) == (409, "out_of_stock", 3)
    assert piece_count(bob) == 3


def test_an_answer_that_got_lost_adds_once(api, put, bob, bicycle):
    first, again = put(bob, bicycle, key="k"), put(bob, bicycle, key="k")
    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    assert put(bob, bicycle, key="k", quantity=2).json()["code"] == "idempotency_key_reused"
    no_key = api(bob).post(f"{URL}/lines", {"variant": the_variant(bicycle).pk}, format="json")
    assert no_key.json()["code"] == "idempotency_key_needed"
    assert piece_count(bob) == 1


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 1e9, None, "x"])
def test_bad_quantities(api, put, bob, bicycle, quantity):
    assert put(bob, bicycle, quantity=quantity).json()["code"] == "invalid"
    line = add_to_cart(by=bob, variant_id=the_variant(bicycle).pk)
    changed = api(bob).patch(f"{URL}/lines/{line.pk}", {"quantity": quantity}, format="json")
    assert changed.json()["code"] == "invalid"
    assert piece_count(bob) == 1


def test_what_cannot_be_put_in(put, alice, bob, charlie, bicycle):
    assert put(alice, bicycle).json()["code"] == "own_listing"
    assert put(bob, make_listing(alice, state="paused")).json()["code"] == "not_available"
    assert put(bob, make_listing(alice, kind="service", price=None, stock=None)).json()["code"] == "price_on_request"
    assert put(bob, make_listing(alice, stock=0)).json()["code"] == "out_of_stock"
    assert put(bob, make_listing(alice, stock=5, max_per_buyer=1), quantity=2).json()["code"] == "max_per_buyer"
    Block.objects.create(owner=charlie, user=alice)
    assert put(charlie, bicycle).json()["code"] == "variant_not_found"
    assert put(None, bicycle).status_code == 401


def test_changing_and_taking_out(api, put, bob, bicycle):
    line = only_line(put(bob, bicycle, quantity=3).json())["id"]
    address = f"{URL}/lines/{line}"
    assert only_line(api(bob).patch(address, {"quantity": 2}, format="json").json())["quantity"] == 2
    assert api(bob).patch(address, {"quantity": 4}, format="json").json()["code"] == "out_of_stock"
    assert api(bob).delete(address).json() == {"baskets": [], "count": 0}
    assert api(bob).delete(address).json()["code"] == "cart_line_not_found"


def test_foreign_lines_are_not_there(api, put, bob, charlie, bicycle):
    line = only_line(put(bob, bicycle).json())["id"]
    for address in (f"{URL}/lines/{line}", f"{URL}/lines/{2**62}", f"{URL}/lines/{2**70}"):
        assert api(charlie).patch(address, {"quantity": 1}, format="json").status_code == 404
        assert api(charlie).delete(address).status_code == 404
    assert api(charlie).get(URL).json()["count"] == 0
    api(charlie).delete(URL)
    assert api(bob).get(URL).json()["count"] == 1


def test_emptying(api, put, alice, bob, bicycle):
    put(bob, bicycle)
    put(bob, make_listing(alice))
    assert api(bob).delete(URL).json() == {"baskets": [], "count": 0}


def test_what_one_holds_already_is_said(put, alice, bob):
    last = make_listing(alice, stock=1)
    quote, _new = make_quote(by=bob, variant_id=the_variant(last).pk)
    answer = put(bob, last).json()
    assert (answer["code"], answer["quote"]) == ("out_of_stock", quote.pk)


def test_problems_are_seen_on_reading(put, alice, bob, bicycle):
    put(bob, bicycle, quantity=2)
    variant = the_variant(bicycle)
    assert problem(bob) is None
    Variant.objects.filter(pk=variant.pk).update(price_minor=13_000)
    line = only_line(cart_json(bob))
    assert (line["problem"], line["seen"]["minor"], line["unit_price"]["minor"]) == ("price_changed", 12_000, 13_000)
    Listing.objects.filter(pk=bicycle.pk).update(max_per_buyer=1)
    assert problem(bob) == "max_per_buyer"
    count(variant, 1)
    assert problem(bob) == "out_of_stock"
    Shop.objects.update(holiday_until=timezone.localdate() + timedelta(days=1))
    assert problem(bob) == "on_holiday"
    Listing.objects.filter(pk=bicycle.pk).update(state="sold")
    assert problem(bob) == "not_available"
    assert cart_json(bob)["baskets"][0]["items"]["minor"] == 0  # nothing of it can be bought
    Block.objects.create(owner=alice, user=bob)
    assert cart_json(bob) == {"baskets": [], "count": 0}


def test_agreeing_to_new_prices(api, put, alice, bob, charlie, bicycle):
    put(bob, bicycle)
    put(charlie, bicycle)
    Variant.objects.update(price_minor=13_000)
    assert only_line(api(bob).post(f"{URL}/prices").json())["problem"] is None
    assert CartLine.objects.get(user=bob).seen_price_minor == 13_000
    assert CartLine.objects.get(user=charlie).seen_price_minor == 12_000
    Variant.objects.update(price_minor=None)
    assert only_line(api(bob).post(f"{URL}/prices").json())["problem"] == "not_available"


def test_max_per_buyer_counts_all_variants_and_what_was_bought(put, alice, bob):
    shirts = make_listing(alice, stock=9, max_per_buyer=3)
    red = make_variant(shirts, name="Red", price=10_000, stock=9)
    put(bob, shirts, quantity=2)
    add_to_cart(by=bob, variant_id=red.pk)

    def problems():
        return {line["problem"] for line in cart_json(bob)["baskets"][0]["parts"][0]["lines"]}

    assert problems() == {None}
    make_order(shirts, bob, state="paid")
    assert problems() == {"max_per_buyer"}


def test_baskets_by_currency_and_parts_by_shop(put, alice, bob, charlie):
    from_alice = [make_listing(alice, price=1_000), make_listing(alice, price=2_000)]
    yen = make_listing(charlie, shop=make_shop(charlie, currency="JPY"), price=500)
    buyer = bob
    for listing in (*from_alice, yen):
        put(buyer, listing)
    baskets = cart_json(buyer)["baskets"]
    assert [(one["currency"], one["items"]["minor"], len(one["parts"])) for one in baskets] == [
        ("EUR", 3_000, 1), ("JPY", 500, 1)
    ]  # fmt: skip
    assert len(baskets[0]["parts"][0]["lines"]) == 2


def test_delivery_that_all_goods_share(put, alice, bob):
    shop = make_shop(alice)
    in_person, parcel = shop.delivery_options.order_by("position")
    letter = DeliveryOption.objects.create(shop=shop, kind="shipping", name="Letter", position=2)
    put(bob, make_listing(alice, kind="digital", stock=None, delivery_options=[]))
    assert cart_json(bob)["baskets"][0]["parts"][0]["delivery"] == []
    put(bob, make_listing(alice, delivery_options=[in_person, parcel, letter]))

    def ways():
        return [way["name"] for way in cart_json(bob)["baskets"][0]["parts"][0]["delivery"]]

    assert ways() == [in_person.name, parcel.name, "Letter"]  # what is delivered online needs none
    put(bob, make_listing(alice, delivery_options=[parcel, letter]))
    assert ways() == [parcel.name, "Letter"]
    DeliveryOption.objects.filter(pk=letter.pk).update(is_active=False)
    assert ways() == [parcel.name]


def test_any_number_of_lines_costs_the_same(alice, bob, charlie, django_assert_max_num_queries):
    for seller in (alice, charlie):
        for number in range(4):
            listing = make_listing(seller, stock=9, max_per_buyer=5, title=f"No. {number}")
            add_to_cart(by=bob, variant_id=the_variant(listing).pk)
    with django_assert_max_num_queries(13):
        assert cart_json(bob)["count"] == 8


def test_a_cart_is_full_some_time(alice, bob, monkeypatch):
    monkeypatch.setattr(limits, "CART_LINES", 2)
    listings = [make_listing(alice, stock=5) for _one in range(3)]
    for listing in listings[:2]:
        add_to_cart(by=bob, variant_id=the_variant(listing).pk)
    with pytest.raises(Conflict, match="cart_full"):
        add_to_cart(by=bob, variant_id=the_variant(listings[2]).pk)
    add_to_cart(by=bob, variant_id=the_variant(listings[0]).pk)
    assert piece_count(bob) == 3


@pytest.mark.django_db(transaction=True)
def test_many_devices_at_once(alice, bob):
    variant = the_variant(make_listing(alice, stock=None, kind="digital"))
    assert outcomes(*[lambda: add_to_cart(by=bob, variant_id=variant.pk)] * 6) == ["ok"] * 6
    assert CartLine.objects.get().quantity == 6
