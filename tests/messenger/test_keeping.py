"""Mute, pin, archive: private facts, told to all one's devices and to nobody else."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from messenger.models import Chat, Membership

from .conftest import make_chat
from .people import make_person, url

pytestmark = pytest.mark.django_db


def keep(api, user, chat, **body):
    return api(user).patch(url(chat, "membership"), body, format="json")


def test_mute_for_a_time_for_ever_and_not_at_all(api, alice, bob, group, heard):
    until = keep(api, alice, group, muted_for_seconds=3600).json()["muted_until"]
    assert timedelta(minutes=59) < datetime.fromisoformat(until) - timezone.now() <= timedelta(hours=1)
    for body in (
        {"muted_for_seconds": None},
        {"muted_for_seconds": 2**63 - 1},
        {"muted_until": "9999-12-31T23:59:59Z"},
    ):
        assert keep(api, alice, group, **body).json()["muted_until"].startswith("9999-12-31")
    assert keep(api, alice, group, muted_until="2050-01-01T00:00:00+02:00").json()["muted_until"].startswith("2049-12")
    for body in ({"muted_for_seconds": 0}, {"muted_until": None}, {"muted_until": "2001-01-01T00:00:00Z"}):
        keep(api, alice, group, muted_for_seconds=None)
        assert keep(api, alice, group, **body).json()["muted_until"] is None
    assert {event.users for event in heard()} == {(alice.pk,)}
    assert api(bob).get(url(group)).json()["my"]["muted_until"] is None


def test_each_change_raises_the_persons_counter_once(api, alice, group, heard):
    facts = [
        keep(api, alice, group, pinned=True).json()["fact_seq"],
        keep(api, alice, group, pinned=True).json()["fact_seq"],  # nothing new: nothing to tell
        keep(api, alice, group, muted_for_seconds=None, is_archived=True).json()["fact_seq"],
        keep(api, alice, group).json()["fact_seq"],
    ]
    assert facts == [1, 1, 2, 2]
    assert [(event.name, event.fact_seq) for event in heard()] == [("my.changed", 1), ("my.changed", 2)]
    assert heard()[1].data["my"]["pinned_rank"] == 0  # put away is not on top
    group.refresh_from_db()
    assert group.modseq == 0


@pytest.fixture
def chats(alice, bob):
    return [make_chat("group", alice, bob, title=f"Group {number}") for number in range(6)]


def test_five_are_pinned_in_order(api, alice, chats):
    ranks = [keep(api, alice, chat, pinned=True).json().get("pinned_rank") for chat in chats]
    assert ranks == [1, 2, 3, 4, 5, None]
    answer = keep(api, alice, chats[5], pinned=True)
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (409, "too_many_pinned", 5)
    assert keep(api, alice, chats[0], pinned=False).json()["pinned_rank"] == 0
    assert keep(api, alice, chats[5], pinned=True).json()["pinned_rank"] == 6


def test_pinned_chats_are_put_in_order(api, alice, chats, heard):
    for chat in chats[:3]:
        keep(api, alice, chat, pinned=True)
    wanted = [chats[2].pk, chats[0].pk, chats[1].pk]
    for _twice in range(2):
        answer = api(alice).put("/api/v1/chats/pinned-order", {"chats": wanted}, format="json")
        assert [(one["chat"], one["my"]["pinned_rank"]) for one in answer.json()["chats"]] == [
            (pk, rank) for rank, pk in enumerate(wanted, 1)
        ]
    assert len(heard("my.changed")) == 6
    for chats_ in ([], wanted[:2], [*wanted, chats[4].pk], [wanted[0]] * 3, [wanted[0], wanted[1], 2**63 - 1]):
        answer = api(alice).put("/api/v1/chats/pinned-order", {"chats": chats_}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "not_the_pinned")


def test_ranks_never_run_out(api, alice, chats):
    keep(api, alice, chats[0], pinned=True)
    Membership.objects.filter(user=alice, chat=chats[0]).update(pinned_rank=32_000)
    assert keep(api, alice, chats[1], pinned=True).json()["pinned_rank"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"muted_until": "soon"},
        {"muted_until": 5},
        {"muted_for_seconds": -1},
        {"muted_for_seconds": "long"},
        {"muted_for_seconds": 2**63},
        {"pinned": "perhaps"},
        {"pinned": None},
        {"is_archived": []},
        {"folders": 1},
        {"folders": [0]},
        {"folders": [None]},
        {"folders": [2**63 - 1]},
        {"folders": list(range(1, 30))},
        [],
        "x",
    ],
)
def test_bad_input(api, alice, group, body):
    answer = api(alice).patch(url(group, "membership"), body, format="json")
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] in ("invalid", "unknown_folder", "bad_json")


# --- drafts ---


def draft(api, user, chat, **body):
    return api(user).put(url(chat, "draft"), body, format="json")


def test_draft_goes_to_all_devices_and_nobody_else(api, alice, bob, group, send, heard):
    send(alice, group, "first")
    mine = draft(api, alice, group, text="**half** a thou ", reply_to=1).json()
    assert (mine["draft"]["text"], mine["draft"]["reply_to"]) == ("**half** a thou ", 1)
    draft(api, alice, group, text="**half** a thou ", reply_to=1)
    (told,) = heard("my.changed")
    assert (told.users, told.data["my"]["draft"]["text"]) == ((alice.pk,), "**half** a thou ")
    assert api(bob).get(url(group)).json()["my"]["draft"] is None
    assert api(alice).get(url(group)).json()["my"]["draft"]["text"] == "**half** a thou "


@pytest.mark.parametrize("how", ["empty", "blank", "delete", "null"])
def test_empty_draft_is_none(api, alice, group, heard, how):
    draft(api, alice, group, text="x")
    for _twice in range(2):
        if how == "delete":
            assert api(alice).delete(url(group, "draft")).status_code == 204
        else:
            text = {"empty": "", "blank": " \n ", "null": ""}[how]
            assert draft(api, alice, group, text=text, reply_to=None).json()["draft"] is None
    assert len(heard("my.changed")) == 2
    assert api(alice).get(url(group)).json()["my"]["draft"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"text": "x" * 4097},
        {"text": None},
        {"text": []},
        {"text": "a\x00b"},
        {"text": "x", "reply_to": 99},
        {"text": "x", "reply_to": 0},
        {"text": "x", "reply_to": 2**63 - 1},
        {"text": "x", "reply_to": "x"},
    ],
)
def test_bad_drafts(api, alice, group, body):
    answer = draft(api, alice, group, **body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] in ("invalid", "reply_not_found", "bad_json")
    assert draft(api, alice, group, text="😀" * 4096).status_code == 200


def test_draft_replies_to_nothing_from_before_one_came(api, alice, group, send):
    send(alice, group, "before")
    dana = make_person("dana")
    Chat.objects.filter(pk=group.pk).update(is_history_visible=False)
    api(alice).post(url(group, "members"), {"users": [dana.pk]}, format="json")
    assert draft(api, dana, group, text="x", reply_to=1).json()["code"] == "reply_not_found"
    assert draft(api, dana, group, text="x", reply_to=2).status_code == 200


def test_direct_and_saved_chats_are_kept_like_others(api, alice, bob, charlie, direct):
    saved = api(alice).post("/api/v1/chats/saved").json()["chat"]["id"]
    for chat in (direct, saved):
        assert keep(api, alice, chat, pinned=True, muted_for_seconds=60).json()["pinned_rank"] > 0
        assert draft(api, alice, chat, text="x").json()["draft"]["text"] == "x"
        for answer in (keep(api, charlie, chat, pinned=True), draft(api, charlie, chat, text="x")):
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_marked_as_unread_until_it_is_read(api, alice, bob, group, send, heard):
    send(bob, group, "read me")
    api(alice).post(url(group, "read"), {"seq": 1}, format="json")
    before = len(heard("my.changed"))
    my = keep(api, alice, group, unread=True).json()
    assert (my["is_marked_unread"], my["unread_count"], my["read_seq"]) == (True, 0, 1)
    assert keep(api, alice, group, unread=True).json()["fact_seq"] == my["fact_seq"]
    assert api(alice).get(url(group)).json()["my"]["is_marked_unread"] is True
    assert api(bob).get(url(group)).json()["my"]["is_marked_unread"] is False
    # Read again up to where it was read before: that takes the mark off, and tells own devices only.
    ticks = len(heard("chat.read"))
    for _ in range(2):
        my = api(alice).post(url(group, "read"), {"seq": 1}, format="json").json()
        assert (my["is_marked_unread"], my["read_seq"]) == (False, 1)
    told = heard("my.changed")[before:]
    assert [(event.users, event.data["my"]["is_marked_unread"]) for event in told] == [
        ((alice.pk,), True),
        ((alice.pk,), False),
    ]
    assert len(heard("chat.read")) == ticks
    keep(api, alice, group, unread=True)
    assert keep(api, alice, group, unread=False).json()["is_marked_unread"] is False


def test_a_device_that_was_away_learns_of_the_mark(api, alice, group):
    keep(api, alice, group, unread=True)
    heads = api(alice).get("/api/v1/sync").json()["heads"]
    assert [head["my"]["is_marked_unread"] for head in heads if head["chat"]["id"] == group.pk] == [True]
