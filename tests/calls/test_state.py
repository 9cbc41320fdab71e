"""The state machine of a call between two: what the server decides, whoever asks in whatever order, and twice."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from calls.actions import starting
from calls.models import Call, CallLeg, CallParty
from calls.queries import running_of
from core import events
from core.errors import Conflict, Invalid
from messenger.actions.chats import open_direct
from messenger.models import Membership, Message
from moderation.models import Sanction
from tests.calls import acts
from tests.calls.acts import dial, fallen_silent, lines, outcome, rung_out, unread

pytestmark = pytest.mark.django_db

HERS, HIS, THEIRS = (uuid.UUID(int=number) for number in (1, 2, 3))

# What comes of it when (caller, callee) does this to a call that is …; the outsider never learns that there is one.
EXPECTED = {
    ("ringing", "answer"): ("own_call", "active"),
    ("ringing", "decline"): ("own_call", "ended declined"),
    ("ringing", "rings"): ("own_call", "ringing"),
    ("ringing", "leave"): ("ended cancelled", "not_in_call"),
    ("ringing", "join"): ("ringing", "not_answered"),
    ("ringing", "mute"): ("ringing", "not_in_call"),
    ("ringing", "signal"): ("not_answered", "not_answered"),
    ("ringing", "ping"): ("ok", "call_not_found"),
    ("ringing", "look"): ("ringing", "ringing"),
    ("active", "answer"): ("own_call", "active"),
    ("active", "decline"): ("own_call", "active"),
    ("active", "rings"): ("own_call", "active"),
    ("active", "leave"): ("ended hung_up", "ended hung_up"),
    ("active", "join"): ("active", "active"),
    ("active", "mute"): ("active", "active"),
    ("active", "signal"): ("ok", "ok"),
    ("active", "ping"): ("ok", "ok"),
    ("active", "look"): ("active", "active"),
    ("ended", "answer"): ("own_call", "call_ended"),
    ("ended", "decline"): ("own_call", "ended hung_up"),
    ("ended", "rings"): ("own_call", "ended hung_up"),
    ("ended", "leave"): ("ended hung_up", "ended hung_up"),
    ("ended", "join"): ("call_ended", "call_ended"),
    ("ended", "mute"): ("call_ended", "call_ended"),
    ("ended", "signal"): ("call_ended", "call_ended"),
    ("ended", "ping"): ("ok", "ok"),
    ("ended", "look"): ("ended hung_up", "ended hung_up"),
    ("late", "answer"): ("own_call", "call_ended"),
    ("late", "decline"): ("own_call", "ended missed"),
    ("late", "rings"): ("own_call", "ended missed"),
    ("late", "leave"): ("ended missed", "ended missed"),
    ("late", "join"): ("call_ended", "call_ended"),
    ("late", "look"): ("ended missed", "ended missed"),
}


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """with told() as heard: …: the names of the events that were published within."""

    class Told(list):
        def __enter__(self):
            self.outer = django_capture_on_commit_callbacks(execute=True)
            self.sender = lambda happened: self.extend(event.name for event in happened)
            events.add_sender(self.sender)
            self.outer.__enter__()
            return self

        def __exit__(self, *error):
            self.outer.__exit__(*error)
            events.remove_sender(self.sender)

    return Told


def make_call(state: str, alice, bob, chat) -> Call:
    call = dial(alice, chat, HERS).call
    if state in ("active", "ended"):
        acts.answer(bob, call, HIS)
    if state == "ended":
        acts.leave(alice, call, HERS)
    return rung_out(call) if state == "late" else call


@pytest.mark.parametrize(("state", "name"), EXPECTED, ids=[f"{name}-{state}" for state, name in EXPECTED])
def test_what_comes_of_it(chat, alice, bob, charlie, told, state, name):
    act = getattr(acts, name)
    for who, device, expected in zip((alice, bob), (HERS, HIS), EXPECTED[state, name], strict=True):
        call = make_call(state, alice, bob, chat)
        assert outcome(act, charlie, call, THEIRS) == "call_not_found"
        assert outcome(act, charlie, call, device) == "call_not_found"
        assert outcome(act, who, call, device) == expected
        with told() as heard:
            assert outcome(act, who, call, device) == expected, "twice is once"
        assert name == "join" or "call.changed" not in heard, "told twice"
        acts.is_sound()
        outcome(acts.decline, bob, call, HIS)
        outcome(acts.leave, alice, call, HERS)


def test_ring_answer_hang_up(chat, ring, alice, bob):
    Membership.objects.filter(chat=chat, user=bob).update(read_seq=1)
    call = ring(alice, device=HERS).call
    assert [one["id"] for one in running_of([bob])[0]["calls"]] == [call.pk]
    call = acts.answer(bob, call, HIS)
    assert acts.devices_in(call) == {alice.pk: HERS, bob.pk: HIS}
    call = acts.leave(bob, call, HIS)
    assert running_of([alice])[0]["calls"] == []
    assert len(lines(chat)) == 1
    assert (unread(chat, alice), unread(chat, bob)) == (0, 0)  # a talk is no news


def test_the_first_answer_wins(ring, alice, bob):
    call = ring(alice).call
    acts.answer(bob, call, HIS)
    with pytest.raises(Conflict) as refused:
        acts.answer(bob, call, THEIRS)
    assert refused.value.code == "answered_elsewhere"
    assert outcome(acts.decline, bob, call, THEIRS) == "active"  # late: changes nothing
    acts.join(bob, call, THEIRS)  # but one may go on from another device
    assert acts.devices_in(call)[bob.pk] == THEIRS
    assert CallLeg.objects.get(call=call, device=HIS).end == "moved"
    # The device that gave way is out: what it still sends reaches nobody, and its going ends nothing.
    assert outcome(acts.signal, bob, call, HIS) == "not_in_call"
    assert outcome(acts.leave, bob, call, HIS) == "active"
    assert outcome(acts.leave, bob, call, THEIRS) == "ended hung_up"


def test_the_caller_goes_on_elsewhere_while_it_rings(ring, alice, bob):
    call = ring(alice, device=HERS).call
    acts.join(alice, call, THEIRS)
    assert outcome(acts.leave, alice, call, HERS) == "ringing"  # of the tab that was closed
    acts.answer(bob, call, HIS)
    assert acts.devices_in(call) == {alice.pk: THEIRS, bob.pk: HIS}


def test_nobody_takes_the_name_of_the_others_device(ring, alice, bob):
    call = ring(alice, device=HERS).call
    assert outcome(acts.answer, bob, call, HERS) == "device_taken"
    call.refresh_from_db()
    assert call.state == "ringing"  # and may still be answered
    assert outcome(acts.answer, bob, call, HIS) == "active"


def test_decline_with_a_word(chat, ring, alice, bob):
    call = ring(alice).call
    with pytest.raises(Invalid) as too_long:
        acts.decline_call(by=bob, call_id=call.pk, text="x" * 301)
    assert too_long.value.code == "text_too_long"
    for _ in range(2):
        assert acts.decline_call(by=bob, call_id=call.pk, text=" Later! ").reason == "declined"
    said = Message.objects.filter(chat=chat, sender=bob)
    assert [message.text for message in said] == ["Later!"]
    assert unread(chat, alice) == 1
    assert running_of([bob])[0]["missed_count"] == 0


@pytest.mark.parametrize(("text", "code"), [("no", "sanctioned"), ("", "ended declined")])
def test_the_no_stands_also_where_the_word_may_not_be_said(chat, ring, alice, bob, text, code):
    Sanction.objects.create(user=bob, kind="mute", reason="spam")
    call = ring(alice).call
    assert outcome(acts.decline_call, by=bob, call_id=call.pk, text=text) == code
    call.refresh_from_db()
    assert call.reason == "declined"
    assert not Message.objects.filter(chat=chat, sender=bob).exists()


@pytest.mark.parametrize("how", ["looked at", "worker", "task"])
def test_nobody_answers(chat, ring, alice, bob, how, run_all_tasks):
    Membership.objects.filter(chat=chat, user=bob).update(read_seq=1)
    call = rung_out(ring(alice).call)
    if how == "looked at":
        assert running_of([bob])[0]["calls"] == []
    elif how == "worker":
        acts.sweep()
    else:
        run_all_tasks()
    call.refresh_from_db()
    assert (call.state, call.reason, call.ended_at) == ("ended", "missed", call.rings_until)
    assert (unread(chat, alice), unread(chat, bob)) == (0, 1)
    assert [one["missed_count"] for one in running_of([alice, bob])] == [0, 1]
    acts.is_sound()


def test_glare(ring, alice, bob):
    first, second = ring(alice), ring(bob)
    assert (first.is_new, second.is_new) == (True, False)
    assert (second.call.pk, second.call.state) == (first.call.pk, "active")


def test_the_same_press_twice_is_one_call(ring, alice):
    first, again = ring(alice, device=HERS), ring(alice, device=HERS)
    assert (again.call.pk, again.is_new) == (first.call.pk, False)
    assert outcome(ring, alice, device=HIS) == "already_in_call"
    assert Call.objects.count() == 1


def test_a_press_that_meets_itself_at_the_worst_moment(ring, alice, monkeypatch):
    """The first one is stored just after the second has found that nothing runs."""
    look, first = starting.running_in, []

    def look_and_be_overtaken(chat):
        found = look(chat)
        if not first:
            monkeypatch.setattr(starting, "running_in", look)
            first.append(ring(alice, device=HERS))
        return found

    monkeypatch.setattr(starting, "running_in", look_and_be_overtaken)
    again = ring(alice, device=HERS)
    assert (again.call.pk, again.is_new) == (first[0].call.pk, False)


def test_busy(chat, ring, alice, bob, charlie):
    call = ring(alice, device=HERS).call
    acts.answer(bob, call, HIS)
    other, _new = open_direct(by=charlie, user_id=bob.pk)
    busy = dial(charlie, other.chat).call
    assert (busy.state, busy.reason) == ("ended", "busy")
    assert not CallLeg.objects.filter(user=charlie).exists()
    assert running_of([bob])[0]["missed_count"] == 1
    assert outcome(dial, bob, other.chat) == "already_in_call"
    assert outcome(acts.leave, bob, call, HIS) == "ended hung_up"
    assert dial(charlie, other.chat).call.state == "ringing"
    acts.is_sound()


def test_an_answer_in_the_middle_of_another_call(ring, alice, bob, charlie):
    """Both ring bob; he takes one, and the other rings on until it is over."""
    first = ring(alice).call
    other, _new = open_direct(by=charlie, user_id=bob.pk)
    second = dial(charlie, other.chat, THEIRS).call
    acts.answer(bob, first, HIS)
    assert outcome(acts.answer, bob, second, HIS) == "already_in_call"
    assert outcome(acts.look, charlie, second, THEIRS) == "ringing"
    acts.leave(bob, first, HIS)
    assert outcome(acts.answer, bob, second, HIS) == "active"


def test_a_silent_device_is_out(ring, alice, bob):
    call = ring(alice, device=HERS).call
    acts.answer(bob, call, HIS)
    fallen_silent(call, bob, seconds=44)
    acts.ping(bob, call, HIS)
    fallen_silent(call, bob, seconds=44)
    assert outcome(acts.look, alice, call, HERS) == "active"
    fallen_silent(call, bob, seconds=2)
    assert outcome(acts.look, alice, call, HERS) == "ended lost"
    assert CallLeg.objects.get(user=bob).end == "lost"
    assert acts.ping(alice, call, HERS) == {"is_in": False, "state": "ended"}
    acts.is_sound()


def test_both_fell_silent_and_the_call_lasted_as_long_as_they_did(ring, alice, bob):
    """As after a night without a server: nobody is told that they talked for hours."""
    call = ring(alice, device=HERS).call
    acts.answer(bob, call, HIS)
    night = timedelta(hours=8)
    Call.objects.filter(pk=call.pk).update(created_at=timezone.now() - night, answered_at=timezone.now() - night)
    fallen_silent(call, alice, bob, seconds=night.total_seconds() - 100)
    acts.sweep()
    call.refresh_from_db()
    assert (call.state, call.reason) == ("ended", "lost")
    assert 99 <= call.duration_seconds <= 105


def test_a_dead_call_stands_in_nobodys_way(ring, alice, bob, charlie):
    call = ring(alice, device=HERS).call
    acts.answer(bob, call, HIS)
    fallen_silent(call, alice, bob)
    other, _new = open_direct(by=charlie, user_id=bob.pk)
    assert dial(charlie, other.chat).call.state == "ringing"
    call.refresh_from_db()
    assert call.state == "ended"


def test_one_call_that_cannot_be_settled_leaves_no_other_ringing(ring, alice, bob, charlie, monkeypatch, caplog):
    broken = rung_out(ring(alice).call)
    other, _new = open_direct(by=charlie, user_id=bob.pk)
    late = rung_out(dial(charlie, other.chat).call)
    end = acts.settling.end_call

    def fail_for_one(call, *args, **kwargs):
        if call.pk == broken.pk:
            raise RuntimeError("a bug of ours")
        return end(call, *args, **kwargs)

    monkeypatch.setattr(acts.settling, "end_call", fail_for_one)
    acts.sweep()
    late.refresh_from_db()
    assert late.state == "ended"
    assert "could not be settled" in caplog.text


def test_the_log_of_each(ring, alice, bob):
    call = ring(alice, device=HERS).call
    acts.leave(alice, call, HERS)
    roles = dict(CallParty.objects.values_list("user__handle", "role"))
    assert roles == {"alice": "caller", "bob": "callee"}
    assert running_of([bob])[0]["missed_count"] == 1
