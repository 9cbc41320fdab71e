"""People who come back together get what each would have got alone."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import DomainError
from messenger.models import Membership
from messenger.syncing import sync, sync_many
from tests.conftest import make_user
from tests.messenger.conftest import make_chat


@pytest.fixture
def clock():
    # Later than the database's own clock, which stamps what the fixtures make.
    with time_machine.travel("2036-03-01T12:00:00Z", tick=False) as traveller:
        yield traveller


def tokens(clock, *users):
    """A token of each, some minutes apart, the first one long ago."""
    found = []
    for user in users:
        found.append(sync(user, None)["token"])
        clock.shift(90)
    clock.shift(120)
    return found


def test_each_gets_what_they_would_get_alone(alice, bob, charlie, direct, group, send, api, clock):
    with_charlie = make_chat("group", bob, charlie, title="Others")
    asked = list(zip((alice, bob, charlie), tokens(clock, alice, bob, charlie), strict=True))
    send(bob, direct, "to alice")
    send(bob, group, "hello @alice")
    send(alice, group, "for nobody but me to forget")
    send(charlie, with_charlie, "elsewhere")
    api(alice).delete(f"/api/v1/chats/{group.pk}/messages/2?for=me")
    api(alice).post(f"/api/v1/chats/{direct.pk}/read", {"seq": 1}, format="json")
    Membership.objects.filter(chat=with_charlie, user=charlie).update(state="removed", changed_at=timezone.now())
    alone = [sync(user, token) for user, token in asked]
    assert [len(answer["heads"]) for answer in alone] == [2, 3, 0]
    assert alone[0]["hidden"]
    assert alone[2]["gone"] == [with_charlie.pk]
    assert sync_many(asked) == alone
    assert sync_many(asked[::-1]) == alone[::-1]


def test_bad_token_of_one_is_not_the_others_trouble(alice, bob, direct, send, clock):
    good, _ = tokens(clock, alice, bob)
    send(bob, direct, "news")
    answers = sync_many([(alice, good), (bob, "rubbish"), (bob, good), (alice, None)])
    assert [head["chat"]["id"] for head in answers[0]["heads"]] == [direct.pk]
    assert isinstance(answers[1], DomainError)
    assert answers[1].code == "bad_token"
    assert isinstance(answers[2], DomainError)  # a token of somebody else
    assert answers[3]["heads"]


def test_many_cost_no_more_queries_than_few(alice, bob, send, clock):
    friends = [make_user(f"friend{number}") for number in range(8)]
    chats = [make_chat("direct", alice, friend) for friend in friends]
    asked = list(zip(friends, tokens(clock, *friends), strict=True))
    for chat in chats:
        send(alice, chat, "hello")
    counts = []
    for some in (asked[:2], asked):
        with CaptureQueriesContext(connection) as queries:
            answers = sync_many(some)
        assert all(len(answer["heads"]) == 1 for answer in answers)
        counts.append(len(queries))
    assert counts[0] == counts[1]
