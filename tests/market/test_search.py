"""GET market/listings/search: what is found, by whom, in what order; what is never found."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Block
from market.actions.publishing import mark_sold, pause_listing
from market.finding.index import index_listings
from market.finding.parameters import parse_parameters
from market.finding.search import search_listings
from market.models import Attribute, Listing, Shop, Variant
from tests.market.finding_scenes import BERLIN, HAMBURG, POTSDAM, found_listing
from tests.market.scenes import make_category, make_listing, make_shop, make_variant

URL = "/api/v1/market/listings/search"


@pytest.fixture
def find(api):
    """find(bob, q="…"): titles of the hits."""

    def ask(user=None, **query) -> list[str]:
        response = api(user).get(URL, query)
        assert response.status_code == 200, response.content
        return [card["title"] for card in response.json()["results"]]

    return ask


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Green bicycle", "bycicle"),
        ("Wireless headphones", "wireles hedphones"),
        ("Green bicycles for two", "bicycle"),
        ("Running shoes", "run shoe"),
        ("Fahrräder für Kinder", "fahrrad"),
        ("Fahrräder", "fahrräder"),
        ("Grüne Stühle", "grune stuhl"),
        ("Велосипед горный", "велосипеды"),
        ("Зимняя куртка", "зимнея куртка"),
        ("Ёлка новогодняя", "елка"),
        ("二手自行车", "自行车"),
        ("東京の自転車", "自転"),
        ("Canapé en cuir", "canape"),
    ],
)
def test_words_are_found_in_every_form_and_misspelt(alice, find, title, typed):
    category = make_category("tests/things/")
    found_listing(alice, title=title, description="", category=category)
    found_listing(alice, title="Something else", description="entirely", category=category)
    assert find(q=typed) == [title]


def test_all_that_describes_it_is_found(alice, find):
    category = make_category("home/sofas/", name="Sofas", names={"de": "Sofas & Couches", "ru": "Диваны"})
    Attribute.objects.create(
        category=category, key="fabric", name="Fabric", type="choice",
        choices=[{"value": "l", "name": "Leather", "names": {"de": "Leder"}}],
    )  # fmt: skip
    make_shop(alice, name="Kreuzberg Retro")
    listing = found_listing(alice, title="Togo", category=category, attributes={"fabric": "l"}, place="Neukölln")
    make_variant(listing, name="Cognac", price=1)
    index_listings([listing.pk])
    for typed in ("leather", "leder", "couches", "диван", "cognac", "retro", "neukolln", "rides", "togo cognac"):
        assert find(q=typed) == ["Togo"], typed


def test_titles_stand_before_descriptions_and_exact_words_before_repaired_ones(alice, find):
    found_listing(alice, title="Sofa", description="red")
    found_listing(alice, title="Chair", description="goes with the sofa")
    found_listing(alice, title="Soda machine", description="")
    assert find(q="sofa ") == ["Sofa", "Chair", "Soda machine"]


def test_newest_first(alice, find):
    for number in range(3):
        found_listing(alice, title=f"Lamp {number}", published_at=timezone.now() - timedelta(days=number))
    assert find() == find(q="lamp") == ["Lamp 0", "Lamp 1", "Lamp 2"]


def test_drafts_are_never_found_and_what_is_sold_vanishes_at_once(alice, bob, find):
    now = timezone.now()
    for state in ("draft", "paused", "sold", "expired", "removed", "deleted"):
        found_listing(alice, title=f"Bicycle {state}", state=state)
    found_listing(alice, title="Bicycle of yesterday", expires_at=now - timedelta(seconds=1))
    sold, paused = found_listing(alice, title="Bicycle one"), found_listing(alice, title="Bicycle two")
    assert find(bob, q="bicycle") == ["Bicycle two", "Bicycle one"]
    mark_sold(by=alice, listing_id=sold.pk)
    assert find(bob, q="bicycle") == find(bob) == ["Bicycle two"]
    pause_listing(by=alice, listing_id=paused.pk)
    assert find(bob, q="bicycle") == find(bob) == find(alice, q="bicycle") == []


def test_nothing_of_a_closed_shop(alice, find):
    found_listing(alice)
    Shop.objects.update(closed_at=timezone.now())
    assert find() == find(q="bicycle") == []


def test_an_edit_through_the_api_is_found_at_once(alice, bob, api, find):
    listing = found_listing(alice, title="Green bicycle", category=make_category("leisure/unicycles/"))
    answer = api(alice).patch(f"/api/v1/market/listings/{listing.pk}", {"title": "Purple tricycle"}, format="json")
    assert answer.status_code == 200, answer.content
    assert find(bob, q="tricycle") == ["Purple tricycle"]
    assert find(bob, q="green ") == []


@pytest.mark.parametrize("blocker", ["seller", "viewer"])
def test_people_who_block_each_other_do_not_find_each_other(alice, bob, charlie, find, blocker):
    found_listing(alice)
    owner, user = (alice, bob) if blocker == "seller" else (bob, alice)
    Block.objects.create(owner=owner, user=user)
    assert find(bob) == find(bob, q="bicycle") == find(bob, q="bycicle") == []
    assert find(charlie) == find(alice) == find() == ["A green bicycle"]


def test_filters(alice, bob, find):
    make_shop(bob)
    phones = make_category("electronics/phones/")
    found_listing(alice, title="new", condition="new", price=100, category=phones, takes_offers=False)
    found_listing(bob, title="good", condition="good", price=0)
    sold_out = found_listing(alice, title="service", kind="service", condition="", price=None, delivery_options=[])
    Listing.objects.filter(pk=sold_out.pk).update(has_stock=False)
    assert find(condition="new") == ["new"]
    assert sorted(find(condition=["new", "good"])) == ["good", "new"]
    assert find(kind="service") == ["service"]
    assert find(price_min=1) == ["new"]
    assert find(price_max=50) == ["good"]
    assert find(price_max=500, currency="USD") == []
    assert find(free="true") == ["good"]
    assert sorted(find(offers="true")) == ["good", "service"]
    assert sorted(find(available="true")) == ["good", "new"]
    assert sorted(find(delivery=["shipping", "in_person"])) == ["good", "new"]
    assert find(category="electronics/") == find(category="electronics/phones") == ["new"]
    assert find(shop=bob.shop.pk) == ["good"]


def test_facts_of_a_category(alice, find):
    category = make_category("leisure/kites/")
    for key, type_ in (("color", "choice"), ("size", "number"), ("electric", "flag"), ("brand", "text")):
        Attribute.objects.create(category=category, key=key, name=key, type=type_, is_facet=True)
    found_listing(alice, title="one", category=category, attributes={"color": "red", "size": 52, "electric": True})
    found_listing(alice, title="two", category=category, attributes={"color": "blue", "size": 58.5, "brand": "Å"})
    path = {"category": "leisure/kites/"}
    assert find(**path, **{"attr.color": "red"}) == ["one"]
    assert sorted(find(**path, **{"attr.color": ["red", "blue"]})) == ["one", "two"]
    assert find(**path, **{"attr.electric": "true"}) == ["one"]
    assert find(**path, **{"attr.brand": "Å"}) == ["two"]
    assert find(**path, **{"attr.size.min": "52", "attr.size.max": "58"}) == ["one"]
    assert find(**path, **{"attr.size.min": "52.5"}) == ["two"]


def test_near_a_place(alice, api, find):
    found_listing(alice, title="here", at=BERLIN)
    found_listing(alice, title="next", at=POTSDAM)
    found_listing(alice, title="far", at=HAMBURG)
    found_listing(alice, title="nowhere")
    assert find(near="52.52,13.405", radius_km=10) == ["here"]
    assert find(near="Berlin", radius_km=50, sort="nearest") == ["here", "next"]
    assert find(near="Berlin", sort="nearest") == ["here", "next", "nowhere", "far"]
    assert find(near="Гамбург") == ["far"]
    body = api().get(URL, {"near": "52.52,13.405", "radius_km": 50, "sort": "nearest"}).json()
    assert 25 < body["results"][1]["distance_km"] < 30
    assert body["near"] == {"name": "", "latitude": 52.52, "longitude": 13.405}


def test_order_by_price(alice, find):
    make_shop(alice, currency="EUR")
    for title, price in (("middle", 500), ("free", 0), ("dear", 10**11), ("on request", None)):
        found_listing(alice, title=title, price=price)
    assert find(sort="cheapest") == ["free", "middle", "dear", "on request"]
    assert find(sort="dearest") == ["dear", "middle", "free", "on request"]


def test_other_currencies_are_not_compared(alice, bob, find):
    make_shop(alice, currency="EUR")
    make_shop(bob, currency="JPY")
    found_listing(alice, title="euros", price=5_000)
    found_listing(bob, title="yen", price=100)
    assert find(sort="cheapest") == ["euros", "yen"]
    assert find(sort="cheapest", currency="JPY") == ["yen", "euros"]
    assert find(price_max=1_000) == []


def test_delivery_follows_the_shop(alice, api, find, run_all_tasks):
    listing = found_listing(alice)
    shipping = alice.shop.delivery_options.get(kind="shipping")
    assert find(delivery="shipping") == ["A green bicycle"]
    assert api(alice).delete(f"/api/v1/market/delivery-options/{shipping.pk}").status_code in (200, 204, 404)
    shipping.is_active = False
    shipping.save()
    index_listings([listing.pk])
    run_all_tasks()
    assert find(delivery="shipping") == []


def test_cost_does_not_grow_with_hits(alice, bob, django_assert_max_num_queries):
    category = make_category("leisure/kites/")
    for number in range(6):
        listing = found_listing(alice, title=f"Kite {number}", category=category, at=BERLIN)
        Variant.objects.filter(listing=listing).update(name=f"v{number}")
    query = parse_parameters({"q": "kite ", "category": "leisure/kites/", "near": "Berlin", "condition": ["good"]})
    # Each look into the index is a savepoint and, on PostgreSQL, two settings for the planner.
    with django_assert_max_num_queries(22):
        assert len(search_listings(query, by=bob).listings) == 6
    plain = parse_parameters({"category": "leisure/kites/", "near": "Berlin", "condition": ["good"]})
    with django_assert_max_num_queries(5):
        assert len(search_listings(plain, by=bob).listings) == 6


def test_indexing_costs_the_same_for_one_and_for_many(alice, django_assert_max_num_queries):
    listings = [make_listing(alice, title=f"Lamp {number}") for number in range(5)]
    with django_assert_max_num_queries(12):
        index_listings([listing.pk for listing in listings])


def test_titles_come_first_among_what_was_repaired_too(alice, find):
    category = make_category("tests/things/")
    found_listing(alice, title="Bicycle, green", description="", category=category)
    found_listing(alice, title="Saddle bag", description="For any bicycle.", category=category)
    assert find(q="bycicle") == ["Bicycle, green", "Saddle bag"]
