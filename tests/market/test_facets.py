"""Hits and counts of facets are what a plain loop over all listings finds: whatever is chosen, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Block, User
from market.finding import facets
from market.finding.conditions import conditions_of, facet_of, scope_of
from market.finding.facets import Bucket, merged, number_buckets, price_buckets, price_limits
from market.finding.near import Spot
from market.finding.query import ListingQuery, Range, Sort
from market.finding.search import search_listings
from market.models import Attribute, Category, Listing, Shop
from market.places import spot_at
from market.serializers.finding import search_json
from tests.conftest import make_user
from tests.market.finding_scenes import BERLIN, HAMBURG, POTSDAM, found_listing, haversine_km
from tests.market.scenes import make_category, make_shop

PATHS = ("things/", "things/red/", "things/red/small/", "things/blue/")
CONDITIONS, KINDS = ["new", "good", "fair"], ["goods", "service"]
PRICES = [None, 0, 99, 100, 199, 200, 5_000, 5_001, 10**9]
PLACES = [None, BERLIN, POTSDAM, HAMBURG]

listings = st.lists(
    st.fixed_dictionaries(
        {
            "category": st.sampled_from(PATHS),
            "condition": st.sampled_from([*CONDITIONS, ""]),
            "kind": st.sampled_from(KINDS),
            "price_minor": st.sampled_from(PRICES),
            "currency": st.sampled_from(["EUR", "EUR", "JPY"]),
            "state": st.sampled_from(["published", "published", "published", "paused"]),
            "is_shipped": st.booleans(),
            "is_handed_over": st.booleans(),
            "has_stock": st.booleans(),
            "place": st.sampled_from(PLACES),
            "owner": st.sampled_from([0, 0, 1]),
            "attributes": st.fixed_dictionaries(
                {},
                optional={
                    "color": st.sampled_from(["red", "blue"]),
                    "size": st.sampled_from([1, 2.5, 40]),
                    "electric": st.booleans(),
                },
            ),
        }
    ),
    min_size=1,
    max_size=14,
)
# Two filters at a time: with more, hardly anything is found and hardly a fault shows.
filters = st.lists(
    st.sampled_from(
        [
            {"category": "things/red/"},
            {"conditions": ("new",)},
            {"conditions": ("good", "new")},
            {"kinds": ("goods",)},
            {"price_min": 100},
            {"price_max": 5_000},
            {"price_min": 100, "price_max": 200},
            {"attributes": {"color": ("red",)}},
            {"attributes": {"color": ("blue", "red")}},
            {"ranges": {"size": Range(2)}},
            {"ranges": {"size": Range(None, 2.5)}},
            {"ranges": {"size": Range(1, 1)}},
            {"delivery": ("shipping",)},
            {"delivery": ("in_person", "shipping")},
            {"is_available": True},
            {"near": Spot(*BERLIN), "radius_km": 50},
        ]
    ),
    max_size=2,
)


def with_filters(chosen: list[dict[str, Any]], sort: Sort) -> ListingQuery:
    return replace(ListingQuery(category="things/", sort=sort), **{k: v for one in chosen for k, v in one.items()})


queries = st.builds(with_filters, filters, st.sampled_from([Sort.NEWEST, Sort.CHEAPEST, Sort.DEAREST]))


def naive_facts(query: ListingQuery, row: Listing) -> dict[str, bool]:
    """Each filter of a facet, by its name; "" is all the others together."""
    price = row.price_minor
    size = row.attributes.get("size")
    size_range = query.ranges.get("size", Range())
    is_priced = query.price_min is None and query.price_max is None
    is_priced = is_priced or (
        price is not None and row.currency == "EUR" and (query.price_min or 0) <= price <= (query.price_max or 10**18)
    )
    is_near = query.near is None or (
        row.latitude is not None and haversine_km(BERLIN, (row.latitude, row.longitude)) <= query.radius_km
    )
    ways = [way for way, is_there in (("shipping", row.is_shipped), ("in_person", row.is_handed_over)) if is_there]
    return {
        "": row.is_visible
        and row.shop.owner.handle != "blocked"
        and row.category.path.startswith(query.category)
        and (row.has_stock or not query.is_available)
        and is_near,
        "condition": not query.conditions or row.condition in query.conditions,
        "kind": not query.kinds or row.kind in query.kinds,
        "price": is_priced,
        "delivery": not query.delivery or bool({*ways} & {*query.delivery}),
        "color": "color" not in query.attributes or row.attributes.get("color") in query.attributes["color"],
        "size": "size" not in query.ranges
        or (size is not None and (size_range.lowest or 0) <= size <= (size_range.highest or 10**9)),
    }


def naive_counts(rows: list[tuple[Listing, dict[str, bool]]], facet: str, value_of: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row, facts in rows:
        if all(holds for name, holds in facts.items() if name != facet):
            for value in value_of(row):
                counts[value] = counts.get(value, 0) + 1
    return counts


class SearchIsAPlainLoop(TestCase):
    @given(listings, queries)
    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    def test_hits_counts_and_conditions(self, drawn: list[dict[str, Any]], query: ListingQuery) -> None:
        viewer = self.fill(drawn)
        rows = [(row, naive_facts(query, row)) for row in Listing.objects.select_related("shop__owner", "category")]
        wanted = {row.pk for row, facts in rows if all(facts.values())}
        found = search_listings(query, by=viewer, limit=100)
        assert [row.pk for row in found.listings] == list(dict.fromkeys(row.pk for row in found.listings))
        assert {row.pk for row in found.listings} == wanted
        assert found.total == len(wanted)
        assert self.paged(query, viewer) == [row.pk for row in found.listings]
        conditions = conditions_of(query, scope_of(query))
        for row, facts in rows:  # the same conditions asked of one listing: saved searches
            if row.is_visible and row.shop.owner.handle != "blocked":
                assert all(condition.holds(row) for condition in conditions) == all(facts.values())
        self.compare_counts(rows, query, found.counts.by_facet)
        search_json(found, query, viewer)

    def compare_counts(self, rows, query, counts) -> None:
        limits = price_limits("EUR")

        def price(row):
            if row.price_minor is None or row.currency != "EUR":
                return []
            return [str(sum(row.price_minor >= limit for limit in limits))]

        def flag(row):
            value = row.attributes.get("electric")
            return [] if value is None else [str(value).lower()]

        def color(row):
            return [row.attributes["color"]] if "color" in row.attributes else []

        assert counts["condition"] == naive_counts(rows, "condition", lambda row: [row.condition] * bool(row.condition))
        assert counts["kind"] == naive_counts(rows, "kind", lambda row: [row.kind])
        assert counts["category"] == naive_counts(rows, "-", lambda row: [str(row.category_id)])
        assert counts["price"] == naive_counts(rows, "price", price)
        assert counts["shipping"] == naive_counts(rows, "delivery", lambda row: ["1"] * row.is_shipped)
        assert counts["in_person"] == naive_counts(rows, "delivery", lambda row: ["1"] * row.is_handed_over)
        assert counts[facet_of("color")] == naive_counts(rows, "color", color)
        assert counts[facet_of("electric")] == naive_counts(rows, "-", flag)
        sizes = naive_counts(rows, "size", lambda row: [row.attributes["size"]] if "size" in row.attributes else [])
        assert {float(value): count for value, count in counts[facet_of("size")].items()} == sizes

    def paged(self, query: ListingQuery, viewer: User) -> list[int]:
        ids, cursor = [], ""
        while True:
            found = search_listings(query, by=viewer, limit=2, cursor=cursor)
            ids += [row.pk for row in found.listings]
            if found.next is None:
                return ids
            cursor = found.next

    def fill(self, drawn: list[dict[str, Any]]) -> User:
        viewer, seller, blocked = make_user("viewer"), make_user("seller"), make_user("blocked")
        Block.objects.create(owner=blocked, user=viewer)
        shops = [Shop.objects.create(owner=owner, name=owner.handle) for owner in (seller, blocked)]
        categories = {path: make_category(path) for path in PATHS}
        for key, type_ in (("color", "choice"), ("size", "number"), ("electric", "flag")):
            Attribute.objects.create(category=categories["things/"], key=key, name=key, type=type_, is_facet=True)
        now = timezone.now()
        for number, one in enumerate(drawn):
            published = now - timedelta(minutes=number % 3)
            Listing.objects.create(**self.row(one, categories[one["category"]], shops, published))
        return viewer

    @staticmethod
    def row(drawn: dict[str, Any], category: Category, shops: list[Shop], published: datetime) -> dict[str, Any]:
        fields = {name: value for name, value in drawn.items() if name not in ("owner", "place")}
        spot = spot_at(*drawn["place"])._asdict() if drawn["place"] else {}
        times = {"published_at": published, "expires_at": timezone.now() + timedelta(days=1)}
        return {**fields, **spot, **times, "category": category, "shop": shops[drawn["owner"]], "title": "Thing"}


# --- as people see them -------------------------------------------------------------------------


def test_ranges_are_merged_to_about_equal_weight():
    fine = [Bucket(value, value, count) for value, count in enumerate([0, 1, 1, 50, 1, 1, 50, 0])]
    coarse = merged(fine, 3)
    assert sum(bucket.count for bucket in coarse) == 104
    assert len(coarse) <= 3
    assert (coarse[0].lowest, coarse[-1].highest) == (1, 6)
    assert merged([Bucket(1, 1, 0)], 3) == []


def test_price_ranges_leave_no_gap_and_overlap_nowhere():
    buckets = price_buckets({str(place): 7 for place in range(19)}, "JPY")
    assert len(buckets) <= 6
    assert buckets[0].lowest is None
    assert buckets[-1].highest is None
    for before, after in pairwise(buckets):
        assert after.lowest == before.highest + 1


def test_few_numbers_stand_alone_and_many_become_ranges():
    assert number_buckets({"54": 2, "60": 1, "old text": 9}) == [Bucket(54, 54, 2), Bucket(60, 60, 1)]
    many = number_buckets({str(value): 1 for value in range(100)})
    assert len(many) <= 8
    assert sum(bucket.count for bucket in many) == 100


def test_facets_in_the_answer(alice, api):
    category = make_category("kites/")
    Attribute.objects.create(
        category=category, key="color", name="Colour", type="choice", is_facet=True,
        choices=[{"value": "red", "name": "Red"}, {"value": "blue", "name": "Blue"}],
    )  # fmt: skip
    make_shop(alice, currency="EUR")
    below = make_category("kites/small/")
    for color, at in (("red", BERLIN), ("red", BERLIN), ("blue", POTSDAM)):
        found_listing(alice, category=below, attributes={"color": color}, at=at, price=1_500)
    url = "/api/v1/market/listings/search"
    asked = {"category": "kites/", "attr.color": "red", "near": "52.52,13.405", "radius_km": 50}
    body = api().get(url, asked).json()
    named = {facet["key"]: facet for facet in body["facets"]}
    assert body["total"] == 2
    assert body["is_capped"] is False
    colors = [(one["value"], one["count"], one["is_chosen"]) for one in named["attr.color"]["values"]]
    assert colors == [("red", 2, True), ("blue", 1, False)]
    assert [(one["value"], one["count"]) for one in named["category"]["values"]] == [("kites/small/", 2)]
    assert [(one["value"], one["count"]) for one in named["distance"]["values"]] == [
        ("5", 2), ("10", 2), ("25", 2), ("50", 2),
    ]  # fmt: skip
    (price,) = named["price"]["values"]
    assert (price["min"], price["max"], price["count"]) == (1_000, 1_999, 2)
    assert price["label"] == "€10.00 – €20.00"
    assert [crumb["path"] for crumb in body["crumbs"]] == ["kites/"]


def test_very_many_hits_are_counted_to_a_limit(alice, api, monkeypatch):
    monkeypatch.setattr(facets, "CAP", 3)
    for _ in range(5):
        found_listing(alice)
    body = api().get("/api/v1/market/listings/search").json()
    assert (body["total"], body["is_capped"]) == (3, True)
    assert len(body["results"]) == 5
    body = api().get("/api/v1/market/listings/search", {"condition": "new"}).json()
    assert (body["total"], body["is_capped"]) == (0, True)
