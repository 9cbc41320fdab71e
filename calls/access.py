"""May this user? Fetch and check in one. Unknown and forbidden look the same to an outsider."""

import uuid

from django.utils.translation import gettext_lazy as _

from accounts.access import has_blocked, is_allowed
from accounts.models import User
from calls.models import Call, CallLeg, CallParty, LobbyGuest
from core.errors import Conflict, Forbidden, Gone, NotFound
from messenger.access import membership_for_reading
from messenger.models import Chat, Membership, Right

_MAX_ID = 2**63 - 1


def call_for_reading(by: User, call_id: int) -> Call:
    """A call that concerns `by`: theirs, of a group they are in, or one they were let into."""
    found = None
    if 0 < call_id <= _MAX_ID:
        found = Call.objects.select_related("chat", "caller").filter(pk=call_id, chat__deleted_at=None).first()
    if found is None or not concerns(found, by):
        raise NotFound("call_not_found")
    return found


def concerns(call: Call, user: User) -> bool:
    party = CallParty.objects.filter(call=call, user=user).first()
    if not call.is_group:
        return party is not None and not (call.is_unheard and party.role == CallParty.Role.CALLEE)
    is_member = Membership.objects.filter(chat=call.chat_id, user=user, state=Membership.State.ACTIVE).exists()
    return is_member or LobbyGuest.objects.filter(call=call, user=user, state=LobbyGuest.State.ADMITTED).exists()


def running_call_for(by: User, call_id: int) -> Call:
    """Gone("call_ended") for one that is over, to those whom it concerned."""
    call = call_for_reading(by, call_id)
    if not call.is_running:
        raise Gone("call_ended", _("The call has ended."), reason=call.reason)
    return call


def leg_in(call: Call, by: User, device: uuid.UUID) -> CallLeg:
    """The device of `by` that is in the call. Conflict("not_in_call") for any other."""
    leg = CallLeg.objects.filter(call=call, user=by, device=device, left_at=None).first()
    if leg is None:
        raise Conflict("not_in_call", _("This device is not in the call."))
    leg.user = by
    return leg


def chat_for_calling(by: User, chat_id: int) -> Membership:
    """A chat in which people call each other, and in which `by` may speak. NotFound for outsiders."""
    membership = membership_for_reading(by, chat_id)
    chat = membership.chat
    if chat.kind not in (Chat.Kind.DIRECT, Chat.Kind.GROUP):
        raise Forbidden("no_calls_here", _("There are no calls in this chat."))
    if not chat.is_direct and not membership.may(Right.WRITE):
        raise Forbidden("right_needed", right="write")
    return membership


def peer_of(chat: Chat, by: User) -> User:
    """The other side of a direct chat. Forbidden("call_refused") for somebody who is gone."""
    first, _separator, second = (chat.pair_key or "").partition(":")
    other = User.objects.filter(pk=int(second if int(first) == by.pk else first)).first()
    if other is None or not other.is_active or other.deleted_at is not None:
        raise Forbidden("call_refused", _("This person cannot be called."))
    return other


def is_unheard_by(by: User, callee: User) -> bool:
    """Does the other side's block keep this call from them? Forbidden when `by` blocks them, or by their privacy.

    Whom they have blocked hears ringing that nobody answers, like anybody who is not at home.
    """
    if is_allowed(by, callee, "call"):
        return False
    if has_blocked(by, callee):
        raise Forbidden("blocked_by_you", _("You have blocked this person."))
    if has_blocked(callee, by):
        return True
    raise Forbidden("call_refused", _("This person does not take calls from you."))


def is_host(membership: Membership | None) -> bool:
    """May they mute others, open the door, and hand out the link?"""
    return membership is not None and membership.is_active and membership.may(Right.BAN)


def host_of(call: Call, by: User) -> Membership:
    """Forbidden("right_needed") unless `by` leads the group whose call it is."""
    membership = membership_for_reading(by, call.chat_id)
    if not call.is_group or not is_host(membership):
        raise Forbidden("right_needed", right="ban")
    return membership
