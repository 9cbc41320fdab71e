"""Sitemaps and feeds for machines: well-formed, only what everybody may see, whatever people wrote into it."""

import asyncio
import json
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.template import Context, Template

from core import executor
from market import feeds
from market.models import Listing, Shop
from market.serializers.finding import crumbs_json
from market.serializers.listings import listing_cards_json, listing_json
from market.structured import list_structured, listing_structured, open_graph
from tests.market.scenes import make_category, make_listing, make_photo, make_shop, make_variant

HOSTILE = "</script><script>alert(1)</script>]]>&\"'<!-- \x00\x0b\ud800 \u2028 ﷽".replace("\ud800", "").replace(
    "\x00", ""
)
G = "{http://base.google.com/ns/1.0}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(client, path) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=3600"
    return [one.text for one in ElementTree.fromstring(response.content).iter(f"{MAP}loc")]


def test_sitemaps_name_what_everybody_may_see(alice, bob, client, monkeypatch):
    monkeypatch.setattr(feeds, "PER_PAGE", 2)
    cache.clear()
    shown = [make_listing(alice, title=HOSTILE if number else "Bicycle") for number in range(3)]
    hidden = [make_listing(bob, state=state) for state in ("draft", "sold", "paused", "removed")]
    index = locations(client, "/market/sitemap.xml")
    assert index[0] == "http://testserver/market/sitemap-categories.xml"
    pages = [page.removeprefix("http://testserver") for page in index[1:]]
    found = [address for page in pages for address in locations(client, page)]
    assert len(found) == 3
    for listing, address in zip(shown, found, strict=True):
        assert address.startswith(f"http://testserver/market/l/{listing.pk}")
    assert not any(f"/{listing.pk}/" in address for listing in hidden for address in found)
    for number in (hidden[-1].pk + 9, 2**62, 2**70):
        assert client.get(f"/market/sitemap-{number}.xml").status_code == 404
    categories = locations(client, "/market/sitemap-categories.xml")
    assert f"http://testserver/market/shops/{alice.shop.pk}" in categories
    assert f"http://testserver/market/shops/{bob.shop.pk}" not in categories
    assert "http://testserver/market/c/leisure/bicycles/" in categories


def test_robots_are_told_where_to_look(client):
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/market/sitemap.xml" in text
    assert "Disallow: /market/cart/" in text


@pytest.fixture
def feed(transactional_db, async_client):
    """feed("/market/feed/google.xml"): the items, each a list of (name, text)."""

    def read(path) -> list[dict[str, str]]:
        async def whole() -> bytes:
            response = await async_client.get(path)
            assert response.status_code == 200
            return b"".join([piece async for piece in response.streaming_content])

        root = ElementTree.fromstring(asyncio.run(whole()))
        executor.shut_down()
        return [
            {one.tag.removeprefix(G): one.text or one.findtext(f"{G}price") for one in item}
            for item in root.iter("item")
        ]

    return read


def test_the_merchant_feed(alice, bob, feed, monkeypatch):
    monkeypatch.setattr(feeds, "CHUNK", 2)
    make_shop(alice, currency="EUR")
    bike = make_listing(
        alice, title=HOSTILE, description=HOSTILE, price=10_050, attributes={"brand": "Ó & Co"}, condition="fair"
    )
    make_photo(bike)
    many = make_listing(alice, title="Shirt", price=1_000, condition="new", stock=0)
    make_variant(many, name="Red, L", price=1_200, stock=3)
    yen = make_listing(bob, shop=make_shop(bob, currency="JPY"), price=1_000)
    for extra in ({"price": 0}, {"price": None}, {"kind": "service"}, {"state": "draft"}, {"state": "sold"}):
        make_listing(alice, **extra)
    items = {item["id"]: item for item in feed("/market/feed/google.xml")}
    assert len(items) == 4
    one = items[str(bike.pk)]
    assert one["title"] == one["description"] == HOSTILE.replace("\x0b", "")
    assert one["price"] == "100.50 EUR"
    assert (one["condition"], one["availability"], one["brand"]) == ("used", "in_stock", "Ó & Co")
    assert one["image_link"].startswith("http://testserver/media/listing-photos/")
    assert one["link"].startswith(f"http://testserver/market/l/{bike.pk}")
    assert one["shipping"] == "4.90 EUR"
    variants = [item for item in items.values() if item.get("item_group_id") == str(many.pk)]
    assert sorted((item["price"], item["availability"]) for item in variants) == [
        ("10.00 EUR", "out_of_stock"), ("12.00 EUR", "in_stock"),
    ]  # fmt: skip
    assert items[str(yen.pk)]["price"] == "1000 JPY"
    assert {item["id"] for item in feed(f"/market/shops/{bob.shop.pk}/feed.xml")} == {str(yen.pk)}


def test_no_feed_of_a_closed_or_unknown_shop(alice, client):
    shop = make_shop(alice)
    Shop.objects.filter(pk=shop.pk).update(closed_at="2026-01-01T00:00:00Z")
    for pk in (shop.pk, 10**12, 2**70):
        assert client.get(f"/market/shops/{pk}/feed.xml").status_code == 404


# --- structured data ----------------------------------------------------------------------------


def graph(listing) -> dict:
    listing = Listing.objects.select_related("shop__owner", "category__parent").get(pk=listing.pk)
    data = listing_structured(listing_json(listing), crumbs_json(listing.category), "https://example.org")
    return {node["@type"]: node for node in data["@graph"]}


def test_goods_are_a_product_with_an_offer(alice):
    listing = make_listing(alice, price=12_300, attributes={"color": "red", "brand": "Velo"})
    make_photo(listing)
    nodes = graph(listing)
    offer = nodes["Product"]["offers"]
    assert (offer["@type"], offer["price"], offer["priceCurrency"]) == ("Offer", "123.00", "EUR")
    assert offer["availability"] == "https://schema.org/InStock"
    assert nodes["Product"]["itemCondition"] == "https://schema.org/UsedCondition"
    assert nodes["Product"]["image"][0].startswith("https://example.org/media/")
    assert [item["name"] for item in nodes["BreadcrumbList"]["itemListElement"]][-1] == "Bicycles"


def test_services_courses_variants_and_what_is_on_request(alice):
    assert "Service" in graph(make_listing(alice, kind="service", price=None))
    assert "offers" not in graph(make_listing(alice, kind="service", price=None))["Service"]
    assert graph(make_listing(alice, kind="course", stock=None))["Course"]["offers"]["price"] == "100.00"
    many = make_listing(alice, price=1_000)
    make_variant(many, name="L", price=2_000)
    offer = graph(many)["Product"]["offers"]
    assert (offer["@type"], offer["lowPrice"], offer["highPrice"], offer["offerCount"]) == (
        "AggregateOffer", "10.00", "20.00", 2,
    )  # fmt: skip
    assert graph(make_listing(alice, stock=0))["Product"]["offers"]["availability"] == "https://schema.org/SoldOut"


def test_what_people_write_does_not_leave_the_script(alice):
    listing = make_listing(alice, title=HOSTILE, description=HOSTILE, category=make_category("things/"))
    row = Listing.objects.select_related("shop__owner", "category__parent").get(pk=listing.pk)
    data = listing_structured(listing_json(row), crumbs_json(row.category), "https://example.org")
    written = Template("{% load market %}{% json_ld data %}").render(Context({"data": data}))
    inside = written.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert "<" not in inside
    assert ">" not in inside
    assert json.loads(inside)["@graph"][0]["name"] == HOSTILE


def test_lists_and_open_graph(alice):
    listing = make_listing(alice, price=12_300)
    assert list_structured([], [], "x") is None
    (card,) = listing_cards_json([listing])
    items = list_structured([card], [], "https://example.org")["@graph"][0]["itemListElement"]
    assert items[0]["url"].startswith(f"https://example.org/market/l/{listing.pk}")
    tags = open_graph(listing_json(listing), "https://example.org")
    assert (tags["og:title"], tags["product:price:amount"]) == ("A green bicycle", "123.00")


def test_the_page_of_a_listing_says_all_this(alice, client):
    listing = make_listing(alice, title="Bicycle")
    page = client.get(f"/market/l/{listing.pk}/bicycle").content.decode()
    start = page.index('<script type="application/ld+json">') + len('<script type="application/ld+json">')
    data = json.loads(page[start : page.index("</script>", start)])
    assert data["@graph"][0]["name"] == "Bicycle"
