"""State before + events = state after, for everything that can be done to a call.

A model client keeps what it read before, applies the events it hears as docs/protocol.md says, and must then hold what
a fresh read answers. So no act can forget its event, tell it to the wrong people, or tell something else than it did.
"""

import uuid

import pytest
from django.utils import timezone

from calls.actions.legs import change_leg, remove_leg
from calls.queries import running_of
from tests.calls import acts
from tests.calls.acts import answer, decline, dial, fallen_silent, join, leave, rings, rung_out
from tests.calls.scenes import make_class
from tests.messenger.scenes import make_group

pytestmark = pytest.mark.django_db(transaction=True)

HERS, HIS, OTHER = (uuid.UUID(int=number) for number in (1, 2, 3))


class Model:
    """A device of one person: what runs, as it was told."""

    def __init__(self, user, chats) -> None:
        self.user, self.chats = user, set(chats)
        self.user.refresh_from_db()
        self.fact_seq = self.user.fact_seq
        self.calls = self.read()

    def read(self) -> dict:
        (answer,) = running_of([self.user])
        return {call["id"]: call for call in answer["calls"]}

    def apply(self, event) -> None:
        if event.name != "call.changed" or not (self.user.pk in event.users or event.chat in self.chats):
            return
        if event.fact_seq is not None:
            assert event.fact_seq == self.fact_seq + 1, "a hole before this event"
            self.fact_seq = event.fact_seq
        self.calls.pop(event.data["id"], None)
        if event.data["state"] != "ended":
            self.calls[event.data["id"]] = event.data


# name -> (state before, what is done with (alice, bob, call))
BETWEEN_TWO = {
    "it rings": ("ringing", lambda alice, bob, call: rings(bob, call, HIS)),
    "answer": ("ringing", lambda alice, bob, call: answer(bob, call, HIS)),
    "answer twice": ("ringing", lambda alice, bob, call: [answer(bob, call, HIS) for _ in range(2)]),
    "decline": ("ringing", lambda alice, bob, call: decline(bob, call, HIS)),
    "cancel": ("ringing", lambda alice, bob, call: leave(alice, call, HERS)),
    "timeout": ("ringing", lambda alice, bob, call: rung_out(call) and acts.sweep()),
    "glare": ("ringing", lambda alice, bob, call: dial(bob, call.chat, HIS)),
    "the caller moves": ("ringing", lambda alice, bob, call: join(alice, call, OTHER)),
    "move": ("active", lambda alice, bob, call: join(bob, call, OTHER)),
    "mute": ("active", lambda alice, bob, call: change_leg(by=bob, call_id=call.pk, device=HIS, is_muted=True)),
    "share": ("active", lambda alice, bob, call: change_leg(by=alice, call_id=call.pk, device=HERS, is_sharing=True)),
    "hang up": ("active", lambda alice, bob, call: leave(bob, call, HIS)),
    "silence": ("active", lambda alice, bob, call: fallen_silent(call, bob) and acts.sweep()),
    "ping": ("active", lambda alice, bob, call: acts.ping(bob, call, HIS)),
    "after the end": ("ended", lambda alice, bob, call: [leave(bob, call, HIS), decline(bob, call, HIS)]),
    "a new one": ("ended", lambda alice, bob, call: dial(bob, call.chat, HIS)),
}


def check(people, chats, act, heard) -> list:
    models = [Model(user, chats.get(user.handle, ())) for user in people]
    offset = len(heard())
    act()
    told = heard()[offset:]
    for model in models:
        for event in told:
            model.apply(event)
        assert model.calls == model.read()
        model.user.refresh_from_db()
        assert model.fact_seq == model.user.fact_seq, "raised and not told"
    return told


@pytest.mark.parametrize("name", BETWEEN_TWO)
def test_between_two(name, ring, alice, bob, charlie, heard):
    before, act = BETWEEN_TWO[name]
    call = ring(alice, device=HERS).call
    if before in ("active", "ended"):
        answer(bob, call, HIS)
    if before == "ended":
        leave(alice, call, HERS)
    told = check([alice, bob, charlie], {}, lambda: act(alice, bob, call), heard)
    assert charlie.pk not in {user for event in told for user in event.users}


IN_A_GROUP = {
    "open": lambda alice, bob, call: dial(bob, make_group(bob, alice)),
    "join": lambda alice, bob, call: join(bob, call, HIS),
    "join and leave": lambda alice, bob, call: [join(bob, call, HIS), leave(bob, call, HIS)],
    "the last leaves": lambda alice, bob, call: leave(alice, call, HERS),
    "hand": lambda alice, bob, call: change_leg(by=alice, call_id=call.pk, device=HERS, hand=True),
    "remove": lambda alice, bob, call: [
        join(bob, call, HIS), remove_leg(by=alice, call_id=call.pk, device=HIS),
    ],
    "silence": lambda alice, bob, call: [join(bob, call, HIS), fallen_silent(call, bob), acts.sweep()],
    "all silent": lambda alice, bob, call: [fallen_silent(call, alice), acts.sweep()],
}  # fmt: skip


@pytest.mark.parametrize("name", IN_A_GROUP)
def test_in_a_group(name, alice, bob, charlie, heard):
    group, (dora,) = make_class(alice, bob, 1)
    call = dial(alice, group, HERS).call
    chats = {user.handle: [group.pk, group.pk + 1] for user in (alice, bob)} | {dora.handle: [group.pk]}
    told = check([alice, bob, dora, charlie], chats, lambda: IN_A_GROUP[name](alice, bob, call), heard)
    assert any(event.name == "call.changed" for event in told)
    assert not {event.chat for event in told if event.name == "call.changed"} - {group.pk, group.pk + 1}


def test_a_call_that_ends_after_its_chat_is_told_to_those_in_it(alice, bob, heard):
    group, _more = make_class(alice, bob)
    call = dial(alice, group, HERS).call
    group.deleted_at = timezone.now()
    group.save()
    offset = len(heard())
    acts.sweep()
    told = [event for event in heard()[offset:] if event.users]
    assert [(event.name, event.users, event.data["state"]) for event in told] == [
        ("call.changed", (alice.pk,), "ended")
    ]
    assert running_of([alice])[0]["calls"] == []
    assert not acts.devices_in(call)
