"""Catching up: any gap is repaired by one cheap request."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from messenger.actions.sending import send_messages
from messenger.models import Chat, Membership
from tests.conftest import make_user
from tests.messenger.conftest import make_chat
from tests.messenger.test_sending import outgoing


@pytest.fixture
def time_machine_at():
    # Later than the database's own clock, which stamps what the fixtures make.
    with time_machine.travel("2036-03-01T12:00:00Z", tick=False) as traveller:
        yield traveller


def sync(client, token=None):
    response = client.get("/api/v1/sync", {"token": token} if token else {})
    assert response.status_code == 200, response.content
    return response.json()


def test_first_sync_brings_the_chat_list(alice, bob, direct, group, send, api):
    send(bob, direct, "one")
    send(bob, group, "two")
    body = sync(api(alice))
    assert [head["chat"]["id"] for head in body["heads"]] == [group.pk, direct.pk]
    head = body["heads"][1]
    assert head["peer"]["handle"] == "bob"
    assert head["last_message"]["text"] == "one"
    assert head["my"]["unread_count"] == 1
    assert body["has_more"] is False


def test_sync_brings_only_what_changed(alice, bob, direct, group, send, api, time_machine_at):
    send(bob, direct, "old")
    token = sync(api(alice))["token"]
    time_machine_at.shift(120)
    token = sync(api(alice), token)["token"]
    time_machine_at.shift(120)
    assert sync(api(alice), token)["heads"] == []
    send(bob, group, "news")
    body = sync(api(alice), token)
    assert [head["chat"]["id"] for head in body["heads"]] == [group.pk]


def test_sync_tells_of_chats_that_are_gone(alice, bob, direct, group, send, api, time_machine_at):
    token = sync(api(bob))["token"]
    time_machine_at.shift(120)
    Membership.objects.filter(chat=group, user=bob).update(state="removed", changed_at=timezone.now())
    body = sync(api(bob), token)
    assert body["gone"] == [group.pk]
    assert group.pk not in [head["chat"]["id"] for head in body["heads"]]


def test_peer_reading_on_reaches_a_late_device(alice, bob, direct, send, api, time_machine_at):
    send(alice, direct, "seen?")
    time_machine_at.shift(120)
    token = sync(api(alice))["token"]
    time_machine_at.shift(120)
    api(bob).post(f"/api/v1/chats/{direct.pk}/read", {"seq": 1}, format="json")
    body = sync(api(alice), token)
    assert body["heads"][0]["others_read_seq"] == 1


def test_token_of_another_person_or_a_forged_one_is_refused(alice, bob, api):
    token = sync(api(alice))["token"]
    for bad in (token, token[:-2] + "xx", "nonsense"):
        response = api(bob).get("/api/v1/sync", {"token": bad})
        assert (response.status_code, response.json()["code"]) == (400, "bad_token")


def test_direct_chat_without_messages_is_not_yet_in_the_others_list(alice, bob, direct, send, api):
    assert sync(api(bob))["heads"] == []
    assert len(sync(api(alice))["heads"]) == 1
    send(alice, direct)
    assert len(sync(api(bob))["heads"]) == 1


def test_changes_are_pages_of_the_present_state(alice, bob, group, api):
    for start in range(0, 250, 50):
        send_messages([outgoing(alice, group, str(start + number)) for number in range(50)])
    client, have, seen = api(bob), 0, []
    while True:
        body = client.get(f"/api/v1/chats/{group.pk}/changes", {"after": have}).json()
        seen += [message["seq"] for message in body["messages"]]
        assert len(body["messages"]) <= 100
        have = body["modseq"]
        if not body["has_more"]:
            break
    assert seen == list(range(1, 251))
    assert have == 250


def test_far_behind_says_reset(alice, group, api):
    Chat.objects.filter(pk=group.pk).update(modseq=5000)
    assert api(alice).get(f"/api/v1/chats/{group.pk}/changes", {"after": 1}).json()["reset"] is True


def test_outsider_learns_nothing_from_changes(charlie, group, api):
    assert api(charlie).get(f"/api/v1/chats/{group.pk}/changes", {"after": 0}).status_code == 404
    assert api().get(f"/api/v1/chats/{group.pk}/changes", {"after": 0}).status_code == 401


def test_read_marks_only_grow(alice, bob, direct, send, api):
    for _ in range(3):
        send(alice, direct)
    client = api(bob)

    def read(seq):
        return client.post(f"/api/v1/chats/{direct.pk}/read", {"seq": seq}, format="json").json()["read_seq"]

    assert [read(2), read(1), read(99), read(3)] == [2, 2, 3, 3]


def test_list_of_chats_costs_a_constant_number_of_queries(alice, bob, api):
    def chats(count):
        for _ in range(count):
            other = make_user(f"user{Chat.objects.count()}")
            chat = make_chat("direct", alice, other)
            send_messages([outgoing(other, chat)])

    client = api(alice)
    chats(2)
    sync(client)  # what is cached for the process is fetched now
    with CaptureQueriesContext(connection) as few:
        sync(client)
    chats(10)
    with CaptureQueriesContext(connection) as many:
        assert len(sync(client)["heads"]) == 12
    assert len(few) == len(many) <= 20
