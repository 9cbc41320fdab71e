"""The devices in a call: coming in, what they show of themselves, and that they are still there."""

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Block, User
from accounts.serializers import sender_json
from calls import access, backends, events
from calls.actions.settling import after_leaving, lock
from calls.actions.telling import tell_call
from calls.models import Call, CallLeg, CallParty, LobbyGuest
from calls.shapes import CallPingJSON
from core import limits
from core.errors import Conflict, NotFound
from core.events import publish
from messenger.models import Membership


def enter(call: Call, user: User, device: uuid.UUID, has_video: bool) -> CallLeg:
    """Inside the caller's transaction, the call's row locked. A device of theirs that is in it already gives way.

    Raises Conflict("already_in_call") for somebody who is in another call, Conflict("device_taken") where the device of
    somebody else in the call has this UUID: what is meant for it would go astray.
    """
    theirs_or_same = Q(user=user) | Q(call=call, device=device)
    there = list(CallLeg.objects.select_for_update(no_key=True).filter(theirs_or_same, left_at=None))
    if any(leg.user_id != user.pk for leg in there):
        raise Conflict("device_taken", _("Another device in the call has this name."))
    for other in there:
        if other.call_id != call.pk:
            raise _in_another(other.call_id)
        if other.device == device:
            return other
        CallLeg.objects.filter(pk=other.pk).update(left_at=timezone.now(), end=CallLeg.End.MOVED)
    try:
        return CallLeg.objects.create(call=call, user=user, device=device, has_video=has_video)
    except IntegrityError:  # at this moment they came into another one
        raise _in_another(None) from None


def _in_another(call_id: int | None) -> Conflict:
    return Conflict("already_in_call", _("You are in a call already."), call=call_id)


def change_leg(*, by: User, call_id: int, device: uuid.UUID, hand: bool | None = None, **flags: bool) -> Call:
    """What the others are shown: `is_muted`, `has_video`, `is_sharing`, and whether the hand is raised."""
    call = access.running_call_for(by, call_id)
    with transaction.atomic():
        lock(call)
        leg = access.leg_in(call, by, device)
        changed = {name: value for name, value in flags.items() if value is not None and getattr(leg, name) != value}
        if hand is not None and hand != (leg.hand_raised_at is not None):
            changed["hand_raised_at"] = timezone.now() if hand else None  # type: ignore[assignment]
        if changed:
            CallLeg.objects.filter(pk=leg.pk).update(**changed)
            tell_call(call)
    return call


def mute_all(*, by: User, call_id: int, device: uuid.UUID | None = None) -> None:
    """Asks everybody in a group's call (or one device) to be silent; the devices do it themselves. For hosts."""
    call = access.running_call_for(by, call_id)
    access.host_of(call, by)
    legs = CallLeg.objects.filter(call=call, left_at=None).exclude(user=by)
    if device is not None:
        legs = legs.filter(device=device)
    people = tuple(legs.order_by("user_id").values_list("user_id", flat=True))
    if device is not None and not people:
        raise NotFound("not_in_call")
    if people:
        data = {"call": call.pk, "by": sender_json(by), "device": str(device) if device else None}
        publish(events.CallMuteAsked(users=people, data=data))


def remove_leg(*, by: User, call_id: int, device: uuid.UUID) -> Call:
    """Takes a device out of a group's call. For hosts."""
    call = access.running_call_for(by, call_id)
    access.host_of(call, by)
    with transaction.atomic():
        lock(call)
        leg = CallLeg.objects.filter(call=call, device=device, left_at=None).first()
        if leg is None:
            raise NotFound("not_in_call")
        CallLeg.objects.filter(pk=leg.pk).update(left_at=timezone.now(), end=CallLeg.End.REMOVED)
        publish(events.CallLegRemoved(users=(leg.user_id,), data={"call": call.pk, "device": str(device)}))
        _close_behind(call, [leg.user_id], by)
        after_leaving(call, Call.Reason.HUNG_UP)
    return call


def remove_people(call: Call, user_ids: Sequence[int]) -> None:
    """They may no longer be in it (removed from the chat, blocked): out, at once."""
    with transaction.atomic():
        lock(call)
        _close_behind(call, user_ids)
        legs = list(CallLeg.objects.filter(call=call, user__in=user_ids, left_at=None))
        if not legs:
            return
        now = timezone.now()
        CallLeg.objects.filter(pk__in=[leg.pk for leg in legs]).update(left_at=now, end=CallLeg.End.REMOVED)
        for leg in legs:
            publish(events.CallLegRemoved(users=(leg.user_id,), data={"call": call.pk, "device": str(leg.device)}))
        after_leaving(call, Call.Reason.CANCELLED if call.state == Call.State.RINGING else Call.Reason.HUNG_UP)


def _close_behind(call: Call, user_ids: Sequence[int], by: User | None = None) -> None:
    """A guest who was put out is refused from then on; and the room of the media server gets another lock."""
    admitted = LobbyGuest.objects.filter(call=call, user__in=user_ids, state=LobbyGuest.State.ADMITTED)
    if admitted.update(state=LobbyGuest.State.REFUSED, decided_by=by):
        for user_id in user_ids:
            limits.take("call_knock_soon", user_id, call.pk)
    backends.shut_out(call)


def remove_unwelcome() -> int:
    """The net under what takes people out at once: those in a group's call who are in the group no longer, and those
    in a call between two of whom one has blocked the other. Answers how many.
    """
    member = Membership.objects.filter(
        chat=OuterRef("call__chat"), user=OuterRef("user"), state=Membership.State.ACTIVE
    )
    guest = LobbyGuest.objects.filter(call=OuterRef("call"), user=OuterRef("user"), state=LobbyGuest.State.ADMITTED)
    is_direct = Q(call__backend=Call.Backend.DIRECT)
    both = CallParty.objects.filter(call=OuterRef(OuterRef("call"))).values("user")
    block = Block.objects.filter(Q(owner=OuterRef("user"), user__in=both) | Q(user=OuterRef("user"), owner__in=both))
    rows = CallLeg.objects.filter(left_at=None, call__state=Call.State.ACTIVE).filter(
        is_direct & Exists(block) | ~is_direct & ~Exists(member) & ~Exists(guest)
    )
    legs = list(rows.select_related("call__chat", "call__caller")[:500])
    for leg in legs:
        remove_people(leg.call, [leg.user_id])
    return len(legs)


def ping_many(asked: Sequence[tuple[int, int, uuid.UUID]]) -> list[CallPingJSON | Exception]:
    """For each (user, call, device): it is there. One query and one short transaction, however many."""
    calls = {call for _user, call, _device in asked if 0 < call < 2**63}
    devices = {device for _user, _call, device in asked}
    rows = CallLeg.objects.filter(device__in=devices, call__in=calls).order_by("pk")  # of one device the newest wins
    wanted = set(asked)
    known: dict[tuple[int, int, uuid.UUID], CallPingJSON] = {}
    alive: list[int] = []
    for pk, user, call, device, left_at, state in rows.values_list(
        "pk", "user_id", "call_id", "device", "left_at", "call__state"
    ):
        known[user, call, device] = {"is_in": left_at is None, "state": cast(Any, state)}
        if left_at is None and (user, call, device) in wanted:
            alive.append(pk)
    if alive:
        _note_alive(alive)
    return [known.get(key) or NotFound("call_not_found") for key in asked]


def _note_alive(legs: Sequence[int]) -> None:
    """Those at which somebody else is just now changing something are left out: waiting for them could be for ever,
    each for the other, and the next ping is near.
    """
    with transaction.atomic():
        rows = CallLeg.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=legs, left_at=None)
        free = list(rows.order_by().values_list("pk", flat=True))
        CallLeg.objects.filter(pk__in=free).update(last_seen_at=timezone.now())
