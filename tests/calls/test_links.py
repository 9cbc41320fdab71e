"""The link into a group's calls: who makes and revokes it, and what it shows outside."""

from functools import partial

import pytest

from calls.models import CallLink
from messenger.models import Chat, Membership
from tests.messenger.conftest import make_chat
from tests.messenger.people import at_once

from .scenes import make_class, open_call

pytestmark = pytest.mark.django_db
LINKS = "/api/v1/calls/links"


def make(client, chat):
    return client.post(LINKS, {"chat": chat.pk}, format="json")


def code(answer) -> str:
    return f"{answer.status_code} {answer.json()['code']}"


@pytest.fixture
def group(alice, bob):
    return make_class(alice, bob)[0]


@pytest.fixture
def token(group, alice, api):
    return make(api(alice), group).json()["token"]


def test_a_host_makes_the_one_link(group, alice, api):
    first, second = make(api(alice), group), make(api(alice), group)
    assert first.status_code == 200
    assert first.json() == second.json()
    assert first.json()["path"] == f"/call/{first.json()['token']}"
    assert first.json()["created_by"]["id"] == alice.pk


@pytest.mark.django_db(transaction=True)
def test_two_hosts_at_once_make_one(group, alice, bob, api):
    Membership.objects.filter(chat=group, user=bob).update(role="admin", rights=128)
    answers = at_once(partial(make, api(alice), group), partial(make, api(bob), group))
    assert len({answer.json()["token"] for answer in answers}) == 1


def test_others_make_none(group, bob, charlie, alice, api):
    assert code(make(api(bob), group)) == "403 right_needed"
    assert code(make(api(charlie), group)) == "404 not_found"
    assert code(make(api(None), group)) == "401 not_authenticated"
    for kind in ("direct", "channel", "saved"):
        people = (alice, bob) if kind == "direct" else (alice,)
        extra = {"pair_key": str(alice.pk)} if kind == "saved" else {}
        assert code(make(api(alice), make_chat(kind, *people, **extra))) == "403 no_calls_here"


@pytest.mark.parametrize("body", [{}, {"chat": "x"}, {"chat": 0}, {"chat": -1}, [], {"chat": None}])
def test_bad_bodies(alice, api, body):
    assert code(api(alice).post(LINKS, body, format="json")) == "400 invalid"


def test_revoked_it_opens_nothing_and_the_next_is_another(group, token, alice, charlie, api):
    assert api(alice).delete(f"{LINKS}/{token}").status_code == 204
    assert api(alice).delete(f"{LINKS}/{token}").status_code == 204
    assert code(api(charlie).get(f"{LINKS}/{token}")) == "404 link_not_found"
    assert code(api(charlie).post(f"{LINKS}/{token}/knock")) == "404 link_not_found"
    assert make(api(alice), group).json()["token"] != token


def test_only_hosts_revoke(token, bob, charlie, api):
    assert code(api(bob).delete(f"{LINKS}/{token}")) == "403 right_needed"
    assert code(api(charlie).delete(f"{LINKS}/{token}")) == "404 link_not_found"
    assert code(api(None).delete(f"{LINKS}/{token}")) == "401 not_authenticated"
    assert CallLink.objects.get(token=token).revoked_at is None


def test_what_an_outsider_sees(group, token, alice, bob, charlie, api):
    door = api(charlie).get(f"{LINKS}/{token}").json()
    assert door == {
        "title": "Class 7b", "photo": None, "color": door["color"], "member_count": 2,
        "call": None, "people": 0, "state": "quiet",
    }  # fmt: skip
    call = open_call(alice, group, bob)
    door = api(charlie).get(f"{LINKS}/{token}").json()
    assert (door["state"], door["people"], door["call"]) == ("outside", 2, None)
    assert (api(bob).get(f"{LINKS}/{token}").json()["state"], call.pk) == (
        "member",
        api(bob).get(f"{LINKS}/{token}").json()["call"],
    )
    assert code(api(None).get(f"{LINKS}/{token}")) == "401 not_authenticated"


def test_the_banned_see_nothing(group, token, charlie, api):
    Membership.objects.create(chat=group, user=charlie, state="banned")
    assert code(api(charlie).get(f"{LINKS}/{token}")) == "404 link_not_found"
    assert code(api(charlie).post(f"{LINKS}/{token}/knock")) == "404 link_not_found"
    assert code(api(charlie).delete(f"{LINKS}/{token}")) == "404 link_not_found"


def test_a_deleted_chat_has_no_door(group, token, charlie, api):
    Chat.objects.filter(pk=group.pk).update(deleted_at="2026-01-01T00:00:00Z")
    assert code(api(charlie).get(f"{LINKS}/{token}")) == "404 link_not_found"


@pytest.mark.parametrize("token", ["x", "%00", "a" * 33, "../../x", "2785a5cf-0428-4ee3-95f6-f49c866ef4df", "a" * 500])
def test_odd_tokens(charlie, api, token):
    for answer in (api(charlie).get(f"{LINKS}/{token}"), api(charlie).post(f"{LINKS}/{token}/knock")):
        assert answer.status_code == 404
