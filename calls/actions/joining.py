"""Coming into a call that runs, and going out of it."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls import access, backends, turn
from calls.actions.ending import end_call
from calls.actions.legs import enter
from calls.actions.settling import after_leaving, lock, settle, settle_for
from calls.actions.telling import note_party, tell_call
from calls.models import Call, CallLeg, CallParty, LobbyGuest
from core import limits
from core.errors import Conflict, Gone
from messenger.actions.standing import require_unsanctioned
from messenger.models import Membership


def join_call(*, by: User, call_id: int, device: uuid.UUID, has_video: bool = False) -> Call:
    """Into a group's call; or back into one's own call, from this device instead of another.

    Raises NotFound, Gone("call_ended"), Conflict("call_full", "already_in_call", "not_answered", "relay_missing"),
    Unavailable("media_server_away").
    """
    limits.check("call_join", by.pk)
    call = settle(access.call_for_reading(by, call_id))
    turn.require_relay(by)
    if call.is_group:
        require_unsanctioned(by)
    settle_for(by)
    while not _come_in(call, by, device, has_video):
        # Outside the transaction, since it asks the media server: a call that outgrows the mesh moves there.
        backends.grow(call)
    return call


@transaction.atomic
def _come_in(call: Call, by: User, device: uuid.UUID, has_video: bool) -> bool:
    """False where there is no room yet, and could be."""
    lock(call)
    if not call.is_running:
        raise Gone("call_ended", _("The call has ended."), reason=call.reason)
    is_back = CallLeg.objects.filter(call=call, user=by, left_at=None).exists()
    if not call.is_group and not is_back:
        raise Conflict("not_answered", _("You are not in this call."))
    if not is_back and not backends.has_room(call):
        if backends.can_grow(call):
            return False
        raise Conflict("call_full", _("The call is full."), limit=backends.most_people(call))
    enter(call, by, device, has_video)
    note_party(call, by, _role(call, by), was_in=True)
    tell_call(call)
    return True


def _role(call: Call, by: User) -> CallParty.Role:
    if call.caller_id == by.pk:
        return CallParty.Role.CALLER
    is_member = Membership.objects.filter(chat=call.chat_id, user=by, state=Membership.State.ACTIVE).exists()
    is_guest = not is_member and LobbyGuest.objects.filter(call=call, user=by).exists()
    return CallParty.Role.GUEST if is_guest else CallParty.Role.CALLEE


def hang_up(*, by: User, call_id: int, device: uuid.UUID) -> Call:
    """This device goes out. Between two that ends the call; before an answer it takes the call back.

    What is over stays over: twice is the same as once. Conflict("not_in_call") for a device that never was in it.
    """
    call = settle(access.call_for_reading(by, call_id))
    if not call.is_running:
        return call
    if not CallLeg.objects.filter(call=call, user=by, device=device).exists():
        raise Conflict("not_in_call", _("This device is not in the call."))
    with transaction.atomic():
        lock(call)
        gone = CallLeg.objects.filter(call=call, user=by, device=device, left_at=None).update(
            left_at=timezone.now(), end=CallLeg.End.LEFT
        )
        if not gone or not call.is_running:
            return call
        if call.state == Call.State.RINGING:
            end_call(call, Call.Reason.CANCELLED)
        else:
            after_leaving(call, Call.Reason.HUNG_UP)
    return call
