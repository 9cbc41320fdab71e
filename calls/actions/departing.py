"""People who go, and the calls they are in: out of a chat, away from each other, or for good."""

from collections.abc import Sequence

from django.utils import timezone

from accounts.models import User
from calls.actions.ending import end_call
from calls.actions.legs import remove_people
from calls.models import Call, CallLeg, CallParty, LobbyGuest


def follow_parting(chat_id: int, user_ids: Sequence[int]) -> None:
    """They are no longer in this group: out of its call, at once."""
    call = _running(f"chat:{chat_id}")
    if call is not None:
        remove_people(call, user_ids)


def follow_block(owner_id: int, blocked_id: int) -> None:
    """The call between them ends, like any call; while it still rings as it would had they said no, or hung up."""
    low, high = sorted((owner_id, blocked_id))
    call = _running(f"{low}:{high}")
    if call is None:
        return
    if call.state == Call.State.ACTIVE:
        end_call(call, Call.Reason.HUNG_UP)
    else:
        is_caller = call.caller_id == owner_id
        reason = Call.Reason.CANCELLED if is_caller else Call.Reason.DECLINED
        if not end_call(call, reason, only_from=Call.State.RINGING):
            end_call(call, Call.Reason.HUNG_UP)  # answered at that moment


def depart(user: User, delete_messages: bool) -> None:
    """An account is closed: out of every call, and its log is empty. The others keep theirs. Safe to repeat."""
    for call in Call.objects.running().filter(legs__user=user, legs__left_at=None).select_related("chat", "caller"):
        remove_people(call, [user.pk])
    ringing = CallParty.objects.filter(user=user, role=CallParty.Role.CALLEE, call__state=Call.State.RINGING)
    for call in Call.objects.filter(pk__in=ringing.values("call")).select_related("chat", "caller"):
        end_call(call, Call.Reason.MISSED, only_from=Call.State.RINGING)
    now = timezone.now()
    CallParty.objects.filter(user=user, removed_at=None).update(removed_at=now, seen_at=now)
    CallLeg.objects.filter(user=user).exclude(left_at=None).delete()
    LobbyGuest.objects.filter(user=user).delete()


def _running(pair_key: str) -> Call | None:
    return Call.objects.running().select_related("chat", "caller").filter(pair_key=pair_key).first()
