"""Reactions: one emoji each, few per person, exact when many come at once."""

import pytest

from accounts.models import Block
from messenger.actions.reactions import set_reaction
from messenger.models import Membership, Message, Reaction
from tests.conftest import make_user
from tests.messenger.conftest import make_chat
from tests.messenger.scenes import say
from tests.messenger.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def react(api):
    def call(user, message, emoji, method="put"):
        path = f"/api/v1/chats/{message.chat_id}/messages/{message.seq}/reactions/{emoji}"
        return getattr(api(user), method)(path)

    return call


def test_set_and_taken_back_and_told(alice, bob, group, react, heard):
    message = say(alice, group, "x")
    body = react(bob, message, "👍").json()
    assert body["reactions"] == [{"emoji": "👍", "count": 1, "by": [bob.pk]}]
    assert body["modseq"] == message.modseq + 1
    assert react(alice, message, "👍").json()["reactions"][0]["count"] == 2
    assert react(bob, message, "👍", "delete").json()["reactions"] == [{"emoji": "👍", "count": 1, "by": [alice.pk]}]
    assert [event.modseq for event in heard("message.changed")] == [2, 3, 4]


def test_twice_is_once(alice, bob, group, react, heard):
    message = say(alice, group, "x")
    first, second = react(bob, message, "👍").json(), react(bob, message, "👍").json()
    assert first == second
    for _ in range(2):
        last = react(bob, message, "👍", "delete")
    assert (last.status_code, last.json()["reactions"]) == (200, [])
    assert len(heard("message.changed")) == 2


@pytest.mark.parametrize(
    ("given", "stored"), [("❤", "❤️"), ("❤️", "❤️"), ("👩‍💻", "👩‍💻"), ("👍🏽", "👍🏽"), ("🇺🇦", "🇺🇦")]
)
def test_one_emoji_in_its_full_form(alice, group, react, given, stored):
    react(alice, say(alice, group, "x"), given)
    assert Reaction.objects.get().emoji == stored


@pytest.mark.parametrize("given", ["a", "👍👍", "👍a", "🏽", "<b>", "%00", "1", ":thumbs_up:", "👍" * 40, "%ED%A0%80"])
def test_nothing_but_one_emoji(alice, group, react, given):
    message = say(alice, group, "x")
    answer = react(alice, message, given)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_emoji")


def test_three_per_person(alice, bob, group, react):
    message = say(alice, group, "x")
    assert [react(bob, message, one).status_code for one in "👍🎉🔥"] == [200] * 3
    answer = react(bob, message, "😢")
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (400, "too_many_reactions", 3)
    react(bob, message, "🔥", "delete")
    assert react(bob, message, "😢").status_code == 200


def test_twenty_kinds_per_message(alice, bob, group, react):
    message = say(alice, group, "x")
    kinds = [chr(code) for code in range(0x1F600, 0x1F600 + 20)]
    for index, one in enumerate(kinds):
        Reaction.objects.create(message=message, user=make_user(f"user{index}"), emoji=one)
    assert react(bob, message, "🎉").json()["limit"] == 20
    assert react(bob, message, kinds[0]).status_code == 200


def test_outsider_former_member_and_without_the_right(alice, bob, charlie, group, react):
    message = say(alice, group, "x")
    assert react(charlie, message, "👍").status_code == 404
    react(bob, message, "👍")
    group.default_rights = 1
    group.save()
    assert react(bob, message, "🎉").json()["code"] == "right_needed"
    assert react(bob, message, "👍", "delete").status_code == 200
    Membership.objects.filter(chat=group, user=bob).update(state="banned")
    assert react(bob, message, "👍", "delete").status_code == 404


def test_not_into_a_block(alice, bob, direct, react):
    message = say(alice, direct, "x")
    Block.objects.create(owner=alice, user=bob)
    assert react(bob, message, "👍").json()["code"] == "blocked"


def test_not_on_service_messages(alice, group, react):
    message = say(alice, group, "x")
    Message.objects.update(kind="service")
    assert react(alice, message, "👍").json()["code"] == "service_message"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_all_count_and_none_exceeds(alice, bob, group):
    message = say(alice, group, "x")
    where = {"chat": group.pk, "seq": message.seq}
    together(*(lambda one=one: set_reaction(by=bob, emoji=one, **where) for one in "👍🎉🔥😢"))
    assert Reaction.objects.filter(user=bob).count() == 3
    together(*(lambda: set_reaction(by=alice, emoji="👍", **where) for _ in range(3)))
    assert Reaction.objects.filter(user=alice).count() == 1
    group.refresh_from_db()
    assert group.modseq == Message.objects.get().modseq == 5


def test_channel_subscribers_react_when_they_may(alice, bob, react):
    channel = make_chat("channel", alice, bob, title="News", default_rights=4)
    assert react(bob, say(alice, channel, "x"), "👍").status_code == 200
