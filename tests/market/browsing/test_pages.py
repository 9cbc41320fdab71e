"""The public pages: who may see what, without a script, hostile titles."""

import json
import re

import pytest

from accounts.models import Block
from market.serializers.listings import listing_url
from tests.market.browsing.scene import browser, put, text_of
from tests.market.scenes import make_listing, make_photo, make_shop, make_variant, the_variant

pytestmark = pytest.mark.django_db


EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


PERSONAL = ["/market/favourites/", "/market/recent/", "/market/saved-searches/"]


PUBLIC = [
    "/market/",
    "/market/search",
    "/market/search?view=list",
    "/market/search?view=map&near=Berlin",
    "/market/c/leisure/bicycles/",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_everybody_may_browse(alice, bob, path):
    listing = put(make_listing(alice))
    make_photo(listing)
    for client in (browser(), browser(bob), browser(alice)):
        page = text_of(client.get(path))
        assert "A green bicycle" in page
        assert "100.00" in page
        assert listing_url(listing) in page


def test_an_empty_market_says_what_to_do(bob):
    for client in (browser(), browser(bob)):
        assert "Nothing is for sale yet" in text_of(client.get("/market/"))
    assert "Nothing was found" in text_of(browser(bob).get("/market/search?q=unicorn"))


@pytest.mark.parametrize("path", PERSONAL)
def test_lists_of_ones_own_are_for_who_is_signed_in(bob, path):
    assert browser().get(path)["Location"].startswith("/accounts/login/")
    answer = browser(bob).get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_a_listing_has_one_address(alice):
    listing = make_listing(alice, title="Grünes Fahrrad, 28 Zoll")
    address = listing_url(listing)
    for other in (
        f"/market/l/{listing.pk}",
        f"/market/l/{listing.pk}/something-else",
        f"/market/listings/{listing.pk}",
    ):
        assert (browser().get(other).status_code, browser().get(other)["Location"]) == (301, address)
    assert browser().get(address).status_code == 200
    assert browser().get(f"/market/l/{2**70}/x").status_code == 404


def test_a_listing_can_be_read_and_bought_without_a_script(alice, bob):
    listing = put(make_listing(alice, stock=7, description="One\n\nTwo https://example.com/x"))
    page = text_of(browser(bob).get(listing_url(listing)))
    assert "7 left" in page
    assert "Parcel" in page
    assert "Berlin" in page
    assert '<a href="https://example.com/x" rel="nofollow">' in page
    form = re.search(r'<form[^>]+id="buy-form".*?</form>', page, re.DOTALL)
    assert form
    assert f'name="variant" value="{the_variant(listing).pk}"' in form[0]
    assert 'action="/market/buy"' in form[0]


def test_variants_say_their_price_and_what_is_left(alice, bob):
    listing = make_listing(alice, stock=0)
    make_variant(listing, name="Small", price=1_900, stock=1)
    make_variant(listing, name="Large", price=2_100, stock=0)
    page = text_of(browser(bob).get(listing_url(listing)))
    assert "€19.00" in page
    assert "The last one" in page
    assert re.search(r"<input[^>]+disabled[^>]*>\s*<b>Large</b>", page)


@pytest.mark.parametrize(("state", "words"), [("sold", "has been sold"), ("paused", "paused"), ("expired", "run out")])
def test_what_is_over_says_so_and_shows_what_is_like_it(alice, bob, state, words):
    over, other = make_listing(alice, state=state), make_listing(alice, title="Another bicycle")
    page = text_of(browser(bob).get(listing_url(over)))
    assert words in page
    assert "Buy now" not in page
    assert other.title in page


def test_outsiders_learn_nothing(alice, bob, charlie):
    draft = make_listing(alice, state="draft", title="Not ready")
    assert browser(bob).get(f"/market/l/{draft.pk}").status_code == 404
    assert "Not ready" in text_of(browser(alice).get(listing_url(draft)))
    listing = put(make_listing(alice))
    Block.objects.create(owner=alice, user=charlie)
    client = browser(charlie)
    for path in (listing_url(listing), f"/market/shops/{listing.shop_id}", f"/market/listings/{listing.pk}/ask"):
        assert client.get(path).status_code == 404
    for path in PUBLIC:
        assert "A green bicycle" not in client.get(path).content.decode()


def test_the_own_listing_shows_figures_and_no_buy_button(alice, bob):
    listing = make_listing(alice)
    browser(bob).get(listing_url(listing))
    page = text_of(browser(alice).get(listing_url(listing)))
    assert "This is yours" in page
    assert "Buy now" not in page
    assert "figure__value" in page
    listing.refresh_from_db()
    assert listing.view_count == 1  # bob's alone
    assert "A green bicycle" in text_of(browser(bob).get("/market/recent/"))


def test_titles_and_words_of_strangers_are_only_words(alice, bob):
    shop = make_shop(alice)
    shop.__class__.objects.filter(pk=shop.pk).update(name=EVIL[:64], about=EVIL, holiday_note=EVIL)
    listing = put(make_listing(alice, title=EVIL, description=EVIL), place=EVIL[:80])
    make_variant(listing, name=EVIL[:80], price=100)
    paths = [
        *PUBLIC,
        listing_url(listing),
        f"/market/shops/{shop.pk}",
        f"/market/suggest?q={EVIL[:20]}",
        f"/market/search?q={EVIL}&town={EVIL}&from={EVIL}",
    ]
    for client in (browser(), browser(bob)):
        for path in paths:
            page = client.get(path).content.decode()
            assert not re.search("<script>alert|<img src=x", page), path


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "%2e%2e%2f", "???", "Велосипед", "自行车", "\u202egpj.exe", "a\u0300" * 50, "🚲", " "]
)
def test_strange_titles_have_an_address_all_the_same(alice, name):
    listing = make_listing(alice, title=name[:120])
    assert browser().get(f"/market/l/{listing.pk}", follow=True).status_code == 200


def test_facts_for_search_engines_and_previews(alice):
    listing = make_listing(alice, title="</script><b>Bicycle</b>")
    make_photo(listing)
    page = text_of(browser().get(listing_url(listing)))
    facts = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])
    assert "</script><b>Bicycle</b>" in json.dumps(facts)
    assert 'property="og:image"' in page
    assert '<meta property="product:price:amount" content="100.00">' in page


def test_pages_need_no_exception_from_the_content_security_policy(alice, bob):
    listing = put(make_listing(alice))
    for path in [*PUBLIC, listing_url(listing), f"/market/shops/{listing.shop_id}", *PERSONAL]:
        answer = browser(bob).get(path)
        page = text_of(answer)
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert not re.search(r"<[a-z][^>]*\s(style|on[a-z]+)=", page), path
        assert not re.search(r"<script(?![^>]*(nonce|src|ld\+json))", page), path
