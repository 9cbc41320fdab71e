"""The search page and the map; places."""

import re

import pytest

from market.finding.words import learn_words
from market.models import Listing
from tests.market.browsing.scene import HTMX, browser, put, text_of
from tests.market.scenes import make_category, make_listing

pytestmark = pytest.mark.django_db


def test_the_search_is_all_in_its_address(alice):
    cheap = put(make_listing(alice, price=5_000, title="Cheap bicycle"))
    put(make_listing(alice, price=50_000, title="Dear bicycle"))
    page = text_of(browser().get("/market/search?q=bicycle&from=10&to=100&town=Berlin&radius_km=10&condition=good"))
    assert cheap.title in page
    assert "Dear bicycle" not in page
    for chip in ("€10.00 – €100.00", "10 km around Berlin", "Good"):
        assert chip in page
    assert 'name="to" value="100.00"' in page


@pytest.mark.parametrize(
    "wrong",
    [
        "from=abc", "town=Nowhereville123", "condition=odd", "sort=nearest", "sort=odd", "attr.color=red", "cell=zz",
        "radius_km=-1", "cursor=x", "price_min=99999999&price_max=1", "near=91,0", "shop=99999999999999999999",
        "view=odd",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_left_out_and_never_an_error_page(alice, wrong):
    put(make_listing(alice))
    page = text_of(browser().get(f"/market/search?{wrong}", follow=True))
    assert "A green bicycle" in page


def test_an_unknown_category_shows_everything_and_says_why(alice):
    put(make_listing(alice))
    page = text_of(browser().get("/market/c/no/such/"))
    assert "no such category" in page
    assert "A green bicycle" in page
    assert browser().get("/market/c/leisure/bicycles")["Location"] == "/market/c/leisure/bicycles/"


def test_htmx_gets_the_part_and_the_address_of_the_search(alice):
    put(make_listing(alice))
    answer = browser().get(
        "/market/search?q=bicycle&condition=&from=&to=&town=", headers={**HTMX, "HX-Target": "results"}
    )
    page = text_of(answer)
    assert "<html" not in page
    assert 'id="results"' in page
    assert 'id="facets"' in page
    assert answer["HX-Push-Url"] == "/market/search?q=bicycle"
    assert "HX-Request" in answer["Vary"]
    restored = browser().get("/market/search", headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<html" in text_of(restored)


def test_more_pages_by_links_and_by_htmx(alice):
    for number in range(26):
        put(make_listing(alice, title=f"Bicycle {number}"))
    first = text_of(browser().get("/market/search"))
    more = re.search(r'<a class="button button--soft" href="([^"]+)" rel="next"', first)[1].replace("&amp;", "&")
    second = text_of(browser().get(more))
    assert "Back to the first page" in second
    assert "Bicycle 0<" in second
    part = text_of(browser().get(more, headers={**HTMX, "HX-Target": "more"}))
    assert part.count("listing-card__title") == 2
    assert "<html" not in part


def test_the_map_has_a_link_for_each_cell_that_filters_and_lets_go(alice):
    put(make_listing(alice, title="Bicycle in the middle"))
    put(make_listing(alice, title="Bicycle in Potsdam"), 52.4, 13.06, "Potsdam")
    page = text_of(browser().get("/market/search?near=52.52,13.405,Berlin&radius_km=50&view=map"))
    links = re.findall(r'<a class="cellmap__cell" href="([^"]+)"', page)
    assert len(links) == 2
    assert re.search(r"1 thing, \d\d km to the south-west", page)
    assert "The map as a list" in page
    chosen = [text_of(browser().get(link.replace("&amp;", "&"))) for link in links]
    assert sorted("Bicycle in Potsdam</a>" in one for one in chosen) == [False, True]
    assert all(one.count('aria-current="true" aria-label') == 1 for one in chosen)


def test_nothing_found_offers_only_ways_that_lead_on(alice):
    put(make_listing(alice))
    page = text_of(browser().get("/market/search?q=bicycle&town=Hamburg&radius_km=5&condition=new"))
    for way in ("Look within 10 km", "Look everywhere", "Take all filters off"):
        assert way in page


def test_a_typing_error_is_forgiven_and_said(alice):
    put(make_listing(alice, title="Wireless headphones"))
    learn_words(list(Listing.objects.values_list("pk", flat=True)))
    page = text_of(browser().get("/market/search?q=hedphones"))
    assert "Wireless headphones" in page
    assert "spelt similarly" in page


def test_suggestions_are_links(alice):
    put(make_listing(alice))
    make_category("leisure/bicycles/")
    page = text_of(browser().get("/market/suggest?q=bicy"))
    assert 'role="option"' in page
    assert "/market/c/leisure/bicycles/" in page
    assert "A green bicycle" in page
    assert browser().get("/market/suggest?q=").content == b""


def test_a_town_is_remembered_and_forgotten(alice):
    put(make_listing(alice))
    client = browser()
    client.post("/market/place", {"town": "berlin", "next": "/market/"})
    assert "Near Berlin" in text_of(client.get("/market/"))
    client.post("/market/place", {"town": ""})
    assert "Near Berlin" not in text_of(client.get("/market/"))
    answer = client.post("/market/place", {"town": "Nowhereville123"}, follow=True)
    assert "No town of this name is known" in answer.content.decode()


def test_a_position_is_kept_no_more_exactly_than_a_kilometre(alice):
    client = browser()
    client.post("/market/place", {"latitude": "52.5163", "longitude": "13.3777"})
    for latitude, longitude in (("91", "0"), ("nan", "1"), ("1e400", "1")):
        assert client.post("/market/place", {"latitude": latitude, "longitude": longitude}).status_code in (302, 400)
    page = text_of(client.get("/market/search?near=me"))
    assert "52.5163" not in page
    assert re.search(r"52\.\d{1,2},13\.\d{1,2}", page)
    client.cookies["market_place"] = "forged"
    assert client.get("/market/").status_code == 200
