"""What two devices tell each other: what passes, between whom, for how long."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from calls.actions.signalling import forget_old_signals, send_signal, signals_for
from calls.models import CallSignal
from core import limits
from tests.calls import acts
from tests.calls.acts import OFFER, outcome
from tests.calls.scenes import make_class

pytestmark = pytest.mark.django_db

HERS, HIS, THEIRS = (uuid.UUID(int=number) for number in (1, 2, 3))
CANDIDATE = {"candidate": "candidate:1 1 udp 1 198.51.100.7 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}


@pytest.fixture
def call(ring, alice, bob):
    call = ring(alice, device=HERS).call
    acts.answer(bob, call, HIS)
    return call


def signal(by, call, **body) -> str:
    return outcome(send_signal, by=by, call_id=call.pk, **{"device": HERS, "to_device": HIS, "n": 1, **body})


PASSES = [
    {"description": OFFER},
    {"description": {"type": "answer", "sdp": "v=0" + "x" * (limits.SDP_BYTES - 3)}},
    {"description": {"type": "rollback"}},
    {"candidates": [CANDIDATE] * limits.CANDIDATES_AT_ONCE},
    {"candidates": [{"candidate": ""}]},  # there are no more
    {"candidates": [{**CANDIDATE, "sdpMid": None, "sdpMLineIndex": None, "usernameFragment": None}]},
    {"description": OFFER, "candidates": [CANDIDATE]},
]


@pytest.mark.parametrize("body", PASSES, ids=range(len(PASSES)))
def test_what_passes(call, alice, bob, body):
    assert signal(alice, call, **body) == "ok"
    (got,) = signals_for(by=bob, call_id=call.pk, device=HIS)
    assert (got["n"], got["from_device"], got["to_device"]) == (1, str(HERS), str(HIS))
    assert got["candidates"] == body.get("candidates", [])


BAD, LARGE = "bad_signal", "signal_too_large"
REFUSED = [
    ({}, BAD),
    ({"candidates": []}, BAD),
    ({"description": OFFER, "n": 0}, BAD),
    ({"description": OFFER, "n": -1}, BAD),
    ({"description": OFFER, "n": 2**31}, BAD),
    ({"description": {}}, BAD),
    ({"description": "v=0"}, BAD),
    ({"description": {"type": "offer"}}, BAD),
    ({"description": {"type": "offer", "sdp": ["v=0"]}}, BAD),
    ({"description": {"type": "offer", "sdp": "<script>"}}, BAD),
    ({"description": {"type": ["offer"], "sdp": "v=0"}}, BAD),
    ({"description": {"type": "bomb", "sdp": "v=0"}}, BAD),
    ({"description": {"type": "offer", "sdp": "v=0" + "x" * 2**20}}, LARGE),
    ({"description": {"type": "offer", "sdp": "v=0" + "ж" * (limits.SDP_BYTES // 2)}}, LARGE),
    ({"candidates": [CANDIDATE] * (limits.CANDIDATES_AT_ONCE + 1)}, LARGE),
    ({"candidates": [{"candidate": "candidate:" + "x" * 2000}]}, LARGE),
    ({"candidates": [{"candidate": "javascript:"}]}, BAD),
    ({"candidates": [{}]}, BAD),
    ({"candidates": ["candidate:1"]}, BAD),
    ({"candidates": [{**CANDIDATE, "sdpMid": "x" * 2000}]}, LARGE),
    ({"candidates": [{**CANDIDATE, "sdpMid": {"a": 1}}]}, BAD),
    ({"candidates": [{**CANDIDATE, "sdpMLineIndex": 10**30}]}, BAD),
    ({"candidates": [{**CANDIDATE, "sdpMLineIndex": -1}]}, BAD),
    ({"candidates": [{**CANDIDATE, "sdpMLineIndex": 1.5}]}, BAD),
]


@pytest.mark.parametrize(("body", "code"), REFUSED, ids=range(len(REFUSED)))
def test_what_does_not(call, alice, body, code):
    assert signal(alice, call, **body) == code
    assert not CallSignal.objects.exists()


def test_what_is_no_part_of_a_candidate_is_left_out(call, alice, bob):
    signal(alice, call, candidates=[{**CANDIDATE, "address": "10.0.0.1", "note": "hello"}])
    (got,) = signals_for(by=bob, call_id=call.pk, device=HIS)
    assert got["candidates"] == [CANDIDATE]


def test_between_whom(call, alice, bob, charlie):
    body = {"description": OFFER}
    assert signal(charlie, call, **body) == "call_not_found"
    assert signal(bob, call, **body) == "not_in_call"  # her device is not his
    assert signal(alice, call, **body, device=THEIRS) == "not_in_call"
    assert signal(alice, call, **body, to_device=THEIRS) == "peer_not_in_call"
    assert signal(alice, call, **body, to_device=HERS) == "peer_not_in_call"
    for device in (HERS, THEIRS):
        assert outcome(signals_for, by=bob, call_id=call.pk, device=device) == "not_in_call"
    assert outcome(signals_for, by=charlie, call_id=call.pk, device=HIS) == "call_not_found"


def test_not_into_another_call(call, alice, bob, charlie):
    """Both calls run; a device of the other one is not reached."""
    group, (dora,) = make_class(charlie, alice, 1)
    other = acts.dial(dora, group, THEIRS).call
    assert signal(alice, call, description=OFFER, to_device=THEIRS) == "peer_not_in_call"
    assert signal(alice, other, description=OFFER, to_device=THEIRS) == "not_in_call"


def test_the_same_number_is_the_same_signal(call, alice, bob):
    first = acts.signal(alice, call, HERS, HIS, n=7)
    again = acts.signal(alice, call, HERS, HIS, n=7, candidates=[CANDIDATE])
    assert first == again
    assert acts.signal(bob, call, HIS, HERS, n=7)["id"] > first["id"]  # each direction counts for itself


def test_they_wait_in_order_and_not_for_ever(call, alice, bob):
    for n in (1, 2, 3):
        acts.signal(alice, call, HERS, HIS, n=n)
    assert [one["n"] for one in signals_for(by=bob, call_id=call.pk, device=HIS)] == [1, 2, 3]
    old = timezone.now() - timedelta(seconds=limits.SIGNAL_SECONDS + 1)
    CallSignal.objects.filter(n__lt=3).update(created_at=old)
    forget_old_signals(limits.SIGNAL_SECONDS)
    assert [one["n"] for one in signals_for(by=bob, call_id=call.pk, device=HIS)] == [3]
    assert signals_for(by=bob, call_id=call.pk, device=HIS, after=2**63) == []


def test_so_many_wait_for_one_device(call, alice, bob, monkeypatch):
    monkeypatch.setattr(limits, "SIGNALS_PER_LEG", 3)
    for n in (1, 2, 3):
        assert signal(alice, call, description=OFFER, n=n) == "ok"
    assert signal(alice, call, description=OFFER, n=4) == "rate_limited"
    assert signal(bob, call, description=OFFER, device=HIS, to_device=HERS) == "ok"


def test_nothing_is_kept_after_the_end_nor_for_a_device_that_gave_way(call, alice, bob):
    acts.signal(alice, call, HERS, HIS)
    acts.join(bob, call, THEIRS)
    assert signals_for(by=bob, call_id=call.pk, device=THEIRS) == []
    assert signal(alice, call, description=OFFER, n=2) == "peer_not_in_call"
    assert signal(alice, call, description=OFFER, to_device=THEIRS) == "ok"
    acts.leave(alice, call, HERS)
    assert not CallSignal.objects.exists()
