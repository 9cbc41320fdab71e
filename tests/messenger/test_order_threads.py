"""Order threads: made once, for the people of one matter, whom nobody joins and nobody leaves."""

import uuid

import pytest

from core import cards
from messenger.actions.cards import Card, post_card
from messenger.actions.departing import depart
from messenger.actions.threads import add_to_thread, open_thread, remove_from_thread
from messenger.models import Chat, Membership, Message
from messenger.notifications import notices_of
from tests.conftest import make_user
from tests.messenger.people import at_once, url
from tests.messenger.scenes import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(alice, bob) -> Chat:
    return open_thread(key="order:12", title="City bicycle", people=[alice, bob])


def test_both_have_it_in_their_list_and_may_write(alice, bob, charlie, thread, api, send):
    for person in (alice, bob):
        heads = api(person).get("/api/v1/chats").json()["results"]
        assert [(head["chat"]["kind"], head["chat"]["title"]) for head in heads] == [("order", "City bicycle")]
        assert heads[0]["my"]["rights"] == ["write", "media", "react", "pin"]
        assert send(person, thread).status_code == 201
    assert api(charlie).get("/api/v1/chats").json()["results"] == []
    assert send(charlie, thread).status_code == 404
    assert api(bob).put(url(thread, "messages", 1, "reactions", "👍")).status_code == 200
    assert api(bob).put(url(thread, "messages", 1, "pin")).status_code == 200


def test_opening_it_again_changes_nothing(alice, bob, charlie, thread):
    assert open_thread(key="order:12", title="Other", people=[alice, charlie]).pk == thread.pk
    assert set(Membership.objects.values_list("user__handle", flat=True)) == {"alice", "bob"}
    assert Chat.objects.get().title == "City bicycle"


@pytest.mark.django_db(transaction=True)
def test_opened_at_once_it_is_one(alice, bob, heard):
    opening = [lambda: open_thread(key="order:12", title="City bicycle", people=[alice, bob])] * 6
    assert len({chat.pk for chat in at_once(*opening)}) == 1
    assert Membership.objects.count() == 2
    assert [event.users for event in heard("chat.added")] == [(alice.pk, bob.pk)]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "members", {"users": ["charlie"]}),
        ("patch", "members/bob", {"role": "admin"}),
        ("delete", "members/bob", None),
        ("delete", "members/alice", None),
        ("put", "bans/bob", None),
        ("post", "leave", None),
        ("post", "owner", {"user": "bob"}),
        ("post", "invites", {}),
        ("patch", "", {"title": "Mine"}),
        ("patch", "", {"handle": "my_order"}),
        ("delete", "", None),
        ("delete", "photo", None),
    ],
)
def test_members_change_nothing_about_it(alice, bob, charlie, thread, api, method, path, body):
    people = {"alice": alice.pk, "bob": bob.pk, "charlie": charlie.pk}
    for name, pk in people.items():
        path = path.replace(name, str(pk))
    body = body and {
        key: [people[one] for one in value] if isinstance(value, list) else people.get(value, value)
        for key, value in body.items()
    }
    answer = getattr(api(alice), method)(url(thread, path).rstrip("/"), body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_chat_kind")
    assert set(Membership.objects.filter(state="active").values_list("user__handle", flat=True)) == {"alice", "bob"}


def test_nobody_makes_one(alice, bob, api):
    answer = api(alice).post("/api/v1/chats", {"kind": "order", "title": "Mine", "members": [bob.pk]}, format="json")
    assert answer.status_code == 400


def test_what_was_said_stays_but_can_be_put_away(alice, bob, thread, api):
    message = say(alice, thread, "I shall send it tomorrow")
    edited = api(alice).patch(url(thread, "messages", message.seq), {"text": "Never"}, format="json")
    assert (edited.status_code, edited.json()["code"]) == (403, "kept_for_disputes")
    deleted = api(alice).delete(url(thread, "messages", message.seq) + "?for=everybody")
    assert (deleted.status_code, deleted.json()["code"]) == (403, "kept_for_disputes")
    assert api(alice).delete(url(thread, "messages", message.seq) + "?for=me").status_code == 204
    assert Message.objects.get().text == "I shall send it tomorrow"
    assert api(alice).patch(url(thread, "membership"), {"archived": True}, format="json").status_code == 200
    assert api(alice).patch(url(thread, "membership"), {"mute_seconds": None}, format="json").status_code == 200


def test_who_has_read_is_told(alice, bob, thread, api):
    message = say(alice, thread, "hello")
    api(bob).post(url(thread, "read"), {"seq": message.seq}, format="json")
    assert api(alice).get(url(thread)).json()["others_read_seq"] == message.seq
    readers = api(alice).get(url(thread, "messages", message.seq, "readers")).json()["results"]
    assert [one["handle"] for one in readers] == ["bob"]


def test_the_moderator_comes_reads_all_and_goes(alice, bob, thread, api, send):
    moderator = make_user("mod")
    say(alice, thread, "It never came")
    add_to_thread(thread.pk, moderator)
    add_to_thread(thread.pk, moderator)
    messages = api(moderator).get(url(thread, "messages")).json()["messages"]
    assert [one["text"] or one["service"]["type"] for one in messages] == ["It never came", "moderator.joined"]
    members = api(bob).get(url(thread, "members")).json()["results"]
    assert [one["user"]["handle"] for one in members] == ["alice", "bob", "mod"]
    assert send(moderator, thread, "Let us see").status_code == 201
    remove_from_thread(thread.pk, moderator)
    remove_from_thread(thread.pk, moderator)
    assert send(moderator, thread, "Again").status_code == 404
    thread.refresh_from_db()
    assert (thread.member_count, Message.objects.filter(kind="service").count()) == (2, 2)


def test_a_notice_names_the_thread_and_who_speaks(alice, bob, thread, settings):
    bob.push_subscriptions.create(endpoint="https://push.example/1", p256dh="k", auth="a", session_key="s")
    cards.register("thing", lambda ids: {}, describe=lambda snapshot: f"{snapshot['title']}: paid")
    try:
        said = say(alice, thread, "Thank you!")
        assert notices_of(thread, said.seq)[bob.pk]["title"] == "City bicycle"
        assert notices_of(thread, said.seq)[bob.pk]["body"] == "Alice: Thank you!"
        card = Card(kind="thing", id=1, snapshot={"title": "City bicycle"})
        posted = post_card(chat_id=thread.pk, card=card, client_id=uuid.uuid4())
        assert notices_of(thread, posted.seq)[bob.pk]["body"] == "City bicycle: paid"
    finally:
        del cards._kinds["thing"]


def test_an_account_that_goes_leaves_the_thread_to_the_other(alice, bob, thread):
    depart(alice, delete_messages=False)
    assert Membership.objects.filter(chat=thread, state="active").count() == 2
