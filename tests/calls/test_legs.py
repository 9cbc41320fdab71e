"""A group's call, and what may come between people and a call: coming, going, hands, hosts, blocks, deleted chats."""

import uuid

import pytest
from django.utils import timezone

from accounts.models import Block
from calls.actions.legs import change_leg, mute_all, remove_leg, remove_unwelcome
from calls.models import Call, CallLeg, CallParty
from calls.queries import running_of
from core import limits
from messenger.actions.chats import open_direct
from messenger.models import Chat, Membership, Right
from moderation.models import Sanction
from tests.calls import acts
from tests.calls.acts import dial, outcome
from tests.calls.scenes import make_class
from tests.conftest import make_user
from tests.messenger.scenes import leave as leave_chat
from tests.messenger.scenes import make_group

pytestmark = pytest.mark.django_db

HERS, HIS, THEIRS = (uuid.UUID(int=number) for number in (1, 2, 3))


@pytest.fixture
def group(alice, bob) -> Chat:
    return make_class(alice, bob)[0]


@pytest.fixture
def told(monkeypatch):
    """The events published in the test, as they are handed over."""
    seen: list = []
    for module in ("legs", "telling", "signalling"):
        monkeypatch.setattr(f"calls.actions.{module}.publish", lambda *happened: seen.extend(happened))
    return seen


def test_start_join_leave_and_the_last_one_ends_it(group, alice, bob):
    opened = dial(alice, group, HERS)
    assert (opened.is_new, opened.call.state, opened.call.backend) == (True, "active", "mesh")
    second = dial(bob, group, HIS)  # both pressed the button: the second joins
    assert (second.is_new, second.call.pk) == (False, opened.call.pk)
    assert acts.devices_in(opened.call) == {alice.pk: HERS, bob.pk: HIS}
    assert outcome(acts.leave, alice, opened.call, HERS) == "active"
    assert outcome(acts.leave, alice, opened.call, HERS) == "active"  # twice is once
    assert outcome(acts.join, alice, opened.call, HERS) == "active"  # and one may come back
    assert outcome(acts.leave, alice, opened.call, HERS) == "active"
    assert outcome(acts.leave, bob, opened.call, HIS) == "ended hung_up"
    assert outcome(acts.join, bob, opened.call, HIS) == "call_ended"
    assert [(party.user_id, party.was_in) for party in CallParty.objects.order_by("user_id")] == [
        (alice.pk, True),
        (bob.pk, True),
    ]
    acts.is_sound()
    assert dial(alice, group).is_new  # the next one is a new one


@pytest.mark.parametrize("name", ["answer", "decline"])
def test_a_groups_call_does_not_ring(group, alice, bob, name):
    call = dial(alice, group, HERS).call
    assert outcome(getattr(acts, name), bob, call, HIS) == "not_ringing"


def test_outsiders_find_no_call(group, alice, bob, charlie):
    call = dial(alice, group, HERS).call
    assert outcome(dial, charlie, group) == "not_found"
    for name in ("join", "leave", "mute", "signal", "ping", "look", "answer", "decline", "rings"):
        assert outcome(getattr(acts, name), charlie, call, HERS) == "call_not_found"
    for by, expected in ((charlie, "call_not_found"), (bob, "right_needed")):
        assert outcome(mute_all, by=by, call_id=call.pk) == expected
        assert outcome(remove_leg, by=by, call_id=call.pk, device=HERS) == expected
    assert acts.devices_in(call) == {alice.pk: HERS}


def test_a_full_call(alice, bob):
    group, more = make_class(alice, bob, limits.MESH_PEOPLE)
    call = dial(alice, group, HERS).call
    for other in [bob, *more[: limits.MESH_PEOPLE - 2]]:
        acts.join(other, call, uuid.uuid4())
    assert outcome(acts.join, more[-1], call, THEIRS) == "call_full"
    assert outcome(dial, more[-1], group) == "call_full"
    assert outcome(acts.join, bob, call, HIS) == "active"  # who is in it may change the device
    assert outcome(acts.leave, bob, call, HIS) == "active"
    assert outcome(acts.join, more[-1], call, THEIRS) == "active"
    assert outcome(acts.join, bob, call, HIS) == "call_full"


def test_what_the_others_are_shown(group, alice, bob, told):
    call = dial(alice, group, HERS).call
    acts.join(bob, call, HIS)
    told.clear()
    changes = {"is_muted": True, "has_video": True, "is_sharing": True, "hand": True}
    for _ in range(2):
        change_leg(by=bob, call_id=call.pk, device=HIS, **changes)
    assert [event.name for event in told] == ["call.changed"]  # the second time nothing has changed
    (leg,) = [one for one in told[0].data["legs"] if one["device"] == str(HIS)]
    assert all(leg[name] for name in ("is_muted", "has_video", "is_sharing", "hand_raised_at"))
    change_leg(by=bob, call_id=call.pk, device=HIS, hand=False)
    assert CallLeg.objects.get(device=HIS).hand_raised_at is None
    assert CallLeg.objects.get(device=HIS).is_muted  # only what is given changes
    assert outcome(change_leg, by=bob, call_id=call.pk, device=HERS, is_muted=True) == "not_in_call"


def test_hosts_mute_and_remove(group, alice, bob, told):
    call = dial(alice, group, HERS).call
    acts.join(bob, call, HIS)
    told.clear()
    mute_all(by=alice, call_id=call.pk)
    mute_all(by=alice, call_id=call.pk, device=HIS)
    asked = [(event.name, event.users, event.data["device"]) for event in told]
    assert asked == [("call.mute_asked", (bob.pk,), None), ("call.mute_asked", (bob.pk,), str(HIS))]
    assert outcome(mute_all, by=alice, call_id=call.pk, device=THEIRS) == "not_in_call"
    told.clear()
    assert outcome(remove_leg, by=alice, call_id=call.pk, device=HIS) == "active"
    assert (told[0].name, told[0].users) == ("call.removed", (bob.pk,))
    assert outcome(remove_leg, by=alice, call_id=call.pk, device=HIS) == "not_in_call"
    assert CallLeg.objects.get(device=HIS).end == "removed"
    assert outcome(acts.signal, bob, call, HIS, HERS) == "not_in_call"


def test_between_two_there_is_no_host(ring, alice, bob):
    call = ring(alice, device=HERS).call
    acts.answer(bob, call, HIS)
    assert outcome(mute_all, by=alice, call_id=call.pk) == "right_needed"
    assert outcome(remove_leg, by=alice, call_id=call.pk, device=HIS) == "right_needed"


def test_one_silent_device_of_three(group, alice, bob):
    call = dial(alice, group, HERS).call
    acts.join(bob, call, HIS)
    acts.fallen_silent(call, bob)
    assert outcome(acts.look, alice, call, HERS) == "active"
    assert acts.devices_in(call) == {alice.pk: HERS}
    acts.fallen_silent(call, alice)
    acts.sweep()
    assert outcome(acts.look, alice, call, HERS) == "ended lost"
    acts.is_sound()


def test_who_is_in_no_chat_is_in_no_call(group, alice, bob):
    call = dial(alice, group, HERS).call
    acts.join(bob, call, HIS)
    leave_chat(group, bob)
    assert remove_unwelcome() == 1
    assert acts.devices_in(call) == {alice.pk: HERS}
    assert remove_unwelcome() == 0
    assert outcome(acts.join, bob, call, HIS) == "call_not_found"


def test_a_block_ends_the_call_and_no_other(ring, alice, bob, charlie):
    call = ring(alice, device=HERS).call
    acts.answer(bob, call, HIS)
    Block.objects.create(owner=charlie, user=bob)
    Block.objects.create(owner=alice, user=charlie)
    assert remove_unwelcome() == 0
    Block.objects.create(owner=bob, user=alice)
    remove_unwelcome()
    assert outcome(acts.look, alice, call, HERS) == "ended hung_up"
    acts.is_sound()


def test_a_block_while_it_rings_for_whom_has_blocked(ring, chat, alice, bob):
    """Of the net alone: it lets ring what rings, and the other may still decline. What follows a block at once is
    tried in test_departing.py.
    """
    call = ring(alice, device=HERS).call
    Block.objects.create(owner=bob, user=alice)
    assert remove_unwelcome() == 0
    assert outcome(acts.look, alice, call, HERS) == "ringing"
    assert outcome(acts.decline, bob, call, HIS) == "ended declined"


def test_whom_one_has_blocked_may_be_called_when_the_block_is_gone(ring, alice, bob):
    block = Block.objects.create(owner=bob, user=alice)
    vain = ring(alice, device=HERS).call
    assert vain.is_unheard
    assert outcome(ring, bob, device=HIS) == "blocked_by_you"
    block.delete()
    heard = ring(bob, device=HIS)
    assert (heard.is_new, heard.call.state, heard.call.caller_id) == (True, "ringing", bob.pk)
    vain.refresh_from_db()
    assert (vain.state, vain.reason) == ("ended", "missed")
    assert outcome(acts.answer, alice, heard.call, HERS) == "active"
    acts.is_sound()


def test_a_call_ends_with_its_chat(group, alice, bob, told):
    call = dial(alice, group, HERS).call
    acts.join(bob, call, HIS)
    Membership.objects.filter(chat=group).update(state="removed")
    Chat.objects.filter(pk=group.pk).update(deleted_at=timezone.now())
    told.clear()
    acts.sweep()
    call.refresh_from_db()
    assert (call.state, acts.devices_in(call)) == ("ended", {})
    assert [event.users for event in told if event.users] == [(alice.pk, bob.pk)]  # the chat hears nothing any more


def test_a_direct_chat_that_is_gone_does_not_keep_its_call(ring, chat, alice, bob, charlie):
    call = ring(alice, device=HERS).call
    Chat.objects.filter(pk=chat.pk).update(deleted_at=timezone.now())
    other, _new = open_direct(by=alice, user_id=charlie.pk)
    assert dial(alice, other.chat).call.state == "ringing"
    call.refresh_from_db()
    assert call.state == "ended"


def test_who_may_open_a_groups_call(alice, bob, charlie):
    silent = make_group(alice, bob, rights=Right.REACT)
    assert outcome(dial, bob, silent) == "right_needed"
    channel = make_group(alice, bob, kind="channel")
    assert outcome(dial, alice, channel) == "no_calls_here"
    assert outcome(dial, alice, make_group(alice)) == "nobody_to_call"
    assert outcome(dial, charlie, silent) == "not_found"


@pytest.mark.parametrize("how", ["inactive", "deleted"])
def test_nobody_calls_who_is_gone(chat, ring, alice, bob, how):
    bob.is_active, bob.deleted_at = how != "inactive", timezone.now() if how == "deleted" else None
    bob.save()
    assert outcome(ring, alice) == "call_refused"
    assert not Call.objects.exists()


def test_who_goes_for_good_during_a_call(ring, alice, bob):
    call = ring(alice, device=HERS).call
    acts.answer(bob, call, HIS)
    bob.delete()
    acts.fallen_silent(call, alice)
    acts.sweep()
    assert running_of([alice]) == [{"calls": [], "missed_count": 0}]
    assert not CallLeg.objects.filter(left_at=None).exists()


def test_moderators_take_the_calls_too(chat, group, ring, alice, bob):
    Sanction.objects.create(user=alice, kind="mute", reason="spam")
    assert outcome(ring, alice) == "sanctioned"
    call = dial(bob, group, HIS).call
    assert outcome(acts.join, alice, call, HERS) == "sanctioned"
    incoming = dial(bob, chat, HIS) if outcome(acts.leave, bob, call, HIS) else None
    assert outcome(acts.answer, alice, incoming.call, HERS) == "active"  # being called is no right


def test_calling_has_a_limit(ring, alice, bob):
    for _ in range(10):
        acts.leave(alice, ring(alice, device=HERS).call, HERS)
    assert outcome(ring, alice) == "rate_limited"
    assert Call.objects.count() == 10
    assert outcome(ring, bob) == "ringing"


def test_strangers_can_be_called_for_the_first_time_so_often(alice, monkeypatch):
    first, second = make_user("dora"), make_user("emil")
    chats = [open_direct(by=alice, user_id=user.pk)[0].chat for user in (first, second)]
    monkeypatch.setitem(limits.LIMITS, "new_stranger", limits.per(1, limits.DAY, shared=False))
    limits.reset()
    call = dial(alice, chats[0], HERS).call
    acts.leave(alice, call, HERS)
    assert outcome(dial, alice, chats[1]) == "rate_limited"
    second.contacts.create(user=alice)
    assert outcome(dial, alice, chats[1]) == "ringing"  # who knows her may be called
