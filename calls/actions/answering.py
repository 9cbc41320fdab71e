"""Picking up, saying no, and that it rings. The first answer wins; everybody else is told so."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls import access, turn
from calls.actions.ending import end_call, refresh
from calls.actions.legs import enter
from calls.actions.settling import settle, settle_for
from calls.actions.telling import tell_call
from calls.models import Call, CallLeg, CallParty
from calls.pushes import request_end_push
from core import limits
from core.errors import Conflict, Gone, Invalid
from core.failpoints import failpoint
from messenger.actions.outgoing import Outgoing
from messenger.writer import send


def answer_call(*, by: User, call_id: int, device: uuid.UUID, has_video: bool = False) -> Call:
    """The device that picks up. The same device again hears the same.

    Raises NotFound, Gone("call_ended"), Conflict("answered_elsewhere", "already_in_call", "own_call", "relay_missing").
    """
    call = settle(access.call_for_reading(by, call_id))
    if call.is_group:
        raise Conflict("not_ringing", _("This call does not ring: join it."))
    if call.caller_id == by.pk:
        raise Conflict("own_call", _("It is your own call."))
    turn.require_relay(by)
    settle_for(by)
    with transaction.atomic():
        won = Call.objects.filter(pk=call.pk, state=Call.State.RINGING).update(
            state=Call.State.ACTIVE, answered_at=timezone.now()
        )
        refresh(call)
        if not won:
            return _answered_before(call, by, device)
        enter(call, by, device, has_video)
        CallParty.objects.filter(call=call, user=by).update(was_in=True, seen_at=timezone.now())
        failpoint("call.before_answer_commit")
        tell_call(call)
        request_end_push(call)
    return call


def _answered_before(call: Call, by: User, device: uuid.UUID) -> Call:
    if not call.is_running:
        raise Gone("call_ended", _("The call has ended."), reason=call.reason)
    if CallLeg.objects.filter(call=call, user=by, device=device, left_at=None).exists():
        return call
    raise Conflict("answered_elsewhere", _("Answered on another device."))


def decline_call(*, by: User, call_id: int, text: str = "") -> Call:
    """A no on any device is a no for all of them. After an answer elsewhere, or the end, it changes nothing.

    `text` goes into the chat as a message of theirs ("Call you back at six").
    """
    text = text.strip()
    if len(text) > limits.DECLINE_CHARS:
        raise Invalid("text_too_long", limit=limits.DECLINE_CHARS)
    call = settle(access.call_for_reading(by, call_id))
    if call.is_group:
        raise Conflict("not_ringing", _("This call does not ring: join it."))
    if call.caller_id == by.pk:
        raise Conflict("own_call", _("It is your own call."))
    declined = end_call(call, Call.Reason.DECLINED, only_from=Call.State.RINGING)
    if declined:
        CallParty.objects.filter(call=call, user=by).update(seen_at=timezone.now())
    if declined and text:
        send(Outgoing(by=by.pk, chat=call.chat_id, client_id=uuid.uuid4(), text=text))
    return call


def note_ringing(*, by: User, call_id: int) -> Call:
    """A device of the other side rings: the caller hears so. Once, and only while it does."""
    call = settle(access.call_for_reading(by, call_id))
    if call.caller_id == by.pk or call.is_group:
        raise Conflict("own_call", _("It is your own call."))
    with transaction.atomic():
        rows = Call.objects.filter(pk=call.pk, state=Call.State.RINGING, rang_at=None)
        is_first = rows.update(rang_at=timezone.now())
        refresh(call)
        if is_first:
            tell_call(call)
    return call
