"""Favourites: once, also at once; told of each lower price once; nothing of people who block each other."""

import pytest

from accounts.models import Block
from core import limits
from market import outbox
from market.actions.favourites import mark_favourite, unmark_favourite
from market.actions.listings import edit_listing
from market.finding.drops import alert_price_drop
from market.models import Favourite, Listing
from messenger.models import Chat, Message
from tests.market.finding_scenes import found_listing
from tests.market.scenes import make_listing
from tests.messenger.people import at_once

URL = "/api/v1/market/favourites"


def saved_messages(user) -> list[Message]:
    return list(Message.objects.filter(chat__kind=Chat.Kind.SAVED, chat__memberships__user=user).order_by("seq"))


def test_marking_twice_is_once_and_letting_go_twice_too(alice, bob, api):
    listing = make_listing(alice, price=9_000)
    client = api(bob)
    for _ in range(2):
        body = client.put(f"{URL}/{listing.pk}", {}, format="json").json()
        assert body["marked_price"]["minor"] == 9_000
        assert body["listing"]["is_favourite"] is True
    listing.refresh_from_db()
    assert listing.favourite_count == 1
    assert [one["listing"]["id"] for one in client.get(URL).json()["results"]] == [listing.pk]
    assert api(alice).get(URL).json()["results"] == []
    for _ in range(2):
        assert client.delete(f"{URL}/{listing.pk}").status_code == 204
    listing.refresh_from_db()
    assert listing.favourite_count == 0


def test_outsiders_and_unknown_ones(alice, bob, api):
    draft = make_listing(alice, state="draft")
    assert api().put(f"{URL}/{draft.pk}", {}, format="json").status_code in (401, 403)
    for pk in (draft.pk, 10**12, 2**63):
        assert api(bob).put(f"{URL}/{pk}", {}, format="json").status_code == 404
    Block.objects.create(owner=alice, user=bob)
    shown = make_listing(alice)
    assert api(bob).put(f"{URL}/{shown.pk}", {}, format="json").status_code == 404


def test_what_may_no_longer_be_seen_is_no_longer_listed_but_can_be_let_go(alice, bob, api):
    listing = make_listing(alice)
    mark_favourite(by=bob, listing_id=listing.pk)
    Block.objects.create(owner=alice, user=bob)
    assert api(bob).get(URL).json()["results"] == []
    unmark_favourite(by=bob, listing_id=listing.pk)
    assert not Favourite.objects.exists()


def test_there_is_an_end(alice, bob, api, monkeypatch):
    monkeypatch.setattr(limits, "FAVOURITES_PER_PERSON", 1)
    first, second = make_listing(alice), make_listing(alice)
    assert api(bob).put(f"{URL}/{first.pk}", {}, format="json").status_code == 200
    refused = api(bob).put(f"{URL}/{second.pk}", {}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_favourites")
    assert api(bob).put(f"{URL}/{first.pk}", {}, format="json").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_marking_ten_times_at_once_counts_once(alice, bob):
    listing = make_listing(alice)
    at_once(*[lambda: mark_favourite(by=bob, listing_id=listing.pk)] * 10)
    listing.refresh_from_db()
    assert (Favourite.objects.count(), listing.favourite_count) == (1, 1)
    at_once(*[lambda: unmark_favourite(by=bob, listing_id=listing.pk)] * 10)
    listing.refresh_from_db()
    assert (Favourite.objects.count(), listing.favourite_count) == (0, 0)


# --- cheaper --------------------------------------------------------------------------------------


def test_each_lower_price_is_told_once(alice, bob, charlie, run_all_tasks):
    listing = found_listing(alice, price=10_000)
    mark_favourite(by=bob, listing_id=listing.pk)
    mark_favourite(by=charlie, listing_id=listing.pk, wants_alert=False)
    edit_listing(by=alice, listing_id=listing.pk, price_minor=8_000)
    run_all_tasks()
    (message,) = saved_messages(bob)
    assert (message.card_kind, message.card_id, message.sender) == ("listing", listing.pk, None)
    assert "€80.00" in message.text
    assert "€100.00" in message.text
    assert saved_messages(charlie) == saved_messages(alice) == []
    edit_listing(by=alice, listing_id=listing.pk, price_minor=12_000)
    edit_listing(by=alice, listing_id=listing.pk, price_minor=9_000)  # still above what was told
    run_all_tasks()
    assert len(saved_messages(bob)) == 1
    edit_listing(by=alice, listing_id=listing.pk, price_minor=7_000)
    run_all_tasks()
    assert len(saved_messages(bob)) == 2


def test_a_repeated_event_tells_nothing_new(alice, bob, run_all_tasks):
    listing = found_listing(alice, price=10_000)
    mark_favourite(by=bob, listing_id=listing.pk)
    Listing.objects.filter(pk=listing.pk).update(price_minor=5_000)
    for _ in range(3):
        outbox.put("listing.price_dropped", listing=listing)
        run_all_tasks()
    assert len(saved_messages(bob)) == 1


def test_it_is_told_in_the_language_of_the_reader(alice, bob, run_all_tasks):
    bob.language = "de"
    bob.save()
    listing = found_listing(alice, price=10_000)
    mark_favourite(by=bob, listing_id=listing.pk)
    Listing.objects.filter(pk=listing.pk).update(price_minor=123_456 // 100)
    alert_price_drop(listing=listing.pk)
    assert "12,34\xa0€" in saved_messages(bob)[0].text


@pytest.mark.parametrize("change", ["blocked", "paused", "inactive"])
def test_nothing_is_told_of_what_one_may_not_see(alice, bob, change):
    listing = found_listing(alice, price=10_000)
    mark_favourite(by=bob, listing_id=listing.pk)
    Listing.objects.filter(pk=listing.pk).update(price_minor=1, state="paused" if change == "paused" else "published")
    if change == "blocked":
        Block.objects.create(owner=bob, user=alice)
    if change == "inactive":
        bob.is_active = False
        bob.save()
    alert_price_drop(listing=listing.pk)
    assert saved_messages(bob) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_it_once(alice, bob):
    listing = found_listing(alice, price=10_000)
    mark_favourite(by=bob, listing_id=listing.pk)
    Listing.objects.filter(pk=listing.pk).update(price_minor=5_000)
    at_once(*[lambda: alert_price_drop(listing=listing.pk)] * 4)
    assert len(saved_messages(bob)) == 1
