"""Pressing the telephone. Who dials whom at the same moment as the other is put through: there is one call per pair."""

import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls import access, cards, turn
from calls.actions.answering import answer_call
from calls.actions.ending import end_call
from calls.actions.joining import join_call
from calls.actions.legs import enter
from calls.actions.settling import leg_of, settle
from calls.actions.telling import tell_call
from calls.models import Call, CallLeg, CallParty
from calls.pushes import request_ring_push
from calls.tasks import end_unanswered
from core import limits
from core.errors import Conflict, Forbidden
from messenger.actions.cards import post_card
from messenger.actions.standing import require_unsanctioned
from messenger.models import Chat, Membership


@dataclass(frozen=True)
class Entered:
    call: Call
    is_new: bool


def start_call(*, by: User, chat_id: int, kind: str, device: uuid.UUID, has_video: bool | None = None) -> Entered:
    """Rings the other side of a direct chat, or opens a group's call.

    The call that runs already is answered or joined instead, and is not new. Raises NotFound, Forbidden
    ("no_calls_here", "right_needed", "call_refused", "blocked_by_you", "sanctioned"), Conflict ("already_in_call",
    "relay_missing", "call_full"), RateLimited.
    """
    limits.check("call", by.pk)
    membership = access.chat_for_calling(by, chat_id)
    require_unsanctioned(by)
    turn.require_relay(by)
    video = kind == Call.Kind.VIDEO if has_video is None else has_video
    elsewhere = leg_of(by)  # looked at first: who is in a call of this chat finds that call next
    running = running_in(membership.chat)
    if running is not None and not _is_unknown_to(by, running):
        return _enter_running(by, running, device, video)
    if elsewhere is not None:
        raise Conflict("already_in_call", _("You are in a call already."), call=elsewhere.call_id)
    if running is not None:
        _stop_unheard(by, running)
    try:
        if membership.chat.is_direct:
            return Entered(_ring(by, membership, kind, device, video), is_new=True)
        return Entered(_open_group(by, membership, kind, device, video), is_new=True)
    except IntegrityError:
        # Both pressed the button: theirs was first. Or this device asked twice.
        running = running_in(membership.chat)
        if running is None:
            raise Conflict("already_in_call", _("You are in a call already.")) from None
        return _enter_running(by, running, device, video)


def running_in(chat: Chat) -> Call | None:
    found = Call.objects.running().select_related("chat", "caller").filter(pair_key=pair_key_of(chat)).first()
    return found if found is not None and settle(found).is_running else None


def pair_key_of(chat: Chat) -> str:
    return str(chat.pair_key) if chat.is_direct else f"chat:{chat.pk}"


def _is_unknown_to(by: User, call: Call) -> bool:
    """Does it ring for its caller only, whom `by` had blocked?"""
    return call.is_unheard and call.caller_id != by.pk


def _stop_unheard(by: User, call: Call) -> None:
    """Who calls somebody that rings in vain: a new call, if they have taken the block back meanwhile."""
    access.is_unheard_by(by, access.peer_of(call.chat, by))
    end_call(call, Call.Reason.MISSED)


def _enter_running(by: User, call: Call, device: uuid.UUID, has_video: bool) -> Entered:
    if call.is_group or call.state == Call.State.ACTIVE:
        return Entered(join_call(by=by, call_id=call.pk, device=device, has_video=has_video), is_new=False)
    if call.caller_id != by.pk:
        return Entered(answer_call(by=by, call_id=call.pk, device=device, has_video=has_video), is_new=False)
    if CallLeg.objects.filter(call=call, user=by, device=device, left_at=None).exists():
        return Entered(call, is_new=False)
    raise Conflict("already_in_call", _("You are in a call already."), call=call.pk)


def _ring(by: User, membership: Membership, kind: str, device: uuid.UUID, has_video: bool) -> Call:
    callee = access.peer_of(membership.chat, by)
    is_unheard = access.is_unheard_by(by, callee)
    if not is_unheard and not membership.chat.last_seq:
        # Nobody has written there yet: a call is a first message, with what guards those.
        _require_known(by, callee)
    is_busy = not is_unheard and leg_of(callee) is not None
    with transaction.atomic():
        call = Call.objects.create(
            chat=membership.chat,
            pair_key=pair_key_of(membership.chat),
            kind=kind,
            state=Call.State.RINGING,
            backend=Call.Backend.DIRECT,
            caller=by,
            is_unheard=is_unheard,
        )
        CallParty.objects.bulk_create(
            [
                CallParty(call=call, user=by, role=CallParty.Role.CALLER, was_in=True),
                CallParty(call=call, user=callee, role=CallParty.Role.CALLEE),
            ]
        )
        if is_busy:
            end_call(call, Call.Reason.BUSY)
            return call
        enter(call, by, device, has_video)
        end_unanswered.using(run_after=call.rings_until).enqueue(call=call.pk)
        tell_call(call)
        request_ring_push(call)
    return call


def _require_known(by: User, callee: User) -> None:
    """The same rules as for a first message."""
    from_contacts = callee.contacts.filter(user=by).exists()
    if not from_contacts:
        limits.check("new_stranger", by.pk)


def _open_group(by: User, membership: Membership, kind: str, device: uuid.UUID, has_video: bool) -> Call:
    chat = membership.chat
    if chat.member_count < 2:
        raise Forbidden("nobody_to_call", _("There is nobody else in this group."))
    now = timezone.now()
    with transaction.atomic():
        call = Call.objects.create(
            chat=chat,
            pair_key=pair_key_of(chat),
            kind=kind,
            state=Call.State.ACTIVE,
            backend=Call.Backend.MESH,
            caller=by,
            answered_at=now,
        )
        CallParty.objects.create(call=call, user=by, role=CallParty.Role.CALLER, was_in=True)
        enter(call, by, device, has_video)
        post_card(chat_id=chat.pk, card=cards.card_of(call), client_id=cards.message_id(call.pk), seen_by=[by.pk])
        tell_call(call)
    return call
