"""How a call ends: once, whoever says so first. What it was stands in the chat and in the logs from then on."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from calls import cards
from calls.actions.telling import tell_call, tell_waiting
from calls.backends.tasks import remove_room
from calls.models import Call, CallLeg, CallParty, CallSignal
from calls.pushes import request_end_push
from core.errors import NotFound
from core.failpoints import failpoint
from messenger.actions.cards import post_card, touch_cards


def end_call(
    call: Call, reason: Call.Reason, *, at: datetime | None = None, only_from: Call.State | None = None
) -> bool:
    """Ends it if it runs (and is in `only_from`). Answers whether this was what ended it; `call` is fresh after."""
    with transaction.atomic():
        rows = Call.objects.filter(pk=call.pk).exclude(state=Call.State.ENDED)
        if only_from is not None:
            rows = rows.filter(state=only_from)
        ended = bool(rows.update(state=Call.State.ENDED, ended_at=at or timezone.now(), reason=reason))
        refresh(call)
        if ended:
            _clean_up(call)
    return ended


def _clean_up(call: Call) -> None:
    now = timezone.now()
    end = CallLeg.End.LOST if call.reason == Call.Reason.LOST else CallLeg.End.LEFT
    if call.answered_at is not None:
        CallSignal.objects.filter(receiver__call=call).delete()
    CallLeg.objects.filter(call=call, left_at=None).update(left_at=now, end=end)
    if call.is_group:
        tell_waiting(call)
        transaction.on_commit(lambda: touch_cards(cards.CALL, call.pk))
    elif not call.is_unheard:
        _post(call)
    failpoint("call.before_end_commit")
    tell_call(call)
    request_end_push(call)
    if call.room:
        remove_room.enqueue(room=call.room)


def _post(call: Call) -> None:
    """The line in a direct chat. News only for somebody who missed it."""
    parties = list(CallParty.objects.filter(call=call))
    missed = call.answered_at is None and call.reason != Call.Reason.DECLINED
    seen_by = [party.user_id for party in parties if not (missed and party.role == CallParty.Role.CALLEE)]
    try:
        post_card(
            chat_id=call.chat_id, card=cards.card_of(call), client_id=cards.message_id(call.pk), seen_by=seen_by,
            wakes=False,
        )  # fmt: skip
    except NotFound:  # the chat has been deleted: nobody is there to read it, and the call ends all the same
        return


_CHANGING = ("state", "backend", "room", "rang_at", "answered_at", "ended_at", "reason")


def refresh(call: Call, *, and_lock: bool = False) -> None:
    """The row as it is now, with what was loaded beside it kept."""
    rows = Call.objects.select_for_update() if and_lock else Call.objects.all()
    values = rows.filter(pk=call.pk).values_list(*_CHANGING).get()
    for name, value in zip(_CHANGING, values, strict=True):
        setattr(call, name, value)
    call.told = None
