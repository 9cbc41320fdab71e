"""Calls as JSON. Everything is loaded for many at once: three queries, however many calls."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from accounts.models import User
from accounts.serializers import SenderJSON, sender_json
from calls.models import Call, CallLeg, CallParty, CallSignal, LobbyGuest
from calls.shapes import CallJSON, CallLegJSON, CallLogJSON, CallSignalJSON, LobbyGuestJSON
from messenger.models import Membership
from messenger.serializers import timestamp


def _at(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment is not None else None


def calls_json(calls: Sequence[Call]) -> list[CallJSON]:
    """In the order given. Needs `chat` and `caller` loaded; asks for legs and parties itself."""
    legs: dict[int, list[CallLeg]] = {call.pk: [] for call in calls}
    running = [call.pk for call in calls if call.is_running]
    if running:
        for leg in CallLeg.objects.filter(call__in=running, left_at=None).select_related("user"):
            legs[leg.call_id].append(leg)
    callees = _callees(calls)
    return [_call_json(call, legs[call.pk], callees.get(call.pk)) for call in calls]


def call_json(call: Call) -> CallJSON:
    """As it was last told by the act that this object comes from, else as it is now."""
    return call.told or calls_json([call])[0]


def _callees(calls: Iterable[Call]) -> Mapping[int, User]:
    direct = [call.pk for call in calls if not call.is_group]
    if not direct:
        return {}
    parties = CallParty.objects.filter(call__in=direct, role=CallParty.Role.CALLEE).select_related("user")
    return {party.call_id: party.user for party in parties}


def _call_json(call: Call, legs: Sequence[CallLeg], callee: User | None) -> CallJSON:
    body: dict[str, Any] = {
        "id": call.pk,
        "chat": call.chat_id,
        "chat_title": call.chat.title if call.is_group else "",
        "kind": call.kind,
        "state": call.state,
        "backend": call.backend,
        "room": call.room,
        "caller": _sender(call.caller),
        "callee": _sender(callee),
        "created_at": timestamp(call.created_at),
        "rings_until": timestamp(call.rings_until),
        "rang_at": _at(call.rang_at),
        "answered_at": _at(call.answered_at),
        "ended_at": _at(call.ended_at),
        "reason": call.reason,
        "duration_seconds": call.duration_seconds if not call.is_running else 0,
        "legs": [leg_json(leg) for leg in legs],
    }
    return cast(CallJSON, body)


def _sender(user: User | None) -> SenderJSON | None:
    return sender_json(user) if user is not None else None


def leg_json(leg: CallLeg) -> CallLegJSON:
    return {
        "user": sender_json(leg.user),
        "device": str(leg.device),
        "joined_at": timestamp(leg.joined_at),
        "is_muted": leg.is_muted,
        "has_video": leg.has_video,
        "is_sharing": leg.is_sharing,
        "hand_raised_at": _at(leg.hand_raised_at),
    }


def signal_json(signal: CallSignal, call_id: int, sender: CallLeg, receiver: CallLeg) -> CallSignalJSON:
    return {
        "id": signal.pk,
        "call": call_id,
        "from_device": str(sender.device),
        "to_device": str(receiver.device),
        "n": signal.n,
        "description": signal.body.get("description"),
        "candidates": signal.body.get("candidates", []),
    }


def log_json(parties: Sequence[CallParty]) -> list[CallLogJSON]:
    """Needs `call` with `chat` and `caller` loaded."""
    calls = calls_json([party.call for party in parties])
    outside = _outside(parties)
    return [
        {
            "call": {**call, "chat_title": "", "legs": []} if party.pk in outside else call,
            "is_outgoing": party.role == CallParty.Role.CALLER,
            "outcome": cast(Any, outcome_of(party)),
            "is_news": is_missed(party) and party.seen_at is None,
        }
        for party, call in zip(parties, calls, strict=True)
    ]


def _outside(parties: Sequence[CallParty]) -> set[int]:
    """Those who are no longer in the group: of its call they keep the line, and learn nothing new."""
    groups = [party for party in parties if party.call.is_group]
    if not groups:
        return set()
    users = {party.user_id for party in groups}
    chats = {party.call.chat_id for party in groups}
    members = Membership.objects.filter(user__in=users, chat__in=chats, state=Membership.State.ACTIVE)
    guests = LobbyGuest.objects.filter(
        user__in=users, call__in=[party.call_id for party in groups], state=LobbyGuest.State.ADMITTED
    )
    inside = set(members.values_list("user_id", "chat_id"))
    admitted = set(guests.values_list("user_id", "call_id"))
    return {
        party.pk
        for party in groups
        if (party.user_id, party.call.chat_id) not in inside and (party.user_id, party.call_id) not in admitted
    }


def outcome_of(party: CallParty) -> str:
    """What the call was for this person."""
    call = party.call
    if call.is_running:
        return "running"
    if call.answered_at is not None:
        return "answered"
    if is_missed(party):
        return "missed"
    return call.reason if call.reason in ("declined", "busy", "cancelled") else "no_answer"


def is_missed(party: CallParty) -> bool:
    """They were called, nobody talked, and it was not they who said no."""
    call = party.call
    return (
        not call.is_running
        and call.answered_at is None
        and party.role == CallParty.Role.CALLEE
        and call.reason != Call.Reason.DECLINED
    )


def guest_json(guest: LobbyGuest) -> LobbyGuestJSON:
    return {"user": sender_json(guest.user), "state": cast(Any, guest.state), "created_at": timestamp(guest.created_at)}
