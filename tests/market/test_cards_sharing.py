"""Sharing a listing, and asking its seller."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine

from market.models import Shop
from messenger.models import Chat, Message
from tests.messenger.conftest import make_chat
from tests.messenger.people import at_once, signed_in, url

from .scenes import make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def bicycle(alice):
    return make_listing(alice, title="City bicycle", price=5_000)


def share(client, listing, *chats, **rest):
    body = {"chats": [chat.pk for chat in chats], "client_ids": [str(uuid.uuid4()) for _ in chats], **rest}
    return client.post(f"/api/v1/market/listings/{listing.pk}/share", body, format="json")


def ask(client, listing, **body):
    return client.post(f"/api/v1/market/listings/{listing.pk}/ask", body, format="json")


# --- sharing ------------------------------------------------------------------------------------


def test_into_several_chats_with_the_same_words(bob, charlie, bicycle, api):
    chats = [make_chat("group", bob, charlie, title=name) for name in "AB"]
    answer = share(api(bob), bicycle, *chats, text="For you?")
    assert answer.status_code == 201
    assert [(one["chat"], one["text"], one["card"]["id"]) for one in answer.json()["messages"]] == [
        (chat.pk, "For you?", bicycle.pk) for chat in chats
    ]


def test_sharing_twice_with_the_same_ids_is_once(bob, bicycle, api):
    chat, client_id = make_chat("group", bob, title="A"), [str(uuid.uuid4())]
    for _ in range(2):
        assert share(api(bob), bicycle, chat, client_ids=client_id).status_code == 201
    assert Message.objects.count() == 1


def test_what_one_is_not_in_is_named_and_nothing_fails_for_the_others(bob, charlie, bicycle, api):
    mine, theirs = make_chat("group", bob, title="A"), make_chat("group", charlie, title="B")
    answer = share(api(bob), bicycle, theirs, mine).json()
    assert [one["chat"] for one in answer["messages"]] == [mine.pk]
    assert [(one["chat"], one["code"]) for one in answer["failed"]] == [(theirs.pk, "chat_not_found")]
    assert share(api(bob), bicycle, theirs).status_code == 404
    assert not Message.objects.filter(chat=theirs).exists()


def test_nonsense_is_refused(bob, bicycle, api):
    chat = make_chat("group", bob, title="A")
    assert share(api(bob), bicycle).status_code == 400
    assert share(api(bob), bicycle, chat, chat).json()["code"] == "too_many"
    assert share(api(bob), bicycle, chat, client_ids=[]).json()["code"] == "bad_client_ids"
    assert share(api(), bicycle, chat).status_code == 401
    bicycle.pk = 999_999
    assert share(api(bob), bicycle, chat).json()["code"] == "listing_not_found"


# --- asking -------------------------------------------------------------------------------------


def test_asking_opens_the_chat_with_the_listing_pinned(alice, bob, bicycle, api):
    answer = ask(api(bob), bicycle, text="Is it still there?")
    assert answer.status_code == 200
    chat = Chat.objects.get(pk=answer.json()["chat"])
    assert chat.kind == "direct"
    messages = api(alice).get(url(chat, "messages")).json()["messages"]
    assert [one["card"]["id"] if one["card"] else one["text"] for one in messages] == [
        bicycle.pk, "", "Is it still there?",
    ]  # fmt: skip
    assert messages[1]["service"]["type"] == "message.pinned"
    pins = api(alice).get(url(chat, "pins")).json()["results"]
    assert [one["seq"] for one in pins] == [answer.json()["seq"]]


def test_asking_again_shows_it_once(bob, bicycle, api):
    first = ask(api(bob), bicycle).json()
    assert ask(api(bob), bicycle, text="And now?").json() == first
    assert Message.objects.filter(card_kind="listing").count() == 1
    api(bob).delete(url(first["chat"], "messages", first["seq"]) + "?for=everybody")
    again = ask(api(bob), bicycle).json()
    assert again["seq"] > first["seq"]
    assert Message.objects.filter(card_kind="listing").count() == 1


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_shown_once(bob, bicycle):
    client_id = str(uuid.uuid4())
    body = {"text": "Hello", "client_id": client_id}
    calls = [lambda: ask(signed_in(bob), bicycle, **body)] * 4
    assert {answer.status_code for answer in at_once(*calls)} == {200}
    assert Message.objects.filter(card_kind="listing").count() == 1
    assert Message.objects.filter(text="Hello").count() == 1
    assert Message.objects.filter(kind="service").count() == 1


def test_nobody_asks_themselves_and_blocks_hold(alice, bob, charlie, bicycle, api):
    assert ask(api(alice), bicycle).json()["code"] == "own_listing"
    assert ask(api(), bicycle).status_code == 401
    api(alice).put(f"/api/v1/blocks/{charlie.pk}")
    assert ask(api(charlie), bicycle).json()["code"] == "listing_not_found"
    api(alice).patch("/api/v1/me/privacy", {"write": "contacts"}, format="json")
    api(alice).delete(f"/api/v1/blocks/{charlie.pk}")
    assert ask(api(charlie), bicycle).json()["code"] == "privacy"
    assert ask(api(bob), bicycle).status_code == 200  # a contact


# --- a shop that is away ------------------------------------------------------------------------


def answers(chat):
    return list(Message.objects.filter(chat=chat, card_kind="away").values_list("text", "sender__handle"))


def test_a_shop_that_is_away_answers_once_a_day(alice, bob, bicycle, api):
    Shop.objects.update(is_away=True, away_message="Back on Monday.")
    with time_machine.travel("2030-05-01 10:00Z", tick=False):
        bicycle.expires_at += timedelta(days=3_650)
        bicycle.save()
        chat = ask(api(bob), bicycle, text="Hello?").json()["chat"]
        ask(api(bob), bicycle, text="Hello??")
        assert answers(chat) == [("Back on Monday.", "alice")]
        Shop.objects.update(away_message="Back on Tuesday.")
        assert ask(api(bob), bicycle).status_code == 200
        assert answers(chat) == [("Back on Monday.", "alice")]
    with time_machine.travel("2030-05-02 10:00Z", tick=False):
        ask(api(bob), bicycle)
    assert answers(chat) == [("Back on Monday.", "alice"), ("Back on Tuesday.", "alice")]


def test_a_shop_on_holiday_says_until_when(alice, bob, bicycle, api):
    until = date.today() + timedelta(days=9)
    Shop.objects.update(holiday_until=until, holiday_note="At sea.")
    chat = ask(api(bob), bicycle).json()["chat"]
    message = Message.objects.get(chat=chat, card_kind="away")
    assert (message.text, message.card_snapshot["until"]) == ("At sea.", until.isoformat())


def test_a_shop_that_is_there_says_nothing_by_itself(bob, bicycle, api):
    assert answers(ask(api(bob), bicycle).json()["chat"]) == []
