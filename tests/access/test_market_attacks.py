"""The market's own attacks, beside those that test_attacks.py makes on every route: pages and forms with impossible ids
and values, and clients that set what is not theirs to set."""

import re
import uuid
from collections.abc import Iterator, Sequence

import pytest
from django.db import connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from core import limits
from market.models import Coupon, Listing, Offer, Order, OrderLine, Payment, Quote, Review, Shop, Stock, Variant

from .market_pages import ACTS, PAGES
from .test_attacks import attack

pytestmark = pytest.mark.django_db
HUGE = (0, 2**31, 2**63 - 1, 2**63, 2**64, 10**30)
JUNK = (
    "", " ", "x", "-1", "0", "1.5", "9" * 30, "NaN", "inf", "1e999", "\x00", "\ud7ff\ufffe", "%", "[]", "null",
    "a" * 30_000,
    "Z" + "\u0301" * 10_000, "٣", "²", "2026-13-45", "0001-01-01", "9999-12-31T23:59:59+23:59", "'; drop table x; --",
)  # fmt: skip
ASKED = (
    "q", "page", "tab", "role", "state", "cursor", "limit", "sort", "view", "near", "town", "radius_km", "cell", "from",
    "to", "price_min", "price_max", "condition", "kind", "category", "attr.frame_size.min", "attr.color", "variant",
    "removed", "quantity", "quote", "shop", "currency", "address", "days", "code", "facets", "is_free",
    "delivery", "as",
)  # fmt: skip


def browser(scene, role: str = "owner") -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(scene.people[role])
    return client


def knocked(client: Client, method: str, path: str, data: object = None) -> int:
    """The status, of no server error; what it changed is undone."""
    limits.reset()
    with transaction.atomic():
        answer = getattr(client, method)(path, data)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (method, path, data)
    return answer.status_code


@pytest.mark.parametrize("role", ["owner", "member"])
def test_pages_with_impossible_ids(scene, role):
    client = browser(scene, role)
    for path in {re.sub(r"\?.*", "", path) for path in PAGES if "{" in path}:
        for number in HUGE:
            where = re.sub(r"\{\w+\}", str(number), path)
            for method in ("get", "post"):
                assert knocked(client, method, where) in (200, 301, 302, 400, 404, 405), where


def turn(values: Sequence[str], place: int) -> Iterator[str]:
    """Every third value, the next place others, and others again on the other database: all of them at every place
    would take minutes."""
    return (value for at, value in enumerate(values) if (at + place + (connection.vendor == "sqlite")) % 3 == 0)


def test_pages_with_queries_that_are_none(scene):
    client = browser(scene)
    for place, (path, rule) in enumerate(PAGES.items()):
        if rule["owner"] in (200, "/market/cart/") or rule["member"] == 200:
            for value in turn(JUNK, place):
                knocked(client, "get", scene.fill(path).partition("?")[0], dict.fromkeys(ASKED, value))


@pytest.mark.parametrize("role", ["owner"])
def test_forms_with_values_that_are_none(scene, role):
    """Each field of each form in turn, the rest as it should be."""
    client = browser(scene, role)
    for path, body in ACTS:
        wanted = scene.fill(body, role)
        for place, name in enumerate([*wanted, "unexpected"]):
            for value in turn((*JUNK[:9], JUNK[10], JUNK[15]), place):
                knocked(client, "post", scene.fill(path, role), {**wanted, name: value})


EDITOR = (
    "title", "description", "category", "condition", "price", "stock", "stock_was", "town", "latitude", "longitude",
    "max_per_buyer", "kind", "course_chat", "digital_text", "external_id", "option", "attr-frame_size", "attr-electric",
    "attr-bike_type", "attr-nothing", "v-new-name", "v-new-price", "v-new-stock", "v-{variant}-price",
    "v-{variant}-stock",
    "act", "has_options", "takes_offers",
)  # fmt: skip


@pytest.mark.parametrize("act", ["", "autosave"])
def test_the_editor_with_values_that_are_none(scene, act):
    client, path = browser(scene), scene.fill("/market/sell/{listing}/" if not act else "/market/sell/{draft}/autosave")
    for value in turn(JUNK, len(act)):
        knocked(client, "post", path, {scene.fill(name): value for name in EDITOR})
        for name in ("latitude", "town", "price", "attr-frame_size", "course_chat", "option", "v-new-name"):
            other = {"longitude": value} if name == "latitude" else {"v-new-price": value, "v-new-stock": value}
            knocked(client, "post", path, {name: value, "category": "leisure/bicycles/", "town": "x", **other})
    for latitude, longitude in (("NaN", "1"), ("inf", "-inf"), ("91", "181"), ("1e999", "0"), ("-90", "-180")):
        place = {"town": "x", "latitude": latitude, "longitude": longitude}
        knocked(client, "post", path, place)
        knocked(client, "post", "/market/place", place)


def test_files_that_are_none(scene, tmp_path):
    client = browser(scene)
    for content in (
        b"",
        b"\x00" * 9,
        b"GIF89a",
        b"\xff\xfe",
        b"a,b\n" * 9,
        b'"' * 5_000,
        b"title\n=1+1\n",
        b"\x89PNG\r\n\x1a\n",
    ):
        for path, field in (
            ("/market/desk/import/check", "file"), ("/market/desk/shop/photo", "photo"),
            ("/market/sell/{listing}/photos", "photos"), ("/market/sell/{listing}/files", "files"),
            ("/market/orders/{disputed}/evidence", "file"), ("/market/sell/new", "photos"),
        ):  # fmt: skip
            file = tmp_path / "../x\u202e<b>.csv".replace("../", "")
            file.write_bytes(content)
            with file.open("rb") as opened:
                knocked(client, "post", scene.fill(path), {field: opened, "once": uuid.uuid4().hex})


# --- REST ---------------------------------------------------------------------------------------

NUMBERS = ("1e999", "NaN", "-1", "0", "1.5", "9" * 40, '"1"', "true", "null", "[]", "{}")


def test_amounts_and_counts_that_are_none(scene):
    bodies = {
        "post market/listings": ("price_minor", "on_hand", "max_per_buyer", "course_chat", "delivery_options"),
        "patch market/listings/{listing}": ("price_minor", "revision", "max_per_buyer", "location", "attributes"),
        "post market/listings/{listing}/variants": ("price_minor", "on_hand", "low_stock_at", "photo"),
        "put market/variants/{variant}/stock": ("on_hand",),
        "patch market/my-shop": ("vat_bp", "return_days", "ship_within_days", "holiday_until"),
        "post market/my-shop/delivery-options": ("price_minor", "extra_minor", "free_from_minor", "days_max"),
        "post market/coupons": ("value", "max_uses", "per_buyer", "min_items_minor", "valid_from"),
        "post market/offers": ("variant", "amount_minor", "quantity"),
        "post market/quotes": ("variant", "quantity"),
        "post market/cart/lines": ("variant", "quantity"),
        "post market/checkout": ("expected_total_minor", "quote", "address", "shops", "delivery", "coupons", "notes"),
        "post market/orders/{order}/refunds": ("amount_minor", "lines", "with_delivery"),
        "post market/orders/{done_order}/returns": ("lines",),
        "post market/orders/{disputed}/dispute/decision": ("refund_minor", "outcome"),
        "post market/payouts": ("amount_minor",),
        "post market/orders/{done_order}/review": ("stars",),
        "post market/saved-searches": ("query", "name"),
        "post market/webhooks/{webhook}/replay": ("since", "until", "only_failed"),
    }
    for route, names in bodies.items():
        method, _blank, path = route.partition(" ")
        for name in names:
            for number in NUMBERS:
                for role in ("owner", "member", "referee"):
                    body = f'{{"title":"x","name":"x","kind":"shipping","code":"ABC","text":"x","{name}":{number}}}'
                    attack_once(scene, role, method, scene.fill(f"/api/v1/{path}"), body)


def attack_once(scene, role: str, method: str, where: str, body: str) -> None:
    client = APIClient(raise_request_exception=False, headers={"Idempotency-Key": uuid.uuid4().hex})
    client.force_authenticate(scene.people[role])
    attack(None, method, where, body, client=client)


def test_places_that_are_none(scene):
    for latitude in (*NUMBERS, "90", "-90", "91"):
        for longitude in ("0", "180", "181", "NaN", "1e999"):
            place = f'{{"name":"x","latitude":{latitude},"longitude":{longitude}}}'
            attack_once(scene, "owner", "post", "/api/v1/market/listings", f'{{"location":{place}}}')
    for cell in ("", "x", "0", "f" * 16, "871f1d48bffffff", "\x00", "8" * 16, "-1", "0x1"):
        body = f'{{"location":{{"name":"x","cell":"{cell}"}}}}'.replace("\x00", "\\u0000")
        attack_once(scene, "owner", "post", "/api/v1/market/listings", body)
        attack_once(scene, "owner", "get", f"/api/v1/market/listings/search?cell={cell.encode().hex()}&near=1,1", "")
    for near in ("", "x", "1", "NaN,NaN", "1e999,1", "91,181", "1,2,3,4", ",", "52.5,13.4,%00"):
        for radius in ("", "0", "-1", "NaN", "1e999", "25"):
            where = f"/api/v1/market/listings/map?near={near}&radius_km={radius}"
            attack_once(scene, "stranger", "get", where, "")


# --- mass assignment ----------------------------------------------------------------------------

STOLEN = {
    "id": 4_242, "pk": 4_242, "owner": 1, "owner_id": 1, "user": 1, "shop": 4_242, "shop_id": 4_242, "seller": 1,
    "buyer": 1, "buyer_id": 1, "state": "published", "price": 1, "unit_price_minor": 1, "total_minor": 1,
    "currency": "JPY",
    "total": {"minor": 1}, "items_minor": 1, "discount_minor": 4_242, "commission_minor": 0,
    "commission_bp": 0, 
    "paid_at": "2001-01-01T00:00:00Z", "released_at": "2001-01-01T00:00:00Z", "published_at": "2001-01-01T00:00:00Z",
    "reserved": 0,
    "allocated": 0, "is_stock_tracked": False, "view_count": 4_242, "favourite_count": 4_242, "sale_count": 4_242,
    "rating_sum": 4_242, "rating_count": 4_242, "follower_count": 4_242, "use_count": 4_242, "closed_at": None,
    "payouts_frozen_at": None, "payout_account": "DE00", "handover_code": "000000", "handover_tries": 0,
    "turn": "seller",
    "is_in_review": False, "removed_at": None, "expires_at": "2099-01-01T00:00:00Z", "secret": "whsec_mine",
    "refunded_minor": 0, "published": True, "author": 1, "about_shop": 4_242, "role": "moderator", "by": 1,
}  # fmt: skip
ROUTES = {
    "post market/listings": ("owner", {"title": "New one"}),
    "patch market/listings/{draft}": ("owner", {"title": "New name"}),
    "patch market/listings/{listing}": ("owner", {"title": "New name"}),
    "post market/listings/{listing}/variants": ("owner", {"name": "Red", "price_minor": 5_000}),
    "patch market/variants/{variant}": ("owner", {"name": "Red"}),
    "patch market/my-shop": ("owner", {"about": "new", "currency": "EUR"}),
    "post market/coupons": ("owner", {"code": "ABC", "kind": "fixed", "value": 1}),
    "patch market/coupons/{coupon}": ("owner", {"is_active": True}),
    "post market/webhooks": ("owner", {"url": "https://shop.example/y"}),
    "post market/offers": ("stranger", {"variant": "{variant}", "amount_minor": 8_000}),
    "post market/offers/{offer}/steps": ("owner", {"act": "counter", "amount_minor": 9_000}),
    "post market/quotes": ("stranger", {"variant": "{variant}"}),
    "post market/cart/lines": ("stranger", {"variant": "{variant}"}),
    "post market/addresses": ("stranger", {"name": "Me", "line1": "Oak 1", "city": "Berlin", "country": "DE"}),
    "patch market/addresses/{address}": ("member", {"city": "Bonn"}),
    "post market/orders/{disputed}/moves": ("member", {"act": "withdraw_dispute"}),
    "post market/orders/{done_order}/review": ("member", {"stars": 1}),
    "put market/favourites/{listing}": ("stranger", {}),
    "post market/saved-searches": ("stranger", {"query": {"q": "oak"}}),
}
KEPT = {
    Shop: ("owner_id", "currency", "rating_sum", "rating_count", "sale_count", "payout_account", "closed_at"),
    Listing: ("shop_id", "currency", "state", "view_count", "is_in_review", "published_at", "expires_at"),
    Variant: ("listing_id", "price_minor", "is_stock_tracked"),
    Order: ("buyer_id", "seller_id", "total_minor", "currency", "paid_at", "released_at", "handover_code",
    "refunded_minor"),
    OrderLine: ("unit_price_minor", "quantity", "commission_minor"),
    Quote: ("buyer_id", "unit_price_minor", "variant_id"),
    Offer: ("buyer_id", "listing_id", "quantity"),
    Payment: ("amount_minor", "state", "group_id"),
    Coupon: ("shop_id", "use_count", "value", "kind"),
    Review: ("author_id", "stars", "about_shop_id", "removed_at"),
    Stock: ("on_hand", "allocated"),
}  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
def test_what_a_client_may_not_set_stays(scene, route):
    role, body = ROUTES[route]
    method, _blank, path = route.partition(" ")
    before = {model: {row["pk"]: row for row in model.objects.values("pk", *kept)} for model, kept in KEPT.items()}
    limits.reset()
    client = APIClient(headers={"Idempotency-Key": "x"})
    client.force_authenticate(scene.people[role])
    where = scene.fill(f"/api/v1/{path}", role)
    answer = getattr(client, method)(where, {**STOLEN, **scene.fill(body, role)}, format="json")
    assert answer.status_code < 300, answer.content
    assert "4242" not in answer.content.decode()
    assert "whsec_mine" not in answer.content.decode()
    for model, kept in KEPT.items():
        after = {row["pk"]: row for row in model.objects.values("pk", *kept)}
        assert {pk: after.get(pk) for pk in before[model]} == before[model], model
        for pk in after.keys() - before[model].keys():
            assert 4_242 not in after[pk].values()
            assert after[pk].get("state") != "published"
            assert after[pk].get("currency", "EUR") == "EUR"
            assert after[pk].get("buyer_id", scene.people[role].pk) == scene.people[role].pk
            assert after[pk].get("unit_price_minor", 10_000) == 10_000  # as the seller asks
