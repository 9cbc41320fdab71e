"""Hostile words in every field of the market, written the ways people write: over REST, and by the forms of pages."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts.models import User
from core import limits
from market.models import Listing, Order, Shop
from tests.market.scenes import make_listing, make_photo, the_variant
from tests.market.trade import bought, order
from tests.messenger.people import signed_in

MARKUP = "<script>a(1)</script>\"'><img src=x onerror=a(1)>{{7*7}}</script><!--"
TURNED = "\u202egnp.exe\u2066\u200b"
HEADER = "\r\nSet-Cookie: a=b\r\n\r\n"
ZALGO = "Z" + "\u0301" * 10_000
FORMULA = '=HYPERLINK("http://evil.example")'
LONG = f"{FORMULA}{MARKUP}{TURNED}{HEADER}<b>{ZALGO[:400]}"
TITLE = f"=1+1<script>a(1)</script>{TURNED}{HEADER}"  # for fields of 60 characters and more
SHORT = f"@<b>a</b>\u202e{HEADER[:8]}x"  # for the shortest


@dataclass
class Poisoned:
    seller: User
    buyer: User
    listing: Listing
    orders: list[Order]
    shop: Shop


def poison(seller: User, buyer: User) -> Poisoned:
    limits.reset()
    rest, pages, buying = signed_in(seller), Client(), signed_in(buyer)
    pages.force_login(seller)
    listing = make_listing(seller, stock=50)
    make_photo(listing)
    _shop(rest, pages)
    _listing(rest, pages, listing)
    orders = _orders(seller, buyer, rest, buying, listing)
    _around(buying, listing)
    listing.refresh_from_db()
    return Poisoned(seller, buyer, listing, orders, Shop.objects.get(owner=seller))


def sent(client: Any, method: str, path: str, body: Any) -> Any:
    answer = getattr(client, method)(
        f"/api/v1/market/{path}", body, format="json", headers={"Idempotency-Key": uuid.uuid4().hex}
    )
    assert answer.status_code < 300, (path, answer.content)
    return answer.json()


def _typed(client: Client, path: str, body: dict[str, Any]) -> None:
    answer = client.post(f"/market/{path}", {"once": uuid.uuid4().hex, **body})
    assert answer.status_code in (200, 302), (
        path,
        answer.status_code,
        re.findall(r"error\">([^<]*)", answer.content.decode())[:9],
    )


def _shop(rest: Any, pages: Client) -> None:
    texts = dict.fromkeys(("about", "shipping_policy", "return_policy"), LONG)
    texts |= {
        "name": TITLE[:60],
        "legal_name": TITLE,
        "legal_address": LONG[:350],
        "tax_id": SHORT,
        "holiday_note": TITLE,
    }
    sent(rest, "patch", "my-shop", {**texts, "away_message": LONG[:400], "is_away": True})
    fixed = {
        "kind": "person",
        "country": "DE",
        "currency": "EUR",
        "ship_within_days": 2,
        "return_days": 14,
        "vat": "19",
    }
    _typed(pages, "desk/shop/save", {**texts, **fixed, "away_message": LONG[:400], "is_away": "on"})
    sent(rest, "post", "my-shop/delivery-options", {"kind": "shipping", "name": TITLE[:50]})
    _typed(pages, "desk/shop/ways", {"way-name": TITLE[:50], "way-kind": "shipping", "way-price": "1"})
    sent(rest, "post", "my-shop/quick-replies", {"title": SHORT, "text": LONG[:900]})
    _typed(pages, "desk/replies/add", {"title": SHORT + "2", "text": LONG[:900]})
    for code in (SHORT, "=A1", "OAK\r\nX: y"):
        answer = rest.post("/api/v1/market/coupons", {"code": code, "kind": "fixed", "value": 1}, format="json")
        assert answer.json()["code"] == "bad_code"


def _listing(rest: Any, pages: Client, listing: Listing) -> None:
    place = {"name": TITLE, "latitude": 52.5, "longitude": 13.4}
    fields = {"title": TITLE, "description": LONG, "location": place, "external_id": f"={SHORT}", "digital_text": LONG}
    sent(rest, "patch", f"listings/{listing.pk}", fields)
    sent(rest, "patch", f"listings/{listing.pk}/photos/{listing.photos.get().pk}", {"alt": TITLE})
    first = the_variant(listing).pk
    sent(rest, "patch", f"variants/{first}", {"name": TITLE[:70], "sku": f"={SHORT}"})
    sent(rest, "post", f"listings/{listing.pk}/variants", {"name": f"2{SHORT}", "price_minor": 100, "sku": f"2{SHORT}"})
    _typed(pages, f"sell/{listing.pk}/", {
        "title": TITLE, "description": LONG, "category": "leisure/bicycles/", "condition": "good",
        "attr-bike_type": "city",
        f"v-{first}-name": f"1{TITLE[:60]}", f"v-{first}-sku": f"+{SHORT}",
    })  # fmt: skip


def _orders(seller: User, buyer: User, rest: Any, buying: Any, listing: Listing) -> list[Order]:
    address = {"name": MARKUP[:60], "line1": MARKUP[:60], "city": f"={MARKUP[:20]}", "country": "DE"}
    sent(buying, "post", "addresses", address)
    notes = {listing.shop_id: LONG[:450]}
    shipped, done = bought(buyer, listing, state="accepted", notes=notes), bought(buyer, listing, state="completed")
    gone, unpaid = bought(buyer, listing), order(buyer, listing).orders.get()
    moves = f"orders/{shipped.pk}/moves"
    sent(rest, "post", moves, {"act": "ship", "carrier": SHORT, "tracking_number": f"{SHORT}\n1"})
    sent(rest, "put", f"orders/{shipped.pk}/tracking", {"carrier": SHORT, "tracking_number": SHORT})
    sent(rest, "post", f"orders/{shipped.pk}/refunds", {"amount_minor": 1, "note": LONG[:450]})
    sent(buying, "post", f"orders/{shipped.pk}/dispute", {"reason": "other", "text": LONG[:1500]})
    sent(rest, "post", f"orders/{shipped.pk}/dispute/evidence", {"text": LONG[:1500]})
    sent(buying, "post", f"orders/{gone.pk}/moves", {"act": "cancel", "reason": LONG[:450]})
    pieces = [{"line": done.lines.get().pk, "quantity": 1}]
    back = sent(buying, "post", f"orders/{done.pk}/returns", {"lines": pieces, "reason": LONG[:450]})
    answers = {"answer": LONG[:450], "tracking_number": SHORT}
    sent(rest, "post", f"returns/{back['id']}/steps", {"act": "approve", **answers})
    sent(buying, "post", f"orders/{done.pk}/review", {"stars": 1, "text": LONG[:1500]})
    about_buyer = sent(rest, "post", f"orders/{done.pk}/review", {"stars": 1, "text": LONG[:1500]})
    sent(buying, "post", f"reviews/{about_buyer['id']}/answer", {"text": LONG[:900]})
    return [shipped, done, gone, unpaid]


def _around(buying: Any, listing: Listing) -> None:
    second = listing.variants.order_by("pk").last()
    offer = {"variant": second.pk, "amount_minor": 90, "note": LONG[:450]}
    Listing.objects.filter(pk=listing.pk).update(takes_offers=True)
    sent(buying, "post", "offers", offer)
    sent(buying, "post", f"listings/{listing.pk}/ask", {"text": LONG[:900]})
    sent(buying, "post", "saved-searches", {"query": {"q": LONG[:60]}, "name": TITLE})
    sent(buying, "put", f"favourites/{listing.pk}", {})
    sent(buying, "post", "cart/lines", {"variant": second.pk})
    report = {"target_kind": "listing", "listing": listing.pk, "reason": "spam", "note": LONG[:900]}
    assert buying.post("/api/v1/reports", report, format="json").status_code == 201
