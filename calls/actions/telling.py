"""Telling a call to those whom it concerns."""

from accounts.models import User
from calls import events
from calls.models import Call, CallParty, LobbyGuest
from calls.serializers import calls_json
from core.events import publish
from messenger.actions.change import raise_fact_seqs


def tell_call(call: Call) -> None:
    """The whole call, as it is now. Last in the transaction that changed it: it locks people (see raise_fact_seq)."""
    (told,) = calls_json([call])
    call.told, data = told, {**told}
    if call.is_group:
        publish(events.CallChanged(chat=call.chat_id, data=data))
        if others := _outside(call):
            publish(events.CallChanged(users=others, data=data))
        return
    sides = [told["caller"], None if call.is_unheard else told["callee"]]
    people = [side["id"] for side in sides if side is not None]
    for user_id, fact_seq in raise_fact_seqs(people).items():
        publish(events.CallChanged(users=(user_id,), fact_seq=fact_seq, data=data))


def _outside(call: Call) -> tuple[int, ...]:
    """Who does not hear what is told to the chat. Of one that is deleted nobody does."""
    if call.chat.deleted_at is not None:
        return tuple(CallParty.objects.filter(call=call).order_by("user_id").values_list("user_id", flat=True))
    return guests_of(call)


def guests_of(call: Call) -> tuple[int, ...]:
    admitted = LobbyGuest.objects.filter(call=call, state=LobbyGuest.State.ADMITTED)
    return tuple(admitted.order_by("user_id").values_list("user_id", flat=True))


def tell_waiting(call: Call) -> None:
    """The call is over: nobody will open to those who still wait."""
    waiting = LobbyGuest.objects.filter(call=call, state=LobbyGuest.State.WAITING)
    if people := tuple(waiting.order_by("user_id").values_list("user_id", flat=True)):
        publish(events.DoorAnswered(users=people, data={"call": call.pk, "state": "quiet"}))


def note_party(call: Call, user: User, role: CallParty.Role, *, was_in: bool) -> None:
    """The line in their log; that they `was_in` is never taken back."""
    party, is_new = CallParty.objects.get_or_create(call=call, user=user, defaults={"role": role, "was_in": was_in})
    if not is_new and was_in and not party.was_in:
        CallParty.objects.filter(pk=party.pk).update(was_in=True)
