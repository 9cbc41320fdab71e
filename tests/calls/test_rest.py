"""Calls over REST alone, as a client without a socket makes them; and what is no call is refused in words."""

import json
import uuid

import pytest

from calls.models import Call, CallSignal
from core import limits
from tests.messenger.scenes import make_group

pytestmark = pytest.mark.django_db

HERS, HIS, THIRD = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"
OFFER = {"type": "offer", "sdp": SDP}


@pytest.fixture
def asks(api):
    """asks(alice, "post", "calls/7/answer", {...}, 200): the answer's body."""

    def ask(user, method, path, body=None, status=200):
        answer = getattr(api(user), method)(f"/api/v1/{path}", body, **({} if method == "get" else {"format": "json"}))
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    return ask


@pytest.fixture
def ringing(asks, chat, alice):
    return asks(alice, "post", "calls", {"chat": chat.pk, "device": HERS}, 201)["call"]


@pytest.fixture
def talking(asks, ringing, bob):
    return asks(bob, "post", f"calls/{ringing['id']}/answer", {"device": HIS})["call"]


def test_ring_answer_talk_hang_up(asks, chat, alice, bob):
    entry = asks(alice, "post", "calls", {"chat": chat.pk, "device": HERS, "kind": "video"}, 201)
    call = entry["call"]
    assert (call["state"], call["kind"], call["callee"]["handle"], entry["is_new"]) == ("ringing", "video", "bob", True)
    assert entry["ice"]["relay_only"] is False
    assert call["legs"][0]["has_video"] is True  # a video call shows its caller unless they say otherwise
    again = asks(alice, "post", "calls", {"chat": chat.pk, "device": HERS, "kind": "video"})
    assert (again["call"]["id"], again["is_new"]) == (call["id"], False)
    assert [one["id"] for one in asks(bob, "get", "calls/running")["calls"]] == [call["id"]]
    path = f"calls/{call['id']}"
    assert asks(bob, "post", f"{path}/ringing")["rang_at"]
    answered = asks(bob, "post", f"{path}/answer", {"device": HIS, "has_video": False})
    assert answered["call"]["state"] == "active"
    assert asks(bob, "post", f"{path}/answer", {"device": HIS})["call"]["state"] == "active"
    assert asks(bob, "post", f"{path}/answer", {"device": THIRD}, 409)["code"] == "answered_elsewhere"
    assert asks(bob, "post", f"{path}/ping", {"device": HIS}) == {"is_in": True, "state": "active"}
    legs = {leg["device"]: leg for leg in asks(alice, "patch", f"{path}/legs/{HERS}", {"is_muted": True})["legs"]}
    assert (legs[HERS]["is_muted"], legs[HIS]["is_muted"]) == (True, False)
    assert asks(bob, "get", f"{path}/ice")["ice_servers"] is not None
    assert asks(alice, "post", f"{path}/hang-up", {"device": HERS})["reason"] == "hung_up"
    assert asks(alice, "post", f"{path}/hang-up", {"device": HERS})["reason"] == "hung_up"
    assert asks(bob, "get", path)["state"] == "ended"
    assert asks(bob, "post", f"{path}/answer", {"device": HIS}, 410)["code"] == "call_ended"
    assert asks(bob, "get", f"{path}/ice", status=410)["code"] == "call_ended"
    assert asks(bob, "post", f"{path}/ping", {"device": HIS}) == {"is_in": False, "state": "ended"}


def test_a_no_with_words(asks, ringing, chat, bob):
    path = f"calls/{ringing['id']}/decline"
    assert asks(bob, "post", path, {"text": "x" * (limits.DECLINE_CHARS + 1)}, 400)["code"] == "text_too_long"
    assert asks(bob, "post", path, {"text": "At six."})["reason"] == "declined"
    assert asks(bob, "post", path, {"text": "At six."})["reason"] == "declined"
    messages = asks(bob, "get", f"chats/{chat.pk}/messages")["messages"]
    assert [one["text"] for one in messages].count("At six.") == 1


def test_outsiders_find_no_call(asks, talking, charlie):
    body = {"device": THIRD, "to_device": HIS, "n": 1, "description": OFFER}
    tries = [
        ("get", "", None), ("post", "/answer", body), ("post", "/decline", {}), ("post", "/ringing", {}),
        ("post", "/join", body), ("post", "/hang-up", body), ("post", "/ping", body), ("post", "/mute", {}),
        ("patch", f"/legs/{HIS}", {"is_muted": True}), ("delete", f"/legs/{HIS}", None), ("get", "/ice", None),
        ("get", f"/signals?device={HIS}", None), ("post", "/signals", body), ("delete", "/log", None),
    ]  # fmt: skip
    for method, path, sent in tries:
        real = asks(charlie, method, f"calls/{talking['id']}{path}", sent, 404)
        assert real["code"] == "call_not_found", path
        assert real == asks(charlie, method, f"calls/987654{path}", sent, 404)


def test_signals_pass_between_the_two_devices(asks, talking, alice, bob):
    path = f"calls/{talking['id']}/signals"
    sent = asks(alice, "post", path, {"device": HERS, "to_device": HIS, "n": 1, "description": OFFER})
    again = asks(alice, "post", path, {"device": HERS, "to_device": HIS, "n": 1, "description": OFFER})
    assert again == sent
    candidate = {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}
    asks(alice, "post", path, {"device": HERS, "to_device": HIS, "n": 2, "candidates": [candidate]})
    found = asks(bob, "get", f"{path}?device={HIS}")["signals"]
    assert [(one["n"], one["description"], one["candidates"]) for one in found] == [
        (1, OFFER, []), (2, None, [candidate]),
    ]  # fmt: skip
    assert [one["n"] for one in asks(bob, "get", f"{path}?device={HIS}&after={sent['id']}")["signals"]] == [2]
    assert asks(alice, "get", f"{path}?device={HERS}")["signals"] == []
    # with a device that is not one's own, or to one that is not in it
    stolen = {"device": HERS, "to_device": HIS, "n": 3, "description": OFFER}
    assert asks(bob, "post", path, stolen, 409)["code"] == "not_in_call"
    assert asks(bob, "get", f"{path}?device={HERS}", status=409)["code"] == "not_in_call"
    lost = {"device": HERS, "to_device": THIRD, "n": 1, "description": OFFER}
    assert asks(alice, "post", path, lost, 409)["code"] == "peer_not_in_call"


def test_no_signal_before_the_answer(asks, ringing, alice, bob):
    body = {"device": HERS, "to_device": HIS, "n": 1, "description": OFFER}
    assert asks(alice, "post", f"calls/{ringing['id']}/signals", body, 409)["code"] == "not_answered"


MALFORMED = [
    ({"n": 0}, 400, "invalid"), ({"n": -1}, 400, "invalid"), ({"n": 1.5}, 400, "invalid"),
    ({"n": 10**10}, 400, "invalid"),
    ({"n": "many"}, 400, "invalid"), ({"n": None}, 400, "invalid"), ({"n": 2**63}, 400, "bad_json"),
    ({"device": "telephone"}, 400, "invalid"), ({"to_device": {}}, 400, "invalid"),
    ({"to_device": [HIS]}, 400, "invalid"),
    ({"description": None}, 400, "bad_signal"), ({"description": []}, 400, "invalid"),
    ({"description": {}}, 400, "bad_signal"), ({"description": {"type": "offer"}}, 400, "bad_signal"),
    ({"description": {"type": ["offer"], "sdp": SDP}}, 400, "bad_signal"),
    ({"description": {"type": "offer", "sdp": {}}}, 400, "bad_signal"),
    ({"description": {"type": "offer", "sdp": "v=0" + "x" * 1024 * 1024}}, 413, "signal_too_large"),
    ({"candidates": "all"}, 400, "invalid"), ({"candidates": [7]}, 400, "invalid"),
    ({"candidates": [{}]}, 400, "bad_signal"), ({"candidates": [{"candidate": "<b>"}]}, 400, "bad_signal"),
    ({"candidates": [{"candidate": "candidate:" + "x" * 2_000}]}, 413, "signal_too_large"),
    ({"candidates": [{"candidate": "candidate:1"}] * 31}, 413, "signal_too_large"),
    ({"candidates": [{}] * 300_000}, 413, "signal_too_large"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "status", "code"), MALFORMED, ids=[json.dumps(row[0])[:50] for row in MALFORMED])
def test_signals_that_are_none(asks, talking, alice, wrong, status, code):
    body = {"device": HERS, "to_device": HIS, "n": 1, "description": OFFER, **wrong}
    if "candidates" in wrong:
        del body["description"]
    assert asks(alice, "post", f"calls/{talking['id']}/signals", body, status)["code"] == code
    assert not CallSignal.objects.exists()


def test_endless_candidates_stop_at_their_sender(asks, talking, alice, bob, monkeypatch):
    monkeypatch.setattr(limits, "SIGNALS_PER_LEG", 5)
    path = f"calls/{talking['id']}/signals"
    body = {"device": HERS, "to_device": HIS, "candidates": [{"candidate": ""}]}
    for number in range(1, 6):
        asks(alice, "post", path, {**body, "n": number})
    refused = asks(alice, "post", path, {**body, "n": 6}, 429)
    assert (refused["code"], refused["retry_after"]) == ("rate_limited", 5)
    back = {**body, "device": HIS, "to_device": HERS, "n": 1}
    asks(bob, "post", path, back)  # the other direction is none the worse


@pytest.mark.parametrize("device", ["nonsense", "7", "0" * 400, "%00", "🎧"])
def test_a_device_in_an_address_that_is_none(asks, talking, alice, device):
    path = f"calls/{talking['id']}/legs/{device}"
    assert asks(alice, "patch", path, {"is_muted": True}, 400)["code"] == "bad_device"
    assert asks(alice, "delete", path, None, 400)["code"] == "bad_device"


def test_a_device_may_be_written_large(asks, talking, alice):
    assert asks(alice, "patch", f"calls/{talking['id']}/legs/{HERS.upper()}", {"is_muted": True})


def test_ids_beyond_the_database(asks, alice):
    for number in (0, 2**63 - 1, 2**63, 10**30):
        assert asks(alice, "get", f"calls/{number}", status=404)["status"] == 404
    for chat in (0, -1, 2**63 - 1, "x", None):
        status = 404 if chat == 2**63 - 1 else 400
        asks(alice, "post", "calls", {"chat": chat, "device": HERS}, status)
    assert not Call.objects.exists()


def test_who_leads_a_group_mutes_and_removes(asks, alice, bob, charlie):
    room = make_group(alice, bob, charlie)
    call = asks(bob, "post", "calls", {"chat": room.pk, "device": HIS}, 201)["call"]
    asks(alice, "post", f"calls/{call['id']}/join", {"device": HERS})
    path = f"calls/{call['id']}"
    assert asks(bob, "post", f"{path}/mute", {}, 403)["code"] == "right_needed"
    assert asks(bob, "delete", f"{path}/legs/{HERS}", None, 403)["code"] == "right_needed"
    asks(alice, "post", f"{path}/mute", {}, 204)
    asks(alice, "post", f"{path}/mute", {"device": HIS}, 204)
    assert asks(alice, "post", f"{path}/mute", {"device": str(uuid.uuid4())}, 404)["code"] == "not_in_call"
    assert [leg["device"] for leg in asks(alice, "delete", f"{path}/legs/{HIS}")["legs"]] == [HERS]
    assert asks(alice, "delete", f"{path}/legs/{HIS}", None, 404)["code"] == "not_in_call"


def test_what_a_client_may_not_set_stays(asks, chat, alice, bob):
    more = {
        "state": "active", "backend": "janus", "room": "mine", "caller": bob.pk, "is_unheard": True, "reason": "lost",
        "answered_at": "2001-01-01T00:00:00Z", "created_at": "2099-01-01T00:00:00Z", "id": 4_242, "user": bob.pk,
    }  # fmt: skip
    call = asks(alice, "post", "calls", {**more, "chat": chat.pk, "device": HERS}, 201)["call"]
    assert (call["state"], call["backend"], call["room"], call["caller"]["id"]) == ("ringing", "direct", "", alice.pk)
    assert Call.objects.get().is_unheard is False
    assert call["id"] != 4_242
    asks(bob, "post", f"calls/{call['id']}/answer", {**more, "device": HIS})
    legs = asks(alice, "patch", f"calls/{call['id']}/legs/{HERS}", {**more, "hand": True, "left_at": None})["legs"]
    assert {leg["user"]["id"] for leg in legs} == {alice.pk, bob.pk}
