"""Who loses their place in a chat, or the other's trust, is out of the call at that moment; who goes for good, too."""

import time
import uuid

import pytest
from asgiref.sync import sync_to_async

from accounts.actions.deletion import delete_account
from accounts.actions.relations import block_user, unblock_user
from accounts.models import Block
from accounts.tasks import finish_deletion
from calls.actions.answering import answer_call
from calls.actions.departing import depart
from calls.actions.joining import hang_up, join_call
from calls.actions.legs import remove_unwelcome
from calls.actions.starting import start_call
from calls.models import Call, CallLeg
from calls.queries import log_of, running_of
from core import events
from core.errors import Forbidden, Gone, NotFound
from messenger.actions.chats import delete_chat
from messenger.actions.members import ban_member, leave_chat, remove_member
from messenger.models import Membership
from tests.conftest import make_user
from tests.messenger.conftest import cookie_of, device  # noqa: F401
from tests.messenger.scenes import make_group

pytestmark = pytest.mark.django_db
HERS, HIS, THIRD = (uuid.UUID(int=number) for number in (1, 2, 3))


@pytest.fixture
def told():
    heard = []
    events.add_sender(heard.extend)
    yield heard
    events.remove_sender(heard.extend)


@pytest.fixture(autouse=True)
def commits(django_capture_on_commit_callbacks):
    """commits(act): what follows its commit has happened, too."""

    def commit(act, **arguments):
        with django_capture_on_commit_callbacks(execute=True):
            return act(**arguments)

    return commit


@pytest.fixture
def talking(ring, alice, bob) -> Call:
    call = ring(alice, device=HERS).call
    return answer_call(by=bob, call_id=call.pk, device=HIS)


@pytest.fixture
def room(alice, bob, charlie):
    return make_group(alice, bob, charlie)


@pytest.fixture
def lesson(room, alice, bob, charlie) -> Call:
    call = start_call(by=alice, chat_id=room.pk, kind="audio", device=HERS).call
    join_call(by=bob, call_id=call.pk, device=HIS)
    return join_call(by=charlie, call_id=call.pk, device=THIRD)


def devices(call) -> set[uuid.UUID]:
    return set(CallLeg.objects.filter(call=call, left_at=None).values_list("device", flat=True))


def removals(told) -> list[tuple[tuple[int, ...], str]]:
    return [(event.users, event.data["device"]) for event in told if event.name == "call.removed"]


# --- groups -------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [remove_member, ban_member])
def test_who_is_put_out_of_a_group_is_out_of_its_call(commits, lesson, room, alice, bob, told, act):
    commits(act, by=alice, chat_id=room.pk, user_id=bob.pk)
    assert devices(lesson) == {HERS, THIRD}
    assert removals(told) == [((bob.pk,), str(HIS))]
    changed = [event for event in told if event.name == "call.changed"][-1]
    assert [leg["device"] for leg in changed.data["legs"]] == [str(HERS), str(THIRD)]
    assert running_of([bob])[0]["calls"] == []
    with pytest.raises(NotFound, match="call_not_found"):
        join_call(by=bob, call_id=lesson.pk, device=HIS)


def test_who_leaves_a_group_leaves_its_call(commits, lesson, room, bob, told):
    commits(leave_chat, by=bob, chat_id=room.pk)
    assert devices(lesson) == {HERS, THIRD}
    assert removals(told) == [((bob.pk,), str(HIS))]


def test_with_the_group_its_call_ends(commits, lesson, room, alice, bob, charlie, told):
    commits(delete_chat, by=alice, chat_id=room.pk)
    lesson.refresh_from_db()
    assert (lesson.state, lesson.reason) == ("ended", "hung_up")
    assert devices(lesson) == set()
    assert {user for users, _device in removals(told) for user in users} == {alice.pk, bob.pk, charlie.pk}


def test_who_was_not_in_the_call_disturbs_nobody(commits, lesson, room, alice, charlie, told):
    hang_up(by=charlie, call_id=lesson.pk, device=THIRD)
    told.clear()
    commits(remove_member, by=alice, chat_id=room.pk, user_id=charlie.pk)
    assert devices(lesson) == {HERS, HIS}
    assert [event.name for event in told if event.name.startswith("call.")] == []


def test_another_groups_call_goes_on(commits, lesson, alice, bob):
    other = make_group(alice, bob)
    commits(remove_member, by=alice, chat_id=other.pk, user_id=bob.pk)
    assert devices(lesson) == {HERS, HIS, THIRD}


def test_the_sweep_is_the_net_under_it(lesson, room, bob, told):
    Membership.objects.filter(chat=room, user=bob).update(state="removed")  # and the process died before it told
    remove_unwelcome()
    assert devices(lesson) == {HERS, THIRD}


@pytest.mark.django_db(transaction=True)
async def test_within_a_second(device, cast):  # noqa: F811
    """Over the socket, from the act to the device that was put out."""
    room, call, alice, bob = await sync_to_async(cast)()
    async with device(await sync_to_async(cookie_of)(bob)) as his:
        began = time.monotonic()
        await sync_to_async(remove_member)(by=alice, chat_id=room.pk, user_id=bob.pk)
        removed = await his.event("call.removed")
        assert removed["data"] == {"call": call.pk, "device": str(HIS)}
        assert time.monotonic() - began < 1


@pytest.fixture
def cast():
    def build():
        alice, bob = make_user("alice"), make_user("bob")
        room = make_group(alice, bob)
        call = start_call(by=alice, chat_id=room.pk, kind="audio", device=HERS).call
        return room, join_call(by=bob, call_id=call.pk, device=HIS), alice, bob

    return build


# --- two people ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["caller", "callee"])
def test_a_block_ends_the_call_between_the_two(commits, talking, alice, bob, told, who):
    by, user = (alice, bob) if who == "caller" else (bob, alice)
    commits(block_user, by=by, user=user)
    talking.refresh_from_db()
    assert (talking.state, talking.reason) == ("ended", "hung_up")
    ends = [event for event in told if event.name == "call.changed" and event.data["state"] == "ended"]
    assert {event.users for event in ends} == {(alice.pk,), (bob.pk,)}
    assert b"block" not in str([event.data for event in ends]).encode()  # nobody is told why
    with pytest.raises(Gone, match="call_ended"):
        join_call(by=user, call_id=talking.pk, device=THIRD)


def test_a_block_stops_the_ringing(commits, ring, alice, bob):
    call = ring(alice, device=HERS).call
    commits(block_user, by=bob, user=alice)
    call.refresh_from_db()
    assert (call.state, call.reason) == ("ended", "declined")
    commits(unblock_user, by=bob, user_id=alice.pk)
    call = ring(alice, device=HERS).call
    commits(block_user, by=alice, user=bob)
    call.refresh_from_db()
    assert (call.state, call.reason) == ("ended", "cancelled")
    with pytest.raises(Forbidden):
        ring(alice)


def test_a_block_leaves_the_calls_with_others_alone(commits, talking, lesson_of_others, alice, charlie):
    commits(block_user, by=alice, user=charlie)
    talking.refresh_from_db()
    assert talking.state == "active"


@pytest.fixture
def lesson_of_others(charlie, django_user_model):
    other = django_user_model.objects.create_user("dana")
    return start_call(by=charlie, chat_id=make_group(charlie, other).pk, kind="audio", device=THIRD).call


def test_in_a_group_two_who_block_each_other_both_stay(commits, lesson, alice, bob):
    commits(block_user, by=bob, user=alice)
    assert devices(lesson) == {HERS, HIS, THIRD}


def test_the_sweep_finds_the_blocked_too(talking, bob, alice):
    Block.objects.create(owner=bob, user=alice)
    remove_unwelcome()
    talking.refresh_from_db()
    assert talking.state == "ended"


# --- for good -----------------------------------------------------------------------------------


def test_a_closed_account_leaves_its_calls_and_its_log(commits, talking, alice, bob):
    commits(delete_account, by=bob)
    finish_deletion(user=bob.pk, delete_messages=False)
    finish_deletion(user=bob.pk, delete_messages=False)  # a worker may run it twice
    talking.refresh_from_db()
    assert (talking.state, talking.reason) == ("ended", "hung_up")
    assert not log_of(bob, "all").exists()
    assert not CallLeg.objects.filter(user=bob).exists()
    assert [party.call_id for party in log_of(alice, "all")] == [talking.pk]


def test_in_her_log_he_is_a_deleted_account(commits, api, talking, alice, bob):
    bob.name = "Bob Bobson"
    bob.save()
    hang_up(by=alice, call_id=talking.pk, device=HERS)
    commits(delete_account, by=bob)
    finish_deletion(user=bob.pk, delete_messages=True)
    line = api(alice).get("/api/v1/calls").json()["results"][0]
    assert (line["outcome"], line["call"]["callee"]["handle"]) == ("answered", "")
    assert "Bobson" not in str(line)


@pytest.mark.parametrize(("who", "reason"), [("caller", "cancelled"), ("callee", "missed")])
def test_it_does_not_ring_on(ring, alice, bob, who, reason):
    call = ring(alice, device=HERS).call
    depart(alice if who == "caller" else bob, False)
    call.refresh_from_db()
    assert (call.state, call.reason) == ("ended", reason)
    assert not CallLeg.objects.filter(call=call, left_at=None).exists()


def test_a_group_goes_on_without_them(commits, lesson, room, alice, bob, charlie):
    depart(bob, False)
    assert devices(lesson) == {HERS, THIRD}
