"""Who reaches whom, and what of it gets to whom: rules, blocks, hidden addresses, groups one has left."""

import uuid

import pytest

from accounts.models import Block, User
from calls.models import Call, CallParty
from messenger.models import Membership
from tests.messenger.scenes import make_group

pytestmark = pytest.mark.django_db

HERS, HIS = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
HOST = "candidate:1 1 udp 1 192.168.1.7 9 typ host"
RELAY = "candidate:2 1 udp 1 198.51.100.1 9 typ relay raddr 0.0.0.0 rport 0"


@pytest.fixture
def call(api, chat):
    """call(alice): the answer of POST calls in the chat with bob."""

    def start(by, device=HERS):
        return api(by).post("/api/v1/calls", {"chat": chat.pk, "device": device}, format="json")

    return start


RULES = [("nobody", True, 403), ("contacts", True, 201), ("contacts", False, 403), ("everybody", False, 201)]


@pytest.mark.parametrize(("rule", "friends", "status"), RULES)
def test_who_may_call_me(call, alice, bob, rule, friends, status):
    User.objects.filter(pk=bob.pk).update(call_privacy=rule)
    if not friends:
        bob.contacts.all().delete()
    answer = call(alice)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "call_refused"
        assert not Call.objects.exists()


def test_whom_one_has_blocked_hears_ringing_and_one_hears_nothing(call, api, alice, bob):
    Block.objects.create(owner=bob, user=alice)
    started = call(alice).json()["call"]
    assert started["state"] == "ringing"  # as if nobody were at home
    his = api(bob)
    assert his.get("/api/v1/calls/running").json() == {"calls": [], "missed_count": 0}
    for method, path in (("get", ""), ("post", "/answer"), ("post", "/decline"), ("delete", "/log")):
        answer = getattr(his, method)(f"/api/v1/calls/{started['id']}{path}", {"device": HIS}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (404, "call_not_found")
    api(alice).post(f"/api/v1/calls/{started['id']}/hang-up", {"device": HERS}, format="json")
    assert his.get("/api/v1/calls").json()["results"] == []
    assert [line["outcome"] for line in api(alice).get("/api/v1/calls").json()["results"]] == ["cancelled"]


def test_whom_one_has_blocked_one_does_not_call(call, alice, bob):
    Block.objects.create(owner=alice, user=bob)
    assert call(alice).json()["code"] == "blocked_by_you"


def test_hidden_addresses_need_a_relay(call, api, alice, bob, settings):
    alice.hides_address = bob.hides_address = True
    alice.save(), bob.save()
    assert call(alice).json()["code"] == "relay_missing"
    User.objects.filter(pk=alice.pk).update(hides_address=False)
    started = call(alice).json()["call"]
    answer = api(bob).post(f"/api/v1/calls/{started['id']}/answer", {"device": HIS}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "relay_missing")
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:relay.example:3478"], "secret"
    entry = api(bob).post(f"/api/v1/calls/{started['id']}/answer", {"device": HIS}, format="json").json()
    assert entry["ice"]["relay_only"] is True
    assert entry["ice"]["ice_servers"][-1]["username"].endswith(f":{bob.pk}")


def test_a_hidden_address_is_not_told_by_mistake(call, api, alice, bob, settings):
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:relay.example:3478"], "secret"
    User.objects.filter(pk=alice.pk).update(hides_address=True)
    started = call(alice).json()["call"]
    api(bob).post(f"/api/v1/calls/{started['id']}/answer", {"device": HIS}, format="json")
    body = {"device": HERS, "to_device": HIS, "n": 1}
    path = f"/api/v1/calls/{started['id']}/signals"
    for told in (
        {"candidates": [{"candidate": RELAY}, {"candidate": HOST}]},
        {"description": {"type": "offer", "sdp": f"v=0\r\na={HOST}\r\n"}},
    ):
        answer = api(alice).post(path, {**body, **told}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "address_hidden")
    assert api(alice).post(path, {**body, "candidates": [{"candidate": RELAY}]}, format="json").status_code == 200
    back = {"device": HIS, "to_device": HERS, "n": 1, "candidates": [{"candidate": HOST}]}
    assert api(bob).post(path, back, format="json").status_code == 200  # he hides nothing


def test_no_address_is_in_what_others_see_of_a_call(call, api, alice, bob):
    started = call(alice)
    answered = api(bob).post(f"/api/v1/calls/{started.json()['call']['id']}/answer", {"device": HIS}, format="json")
    told = api(alice).get("/api/v1/calls/running").content + answered.content
    assert b"127.0.0.1" not in told
    assert b"candidate" not in told


def test_a_group_one_has_left_keeps_its_line_and_tells_nothing_new(api, alice, bob):
    room = make_group(alice, bob)
    started = api(alice).post("/api/v1/calls", {"chat": room.pk, "device": HERS}, format="json").json()["call"]
    joined = api(bob).post(f"/api/v1/calls/{started['id']}/join", {"device": HIS}, format="json")
    assert joined.status_code == 200
    Membership.objects.filter(chat=room, user=bob).update(state="removed")
    line = api(bob).get("/api/v1/calls").json()["results"][0]["call"]
    assert (line["id"], line["legs"], line["chat_title"]) == (started["id"], [], "")
    assert api(bob).get(f"/api/v1/calls/{started['id']}").status_code == 404
    assert len(api(alice).get("/api/v1/calls").json()["results"][0]["call"]["legs"]) == 2


def test_a_stranger_is_called_within_bounds(api, alice, charlie, monkeypatch):
    """A call in a chat where nobody has written is a first message, and counts as one."""
    counted = []
    monkeypatch.setattr("core.limits.check", lambda name, *_rest, **_more: counted.append(name))
    chat = api(alice).post("/api/v1/chats/direct", {"user": charlie.pk}, format="json").json()["chat"]["id"]
    counted.clear()
    answer = api(alice).post("/api/v1/calls", {"chat": chat, "device": str(uuid.uuid4())}, format="json")
    assert answer.status_code == 201
    assert "new_stranger" in counted
    assert CallParty.objects.filter(user=charlie).exists()
