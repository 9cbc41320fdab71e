"""Saved searches tell of each new match once: soon, not one by one, and of nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Block
from core import limits
from market.actions.listings import edit_listing
from market.actions.publishing import pause_listing, publish_listing
from market.actions.shops import follow_shop
from market.finding import matching, news
from market.finding.index import index_listings
from market.finding.keys import keys_of_search
from market.finding.parameters import parameters_of, parse_parameters
from market.models import Category, Listing, SavedSearch, SavedSearchKey, SavedSearchMatch, ShopFollow
from tests.market.finding_scenes import HAMBURG, POTSDAM, found_listing
from tests.market.scenes import make_category, make_shop
from tests.market.test_favourites import saved_messages
from tests.messenger.people import at_once

URL = "/api/v1/market/saved-searches"


@pytest.fixture
def save(api):
    def post(user, name="", **query):
        response = api(user).post(URL, {"query": query, "name": name}, format="json")
        assert response.status_code in (200, 201), response.content
        return SavedSearch.objects.get(pk=response.json()["id"])

    return post


def told(user) -> list[int]:
    return [message.card_id for message in saved_messages(user)]


@pytest.mark.parametrize(
    ("query", "fits", "fits_not"),
    [
        ({"q": "bicycles"}, {"title": "Green bicycle"}, {"title": "Green tricycle"}),
        ({"q": "bicy"}, {"title": "Bicycle"}, {"title": "Bike"}),
        ({"q": "велосипед"}, {"title": "Велосипеды"}, {"title": "Диван"}),
        ({"q": "自行"}, {"title": "二手自行车"}, {"title": "沙发"}),
        ({"q": "green bicycle"}, {"title": "bicycle, green"}, {"title": "bicycle, red"}),
        ({"category": "home/"}, {"title": "x"}, {"title": "x", "category": None}),
        ({"near": "52.52,13.405", "radius_km": "50"}, {"at": POTSDAM}, {"at": HAMBURG}),
        ({"q": "sofa", "price_max": "5000"}, {"title": "Sofa", "price": 5000}, {"title": "Sofa", "price": 5001}),
        ({"condition": ["new", "good"]}, {"condition": "good"}, {"condition": "fair"}),
        ({"category": "home/furniture/", "attr.color": ["red"]}, {"attributes": {"color": "red"}}, {"attributes": {}}),
        ({"free": "true"}, {"price": 0}, {"price": 1}),
    ],
)
def test_what_fits_is_told_and_the_rest_is_not(alice, bob, save, run_all_tasks, query, fits, fits_not):
    search = save(bob, **query)
    category = make_category("home/furniture/")
    found_listing(alice, **{"title": "Thing", "description": "", "category": category, **fits_not})
    listing = found_listing(alice, **{"title": "Thing", "description": "", "category": category, **fits})
    run_all_tasks()
    assert told(bob) == [listing.pk]
    search.refresh_from_db()
    assert search.match_count == 1
    (message,) = saved_messages(bob)
    assert search.name in message.text
    assert message.sender is None


def test_each_listing_is_told_once_however_often_it_is_edited(alice, bob, save, run_all_tasks):
    save(bob, q="bicycle")
    listing = found_listing(alice, title="Bicycle")
    for number in range(3):
        index_listings([listing.pk])
        pause_listing(by=alice, listing_id=listing.pk)
        Listing.objects.filter(pk=listing.pk).update(state="published")
        matching.match_saved_searches([listing.pk])
        run_all_tasks()
        assert told(bob) == [listing.pk], number


def test_what_was_there_is_no_news_but_what_comes_to_fit_is(alice, bob, save, run_all_tasks):
    there = found_listing(alice, title="Bicycle", price=5_000, category=make_category("home/x/"))
    dear = found_listing(alice, title="Bicycle", price=50_000, category=make_category("home/x/"))
    save(bob, q="bicycle", price_max="10000")
    edit_listing(by=alice, listing_id=there.pk, title="Bicycle, better")
    run_all_tasks()
    assert told(bob) == []
    edit_listing(by=alice, listing_id=dear.pk, price_minor=9_000)
    run_all_tasks()
    assert told(bob) == [dear.pk]


def test_of_a_search_with_very_many_hits_only_new_listings_are_news(alice, bob, save, run_all_tasks, monkeypatch):
    monkeypatch.setattr("market.actions.saved_searches._KNOWN", 1)
    old = [found_listing(alice, title="Bicycle", published_at=timezone.now() - timedelta(days=days)) for days in (1, 2)]
    search = save(bob, q="bicycle")
    assert search.knows_all is False
    index_listings([listing.pk for listing in old])
    new = found_listing(alice, title="Bicycle")
    run_all_tasks()
    assert told(bob) == [new.pk]


def test_many_at_once_are_one_message_and_what_follows_waits(alice, bob, save, run_all_tasks):
    save(bob, q="lamp", name="Lamps")
    for number in range(5):
        found_listing(alice, title=f"Lamp {number}")
    run_all_tasks(even_later=False)
    first = len(told(bob))
    assert 1 <= first <= 3
    late = [found_listing(alice, title="Lamp again") for _ in range(2)]
    run_all_tasks(even_later=False)
    assert len(told(bob)) == first
    assert SavedSearchMatch.objects.filter(listing__in=late, told_at=None).count() == 2
    with time_machine.travel(timezone.now() + news.PAUSE + timedelta(seconds=1)):
        run_all_tasks()
    assert {listing.pk for listing in late} <= set(told(bob))
    texts = [message.text for message in saved_messages(bob) if message.text]
    assert any("Lamps" in text for text in texts)
    assert not SavedSearchMatch.objects.filter(told_at=None).exists()


def test_ones_own_and_those_of_blocked_people_are_no_matches(alice, bob, save, run_all_tasks):
    save(alice, q="bicycle")
    save(bob, q="bicycle")
    Block.objects.create(owner=alice, user=bob)
    found_listing(alice, title="Bicycle")
    run_all_tasks()
    assert told(alice) == told(bob) == []


def test_a_stopped_search_is_silent_and_a_forgotten_one_too(alice, bob, save, api, run_all_tasks):
    stopped, gone = save(bob, q="bicycle"), save(bob, q="green")
    assert api(bob).patch(f"{URL}/{stopped.pk}", {"is_active": False}, format="json").json()["is_active"] is False
    for _ in range(2):
        assert api(bob).delete(f"{URL}/{gone.pk}").status_code == 204
    found_listing(alice, title="Green bicycle")
    run_all_tasks()
    assert told(bob) == []
    save(bob, q="bicycle")  # saving it again lets it go on
    found_listing(alice, title="Another bicycle")
    run_all_tasks()
    assert len(told(bob)) == 1


def test_nothing_is_told_of_what_was_sold_meanwhile(alice, bob, save, run_all_tasks):
    save(bob, q="bicycle")
    listing = found_listing(alice, title="Bicycle")
    matching.match_saved_searches([listing.pk])
    Listing.objects.filter(pk=listing.pk).update(state="sold")
    run_all_tasks()
    assert told(bob) == []


def test_publishing_through_the_action_is_enough(alice, bob, save, run_all_tasks):
    save(bob, q="bicycle")
    listing = found_listing(alice, title="Bicycle", state="draft", category=make_category("home/x/"))
    run_all_tasks()
    assert told(bob) == []
    publish_listing(by=alice, listing_id=listing.pk)
    run_all_tasks()
    assert told(bob) == [listing.pk]


def test_a_search_whose_category_is_gone_disturbs_nobody(alice, bob, charlie, save, run_all_tasks):
    category = make_category("gone/")
    save(bob, q="bicycle", category="gone/")
    save(charlie, q="bicycle")
    Category.objects.filter(pk=category.pk).delete()
    listing = found_listing(alice, title="Bicycle")
    run_all_tasks()
    assert (told(bob), told(charlie)) == ([], [listing.pk])


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_it_once(alice, bob, api):
    api(bob).post(URL, {"query": {"q": "bicycle"}}, format="json")
    listing = found_listing(alice, title="Bicycle")
    at_once(*[lambda: matching.match_saved_searches([listing.pk])] * 4)
    search = SavedSearch.objects.get()
    at_once(*[lambda: news.tell_matches(search=search.pk)] * 4)
    assert told(bob) == [listing.pk]


# --- keeping them ---------------------------------------------------------------------------------


def test_the_same_search_is_kept_once(bob, api):
    first = api(bob).post(URL, {"query": {"q": "bike", "condition": ["new", "good"]}}, format="json")
    again = api(bob).post(
        URL, {"query": {"condition": ["good", "new"], "q": "bike", "sort": "cheapest"}}, format="json"
    )
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["url"] == "/market/search?q=bike&condition=good&condition=new"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "empty_search"),
        ({"sort": "cheapest"}, "empty_search"),
        ({"category": "no/such"}, "unknown_category"),
        ({"attr.color": "red"}, "category_needed"),
        ({"price_min": "NaN"}, "invalid"),
        ({"condition": "mint"}, "invalid"),
        ({"q": ["x" * 100_000]}, "invalid"),
        ({"q": {"deep": {}}}, "invalid"),
        ({"near": [[1, 2]]}, "invalid"),
    ],
)
def test_bad_searches_are_refused(bob, api, query, code):
    response = api(bob).post(URL, {"query": query}, format="json")
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_there_is_an_end_to_them(bob, save, api, monkeypatch):
    monkeypatch.setattr(limits, "SAVED_SEARCHES_PER_PERSON", 1)
    save(bob, q="one")
    refused = api(bob).post(URL, {"query": {"q": "two"}}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_saved_searches")


def test_others_have_nothing_to_do_with_it(alice, bob, save, api):
    search = save(bob, q="bike")
    assert api(alice).get(URL).json() == []
    assert api(alice).patch(f"{URL}/{search.pk}", {"name": "Mine"}, format="json").status_code == 404
    assert api(alice).delete(f"{URL}/{search.pk}").status_code == 204
    assert SavedSearch.objects.filter(pk=search.pk).exists()
    assert api().get(URL).status_code in (401, 403)
    assert api(bob).patch(f"{URL}/{2**63}", {}, format="json").status_code == 404


@pytest.mark.parametrize(
    "written",
    [
        {"q": ["красный диван "], "sort": ["newest"]},
        {"near": ["52.52,13.405,Berlin, Mitte"], "radius_km": ["5"], "delivery": ["in_person", "shipping"]},
        {"category": ["home/"], "attr.size.min": ["2.5"], "attr.size.max": ["40"], "attr.color": ["blue", "red"]},
        {"price_min": ["0"], "price_max": ["100"], "currency": ["JPY"], "free": ["true"], "shop": ["7"]},
    ],
)
def test_a_search_written_and_read_is_the_same(written):
    query = parse_parameters(written)
    assert parameters_of(query) == written
    assert parse_parameters(parameters_of(query)) == query


def test_a_search_waits_under_few_keys(bob, save):
    assert keys_of_search(parse_parameters({"q": "green bicycles "})) >= {"w:bicycles", "w:bicycl"}
    assert keys_of_search(parse_parameters({"category": "home/", "free": "true"})) == {"c:home/"}
    assert keys_of_search(parse_parameters({"free": "true"})) == {"*"}
    around = keys_of_search(parse_parameters({"near": "52.52,13.405", "radius_km": "200"}))
    assert all(key.startswith("n:") for key in around)
    assert len(around) < 150
    save(bob, near="52.52,13.405", radius_km="200")
    assert SavedSearchKey.objects.count() == len(around)


# --- shops that people follow ---------------------------------------------------------------------


def test_followers_are_told_once_a_day_of_what_is_new(alice, bob, charlie):
    shop = make_shop(alice)
    found_listing(alice, title="Old", published_at=timezone.now() - timedelta(hours=1))
    follow_shop(by=bob, shop_id=shop.pk)
    ShopFollow.objects.update(created_at=timezone.now() - timedelta(minutes=30))
    new = [found_listing(alice, title=f"New {number}") for number in range(5)]
    now = timezone.now()
    assert news.tell_followers(now) == 1
    assert news.tell_followers(now) == 0
    assert told(bob) == [listing.pk for listing in reversed(new)][:3]
    assert "5 new from Alice" in saved_messages(bob)[0].text
    later = found_listing(alice, title="Later", published_at=now + timedelta(hours=1))
    assert news.tell_followers(now + timedelta(hours=2)) == 0
    assert news.tell_followers(now + timedelta(hours=24)) == 1
    assert told(bob)[-1] == later.pk
    assert told(charlie) == []


def test_followers_that_block_hear_nothing(alice, bob):
    follow_shop(by=bob, shop_id=make_shop(alice).pk)
    ShopFollow.objects.update(created_at=timezone.now() - timedelta(days=1))
    found_listing(alice)
    Block.objects.create(owner=bob, user=alice)
    assert news.tell_followers() == 0
    assert told(bob) == []
