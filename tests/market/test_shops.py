"""Shops, the ways they deliver, who follows them, what their sellers say often; categories and places."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from accounts.models import Block
from core.errors import Invalid
from market import attributes, places, taxonomy
from market.models import Attribute, Category, CommissionRule, DeliveryOption, Listing, OutboxEvent, Shop, ShopFollow
from tests.market.scenes import make_listing, make_shop

pytestmark = pytest.mark.django_db
API = "/api/v1/market"


def patch(client, **changes):
    return client.patch(f"{API}/my-shop", changes, format="json")


def test_a_shop_is_there_with_the_first_change(api, alice):
    assert api(alice).get(f"{API}/my-shop").json()["code"] == "shop_not_found"
    made = patch(api(alice), name="  Alice's   bikes\u202e", about="Old\nand new").json()
    assert (made["name"], made["about"], made["currency"], made["is_mine"]) == (
        "Alice's bikes",
        "Old\nand new",
        "EUR",
        True,
    )
    ways = api(alice).get(f"{API}/my-shop/delivery-options").json()["results"]
    assert [(way["kind"], way["price"]["minor"]) for way in ways] == [("in_person", 0), ("shipping", 490)]
    assert OutboxEvent.objects.get(kind="shop.changed").data == {"fields": ["about", "name"]}


def test_what_the_owner_alone_knows(api, alice, bob):
    shop = make_shop(alice, payout_account="DE00", away_message="Back soon")
    for person in (None, bob):
        seen = api(person).get(f"{API}/shops/{shop.pk}").json()
        assert not {"payout_account", "away_message", "is_away", "vat_bp"} & seen.keys()
        assert "DE00" not in str(seen)
    assert api(alice).get(f"{API}/my-shop").json()["payout_account"] == "DE00"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " \u200b "}, "name_needed"),
        ({"name": "x" * 65}, "invalid"),
        ({"currency": "XXX"}, "unknown_currency"),
        ({"currency": "eur"}, "invalid"),
        ({"return_days": -1}, "invalid"),
        ({"ship_within_days": 0}, "invalid"),
        ({"vat_bp": 10_000}, "invalid"),
        ({"kind": "business"}, "imprint_needed"),
        ({"holiday_until": "soon"}, "invalid"),
    ],
)
def test_bad_input_is_named(api, alice, changes, code):
    make_shop(alice)
    answer = patch(api(alice), **changes)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.json()


@pytest.mark.parametrize(
    "field", ["owner", "rating_sum", "sale_count", "payout_account", "payouts_frozen_at", "closed_at"]
)
def test_what_is_not_the_clients_to_say_is_ignored(api, alice, bob, field):
    shop = make_shop(alice)
    before = Shop.objects.values().get(pk=shop.pk)
    assert patch(api(alice), **{field: bob.pk}).status_code == 200
    assert Shop.objects.values().get(pk=shop.pk) == before


def test_a_business_says_who_it_is(api, alice):
    answer = patch(api(alice), kind="business", legal_name="Alice GmbH", legal_address="Weg 1\n04109 Leipzig")
    assert (answer.status_code, answer.json()["legal_name"]) == (200, "Alice GmbH")
    assert patch(api(alice), legal_name="").json()["code"] == "imprint_needed"


def test_the_currency_can_change_until_something_has_a_price(api, alice):
    make_listing(alice, price=0)
    assert patch(api(alice), currency="JPY").json()["currency"] == "JPY"
    assert Listing.objects.get().currency == "JPY"
    assert not DeliveryOption.objects.filter(price_minor__gt=0).exists()
    make_listing(alice, price=500)
    answer = patch(api(alice), currency="EUR")
    assert (answer.status_code, answer.json()["code"]) == (409, "currency_in_use")


def test_holidays_are_shown_and_over_by_themselves(api, alice):
    listing = make_listing(alice)
    until = timezone.localdate() + timedelta(days=3)
    patch(api(alice), holiday_until=until.isoformat(), holiday_note="At the sea")
    seen = api().get(f"{API}/listings/{listing.pk}").json()
    assert (seen["is_available"], seen["shop"]["is_on_holiday"], seen["state"]) == (False, True, "published")
    assert api().get(f"{API}/shops/{listing.shop_id}").json()["holiday_note"] == "At the sea"
    Shop.objects.update(holiday_until=timezone.localdate() - timedelta(days=1))
    assert api().get(f"{API}/shops/{listing.shop_id}").json()["holiday_note"] == ""
    assert api().get(f"{API}/listings/{listing.pk}").json()["is_available"] is True


def test_following_counts_once(api, alice, bob, charlie):
    shop = make_shop(alice)
    path = f"{API}/shops/{shop.pk}/follow"
    assert api(bob).put(path).json()["follower_count"] == 1
    assert api(bob).put(path).json()["follower_count"] == 1
    assert api(charlie).put(path).json()["is_followed"] is True
    for _twice in range(2):
        assert api(bob).delete(path).status_code == 204
    assert Shop.objects.get().follower_count == ShopFollow.objects.count() == 1
    assert api(alice).put(path).json()["code"] == "own_shop"
    assert api().put(path).status_code == 401
    Block.objects.create(owner=alice, user=charlie)
    assert api(charlie).put(path).json()["code"] == "shop_not_found"
    assert api(charlie).delete(path).status_code == 204
    assert Shop.objects.get().follower_count == 0


def test_what_a_shop_sells(api, alice, django_assert_max_num_queries):
    for state in ("published", "published", "draft", "sold"):
        make_listing(alice, state=state)
    path = f"{API}/shops/{Shop.objects.get().pk}/listings"
    first = api().get(f"{path}?limit=1").json()
    second = api().get(f"{path}?limit=1&cursor={first['next']}").json()
    assert first["results"][0]["id"] > second["results"][0]["id"]
    assert second["next"] is None
    with django_assert_max_num_queries(12):
        assert len(api().get(path).json()["results"]) == 2


def test_ways_of_delivery(api, alice, bob):
    make_shop(alice)
    path = f"{API}/my-shop/delivery-options"
    body = {
        "kind": "shipping",
        "name": "Bulky",
        "price_minor": 2_900,
        "countries": ["DE", "AT"],
        "days_min": 2,
        "days_max": 6,
    }
    made = api(alice).post(path, body, format="json")
    assert made.status_code == 201
    one = f"{path}/{made.json()['id']}"
    assert api(alice).patch(one, {"price_minor": 3_500}, format="json").json()["price"]["minor"] == 3_500
    assert api(alice).patch(one, {"days_min": 9}, format="json").json()["code"] == "bad_days"
    assert api(alice).patch(one, {"price_minor": -1}, format="json").status_code == 400
    assert api(bob).patch(one, {"price_minor": 1}, format="json").json()["code"] == "delivery_option_not_found"
    assert api(bob).delete(one).status_code == 404
    assert api(alice).delete(one).status_code == 204
    assert api(alice).delete(one).status_code == 404
    for wrong in ({**body, "kind": "rocket"}, {**body, "countries": ["Germany"]}, {**body, "name": ""}):
        assert api(alice).post(path, wrong, format="json").status_code == 400


def test_a_listing_shows_no_way_that_is_gone(api, alice):
    listing = make_listing(alice)
    parcel = listing.delivery_options.get(kind="shipping")
    api(alice).delete(f"{API}/my-shop/delivery-options/{parcel.pk}")
    seen = api().get(f"{API}/listings/{listing.pk}").json()
    assert [way["kind"] for way in seen["delivery"]] == ["in_person"]
    assert seen["is_shipped"] is False


def test_quick_replies(api, alice, bob):
    path = f"{API}/my-shop/quick-replies"
    assert api(bob).get(path).json()["code"] == "shop_not_found"
    made = api(alice).post(path, {"title": "Still there", "text": "Yes, it is."}, format="json")
    assert made.status_code == 201
    again = api(alice).post(path, {"title": "Still there", "text": "No."}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "title_taken")
    one = f"{path}/{made.json()['id']}"
    make_shop(bob)
    assert api(bob).patch(one, {"text": "x"}, format="json").json()["code"] == "quick_reply_not_found"
    assert api(alice).patch(one, {"text": "It is."}, format="json").json()["text"] == "It is."
    assert len(api(alice).get(path).json()["results"]) == 1
    assert api(alice).delete(one).status_code == 204


# --- categories and places ------------------------------------------------------------------------


def test_planting_twice_changes_nothing(categories):
    Category.objects.filter(path="home/").update(name="House", icon="house")
    count = (Category.objects.count(), Attribute.objects.count(), CommissionRule.objects.count())
    taxonomy.plant(Category, Attribute, CommissionRule)
    assert (Category.objects.count(), Attribute.objects.count(), CommissionRule.objects.count()) == count
    assert Category.objects.get(path="home/").name == "House"
    assert count[0] > 100


def test_the_tree_with_its_counts(api, alice, categories):
    make_listing(alice)
    make_listing(alice, state="draft")
    make_listing(alice, category=Category.objects.get(path="leisure/fitness/"))
    tree = {one["path"]: one for one in api().get(f"{API}/categories").json()["results"]}
    assert [tree[path]["count"] for path in ("leisure/", "leisure/bicycles/", "home/")] == [2, 1, 0]
    assert tree["leisure/bicycles/"]["parent"] == "leisure/"
    order = list(tree)
    assert order.index("leisure/") < order.index("leisure/bicycles/") < order.index("fashion/")


def test_a_category_has_the_facts_of_those_above(api, categories):
    with translation.override("de"):
        found = api().get(f"{API}/categories/leisure/bicycles", headers={"Accept-Language": "de"}).json()
    assert found["title"] == "Fahrräder"
    facts = {one["key"]: one for one in found["attributes"]}
    assert next(iter(facts)) == "brand"
    assert (facts["frame_size"]["unit"], facts["bike_type"]["is_required"]) == ("cm", True)
    assert {"value": "road", "label": "Rennrad"} in facts["bike_type"]["choices"]
    assert api().get(f"{API}/categories/no/such").json()["code"] == "category_not_found"
    Category.objects.filter(path="leisure/bicycles/").update(is_active=False)
    assert api().get(f"{API}/categories/leisure/bicycles").status_code == 404


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("flag", [(True, True), (False, False)], ["yes", 1, 0, []]),
        ("number", [(54, 54), ("54,5", 54.5), (54.0, 54), ("0", 0)], ["", "x", -1, 1e300, "nan", "inf", True, [1], {}]),
        ("choice", [("a", "a")], ["b", "A", 1, ["a"], {"a": 1}]),
        ("text", [("  two \n words ", "two words")], [" ", "x" * 81, 5, True, ["x"]]),
    ],
)
def test_facts_are_of_their_type(type_, good, bad):
    attribute = Attribute(key="x", name="X", type=type_, choices=[{"value": "a", "name": "A", "names": {}}])
    for given, expected in good:
        assert attributes.cleaned([attribute], {"x": given}) == {"x": expected}
    for given in bad:
        if given == "":
            assert attributes.cleaned([attribute], {"x": given}) == {}
            continue
        with pytest.raises(Invalid, match="bad_attribute"):
            attributes.cleaned([attribute], {"x": given})


def test_positions_become_cells():
    spot = places.spot_at(51.3397, 12.3731)
    assert spot == places.spot_at(spot.latitude, spot.longitude)
    assert places.distance_km((51.3397, 12.3731), (spot.latitude, spot.longitude)) < 1.5
    assert f"{spot.cell_7:x}"[1] == "7"
    for latitude, longitude in ((91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))):
        with pytest.raises(Invalid, match="bad_place"):
            places.spot_at(latitude, longitude)
    assert places.spot_at(-90, 180)
    assert round(places.distance_km((52.5244, 13.4105), (48.1374, 11.5755))) == 505
    assert round(places.distance_km((0, 179.5), (0, -179.5))) == 111


@pytest.mark.parametrize(
    ("typed", "country", "first"),
    [("koln", "", "Köln"), ("Кёльн", "", "Köln"), ("KÖLN", "", "Köln"), ("frankfurt oder", "DE", "Frankfurt (Oder)"),
     ("moskau", "", "Moscow"), ("berlin", "US", "Berlin")],
)  # fmt: skip
def test_towns_are_found_as_people_type_them(api, typed, country, first):
    answer = api().get(f"{API}/places", {"q": typed, **({"country": country} if country else {})})
    towns = answer.json()["results"]
    assert towns[0]["name"] == first
    assert 0 < len(towns) <= 8
    if country:
        assert towns[0]["country"] == country


@pytest.mark.parametrize("typed", ["!!!", "zzzzqqqq", "\u0301", "北京北京"])
def test_nothing_is_found_where_nothing_is(api, typed):
    assert api().get(f"{API}/places", {"q": typed}).json()["results"] == []
    assert api().get(f"{API}/places").status_code == 400
    assert api().get(f"{API}/places", {"q": "a" * 61}).status_code == 400
