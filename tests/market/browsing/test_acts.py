"""What one does on browsing pages: hearts, following, saving, asking, sharing."""

import re

import pytest
from django.test import Client

from market.models import CartLine, Favourite, SavedSearch, ShopFollow
from market.serializers.listings import listing_url
from moderation.models import Report
from tests.market.browsing.scene import HTMX, browser, put, text_of
from tests.market.scenes import make_listing, make_shop, the_variant

pytestmark = pytest.mark.django_db


def test_hearts_work_with_and_without_a_script(alice, bob):
    listing = make_listing(alice)
    address = f"/market/listings/{listing.pk}/favourite"
    client = browser(bob)
    assert client.post(address, {"on": "1", "next": "/market/"})["Location"] == "/market/"
    assert Favourite.objects.filter(user=bob).count() == 1
    assert "A green bicycle" in text_of(client.get("/market/favourites/"))
    part = text_of(client.post(address, {"on": "0"}, headers=HTMX))
    assert 'aria-pressed="false"' in part
    assert not Favourite.objects.exists()
    assert client.get(address).status_code == 405


def test_who_is_not_signed_in_comes_back_to_the_page(alice):
    listing = make_listing(alice)
    answer = browser().post(f"/market/listings/{listing.pk}/favourite", {"next": listing_url(listing)})
    assert answer["Location"].startswith("/accounts/login/?next=/market/l/")
    htmx = browser().post(f"/market/listings/{listing.pk}/favourite", {"next": "/market/"}, headers=HTMX)
    assert htmx["HX-Redirect"].startswith("/accounts/login/")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:1", "\\\\evil.example"])
def test_nobody_is_sent_to_another_site(alice, bob, elsewhere):
    listing = make_listing(alice)
    answer = browser(bob).post(f"/market/listings/{listing.pk}/favourite", {"next": elsewhere})
    assert answer["Location"] == "/market/"


def test_forms_need_their_token(alice, bob):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob)
    listing = make_listing(alice)
    for path in (
        f"/market/listings/{listing.pk}/favourite",
        f"/market/shops/{listing.shop_id}/follow",
        "/market/place",
        f"/market/listings/{listing.pk}/offer",
    ):
        assert strict.post(path, {"on": "1"}).status_code == 403, path
    assert not Favourite.objects.exists()


def test_following_a_shop(alice, bob):
    shop = make_shop(alice)
    address = f"/market/shops/{shop.pk}/follow"
    assert "Following" in text_of(browser(bob).post(address, {"on": "1"}, headers=HTMX))
    assert ShopFollow.objects.filter(user=bob).exists()
    make_listing(alice)
    assert "From shops you follow" in text_of(browser(bob).get("/market/"))
    browser(bob).post(address, {"on": "0"})
    assert not ShopFollow.objects.exists()
    assert "That is yours" in text_of(browser(alice).post(address, {"on": "1"}, headers=HTMX))


def test_a_search_is_saved_muted_opened_and_deleted(alice, bob, charlie):
    put(make_listing(alice))
    client = browser(bob)
    client.post("/market/saved-searches/save", {"search": "q=bicycle&condition=good"})
    saved = SavedSearch.objects.get(user=bob)
    base = f"/market/saved-searches/{saved.pk}/"
    assert client.get(base)["Location"] == "/market/search?q=bicycle&condition=good"
    assert browser(charlie).get(base).status_code == 404
    assert "Tell me" in text_of(client.post(f"{base}change", {"active": "0"}, headers=HTMX))
    browser(charlie).post(f"{base}delete")
    assert SavedSearch.objects.filter(pk=saved.pk, is_active=False).exists()
    client.post(f"{base}delete")
    assert not SavedSearch.objects.exists()
    assert "Say first" in text_of(client.post("/market/saved-searches/save", {"search": ""}, headers=HTMX))


def test_an_offer_from_a_page_of_its_own(alice, bob):
    listing = make_listing(alice)
    address = f"/market/listings/{listing.pk}/offer"
    client, variant = browser(bob), the_variant(listing).pk
    assert "The seller asks €100.00" in text_of(client.get(address))
    refused = client.post(address, {"variant": variant, "amount": "1,2,3"})
    assert refused.status_code == 422
    assert "1,2,3" in refused.content.decode()
    assert client.post(address, {"variant": variant, "amount": "80"})["Location"].startswith("/c/")
    assert client.post(address, {"variant": variant, "amount": "81"})["Location"] == "/market/offers/"


def test_a_question_opens_the_chat(alice, bob):
    listing = make_listing(alice)
    answer = browser(bob).post(f"/market/listings/{listing.pk}/ask", {"text": "Is it still there?"})
    assert answer["Location"].startswith("/c/")
    assert browser(alice).post(f"/market/listings/{listing.pk}/ask", {"text": "?"}).status_code == 422


def test_a_report_reaches_the_moderators(alice, bob):
    listing = make_listing(alice)
    address = f"/market/listings/{listing.pk}/report"
    assert browser(bob).post(address, {}).status_code == 422
    assert browser(bob).post(address, {"reason": "fraud"}).status_code == 302
    assert Report.objects.get().target_id == listing.pk


def test_a_listing_is_shared_into_chats_one_is_in(alice, bob, charlie):
    listing = make_listing(alice)
    browser(bob).post(f"/market/listings/{listing.pk}/ask", {"text": "Hello"})
    page = text_of(browser(bob).get(f"/market/listings/{listing.pk}/share"))
    chat = re.search(r'name="chat" value="(\d+)"', page)[1]
    assert browser(bob).post(f"/market/listings/{listing.pk}/share", {"chat": chat})["Location"] == f"/c/{chat}"
    assert browser(charlie).post(f"/market/listings/{listing.pk}/share", {"chat": chat}).status_code in (404, 422)
    assert browser(bob).post(f"/market/listings/{listing.pk}/share", {}).status_code == 422


def test_the_cart_is_counted_in_the_bar(alice, bob):
    listing = make_listing(alice, stock=5)
    CartLine.objects.create(user=bob, variant=the_variant(listing), quantity=3, seen_price_minor=1)
    assert "Cart, 3 things" in text_of(browser(bob).get("/market/"))
