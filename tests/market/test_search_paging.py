"""Pages of hits neither repeat nor skip while listings come and go; hostile parameters get an answer, never a crash."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import limits
from core.paging import encode_cursor
from tests.market.finding_scenes import BERLIN, HAMBURG, POTSDAM, found_listing
from tests.market.scenes import make_shop

URL = "/api/v1/market/listings/search"
SORTS = [
    {},
    {"q": "lamp"},
    {"q": "lamp", "sort": "newest"},
    {"q": "lammp"},
    {"q": "lammp", "sort": "dearest"},
    {"sort": "cheapest"},
    {"sort": "dearest"},
    {"sort": "nearest", "near": "Berlin"},
    {"sort": "nearest", "near": "Berlin", "radius_km": 50},
    {"q": "lamp", "sort": "nearest", "near": "Berlin"},
]


@pytest.fixture
def seven(alice):
    """Alike in all that is sorted by, but in pairs: ties are what paging stumbles over."""
    now = timezone.now()
    places = [BERLIN, BERLIN, POTSDAM, POTSDAM, HAMBURG, HAMBURG, None]
    return [
        found_listing(
            alice,
            title="Lamp" if number % 2 else "Light",
            description="A lamp.",
            price=None if number == 6 else 1_000 * (number // 2),
            at=places[number],
            published_at=now - timedelta(days=number // 2),
        )
        for number in range(7)
    ]


def walk(client, query, between=lambda: None) -> list[int]:
    ids, cursor = [], ""
    for _ in range(20):
        response = client.get(URL, {**query, "limit": 2, "cursor": cursor})
        assert response.status_code == 200, response.content
        body = response.json()
        ids += [card["id"] for card in body["results"]]
        if body["next"] is None:
            return ids
        cursor = body["next"]
        between()
    raise AssertionError("no end")


@pytest.mark.parametrize("query", SORTS)
def test_pages_are_the_whole_in_its_order(api, seven, query):
    whole = [card["id"] for card in api().get(URL, {**query, "limit": 100}).json()["results"]]
    assert walk(api(), query) == whole
    assert len(whole) == (4 if "radius_km" in query else 7)


@pytest.mark.parametrize("query", SORTS)
def test_nothing_repeats_or_is_skipped_while_listings_come(alice, api, seven, query):
    there = {listing.pk for listing in seven}

    def arrive():
        found_listing(alice, title="Lamp", price=1_500, at=POTSDAM)

    ids = walk(api(), query, arrive)
    assert len(ids) == len(set(ids))
    missed = there - set(ids)
    expected = {seven[number].pk for number in (4, 5, 6)} if "radius_km" in query else set()
    assert missed == expected


def test_totals_and_facets_come_with_the_first_page_alone(api, seven):
    first = api().get(URL, {"limit": 3}).json()
    assert first["total"] == 7
    second = api().get(URL, {"limit": 3, "cursor": first["next"]}).json()
    assert (second["total"], second["facets"]) == (None, [])
    assert api().get(URL, {"facets": "false"}).json()["facets"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"q": "x" * 100_000}, "invalid"),
        ({"q": "a\x00b"}, "invalid"),
        ({"category": "no/such/"}, "unknown_category"),
        ({"category": "x" * 10_000}, "invalid"),
        ({"condition": "mint"}, "invalid"),
        ({"kind": ["goods", "slaves"]}, "invalid"),
        ({"price_min": "NaN"}, "invalid"),
        ({"price_min": "1e400"}, "invalid"),
        ({"price_min": -1}, "invalid"),
        ({"price_min": 10**30}, "invalid"),
        ({"price_min": 1.5}, "invalid"),
        ({"price_min": 10, "price_max": 9}, "bad_range"),
        ({"currency": "XXX"}, "invalid"),
        ({"currency": "' OR 1=1 --"}, "invalid"),
        ({"shop": 2**63}, "invalid"),
        ({"shop": 0}, "invalid"),
        ({"near": "nan,nan"}, "unknown_place"),
        ({"near": "1e400,0"}, "unknown_place"),
        ({"near": "91,0"}, "unknown_place"),
        ({"near": "0,180.1"}, "unknown_place"),
        ({"near": "Xqzzwv"}, "unknown_place"),
        ({"near": "0,0", "radius_km": 0}, "invalid"),
        ({"near": "0,0", "radius_km": 201}, "invalid"),
        ({"near": "0,0", "radius_km": "Infinity"}, "invalid"),
        ({"cell": "871f1d4b7ffffff'"}, "unknown_place"),
        ({"cell": "zzzzzzzzzzzzzzz"}, "unknown_place"),
        ({"sort": "nearest"}, "place_needed"),
        ({"sort": "price_minor; --"}, "invalid"),
        ({"attr.color": "red"}, "category_needed"),
        ({"category": "leisure/bicycles/", "attr.wings": "2"}, "unknown_attribute"),
        ({"category": "leisure/bicycles/", "attr.frame_size": "54"}, "unknown_attribute"),
        ({"category": "leisure/bicycles/", "attr.color.min": "1"}, "unknown_attribute"),
        ({"category": "leisure/bicycles/", "attr.frame_size.min": "NaN"}, "bad_attribute"),
        ({"category": "leisure/bicycles/", "attr.frame_size.min": "1e400"}, "bad_attribute"),
        ({"category": "leisure/bicycles/", "attr.frame_size.min": "9", "attr.frame_size.max": "8"}, "bad_range"),
        ({"category": "leisure/bicycles/", "attr.color": "a\x00b"}, "bad_attribute"),
        ({"category": "leisure/bicycles/", "attr.color": "x" * 1_000}, "bad_attribute"),
        ({"category": "leisure/bicycles/", "attr.color": [str(n) for n in range(51)]}, "bad_attribute"),
        ({"attr.__proto__.min.max": "1"}, "bad_attribute"),
        ({f"attr.a{n}": "1" for n in range(21)}, "bad_attribute"),
        ({"limit": 0}, "invalid"),
        ({"limit": 10_000}, "invalid"),
        ({"cursor": "nonsense"}, "bad_cursor"),
        ({"cursor": "x" * 1_000}, "invalid"),
        ({"cursor": encode_cursor("best", 0)}, "bad_cursor"),
        ({"cursor": encode_cursor("cheapest", 0, 0, 1, 1)}, "bad_cursor"),  # of another order
        ({"cursor": encode_cursor("best", 0, 0, "yesterday", 1)}, "bad_cursor"),
        ({"cursor": encode_cursor("best", 0, 0, "2026-01-01T00:00:00", 1)}, "bad_cursor"),
        ({"cursor": encode_cursor("best", 0, 0, 5, 1)}, "bad_cursor"),
        ({"cursor": encode_cursor("best", 0, 0, "2026-01-01T00:00:00+00:00", "1")}, "bad_cursor"),
        ({"cursor": encode_cursor("best", 0, 0, "2026-01-01T00:00:00+00:00", 2**63)}, "bad_cursor"),
        ({"cursor": encode_cursor("best", 0, -1, "2026-01-01T00:00:00+00:00", 1)}, "bad_cursor"),
        ({"cursor": encode_cursor("best", 0, 10**9, "2026-01-01T00:00:00+00:00", 1)}, "bad_cursor"),
        ({"cursor": encode_cursor("best", 7, 0, "2026-01-01T00:00:00+00:00", 1)}, "bad_cursor"),
        ({"sort": "cheapest", "cursor": encode_cursor("cheapest", 0, 0, "1", 1)}, "bad_cursor"),
        ({"sort": "cheapest", "cursor": encode_cursor("cheapest", 0, 0, 10**40, 1)}, "bad_cursor"),
        ({"sort": "nearest", "near": "0,0", "cursor": encode_cursor("nearest", 0, 0, "nan", 1)}, "bad_cursor"),
        ({"sort": "nearest", "near": "0,0", "cursor": encode_cursor("nearest", 0, 0, "0x1p99999", 1)}, "bad_cursor"),
        ({"sort": "nearest", "near": "0,0", "cursor": encode_cursor("nearest", 0, 0, 1, 1)}, "bad_cursor"),
    ],
)
def test_hostile_parameters_are_refused_with_a_code(alice, api, query, code):
    make_shop(alice)
    response = api(alice).get(URL, query)
    assert (response.status_code, response.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    "query",
    [
        {"q": "' OR 1=1 --"},
        {"q": "!!!"},
        {"q": '"NEAR(a b)" * ^ : | & ! =~x =c1'},
        {"q": "\u202e\u0301" * 50},
        {"category": "leisure/bicycles/", "attr.color": "'; DROP TABLE market_listing; --"},
        {"near": "90,180", "radius_km": 200},
        {"near": "-90,-180", "radius_km": 1},
        {"near": "0,179.999", "radius_km": 200, "sort": "nearest"},
        {"near": "64.7,-33.9", "radius_km": 200},
        {"price_max": 10**12},
        {"unheard_of": "1"},
    ],
)
def test_odd_parameters_are_only_odd(alice, api, query):
    found_listing(alice)
    assert api().get(URL, query).status_code == 200


def test_anonymous_people_are_limited_by_address_and_others_by_themselves(alice, bob, api):
    burst = limits.LIMITS["search"].burst
    codes = [api().get(URL, {"facets": "false"}).status_code for _ in range(burst + 1)]
    assert codes == [200] * burst + [429]
    assert api(alice).get(URL).status_code == 200
