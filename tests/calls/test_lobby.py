"""The lobby: knocking, letting in, refusing, and what a guest is and is not in."""

import time
import uuid

import pytest

from accounts.models import User
from calls.actions.ending import end_call
from calls.actions.legs import remove_leg, remove_people
from calls.actions.lobby import answer_door, knock
from calls.actions.signalling import send_signal
from calls.models import Call, CallLeg, LobbyGuest
from calls.queries import running_of
from core import limits
from core.errors import DomainError, RateLimited
from messenger.models import Membership
from moderation.models import Sanction
from tests.messenger.people import at_once

from .scenes import make_class, open_call

pytestmark = pytest.mark.django_db
TOKEN = "t" * 22


@pytest.fixture
def call(alice, bob) -> Call:
    """alice and bob are in it, and there is a link to it."""
    chat, _more = make_class(alice, bob)
    chat.call_links.create(token=TOKEN, created_by=alice)
    return open_call(alice, chat, bob)


def refusal(act, **given) -> str:
    with pytest.raises(DomainError) as refused:
        act(**given)
    return refused.value.code


def admit(call: Call, by: User, user: User, yes: bool = True) -> None:
    answer_door(by=by, call_id=call.pk, user_id=user.pk, admit=yes)


def enter(call: Call, user: User, api, device=None):
    body = {"device": str(device or uuid.uuid4())}
    return api(user).post(f"/api/v1/calls/{call.pk}/join", body, format="json")


@pytest.mark.django_db(transaction=True)
def test_knock_and_come_in(call, alice, bob, charlie, api, heard):
    answer = api(charlie).post(f"/api/v1/calls/links/{TOKEN}/knock")
    assert (answer.status_code, answer.json()["state"]) == (200, "waiting")
    assert [event.users for event in heard("call.lobby")] == [(alice.pk,)]  # bob is no host
    assert heard("call.lobby")[0].data == api(alice).get(f"/api/v1/calls/{call.pk}/lobby").json()
    assert enter(call, charlie, api).status_code == 404
    door = f"/api/v1/calls/{call.pk}/lobby/{charlie.pk}"
    assert api(alice).post(door, {"admit": True}, format="json").json()["guests"][0]["state"] == "admitted"
    assert [(event.users, event.data) for event in heard("call.door")] == [
        ((charlie.pk,), {"call": call.pk, "state": "admitted"})
    ]
    assert (charlie.pk,) in [event.users for event in heard("call.changed")]
    entry = enter(call, charlie, api)
    assert entry.status_code == 200
    assert len(entry.json()["call"]["legs"]) == 3
    assert call.parties.get(user=charlie).role == "guest"


def test_a_guest_takes_part_in_this_call_and_in_nothing_else(call, alice, charlie, api):
    knock(by=charlie, token=TOKEN)
    admit(call, alice, charlie)
    device = uuid.uuid4()
    assert enter(call, charlie, api, device).status_code == 200
    hosts = CallLeg.objects.get(call=call, user=alice)
    send_signal(
        by=charlie, call_id=call.pk, device=device, to_device=hosts.device, n=1,
        candidates=[{"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host"}],
    )  # fmt: skip
    assert [found["id"] for found in running_of([charlie])[0]["calls"]] == [call.pk]
    for path in (f"chats/{call.chat_id}", f"chats/{call.chat_id}/messages", f"calls/{call.pk}/lobby"):
        assert api(charlie).get(f"/api/v1/{path}").status_code in (403, 404)
    for path, body in ((f"calls/{call.pk}/mute", {}), ("calls", {"chat": call.chat_id, "device": str(device)})):
        assert api(charlie).post(f"/api/v1/{path}", body, format="json").status_code in (403, 404)


def test_what_ends_with_the_call_gives_nothing_of_the_next(call, alice, bob, charlie, api):
    knock(by=charlie, token=TOKEN)
    admit(call, alice, charlie)
    enter(call, charlie, api)
    end_call(call, Call.Reason.HUNG_UP)
    following = open_call(alice, call.chat, bob)
    assert running_of([charlie])[0]["calls"] == []
    assert api(charlie).get(f"/api/v1/calls/{following.pk}").status_code == 404
    assert enter(following, charlie, api).status_code == 404
    assert knock(by=charlie, token=TOKEN).state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_who_still_waits_at_the_end_is_told(call, charlie, heard):
    knock(by=charlie, token=TOKEN)
    end_call(call, Call.Reason.HUNG_UP)
    assert [(event.users, event.data["state"]) for event in heard("call.door")] == [((charlie.pk,), "quiet")]
    assert refusal(knock, by=charlie, token=TOKEN) == "nobody_there"


def test_members_and_the_muted_do_not_knock(call, bob, charlie):
    assert refusal(knock, by=bob, token=TOKEN) == "is_member"
    Sanction.objects.create(user=charlie, kind="mute", reason="spam")
    assert refusal(knock, by=charlie, token=TOKEN) == "sanctioned"


@pytest.mark.django_db(transaction=True)
def test_twice_and_at_once_is_one_guest(call, charlie, heard):
    at_once(*[lambda: knock(by=charlie, token=TOKEN)] * 4)
    assert LobbyGuest.objects.count() == 1
    assert len(heard("call.lobby")) == 1


def test_a_no_and_how_often_one_may_ask_again(call, alice, charlie, api, monkeypatch):
    assert limits.LIMITS["call_knock_soon"] == limits.Limit(1, 60.0)
    minute = 0.3
    monkeypatch.setitem(limits.LIMITS, "call_knock_soon", limits.Limit(1, minute))
    knock(by=charlie, token=TOKEN)
    for _ in range(2):
        admit(call, alice, charlie, False)
        assert enter(call, charlie, api).status_code == 404
        with pytest.raises(RateLimited):
            knock(by=charlie, token=TOKEN)
        time.sleep(minute * 1.2)
        assert knock(by=charlie, token=TOKEN).state == "waiting"
        time.sleep(minute * 1.2)
    admit(call, alice, charlie, False)
    time.sleep(minute * 1.2)
    assert refusal(knock, by=charlie, token=TOKEN) == "refused"


def test_who_decides(call, alice, bob, charlie, api):
    knock(by=charlie, token=TOKEN)
    door = f"/api/v1/calls/{call.pk}/lobby/{charlie.pk}"
    for user, status in ((bob, 403), (charlie, 404), (None, 401)):
        assert api(user).post(door, {"admit": True}, format="json").status_code == status
        assert api(user).get(f"/api/v1/calls/{call.pk}/lobby").status_code == status
    assert api(alice).post(door, {"admit": "perhaps"}, format="json").status_code == 400
    assert api(alice).post(door, {}, format="json").status_code == 400
    assert LobbyGuest.objects.get().state == "waiting"


def test_nobody_who_did_not_knock_is_let_in(call, alice, charlie, api):
    assert refusal(answer_door, by=alice, call_id=call.pk, user_id=charlie.pk, admit=True) == "guest_not_found"
    assert refusal(answer_door, by=alice, call_id=call.pk, user_id=2**63 - 1, admit=True) == "guest_not_found"
    assert api(alice).post(f"/api/v1/calls/{call.pk}/lobby/{2**70}", {"admit": True}, format="json").status_code == 404
    end_call(call, Call.Reason.HUNG_UP)
    assert refusal(answer_door, by=alice, call_id=call.pk, user_id=charlie.pk, admit=True) == "call_ended"


@pytest.mark.django_db(transaction=True)
def test_a_guest_who_is_put_out_stays_out(call, alice, charlie, api, heard):
    knock(by=charlie, token=TOKEN)
    admit(call, alice, charlie)
    device = uuid.uuid4()
    enter(call, charlie, api, device)
    remove_leg(by=alice, call_id=call.pk, device=device)
    assert [event.users for event in heard("call.removed")] == [(charlie.pk,)]
    assert LobbyGuest.objects.get().state == "refused"
    assert enter(call, charlie, api).status_code == 404
    with pytest.raises(RateLimited):
        knock(by=charlie, token=TOKEN)


def test_a_later_no_takes_the_guest_out(call, alice, charlie, api):
    knock(by=charlie, token=TOKEN)
    admit(call, alice, charlie)
    enter(call, charlie, api)
    admit(call, alice, charlie, False)
    assert not CallLeg.objects.filter(call=call, user=charlie, left_at=None).exists()
    assert LobbyGuest.objects.get().decided_by == alice
    admit(call, alice, charlie)  # and one may change one's mind
    assert enter(call, charlie, api).status_code == 200


def test_the_lobby_is_no_concert_hall(call, charlie, monkeypatch):
    monkeypatch.setattr(limits, "GUESTS_WAITING", 0)
    assert refusal(knock, by=charlie, token=TOKEN) == "lobby_full"


def test_a_guest_who_is_banned_there_is_out(call, alice, charlie, api):
    knock(by=charlie, token=TOKEN)
    admit(call, alice, charlie)
    remove_people(call, [charlie.pk])  # what follows a ban
    Membership.objects.create(chat=call.chat, user=charlie, state="banned")
    assert enter(call, charlie, api).status_code == 404
    assert running_of([charlie])[0]["calls"] == []
