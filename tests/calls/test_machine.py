"""Two people with two devices each do whatever they like, time passes, and a tiny model says what came of it."""

import os
import uuid

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import Block
from calls.models import Call, CallLeg
from calls.queries import running_of
from core import limits
from tests.calls import acts
from tests.calls.acts import outcome

DEVICES = [[uuid.UUID(int=10 * person + number) for number in (1, 2)] for person in (1, 2)]
WHO, DEVICE = st.integers(0, 1), st.integers(0, 1)


class Calls(RuleBasedStateMachine):
    """The model: `state` of the pair's call, who `called`, and which device of each is `inside`."""

    people: list
    chat: object

    def __init__(self):
        super().__init__()
        Block.objects.all().delete()
        Call.objects.all().delete()
        self.state, self.caller, self.inside, self.call = "none", None, {}, None
        self.is_unheard, self.missed = False, [0, 0]
        self.blocks = set()

    def is_known_to(self, who) -> bool:
        return self.call is not None and not (self.is_unheard and who != self.caller)

    def ended(self, reason, *, is_news=False):
        if is_news and not self.is_unheard:
            self.missed[1 - self.caller] += 1
        self.state, self.inside = "ended", {}
        self.call.refresh_from_db()
        assert (self.call.state, self.call.reason) == ("ended", reason)

    @rule(who=WHO, device=DEVICE)
    def start(self, who, device):
        limits.reset()
        done = outcome(acts.dial, self.people[who], self.chat, DEVICES[who][device])
        heard = self.is_known_to(who)
        if self.state == "ringing" and heard and who == self.caller:
            assert done == ("ringing" if self.inside[who] == device else "already_in_call")
        elif self.state == "ringing" and heard:
            assert done == "active"
            self.state, self.inside[who] = "active", device
        elif self.state == "active":
            assert done == "active"
            self.inside[who] = device
        elif who in self.blocks:
            assert done == "blocked_by_you"
        else:
            if self.state == "ringing":  # he rang in vain; her own call takes its place
                self.ended("missed")
            assert done == "ringing"
            self.state, self.caller, self.inside = "ringing", who, {who: device}
            self.is_unheard = 1 - who in self.blocks
            self.call = Call.objects.select_related("chat", "caller").latest("pk")

    @precondition(lambda self: self.call is not None)
    @rule(who=WHO, device=DEVICE)
    def answer(self, who, device):
        done = outcome(acts.answer, self.people[who], self.call, DEVICES[who][device])
        if not self.is_known_to(who):
            assert done == "call_not_found"
        elif who == self.caller:
            assert done == "own_call"
        elif self.state == "ringing":
            assert done == "active"
            self.state, self.inside[who] = "active", device
        elif self.state == "active":
            assert done == ("active" if self.inside[who] == device else "answered_elsewhere")
        else:
            assert done == "call_ended"

    @precondition(lambda self: self.call is not None)
    @rule(who=WHO)
    def decline(self, who):
        done = outcome(acts.decline, self.people[who], self.call, DEVICES[who][0])
        if not self.is_known_to(who):
            assert done == "call_not_found"
        elif who == self.caller:
            assert done == "own_call"
        elif self.state == "ringing":
            assert done == "ended declined"
            self.ended("declined")

    @precondition(lambda self: self.call is not None)
    @rule(who=WHO, device=DEVICE)
    def hang_up(self, who, device):
        was_ever_in = CallLeg.objects.filter(call=self.call, device=DEVICES[who][device]).exists()
        done = outcome(acts.leave, self.people[who], self.call, DEVICES[who][device])
        if not self.is_known_to(who):
            assert done == "call_not_found"
        elif self.state in ("ringing", "active") and self.inside.get(who) == device:
            reason = "cancelled" if self.state == "ringing" else "hung_up"
            assert done == f"ended {reason}"
            self.ended(reason, is_news=self.state == "ringing")
        elif self.state in ("ringing", "active"):
            assert done == (self.state if was_ever_in else "not_in_call")
        else:
            assert done.startswith("ended ")

    @precondition(lambda self: self.state == "active")
    @rule(who=WHO, device=DEVICE)
    def go_on_elsewhere(self, who, device):
        limits.reset()
        assert outcome(acts.join, self.people[who], self.call, DEVICES[who][device]) == "active"
        self.inside[who] = device

    @precondition(lambda self: self.is_known_to(0) and self.is_known_to(1))
    @rule(who=WHO, device=DEVICE)
    def ping_and_ring(self, who, device):
        outcome(acts.rings, self.people[who], self.call, DEVICES[who][device])
        if CallLeg.objects.filter(call=self.call, device=DEVICES[who][device]).exists():
            is_in = self.state in ("ringing", "active") and self.inside.get(who) == device
            assert acts.ping(self.people[who], self.call, DEVICES[who][device])["is_in"] == is_in

    @precondition(lambda self: self.state == "ringing")
    @rule(looked_at=st.booleans())
    def time_passes_while_it_rings(self, looked_at):
        acts.rung_out(self.call)
        running_of(self.people) if looked_at else acts.sweep()
        self.ended("missed", is_news=True)

    @precondition(lambda self: self.state == "active")
    @rule(who=WHO)
    def one_falls_silent(self, who):
        acts.fallen_silent(self.call, self.people[who])
        acts.sweep()
        self.ended("lost")

    @rule(who=WHO)
    def block(self, who):
        """Written past the actions: what follows at once is tried elsewhere, here it is what a call meets."""
        other = self.people[1 - who]
        if who in self.blocks:
            Block.objects.filter(owner=self.people[who]).delete()
            self.blocks.discard(who)
        else:
            Block.objects.create(owner=self.people[who], user=other)
            self.blocks.add(who)

    @invariant()
    def all_is_sound(self):
        acts.is_sound()
        inside = {leg.user_id: leg.device for leg in CallLeg.objects.filter(left_at=None)}
        expected = {self.people[who].pk: DEVICES[who][device] for who, device in self.inside.items()}
        assert inside == expected
        running = Call.objects.running().count()
        assert running == (self.state in ("ringing", "active"))
        assert [answer["missed_count"] for answer in running_of(self.people)] == self.missed


@pytest.mark.django_db
def test_whatever_two_people_do(chat, alice, bob):
    class Machine(Calls):
        pass

    Machine.people, Machine.chat = [alice, bob], chat
    quick = settings(
        max_examples=int(os.environ.get("CALL_EXAMPLES", "25")),
        stateful_step_count=15,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=quick)
