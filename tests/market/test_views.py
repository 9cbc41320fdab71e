"""Who looked at what: counted once, gathered before it is written; and what is like a listing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Block
from core.limits import RECENT_VIEWS
from market.finding import views
from market.finding.similar import similar_listings
from market.models import Listing, ListingDay, RecentView
from tests.market.scenes import make_category, make_listing

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


@pytest.fixture(autouse=True)
def nobody_has_looked():
    views.views.forget()


@pytest.fixture
def gathering(monkeypatch):
    """As in a server: what is seen waits for the next flush."""
    monkeypatch.setattr(views.runtime, "loop", lambda: object())


def look(listing, by=None, visitor="1.2.3.4", user_agent=BROWSER, **extra):
    views.record_view(listing, by, user_agent=user_agent, visitor=visitor, **extra)


def test_a_look_counts_once_a_day(alice, bob):
    listing = make_listing(alice)
    now = timezone.now().replace(hour=12)
    for _ in range(3):
        look(listing, bob, now=now)
        look(listing, visitor="1.2.3.4", now=now)
    look(listing, visitor="5.6.7.8", now=now)
    look(listing, bob, now=now + timedelta(days=1))
    listing.refresh_from_db()
    assert listing.view_count == 4
    assert list(ListingDay.objects.order_by("day").values_list("view_count", flat=True)) == [3, 1]


@pytest.mark.parametrize(
    "agent", ["Googlebot/2.1", "", "curl/8", "python-requests/2", "Mozilla/5.0 (compatible; bingbot)"]
)
def test_programs_and_the_seller_do_not_count(alice, bob, agent):
    listing = make_listing(alice)
    look(listing, bob, user_agent=agent)
    look(listing, alice)
    listing.refresh_from_db()
    assert (listing.view_count, ListingDay.objects.count(), RecentView.objects.count()) == (0, 0, 0)


def test_a_page_that_is_read_writes_nothing_by_itself(alice, gathering, django_assert_num_queries):
    listings = [make_listing(alice) for _ in range(3)]
    with django_assert_num_queries(0):
        for number in range(50):
            for listing in listings:
                look(listing, visitor=str(number))
    views.views.flush()
    assert set(Listing.objects.values_list("view_count", flat=True)) == {50}
    with django_assert_num_queries(0):
        views.views.flush()


def test_the_last_fifty_are_remembered_the_latest_first(alice, bob, api, gathering):
    listings = [make_listing(alice) for _ in range(RECENT_VIEWS + 25)]
    now = timezone.now()
    for number, listing in enumerate(listings):
        look(listing, bob, now=now + timedelta(seconds=number))
    look(listings[0], bob, now=now + timedelta(hours=1))
    body = api(bob).get("/api/v1/market/recent").json()
    assert [card["id"] for card in body] == [listings[0].pk, *[row.pk for row in reversed(listings[26:])]]
    views.views.flush()
    assert RecentView.objects.filter(user=bob).count() == RECENT_VIEWS
    assert api(bob).get("/api/v1/market/recent").json() == body
    assert api(alice).get("/api/v1/market/recent").json() == []
    assert api().get("/api/v1/market/recent").status_code in (401, 403)


def test_what_may_not_be_seen_is_not_remembered_aloud(alice, bob, api):
    for state in ("published", "paused"):
        look(make_listing(alice, state=state), bob)
    assert len(api(bob).get("/api/v1/market/recent").json()) == 1
    Block.objects.create(owner=alice, user=bob)
    assert api(bob).get("/api/v1/market/recent").json() == []


def test_similar_ones(alice, bob, api, django_assert_max_num_queries):
    bikes, boats = make_category("leisure/kites/"), make_category("leisure/sails/")
    one = make_listing(alice, title="Green city kite", category=bikes, price=10_000)
    near = make_listing(bob, title="Red city kite", category=bikes, price=11_000)
    dear = make_listing(bob, title="City kite of gold", category=bikes, price=900_000)
    other = make_listing(bob, title="Purse", category=bikes, price=10_000)
    wider = make_listing(bob, title="Sail", category=boats, price=10_000)
    make_listing(bob, title="Green city kite", category=make_category("food/"), price=10_000)
    make_listing(bob, title="Green city kite", category=bikes, state="draft")
    found = [card["id"] for card in api().get(f"/api/v1/market/listings/{one.pk}/similar").json()]
    assert found == [near.pk, dear.pk, other.pk, wider.pk]
    Block.objects.create(owner=bob, user=alice)
    assert similar_listings(one, by=alice) == []
    with django_assert_max_num_queries(6):
        similar_listings(one)


def test_similar_to_what_is_not_there(bob, alice, api):
    draft = make_listing(alice, state="draft")
    for pk in (draft.pk, 10**9, 2**63):
        assert api(bob).get(f"/api/v1/market/listings/{pk}/similar").status_code == 404
