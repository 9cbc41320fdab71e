"""Listings as cards: who may show them, what they say when sent and now, and how they follow what is sold."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import cards
from market import stock
from market.models import Listing
from market.tasks.cards import refresh_listing_cards, refresh_soon
from messenger.actions.cards import Card, post_card
from messenger.models import Message
from tests.messenger.conftest import heard, make_chat  # noqa: F401  (a fixture)
from tests.messenger.people import url

from .scenes import make_listing, make_photo, make_variant, the_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def bicycle(alice):
    listing = make_listing(alice, title="City bicycle", price=5_000, stock=10, place="Harbour")
    make_photo(listing)
    return listing


@pytest.fixture
def group(alice, bob):
    return make_chat("group", bob, alice, title="Friends")


def show(client, chat, listing, **rest):
    body = {"client_id": str(uuid.uuid4()), "kind": "listing", "id": listing.pk, **rest}
    return client.post(url(chat, "cards"), body, format="json")


def test_a_listing_in_a_chat_is_frozen_and_live(bob, bicycle, group, api):
    sent = show(api(bob), group, bicycle, text="Look!")
    assert sent.status_code == 201
    Listing.objects.filter(pk=bicycle.pk).update(price_minor=4_500, title="City bicycle, red")
    card = api(bob).get(url(group, "messages")).json()["messages"][0]["card"]
    assert card["snapshot"]["title"] == "City bicycle"
    assert card["snapshot"]["price"] == {"minor": 5_000, "currency": "EUR"}
    assert (card["snapshot"]["place"], card["snapshot"]["available"]) == ("Harbour", 10)
    live = card["live"]
    assert (live["title"], live["price"]["minor"], live["is_available"]) == ("City bicycle, red", 4_500, True)
    assert (live["available"], live["total"], live["variant"]) == (10, 10, the_variant(bicycle).pk)
    assert live["photo"]["url"].endswith("-medium.webp")


def test_how_many_are_left(alice, bicycle):
    stock.reserve({the_variant(bicycle).pk: 3}, reference="quote:1", until=bicycle.expires_at)
    live = cards.live("listing", [bicycle.pk])[bicycle.pk]
    assert (live["available"], live["total"], live["is_available"]) == (7, 10, True)


def test_live_data_has_no_words_of_a_language(bicycle, group, bob, api):
    show(api(bob), group, bicycle)

    def keys(value):
        if isinstance(value, dict):
            return set(value) | {key for one in value.values() for key in keys(one)}
        return set()

    card = api(bob).get(url(group, "messages"), headers={"Accept-Language": "de"}).json()["messages"][0]["card"]
    assert not {"text", "condition_label", "state_label"} & (keys(card["live"]) | keys(card["snapshot"]))


def test_of_several_variants_one_is_chosen_first(bicycle):
    make_variant(bicycle, name="Red", price=6_000)
    live = cards.live("listing", [bicycle.pk])[bicycle.pk]
    assert (live["variant"], live["price_max"]["minor"], live["available"]) == (None, 6_000, 11)


@pytest.mark.parametrize("state", ["draft", "removed", "deleted"])
def test_what_is_not_public_is_not_shown(alice, bob, bicycle, group, api, state):
    Listing.objects.filter(pk=bicycle.pk).update(state=state)
    for person in (alice, bob):  # not even the seller's own draft
        answer = show(api(person), group, bicycle)
        assert (answer.status_code, answer.json()["code"]) == (404, "listing_not_found")


def test_who_is_blocked_shows_nothing_of_it(alice, bob, charlie, bicycle, api):
    chat = make_chat("group", charlie, bob, title="Others")
    api(alice).put(f"/api/v1/blocks/{charlie.pk}")
    assert show(api(charlie), chat, bicycle).status_code == 404


def test_what_was_removed_says_only_that(bob, bicycle, group, api):
    show(api(bob), group, bicycle)
    Listing.objects.filter(pk=bicycle.pk).update(state="removed")
    card = api(bob).get(url(group, "messages")).json()["messages"][0]["card"]
    assert card["live"] == {"state": "removed", "is_available": False}


def test_a_page_of_listings_costs_the_same(alice, bicycle):
    with CaptureQueriesContext(connection) as one:
        cards.live("listing", [bicycle.pk])
    more = [make_listing(alice, stock=2).pk for _ in range(5)]
    with CaptureQueriesContext(connection) as six:
        assert len(cards.live("listing", [bicycle.pk, *more])) == 6
    assert len(six) <= max(len(one), 10)


def test_found_by_its_title_and_forwarded(bob, alice, bicycle, group, api):
    seq = show(api(bob), group, bicycle).json()["seq"]
    assert api(alice).get("/api/v1/search", {"q": "bicycle"}).json()["results"][0]["message"]["seq"] == seq
    other = make_chat("group", alice, title="Other")
    body = {"from_chat": group.pk, "seqs": [seq], "to": [other.pk], "client_ids": [str(uuid.uuid4())]}
    copy = api(alice).post("/api/v1/forwards", body, format="json").json()["messages"][0]
    assert (copy["card"]["id"], copy["forward"]["name"]) == (bicycle.pk, "Bob")


@pytest.mark.parametrize("kind", ["offer", "order", "delivery", "away"])
def test_what_is_between_two_is_neither_sent_nor_forwarded(alice, bob, bicycle, group, api, kind):
    body = {"client_id": str(uuid.uuid4()), "kind": kind, "id": 1}
    assert api(bob).post(url(group, "cards"), body, format="json").status_code == 404
    post_card(chat_id=group.pk, card=Card(kind=kind, id=1, snapshot={"title": "x"}), client_id=uuid.uuid4())
    other = make_chat("group", bob, title="Other")
    body = {"from_chat": group.pk, "seqs": [1], "to": [other.pk], "client_ids": [str(uuid.uuid4())]}
    assert api(bob).post("/api/v1/forwards", body, format="json").json()["code"] == "not_forwardable"


def test_a_notice_says_what_it_costs(bob, bicycle, group, api):
    snapshot = show(api(bob), group, bicycle).json()["card"]["snapshot"]
    assert cards.describe("listing", snapshot) == "City bicycle · €50.00"
    assert cards.describe("listing", {**snapshot, "price": None}) == "City bicycle"
    assert cards.describe("listing", {**snapshot, "price": {"minor": 0, "currency": "EUR"}}) == "City bicycle · Free"


# --- following ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_cards_follow_what_is_sold(bob, bicycle, group, api, heard, run_all_tasks):  # noqa: F811
    show(api(bob), group, bicycle)
    stock.reserve({the_variant(bicycle).pk: 1}, reference="quote:1", until=bicycle.expires_at)
    stock.refresh_listings([bicycle.pk])
    run_all_tasks()
    told = heard("message.changed")
    assert [event.data["card"]["live"]["available"] for event in told][-1:] == [9]


@pytest.mark.django_db(transaction=True)
def test_a_rush_is_one_refresh(bob, bicycle, group, api, heard, run_all_tasks):  # noqa: F811
    run_all_tasks()
    show(api(bob), group, bicycle)
    for _ in range(50):
        refresh_soon(bicycle.pk)
    run_all_tasks()
    assert len(heard("message.changed")) == 1
    assert Message.objects.get().modseq == 2


def test_a_refresh_of_what_was_never_shown_is_nothing(bicycle):
    refresh_listing_cards(listing=bicycle.pk)
    refresh_listing_cards(listing=999_999)
