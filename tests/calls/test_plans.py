"""Calls agreed on for later: the card, the word before, cancelling, and once whoever says it."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import Block
from calls.actions.planning import remind_due
from calls.models import PlannedCall
from core import cards, limits
from core.tasks import periodic_jobs
from messenger.models import Chat, Membership, Message
from tests.messenger.conftest import make_chat
from tests.messenger.people import at_once

from .scenes import make_class

pytestmark = pytest.mark.django_db
PLANS = "/api/v1/calls/plans"


def code(answer) -> str:
    return f"{answer.status_code} {answer.json()['code']}"


def soon(**delta) -> str:
    return (timezone.now() + timedelta(**delta)).isoformat()


@pytest.fixture
def group(alice, bob) -> Chat:
    return make_class(alice, bob)[0]


@pytest.fixture
def plan(api, group):
    def post(user, chat=group, **other):
        body = {
            "chat": getattr(chat, "pk", chat),
            "title": "Trigonometry",
            "kind": "video",
            "starts_at": soon(days=1),
            **other,
        }
        return api(user).post(PLANS, body, format="json")

    return post


def lines(chat) -> list[Message]:
    return list(Message.objects.filter(chat=chat, card_kind="call_plan").order_by("seq"))


def test_a_plan_stands_in_the_chat_as_a_message_of_theirs(plan, group, bob, api):
    answer = plan(bob)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["title"], made["kind"], made["chat_title"], made["is_cancelled"]) == (
        "Trigonometry", "video", "Class 7b", False,
    )  # fmt: skip
    [line] = lines(group)
    assert (line.sender, line.card_id, line.card_snapshot["title"]) == (bob, made["id"], "Trigonometry")
    assert api(bob).get(f"{PLANS}?chat={group.pk}").json()["results"] == [made]
    assert api(bob).get(PLANS).json()["results"] == [made]


def test_the_same_twice_is_once(plan, group, alice, bob):
    at = soon(days=1)
    first, second = plan(alice, starts_at=at), plan(alice, starts_at=at)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert plan(bob, starts_at=at).status_code == 201  # somebody else's is another
    assert len(lines(group)) == 2


def test_in_a_direct_chat(plan, alice, bob, charlie):
    chat = make_chat("direct", alice, bob)
    assert plan(alice, chat).json()["chat_title"] == ""
    assert code(plan(charlie, chat)) == "404 not_found"
    Block.objects.create(owner=bob, user=alice)
    assert code(plan(alice, chat, title="Again")) == "403 blocked"
    assert PlannedCall.objects.count() == 1  # what could not be said is not planned


def test_who_may_not(plan, group, alice, bob, charlie, api):
    assert code(plan(charlie)) == "404 not_found"
    assert code(plan(None)) == "401 not_authenticated"
    assert code(api(charlie).get(f"{PLANS}?chat={group.pk}")) == "404 not_found"
    Chat.objects.filter(pk=group.pk).update(default_rights=0)
    assert code(plan(bob)) == "403 right_needed"
    assert plan(alice).status_code == 201
    Membership.objects.filter(chat=group, user=bob).update(state="banned")
    assert code(plan(bob)) == "404 not_found"
    assert api(bob).get(PLANS).json()["results"] == []
    assert code(plan(alice, make_chat("channel", alice))) == "403 no_calls_here"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"starts_at": "2020-01-01T00:00:00Z"}, "400 starts_in_the_past"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "400 too_far_ahead"),
        ({"starts_at": "soon"}, "400 invalid"),
        ({"starts_at": None}, "400 invalid"),
        ({"starts_at": "9999-12-31T23:59:59-23:59"}, "400 invalid"),
        ({"kind": "hologram"}, "400 invalid"),
        ({"title": "x" * 121}, "400 title_too_long"),
        ({"title": ["x"]}, "400 invalid"),
        ({"title": "a\0b"}, "400 bad_json"),
        ({"chat": 0}, "400 invalid"),
        ({"chat": 2**70}, "400 bad_json"),
    ],
)
def test_bad_input(plan, alice, other, expected):
    assert code(plan(alice, **other)) == expected


def test_titles_are_one_line(plan, alice):
    assert plan(alice, title="  Two\n lines \u202e ").json()["title"] == "Two lines"
    assert plan(alice, title="").status_code == 201


def test_there_are_so_many_to_come(plan, alice, monkeypatch):
    monkeypatch.setattr(limits, "PLANS_PER_CHAT", 1)
    made = plan(alice).json()
    assert code(plan(alice, title="Another")) == "409 too_many_plans"
    PlannedCall.objects.filter(pk=made["id"]).update(starts_at=timezone.now() - timedelta(minutes=1))
    assert plan(alice, title="Another").status_code == 201


def test_the_list_is_paged_and_in_order(plan, alice, api):
    for hours in (3, 1, 2):
        plan(alice, title=str(hours), starts_at=soon(hours=hours))
    first = api(alice).get(f"{PLANS}?limit=2").json()
    rest = api(alice).get(f"{PLANS}?limit=2&cursor={first['next']}").json()
    assert [one["title"] for one in first["results"] + rest["results"]] == ["1", "2", "3"]
    assert code(api(alice).get(f"{PLANS}?cursor=x")) == "400 bad_cursor"
    assert code(api(alice).get(f"{PLANS}?chat=x")) == "400 invalid"


def test_cancelling(plan, group, alice, bob, charlie, api):
    own, hosts = plan(bob).json(), plan(alice).json()
    assert code(api(bob).delete(f"{PLANS}/{hosts['id']}")) == "403 right_needed"
    assert code(api(charlie).delete(f"{PLANS}/{own['id']}")) == "404 plan_not_found"
    assert code(api(alice).delete(f"{PLANS}/{2**70}")) == "404 not_found"
    before = [line.modseq for line in lines(group)]
    assert api(alice).delete(f"{PLANS}/{own['id']}").status_code == 204  # the host, bob's
    assert api(bob).delete(f"{PLANS}/{own['id']}").status_code == 204  # twice is once
    assert cards.live("call_plan", [own["id"]])[own["id"]]["is_cancelled"] is True
    assert [one["id"] for one in api(bob).get(PLANS).json()["results"]] == [hosts["id"]]
    after = [line.modseq for line in lines(group)]
    assert (after[0] > before[0], after[1]) == (True, before[1])  # its card is told again, once


def unread(chat, user) -> int:
    member = Membership.objects.select_related("chat").get(chat=chat, user=user)
    return member.chat.last_seq - member.read_seq


def test_the_word_before_is_news_for_all(plan, group, alice, bob):
    made = plan(alice, starts_at=soon(hours=1)).json()
    assert remind_due() == 0
    before = unread(group, alice), unread(group, bob)
    assert remind_due(timezone.now() + timedelta(minutes=51)) == 1
    assert remind_due(timezone.now() + timedelta(minutes=52)) == 0
    _card, reminder = lines(group)
    assert (reminder.sender, reminder.card_id, reminder.card_snapshot["is_reminder"]) == (None, made["id"], True)
    assert (unread(group, alice), unread(group, bob)) == (before[0] + 1, before[1] + 1)
    assert cards.describe("call_plan", reminder.card_snapshot) == "A call begins soon: Trigonometry"


@pytest.mark.django_db(transaction=True)
def test_two_workers_say_it_once(plan, group, alice):
    plan(alice, starts_at=soon(hours=1))
    later = timezone.now() + timedelta(minutes=51)
    assert sum(at_once(*[partial(remind_due, later)] * 3)) == 1
    assert len(lines(group)) == 2


def test_the_worker_looks_every_half_minute():
    assert periodic_jobs["calls.tasks.remind_of_plans"].every <= timedelta(seconds=30)


def test_nothing_is_said_of_what_is_cancelled_long_past_or_gone(plan, group, alice, bob, api):
    cancelled = plan(alice, title="a", starts_at=soon(hours=1)).json()
    api(alice).delete(f"{PLANS}/{cancelled['id']}")
    plan(alice, title="b", starts_at=soon(hours=2))  # no worker ran for long
    deleted = make_class(alice, bob)[0]
    plan(alice, deleted, title="c", starts_at=soon(hours=4))
    Chat.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    assert remind_due(timezone.now() + timedelta(hours=4)) == 0
    assert [line.card_snapshot.get("is_reminder") for line in lines(group)] == [None, None]
    assert PlannedCall.objects.filter(reminded_at=None).count() == 1  # the cancelled one


def test_what_begins_at_once_needs_no_second_word(plan, group, alice):
    plan(alice, starts_at=soon(minutes=5))
    assert remind_due(timezone.now() + timedelta(minutes=1)) == 0
    assert len(lines(group)) == 1


def test_a_crash_between_says_it_later(plan, group, alice, monkeypatch):
    plan(alice, starts_at=soon(hours=1))
    later = timezone.now() + timedelta(minutes=51)

    def crash(**_card):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("calls.actions.planning.post_card", crash)
        with pytest.raises(RuntimeError):
            remind_due(later)
    assert remind_due(later) == 1
