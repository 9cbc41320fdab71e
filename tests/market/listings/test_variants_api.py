"""REST of variants: prices, names, pieces."""

import pytest

from market.models import OutboxEvent, Variant
from tests.market.listings.scene import URL
from tests.market.scenes import make_listing, make_photo, the_variant

pytestmark = pytest.mark.django_db


def test_variants_have_prices_of_their_own(api, alice):
    listing = make_listing(alice, price=10_000)
    path = f"{URL}/{listing.pk}"
    red = {"name": "Red, L", "price_minor": 12_000, "sku": "R-L", "on_hand": 4}
    made = api(alice).post(f"{path}/variants", red, format="json")
    assert (made.status_code, made.json()["on_hand"], made.json()["sku"]) == (201, 4, "R-L")
    card = api().get(path).json()
    assert (card["price"]["minor"], card["price_max"]["minor"], card["available"]) == (10_000, 12_000, 5)
    variant = f"/api/v1/market/variants/{made.json()['id']}"
    assert api(alice).patch(variant, {"price_minor": 9_000}, format="json").status_code == 200
    assert api().get(path).json()["price"]["minor"] == 9_000
    assert OutboxEvent.objects.get(kind="listing.price_dropped").data["to"] == 9_000
    assert api(alice).patch(path, {"price_minor": 1}, format="json").json()["code"] == "has_variants"
    assert api(alice).delete(variant).status_code == 204
    assert api().get(path).json()["price_max"] is None
    assert api(alice).delete(variant).json()["code"] == "variant_not_found"
    last = f"/api/v1/market/variants/{the_variant(listing).pk}"
    assert api(alice).delete(last).json()["code"] == "last_variant"


def test_names_and_article_numbers_are_there_once(api, alice):
    path = f"{URL}/{make_listing(alice).pk}/variants"
    red = {"name": "Red", "price_minor": 1, "sku": "1"}
    assert api(alice).post(path, red, format="json").status_code == 201
    assert api(alice).post(path, red, format="json").json()["code"] == "variant_name_taken"
    assert api(alice).post(path, {**red, "name": "Blue"}, format="json").json()["code"] == "sku_taken"
    blue = api(alice).post(path, {"name": "Blue", "price_minor": 1}, format="json").json()
    answer = api(alice).patch(f"/api/v1/market/variants/{blue['id']}", {"name": "Red"}, format="json")
    assert answer.json()["code"] == "variant_name_taken"


def test_no_more_than_fifty_variants(api, alice):
    listing = make_listing(alice)
    Variant.objects.bulk_create(Variant(listing=listing, name=str(n), price_minor=1) for n in range(49))
    answer = api(alice).post(f"{URL}/{listing.pk}/variants", {"name": "51", "price_minor": 1}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_variants")


def test_others_touch_no_variant(api, alice, bob):
    variant = the_variant(make_listing(alice))
    path = f"/api/v1/market/variants/{variant.pk}"
    assert api(bob).patch(path, {"price_minor": 1}, format="json").json()["code"] == "variant_not_found"
    assert api(bob).put(f"{path}/stock", {"on_hand": 0}, format="json").json()["code"] == "variant_not_found"
    assert api(bob).delete(path).status_code == 404


def test_a_photo_of_another_listing_is_none_of_the_variants(api, alice):
    listing, other = make_listing(alice), make_listing(alice)
    foreign, own = make_photo(other), make_photo(listing)
    path = f"/api/v1/market/variants/{the_variant(listing).pk}"
    assert api(alice).patch(path, {"photo": foreign.pk}, format="json").json()["code"] == "photo_not_found"
    assert api(alice).patch(path, {"photo": own.pk}, format="json").json()["photo"] == own.pk


def test_stock_by_hand(api, alice):
    listing = make_listing(alice, stock=5)
    variant = the_variant(listing)
    path = f"/api/v1/market/variants/{variant.pk}/stock"
    assert api(alice).put(path, {"on_hand": 7}, format="json").json()["available"] == 7
    assert api(alice).put(path, {"on_hand": 7}, format="json").json()["available"] == 7
    variant.stock.refresh_from_db()
    variant.stock.allocated = 3
    variant.stock.save()
    answer = api(alice).put(path, {"on_hand": 2}, format="json")
    assert (answer.status_code, answer.json()["code"], answer.json()["promised"]) == (409, "stock_in_use", 3)
    assert api(alice).put(path, {"on_hand": None}, format="json").json()["code"] == "stock_in_use"
    assert api(alice).put(path, {"on_hand": 3}, format="json").json()["available"] == 0
    listing.refresh_from_db()
    assert listing.has_stock is False


def test_what_is_not_counted_never_runs_out(api, alice):
    listing = make_listing(alice, stock=0)
    path = f"/api/v1/market/variants/{the_variant(listing).pk}/stock"
    assert api(alice).put(path, {"on_hand": None}, format="json").json()["available"] is None
    listing.refresh_from_db()
    assert listing.has_stock is True
    assert api(alice).put(path, {"on_hand": 2}, format="json").json()["available"] == 2
