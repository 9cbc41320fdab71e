"""Several at the same moment, each in a thread and on a connection of its own. Run on both databases."""

import uuid
from collections import Counter
from functools import partial

import pytest

from calls.actions.legs import ping_many
from calls.actions.settling import sweep
from calls.models import Call, CallLeg, CallSignal
from core import limits
from core.errors import DomainError
from messenger.actions.chats import open_direct
from tests.calls import acts
from tests.calls.acts import dial, outcome
from tests.calls.scenes import make_class
from tests.messenger.together import together

pytestmark = pytest.mark.django_db(transaction=True)

HERS, HIS, THEIRS = (uuid.UUID(int=number) for number in (1, 2, 3))


def call_of(results) -> Call:
    assert not [result for result in results if isinstance(result, DomainError)], results
    (pk,) = {result.call.pk for result in results}
    return Call.objects.select_related("chat", "caller").get(pk=pk)


def test_two_dial_each_other_at_once_twenty_times(chat, alice, bob):
    for round_ in range(1, 21):
        limits.reset()
        call = call_of(together(lambda: dial(alice, chat, HERS), lambda: dial(bob, chat, HIS)))
        assert Call.objects.count() == round_
        assert call.state == "active"
        assert acts.devices_in(call) == {alice.pk: HERS, bob.pk: HIS}
        acts.leave(alice, call, HERS)
    acts.is_sound()


def test_three_devices_of_one_answer_at_once(ring, alice, bob):
    for _ in range(5):
        limits.reset()
        call = ring(alice, device=HERS).call
        phones = [uuid.uuid4() for _ in range(3)]
        answers = together(*(partial(outcome, acts.answer, bob, call, phone) for phone in phones))
        assert Counter(answers) == {"active": 1, "answered_elsewhere": 2}
        assert acts.devices_in(call)[bob.pk] == phones[answers.index("active")]
        acts.leave(alice, call, HERS)
    acts.is_sound()


def test_answer_against_cancel_against_timeout_against_decline(ring, alice, bob):
    for round_ in range(8):
        limits.reset()
        call = ring(alice, device=HERS).call
        if round_ % 2:
            acts.rung_out(call)
        results = together(
            partial(outcome, acts.answer, bob, call, HIS),
            partial(outcome, acts.leave, alice, call, HERS),
            partial(outcome, acts.decline, bob, call, THEIRS),
            sweep,
        )
        assert None not in results, "a thread died: see above"
        acts.leave(alice, call, HERS)
        call.refresh_from_db()
        assert call.state == "ended"
        acts.is_sound()


def test_the_worker_and_those_who_look_end_it_once(chat, ring, alice, bob):
    call = acts.rung_out(ring(alice, device=HERS).call)
    looks = [partial(outcome, acts.look, who, call, HERS) for who in (alice, bob)]
    assert together(*looks, *looks, sweep)[:4] == ["ended missed"] * 4
    assert len(acts.lines(chat)) == 1
    alice.refresh_from_db()
    assert alice.fact_seq == 2  # it rang, it ended: told once each


def test_five_join_a_mesh_at_once_and_four_are_in(alice, bob):
    group, more = make_class(alice, bob, 3)
    everybody = [alice, bob, *more]
    results = together(*(partial(outcome, dial, who, group) for who in everybody))
    assert Counter(results) == {"active": 4, "call_full": 1}
    assert Call.objects.count() == 1
    assert CallLeg.objects.filter(left_at=None).count() == 4
    acts.is_sound()


def test_the_same_device_starts_twice(ring, alice):
    first = call_of(together(*[lambda: ring(alice, device=HERS)] * 3))
    assert acts.devices_in(first) == {alice.pk: HERS}


def test_one_person_goes_into_two_calls_at_once(ring, alice, bob, charlie):
    """Two ring bob, and he answers both, one on each device: he is in one of them, and told so by the other."""
    for _ in range(5):
        limits.reset()
        first = ring(alice, device=HERS).call
        other, _new = open_direct(by=charlie, user_id=bob.pk)
        second = dial(charlie, other.chat, THEIRS).call
        results = together(
            partial(outcome, acts.answer, bob, first, HIS), partial(outcome, acts.answer, bob, second, uuid.uuid4())
        )
        assert sorted(results) == ["active", "already_in_call"]
        acts.is_sound()
        acts.leave(alice, first, HERS)
        acts.leave(charlie, second, THEIRS)


def test_pings_and_signals_against_the_end(ring, alice, bob):
    """The statements that touch many legs at once lock nobody out, and nobody is alive again after the end."""
    for _ in range(10):
        limits.reset()
        call = ring(alice, device=HERS).call
        acts.answer(bob, call, HIS)
        both = [(alice.pk, call.pk, HERS), (bob.pk, call.pk, HIS)]
        results = together(
            partial(ping_many, both),
            partial(ping_many, both[::-1]),
            partial(outcome, acts.signal, alice, call, HERS, HIS),
            partial(outcome, acts.signal, bob, call, HIS, HERS),
            partial(outcome, acts.leave, bob, call, HIS),
            partial(outcome, acts.leave, alice, call, HERS),
        )
        assert None not in results, "a thread died: see above"
        assert set(results[2:4]) <= {"ok", "call_ended", "peer_not_in_call", "not_in_call"}, results
        assert results[4:] == ["ended hung_up"] * 2
        acts.is_sound()


def test_the_same_signal_twice_at_once_is_stored_once(ring, alice, bob):
    call = ring(alice, device=HERS).call
    acts.answer(bob, call, HIS)
    sent = together(*[lambda: acts.signal(alice, call, HERS, HIS, n=1)] * 3)
    assert len({one["id"] for one in sent}) == 1
    assert CallSignal.objects.count() == 1
