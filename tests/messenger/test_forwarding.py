"""Forwarding: attribution without giving people away, files without copies, repeats without doubles."""

import uuid

import pytest

from accounts.models import Block
from messenger.models import Attachment, HiddenMessage, Membership, Message
from tests.messenger.conftest import make_chat
from tests.messenger.scenes import picture, say, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def forward(api):
    def post(user, messages, *to, **rest):
        body = {
            "from_chat": messages[0].chat_id,
            "seqs": [message.seq for message in messages],
            "to": [chat.pk for chat in to],
            "client_ids": [str(uuid.uuid4()) for _ in range(len(messages) * len(to))],
        }
        return api(user).post("/api/v1/forwards", body | rest, format="json")

    return post


@pytest.fixture
def other(alice):
    return make_chat("group", alice, title="Other")


def test_several_messages_into_several_chats_in_order(alice, bob, group, direct, other, forward):
    messages = [say(bob, group, f"{number} **bold** @bob") for number in range(3)]
    answer = forward(alice, messages, direct, other)
    assert answer.status_code == 201
    sent = answer.json()["messages"]
    assert [(one["chat"], one["seq"]) for one in sent] == [(chat.pk, n) for chat in (direct, other) for n in (1, 2, 3)]
    assert [one["text"] for one in sent[:3]] == ["0 bold @bob", "1 bold @bob", "2 bold @bob"]
    assert [entity["type"] for entity in sent[0]["entities"]] == ["bold", "mention"]
    assert all(one["sender"]["id"] == alice.pk for one in sent)


def test_from_a_private_chat_goes_only_the_name(alice, bob, direct, other, forward):
    origin = say(bob, direct, "between us")
    attribution = forward(alice, [origin], other).json()["messages"][0]["forward"]
    assert attribution.pop("at").startswith(f"{origin.created_at:%Y-%m-%dT%H:%M}")
    assert attribution == {"name": "Bob", "user": None, "chat": None, "chat_title": "", "seq": None}


def test_from_a_public_channel_goes_the_place(alice, bob, other, forward):
    channel = make_chat("channel", bob, alice, title="News", handle="news")
    origin = say(bob, channel, "today")
    attribution = forward(alice, [origin], other).json()["messages"][0]["forward"]
    attribution.pop("at")
    assert attribution == {"name": "News", "user": None, "chat": channel.pk, "chat_title": "News", "seq": origin.seq}


def test_private_channel_keeps_its_writers_and_its_place_to_itself(alice, bob, other, forward):
    channel = make_chat("channel", bob, alice, title="Plans")
    attribution = forward(alice, [say(bob, channel, "x")], other).json()["messages"][0]["forward"]
    attribution.pop("at")
    assert attribution == {"name": "Plans", "user": None, "chat": None, "chat_title": "", "seq": None}


def test_forwarded_again_it_is_still_from_the_first(alice, bob, direct, group, other, forward):
    once = forward(alice, [say(bob, direct, "x")], group).json()["messages"][0]
    bob.name = "Robert"
    bob.save()
    twice = forward(alice, [Message.objects.get(pk=once["id"])], other).json()["messages"][0]
    assert twice["forward"] == once["forward"]


def test_without_the_sender(alice, bob, direct, other, forward):
    assert forward(alice, [say(bob, direct, "x")], other, hide_sender=True).json()["messages"][0]["forward"] is None


def test_files_are_shared_not_copied(api, alice, bob, charlie, group, other, forward):
    made = upload(api(bob), picture())
    origin = say(bob, group, "look", attachments=[uuid.UUID(made["id"])])
    Membership.objects.create(chat=other, user=charlie)
    assert api(charlie).get(made["url"]).status_code == 404
    sent = forward(alice, [origin], other).json()["messages"][0]
    assert [one["id"] for one in sent["attachments"]] == [made["id"]]
    assert Attachment.objects.count() == 1
    assert api(charlie).get(made["url"]).status_code == 200


def test_repeated_with_the_same_ids_it_is_stored_once(alice, bob, direct, other, forward):
    origin, ids = say(bob, direct, "x"), [str(uuid.uuid4())]
    first = forward(alice, [origin], other, client_ids=ids)
    second = forward(alice, [origin], other, client_ids=ids)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["messages"] == second.json()["messages"]
    assert Message.objects.filter(chat=other).count() == 1


def test_only_what_i_may_read(alice, bob, charlie, direct, group, forward):
    elsewhere = make_chat("group", charlie, title="Charlie's")
    origin = say(alice, group, "x")
    assert forward(charlie, [origin], elsewhere).status_code == 404
    Membership.objects.create(chat=group, user=charlie, joined_seq=origin.seq)
    assert forward(charlie, [origin], elsewhere).status_code == 404
    HiddenMessage.objects.create(user=bob, message=origin, chat=group, seq=origin.seq, fact_seq=1)
    assert forward(bob, [origin], direct).status_code == 404
    assert not Message.objects.filter(chat__in=[elsewhere, direct]).exists()


def test_only_into_chats_where_i_may_write(alice, bob, charlie, direct, forward):
    foreign = make_chat("group", charlie, title="Charlie's")
    origin = say(bob, direct, "x")
    assert forward(alice, [origin], foreign).json()["code"] == "chat_not_found"
    Block.objects.create(owner=bob, user=alice)
    assert forward(alice, [origin], direct).json()["code"] == "blocked"


def test_some_arrive_some_do_not(alice, bob, charlie, direct, other, forward):
    foreign = make_chat("group", charlie, title="Charlie's")
    answer = forward(alice, [say(bob, direct, "x")], other, foreign)
    assert answer.status_code == 201
    assert [one["chat"] for one in answer.json()["messages"]] == [other.pk]
    assert [(one["chat"], one["code"]) for one in answer.json()["failed"]] == [(foreign.pk, "chat_not_found")]


def test_deleted_and_service_messages_are_not_forwarded(alice, bob, group, other, forward, api):
    origin = say(alice, group, "x")
    api(alice).delete(f"/api/v1/chats/{group.pk}/messages/{origin.seq}?for=everybody")
    assert forward(alice, [origin], other).status_code == 410
    service = say(alice, group, "y")
    Message.objects.filter(pk=service.pk).update(kind="service")
    assert forward(alice, [service], other).json()["code"] == "not_forwardable"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"client_ids": []}, "bad_client_ids"),
        ({"client_ids": [str(uuid.uuid4())] * 2}, "bad_client_ids"),
        ({"seqs": []}, "invalid"),
        ({"seqs": [1, 1]}, "invalid"),
        ({"to": [-1]}, "invalid"),
        ({"to": list(range(1, 30))}, "invalid"),
        ({"from_chat": "x"}, "invalid"),
    ],
)
def test_bad_input(alice, bob, direct, other, forward, change, code):
    answer = forward(alice, [say(bob, direct, "x")], other, **change)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
