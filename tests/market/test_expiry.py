"""Listings run out, are remembered before, and renewed."""

from datetime import UTC, datetime, timedelta

import pytest

from market.models import Listing, OutboxEvent
from market.tasks.expiry import expire_listings, remind_of_expiry
from tests.market.scenes import make_listing

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def told(kind) -> int:
    return OutboxEvent.objects.filter(kind=kind).count()


@pytest.fixture
def listing(alice, categories, time_machine) -> Listing:
    time_machine.move_to(START, tick=False)
    return make_listing(alice)


def test_it_runs_out_after_sixty_days(api, alice, listing, time_machine):
    path = f"/api/v1/market/listings/{listing.pk}"
    time_machine.move_to(START + timedelta(days=59, hours=23), tick=False)
    expire_listings()
    assert api().get(path).json()["state"] == "published"
    time_machine.move_to(START + timedelta(days=60), tick=False)
    assert api().get(path).json()["state"] == "expired"  # before the worker has come by
    for _twice in range(2):
        expire_listings()
    listing.refresh_from_db()
    assert (listing.state, told("listing.expired")) == ("expired", 1)


def test_its_seller_is_reminded_once_a_term(api, alice, listing, time_machine):
    for days, expected in ((56, 0), (57, 1), (58, 1)):
        time_machine.move_to(START + timedelta(days=days), tick=False)
        remind_of_expiry()
        assert told("listing.expiring") == expected
    answer = api(alice).post(f"/api/v1/market/listings/{listing.pk}/renewal").json()
    assert answer["expires_at"].startswith((START + timedelta(days=118)).date().isoformat())
    remind_of_expiry()
    assert told("listing.expiring") == 1
    time_machine.move_to(START + timedelta(days=116), tick=False)
    remind_of_expiry()
    assert told("listing.expiring") == 2


def test_renewing_brings_it_back_but_not_to_the_top(api, alice, listing, time_machine):
    before = listing.published_at
    time_machine.move_to(START + timedelta(days=61), tick=False)
    path = f"/api/v1/market/listings/{listing.pk}"
    assert api(alice).post(f"{path}/renewal").json()["state"] == "published"  # the worker had not come by
    time_machine.move_to(START + timedelta(days=200), tick=False)
    expire_listings()
    assert api(alice).post(f"{path}/renewal").json()["state"] == "published"
    listing.refresh_from_db()
    assert listing.published_at == before
    assert listing.expires_at == START + timedelta(days=260)


def test_paused_it_keeps_its_term(api, alice, listing, time_machine):
    path = f"/api/v1/market/listings/{listing.pk}/publication"
    until = listing.expires_at
    time_machine.move_to(START + timedelta(days=10), tick=False)
    api(alice).delete(path)
    api(alice).post(path)
    listing.refresh_from_db()
    assert listing.expires_at == until
    api(alice).delete(path)
    time_machine.move_to(START + timedelta(days=90), tick=False)
    expire_listings()
    api(alice).post(path)
    listing.refresh_from_db()
    assert listing.expires_at == START + timedelta(days=150)
