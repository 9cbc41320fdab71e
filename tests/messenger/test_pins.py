"""Pins, and who has read."""

import pytest

from core import limits
from messenger.models import HiddenMessage, Membership, Message
from tests.messenger.conftest import make_chat
from tests.messenger.scenes import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def pin(api):
    def call(user, message, method="put"):
        return getattr(api(user), method)(f"/api/v1/chats/{message.chat_id}/messages/{message.seq}/pin")

    return call


def pinned(api, user, chat):
    return [one["seq"] for one in api(user).get(f"/api/v1/chats/{chat.pk}/pins").json()["results"]]


def test_pinned_said_listed_and_taken_down(api, alice, bob, group, pin, heard):
    first, second = say(bob, group, "one"), say(bob, group, "two")
    assert pin(alice, first).json()["is_pinned"]
    assert pin(alice, second).status_code == 200
    assert pinned(api, bob, group) == [second.seq, first.seq]
    said = [event.data["service"] for event in heard("message.created") if event.data["kind"] == "service"]
    assert said == [{"type": "message.pinned", "seq": first.seq}, {"type": "message.pinned", "seq": second.seq}]
    assert not pin(alice, first, "delete").json()["is_pinned"]
    assert pinned(api, bob, group) == [second.seq]


def test_twice_is_once(alice, group, pin, heard):
    message = say(alice, group, "x")
    for method in ("put", "put", "delete", "delete"):
        assert pin(alice, message, method).status_code == 200
    assert len(heard("message.changed")) == 2
    assert Message.objects.filter(kind="service").count() == 1


def test_counters_stay_dense(alice, group, pin):
    pin(alice, say(alice, group, "x"))
    group.refresh_from_db()
    assert (group.last_seq, group.modseq) == (2, 3)
    assert sorted(Message.objects.values_list("modseq", flat=True)) == [2, 3]
    assert Membership.objects.get(user=alice, chat=group).read_seq == 2


def test_outsider_former_member_and_without_the_right(api, alice, bob, charlie, group, pin):
    message = say(alice, group, "x")
    assert pin(charlie, message).status_code == 404
    answer = pin(bob, message)
    assert (answer.status_code, answer.json()) == (403, answer.json() | {"code": "right_needed", "right": "pin"})
    assert api(charlie).get(f"/api/v1/chats/{group.pk}/pins").status_code == 404
    Membership.objects.filter(chat=group, user=bob).update(state="left")
    assert api(bob).get(f"/api/v1/chats/{group.pk}/pins").status_code == 404


def test_pins_before_my_time_or_hidden_are_not_shown(api, alice, bob, charlie, group, pin):
    old, new = say(alice, group, "old"), say(alice, group, "new")
    pin(alice, old)
    pin(alice, new)
    Membership.objects.create(chat=group, user=charlie, joined_seq=old.seq)
    HiddenMessage.objects.create(user=bob, message=new, chat=group, seq=new.seq, fact_seq=1)
    assert pinned(api, charlie, group) == [new.seq]
    assert pinned(api, bob, group) == [old.seq]


def test_no_more_than_fit(alice, group, pin, monkeypatch):
    monkeypatch.setattr(limits, "PINS_PER_CHAT", 1)
    pin(alice, say(alice, group, "x"))
    answer = pin(alice, say(alice, group, "y"))
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_pins")


# --- readers ----------------------------------------------------------------------------------


def readers(api, user, message):
    return api(user).get(f"/api/v1/chats/{message.chat_id}/messages/{message.seq}/readers")


def test_readers_are_those_whose_mark_has_come_so_far(api, alice, bob, charlie, group):
    Membership.objects.create(chat=group, user=charlie)
    message = say(alice, group, "x")
    assert readers(api, alice, message).json()["results"] == []
    Membership.objects.filter(chat=group, user=bob).update(read_seq=message.seq)
    assert [one["handle"] for one in readers(api, alice, message).json()["results"]] == ["bob"]
    Membership.objects.filter(chat=group, user=bob).update(state="left")
    assert readers(api, alice, message).json()["results"] == []


def test_readers_are_not_told_to_outsiders_in_channels_or_large_groups(api, alice, bob, charlie, group):
    message = say(alice, group, "x")
    assert readers(api, charlie, message).status_code == 404
    group.member_count = 201
    group.save()
    assert readers(api, alice, message).json()["code"] == "readers_unknown"
    channel = make_chat("channel", alice, bob, title="News")
    assert readers(api, alice, say(alice, channel, "x")).json()["code"] == "readers_unknown"
