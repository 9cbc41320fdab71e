"""Cards: what other apps show in chats. Frozen when sent, live when read, told again when it changes."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import cards
from core.errors import NotFound
from messenger.actions.cards import Card, post_card, touch_cards
from messenger.models import Message
from tests.messenger.conftest import make_chat
from tests.messenger.people import at_once, url
from tests.messenger.scenes import say

pytestmark = pytest.mark.django_db

PRICES = {7: 50}


@pytest.fixture(autouse=True)
def things():
    """Two kinds: "thing" 7 that only alice knows of, and "secret", which stays where it is."""

    def snapshot(by, pk):
        if by.handle != "alice" or pk not in PRICES:
            raise NotFound("thing_not_found")
        return {"title": "City bicycle", "price": PRICES[pk]}

    PRICES[7] = 50
    cards.register(
        "thing", lambda ids: {pk: {"price": PRICES[pk]} for pk in ids if pk in PRICES}, snapshot_for=snapshot
    )
    cards.register("secret", lambda ids: {}, is_forwardable=False)
    yield
    del cards._kinds["thing"], cards._kinds["secret"]


def thing(title="City bicycle", kind="thing", pk=7) -> Card:
    return Card(kind=kind, id=pk, snapshot={"title": title, "price": 50})


def send_thing(client, chat, pk=7, client_id=None, **rest):
    body = {"client_id": str(client_id or uuid.uuid4()), "kind": "thing", "id": pk, **rest}
    return client.post(url(chat, "cards"), body, format="json")


# --- sent by people ---------------------------------------------------------------------------


def test_a_card_is_frozen_and_live(alice, bob, group, api):
    sent = send_thing(api(alice), group, text="For you, **bob**?")
    assert sent.status_code == 201
    PRICES[7] = 45
    message = api(bob).get(url(group, "messages")).json()["messages"][0]
    assert (message["kind"], message["text"]) == ("card", "For you, bob?")
    assert message["card"] == {
        "kind": "thing", "id": 7, "snapshot": {"title": "City bicycle", "price": 50}, "live": {"price": 45},
    }  # fmt: skip
    PRICES.clear()
    gone = api(bob).get(url(group, "messages")).json()["messages"][0]["card"]
    assert (gone["snapshot"]["price"], gone["live"]) == (50, None)


def test_the_same_again_is_one_and_another_is_refused(alice, group, api):
    client_id = uuid.uuid4()
    assert send_thing(api(alice), group, client_id=client_id).status_code == 201
    assert send_thing(api(alice), group, client_id=client_id).status_code == 200
    reused = send_thing(api(alice), group, client_id=client_id, text="other")
    assert (reused.status_code, reused.json()["code"]) == (409, "client_id_reused")
    assert Message.objects.count() == 1


@pytest.mark.parametrize("body", [{"kind": "nonsense"}, {"kind": "secret"}, {"id": 8}, {"id": 2**63 - 1}])
def test_nobody_shows_what_they_may_not_see(alice, group, api, body):
    answer = api(alice).post(
        url(group, "cards"), {"client_id": str(uuid.uuid4()), "kind": "thing", "id": 7, **body}, format="json"
    )
    assert (answer.status_code, Message.objects.count()) == (404, 0)


@pytest.mark.parametrize("body", [{"id": -1}, {"id": 1.5}, {"id": "x"}, {"client_id": "x"}, {"kind": "x" * 17}])
def test_nonsense_is_refused(alice, group, api, body):
    whole = {"client_id": str(uuid.uuid4()), "kind": "thing", "id": 7, **body}
    assert api(alice).post(url(group, "cards"), whole, format="json").status_code == 400


def test_a_snapshot_of_the_clients_own_is_ignored(alice, group, api):
    sent = send_thing(api(alice), group, snapshot={"title": "Cheap", "price": 1}, card={"kind": "thing"})
    assert sent.json()["card"]["snapshot"] == {"title": "City bicycle", "price": 50}


def test_outsiders_send_nothing(alice, bob, charlie, group, api):
    assert send_thing(api(bob), group).status_code == 404  # a member who does not know of the thing
    other = make_chat("group", bob, charlie, title="Other")
    assert send_thing(api(alice), other).status_code == 404


def test_found_by_its_title_and_quoted_with_it(alice, bob, group, api):
    seq = send_thing(api(alice), group).json()["seq"]
    found = api(bob).get("/api/v1/search", {"q": "bicycle"}).json()["results"]
    assert [one["message"]["seq"] for one in found] == [seq]
    reply = say(bob, group, "Is it still there?", reply_to=seq)
    assert (reply.reply["kind"], reply.reply["excerpt"]) == ("card", "City bicycle")


# --- forwarding -------------------------------------------------------------------------------


def forward(client, message, chat):
    body = {
        "from_chat": message.chat_id, "seqs": [message.seq], "to": [chat.pk], "client_ids": [str(uuid.uuid4())],
    }  # fmt: skip
    return client.post("/api/v1/forwards", body, format="json")


@pytest.mark.parametrize(("kind", "status"), [("thing", 201), ("secret", 400), ("not_installed", 400)])
def test_what_is_between_two_is_not_forwarded(alice, bob, charlie, group, api, kind, status):
    post_card(chat_id=group.pk, card=thing(kind=kind), client_id=uuid.uuid4())
    other = make_chat("group", bob, charlie, title="Other")
    answer = forward(api(bob), Message.objects.get(chat=group), other)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["code"] == "not_forwardable"
        assert not Message.objects.filter(chat=other).exists()
    else:
        copy = answer.json()["messages"][0]
        assert (copy["card"]["live"], copy["forward"]) == ({"price": 50}, None)  # nobody said it first


# --- posted by the service --------------------------------------------------------------------


def test_the_service_speaks_once(alice, bob, group, api, heard):
    client_id = uuid.uuid4()
    first = post_card(chat_id=group.pk, card=thing(), client_id=client_id, text="**A** https://example.org")
    again = post_card(chat_id=group.pk, card=thing("Other"), client_id=client_id)
    assert (first.pk, Message.objects.count()) == (again.pk, 1)
    head = api(bob).get(url(group)).json()
    assert (head["my"]["unread_count"], head["last_message"]["sender"]) == (1, None)
    assert head["last_message"]["text"] == "**A** https://example.org"  # no markup is read, links are
    assert [one["type"] for one in head["last_message"]["entities"]] == ["link"]
    assert api(bob).get("/api/v1/search", {"q": "bicycle"}).json()["results"] != []


@pytest.mark.django_db(transaction=True)
def test_the_service_speaks_once_from_several_workers(alice, bob, group, heard):
    client_id = uuid.uuid4()
    posted = at_once(*[lambda: post_card(chat_id=group.pk, card=thing(), client_id=client_id)] * 6)
    assert len({message.pk for message in posted}) == 1
    group.refresh_from_db()
    assert (group.last_seq, len(heard("message.created"))) == (1, 1)


def test_one_id_in_two_chats_is_two_cards(alice, bob, group, direct):
    client_id = uuid.uuid4()
    for chat in (group, direct):
        post_card(chat_id=chat.pk, card=thing(), client_id=client_id)
    assert Message.objects.count() == 2


def test_who_caused_it_has_read_it(alice, bob, group, api):
    post_card(chat_id=group.pk, card=thing(), client_id=uuid.uuid4(), seen_by=[alice.pk])
    assert api(alice).get(url(group)).json()["my"]["unread_count"] == 0
    assert api(bob).get(url(group)).json()["my"]["unread_count"] == 1


def test_nobody_edits_or_deletes_what_the_service_said(alice, bob, group, api):
    post_card(chat_id=group.pk, card=thing(), client_id=uuid.uuid4(), text="said")
    assert api(bob).patch(url(group, "messages", 1), {"text": "new"}, format="json").status_code in (400, 403)
    assert api(bob).delete(url(group, "messages", 1) + "?for=everybody").status_code == 403
    report = {"target_kind": "message", "chat": group.pk, "seq": 1, "reason": "spam", "note": ""}
    assert api(bob).post("/api/v1/reports", report, format="json").json()["code"] == "cannot_report"


def test_a_person_posts_under_their_own_rights(alice, bob, charlie, group):
    message = post_card(chat_id=group.pk, card=thing(), client_id=uuid.uuid4(), by=alice)
    assert (message.sender, message.card_kind) == (alice, "thing")
    with pytest.raises(NotFound):
        post_card(chat_id=group.pk, card=thing(), client_id=uuid.uuid4(), by=charlie)


# --- told again -------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_has_changed_is_told_where_it_was_shown(alice, bob, group, direct, heard, api):
    for chat in (group, direct, group):
        post_card(chat_id=chat.pk, card=thing(), client_id=uuid.uuid4())
    post_card(chat_id=group.pk, card=thing(pk=8), client_id=uuid.uuid4())
    PRICES[7] = 45
    assert touch_cards("thing", 7) == 3
    told = [(event.chat, event.modseq, event.data["card"]["live"]) for event in heard("message.changed")]
    live = {"price": 45}
    assert sorted(told, key=str) == sorted(
        [(direct.pk, 2, live), (group.pk, 4, live), (group.pk, 5, live)], key=str
    )  # fmt: skip
    changes = api(bob).get(url(group, "changes"), {"after": 3}).json()
    assert [one["card"]["live"] for one in changes["messages"]] == [live, live]


def test_only_the_newest_are_told_again(alice, group, monkeypatch):
    monkeypatch.setattr("core.limits.CARDS_REFRESHED", 2)
    for _ in range(4):
        post_card(chat_id=group.pk, card=thing(), client_id=uuid.uuid4())
    assert touch_cards("thing", 7) == 2
    assert list(Message.objects.order_by("seq").values_list("modseq", flat=True)) == [1, 2, 5, 6]


def test_deleted_cards_stay_deleted(alice, bob, group, api):
    seq = send_thing(api(alice), group).json()["seq"]
    api(alice).delete(url(group, "messages", seq) + "?for=everybody")
    assert touch_cards("thing", 7) == 0
    assert api(bob).get(url(group, "messages")).json()["messages"][0]["card"] is None


def test_a_page_of_cards_asks_its_app_once(alice, bob, group, api):
    asked = []
    cards.register("thing", lambda ids: asked.append(sorted(ids)) or {pk: {"price": 1} for pk in ids})
    for pk in (7, 8, 9, 7):
        post_card(chat_id=group.pk, card=thing(pk=pk), client_id=uuid.uuid4())
    asked.clear()
    with CaptureQueriesContext(connection) as few:
        api(bob).get(url(group, "messages"))
    assert asked == [[7, 8, 9]]
    for pk in range(10, 20):
        post_card(chat_id=group.pk, card=thing(pk=pk), client_id=uuid.uuid4())
    with CaptureQueriesContext(connection) as many:
        api(bob).get(url(group, "messages"))
    assert len(many) == len(few)
