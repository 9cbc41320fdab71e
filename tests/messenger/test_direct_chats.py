"""One chat per pair; saved messages."""

import pytest
from django.db import connection

from accounts.models import Audience, Block, Contact
from core import limits
from messenger.models import Chat, Membership

from .people import at_once, make_person, signed_in, url

pytestmark = pytest.mark.django_db


def open_with(api, by, user):
    return api(by).post("/api/v1/chats/direct", {"user": getattr(user, "pk", user)}, format="json")


def test_one_chat_from_both_sides(api, alice, bob):
    first = open_with(api, alice, bob)
    assert first.status_code == 201
    assert (first.json()["chat"]["kind"], first.json()["peer"]["handle"]) == ("direct", "bob")
    assert set(first.json()["my"]["rights"]) == {"write", "media", "react", "pin"}
    again = open_with(api, bob, alice)
    assert (again.status_code, again.json()["chat"]["id"]) == (200, first.json()["chat"]["id"])
    assert again.json()["peer"]["handle"] == "alice"


def test_the_other_sees_it_with_the_first_message(api, alice, bob, send, heard):
    chat = open_with(api, alice, bob).json()["chat"]["id"]
    (added,) = heard("chat.added")
    assert added.users == (alice.pk,)
    assert set(added.hub["join"]) == {alice.pk, bob.pk}  # or the first message would not reach bob
    assert api(bob).get("/api/v1/chats").json()["results"] == []
    assert [head["chat"]["id"] for head in api(alice).get("/api/v1/chats").json()["results"]] == [chat]
    assert send(alice, Chat.objects.get()).status_code == 201
    assert [head["chat"]["id"] for head in api(bob).get("/api/v1/chats").json()["results"]] == [chat]


@pytest.mark.parametrize("audience", [Audience.CONTACTS, Audience.NOBODY])
def test_privacy_closes_new_chats_not_old_ones(api, alice, bob, charlie, audience):
    open_with(api, alice, charlie)
    Membership.objects.all()
    charlie.write_privacy = audience
    charlie.save()
    assert open_with(api, alice, charlie).status_code == 200
    answer = open_with(api, bob, charlie)
    assert (answer.status_code, answer.json()["code"]) == (403, "privacy")
    assert Chat.objects.count() == 1
    Contact.objects.create(owner=charlie, user=bob)
    assert open_with(api, bob, charlie).status_code == (201 if audience == Audience.CONTACTS else 403)


def test_blocks_close_new_chats_and_leave_old_ones_readable(api, alice, bob, charlie, send):
    chat = open_with(api, alice, bob).json()["chat"]["id"]
    send(alice, Chat.objects.get())
    for owner, user in ((bob, alice), (charlie, alice), (alice, make_person("dana"))):
        Block.objects.create(owner=owner, user=user)
    assert open_with(api, alice, bob).status_code == 200
    assert len(api(alice).get(url(chat, "messages")).json()["messages"]) == 1
    assert open_with(api, alice, charlie).json()["code"] == "privacy"  # the same as privacy: nothing tells of the block
    answer = api(alice).post("/api/v1/chats/direct", {"user": Block.objects.get(owner=alice).user_id}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "blocked_by_you")


def test_strangers_are_limited_and_contacts_not(api, alice, bob, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "new_stranger", limits.per(2, limits.DAY))
    codes = [open_with(api, alice, make_person(f"person{number}")).status_code for number in range(3)]
    assert codes == [201, 201, 429]
    assert open_with(api, alice, bob).status_code == 201


@pytest.mark.parametrize("user", [None, 0, -1, "x", 2**63, 1.5, [], {}])
def test_bad_user(api, alice, user):
    answer = api(alice).post("/api/v1/chats/direct", {"user": user}, format="json")
    assert answer.status_code == 400
    assert answer.json()["code"] in ("invalid", "bad_json")


def test_unknown_and_deleted_people(api, alice, charlie):
    for user in (999_999, 2**63 - 1):
        assert (open_with(api, alice, user).status_code, Chat.objects.count()) == (404, 0)
    charlie.is_active = False
    charlie.save()
    assert open_with(api, alice, charlie).json()["code"] == "privacy"


def test_saved_messages_are_one_chat_of_ones_own(api, alice, bob, send):
    first = api(alice).post("/api/v1/chats/saved")
    assert first.status_code == 201
    assert (first.json()["chat"]["kind"], first.json()["my"]["role"]) == ("saved", "owner")
    assert api(alice).post("/api/v1/chats/saved").json()["chat"]["id"] == first.json()["chat"]["id"]
    assert open_with(api, alice, alice).json()["chat"]["id"] == first.json()["chat"]["id"]
    assert api(bob).get(url(first.json()["chat"]["id"])).status_code == 404
    assert send(alice, Chat.objects.get()).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_both_press_at_once_and_get_one_chat(alice, bob):
    clients = [signed_in(alice), signed_in(bob), signed_in(alice)]
    others = [bob, alice, bob]

    def press(client, other):
        return lambda: client.post("/api/v1/chats/direct", {"user": other.pk}, format="json")

    answers = at_once(*[press(client, other) for client, other in zip(clients, others, strict=True)])
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201], connection.vendor
    assert len({answer.json()["chat"]["id"] for answer in answers}) == 1
    assert Membership.objects.count() == 2
