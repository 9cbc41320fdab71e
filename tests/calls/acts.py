"""What one can do to a call, and time that passes. Each act answers what came of it in a few words."""

import uuid
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from calls import access
from calls.actions import settling
from calls.actions.answering import answer_call, decline_call, note_ringing
from calls.actions.joining import hang_up, join_call
from calls.actions.legs import change_leg, ping_many
from calls.actions.settling import settle
from calls.actions.signalling import send_signal
from calls.actions.starting import start_call
from calls.models import Call, CallLeg
from core import limits
from core.errors import DomainError
from messenger.models import Membership, Message

OFFER = {"type": "offer", "sdp": "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n"}


def outcome(act, *args, **kwargs) -> str:
    """ "ended declined", or the code of the refusal."""
    try:
        result = act(*args, **kwargs)
    except DomainError as error:
        return error.code
    call = getattr(result, "call", result)
    return f"{call.state} {call.reason}".strip() if isinstance(call, Call) else "ok"


def answer(by: User, call: Call, device: uuid.UUID):
    return answer_call(by=by, call_id=call.pk, device=device)


def decline(by: User, call: Call, device: uuid.UUID):
    return decline_call(by=by, call_id=call.pk)


def rings(by: User, call: Call, device: uuid.UUID):
    return note_ringing(by=by, call_id=call.pk)


def leave(by: User, call: Call, device: uuid.UUID):
    return hang_up(by=by, call_id=call.pk, device=device)


def join(by: User, call: Call, device: uuid.UUID):
    return join_call(by=by, call_id=call.pk, device=device)


def mute(by: User, call: Call, device: uuid.UUID):
    return change_leg(by=by, call_id=call.pk, device=device, is_muted=True)


def look(by: User, call: Call, device: uuid.UUID):
    return settle(access.call_for_reading(by, call.pk))


def signal(by: User, call: Call, device: uuid.UUID, to: uuid.UUID | None = None, n: int = 1, **body):
    if to is None:
        to = CallLeg.objects.filter(call=call).exclude(user=by).values_list("device", flat=True).first() or uuid.uuid4()
    body = body or {"description": OFFER}
    return send_signal(by=by, call_id=call.pk, device=device, to_device=to, n=n, **body)


def ping(by: User, call: Call, device: uuid.UUID):
    (result,) = ping_many([(by.pk, call.pk, device)])
    if isinstance(result, Exception):
        raise result
    return result


def dial(by: User, chat, device: uuid.UUID | None = None, kind: str = "audio"):
    return start_call(by=by, chat_id=chat.pk, kind=kind, device=device or uuid.uuid4())


def rung_out(call: Call) -> Call:
    """It has rung long enough."""
    ago = timedelta(seconds=limits.RING_SECONDS + 1)
    Call.objects.filter(pk=call.pk).update(created_at=timezone.now() - ago)
    return Call.objects.select_related("chat", "caller").get(pk=call.pk)


def sweep() -> int:
    """What the worker does every few seconds."""
    return settling.sweep()


def fallen_silent(call: Call, *people: User, seconds: float = limits.SILENT_SECONDS + 1) -> Call:
    """Their devices have said nothing for so long."""
    legs = CallLeg.objects.filter(call=call, user__in=people, left_at=None)
    legs.update(last_seen_at=F("last_seen_at") - timedelta(seconds=seconds))
    return Call.objects.select_related("chat", "caller").get(pk=call.pk)


def lines(chat) -> list[Message]:
    """What stands in the chat about calls."""
    return list(Message.objects.filter(chat=chat, card_kind="call"))


def unread(chat, user: User) -> int:
    member = Membership.objects.select_related("chat").get(chat=chat, user=user)
    return member.chat.last_seq - member.read_seq


def devices_in(call: Call) -> dict[int, uuid.UUID]:
    return dict(CallLeg.objects.filter(call=call, left_at=None).values_list("user_id", "device"))


def is_sound() -> None:
    """What must hold whatever happened: checked on all calls."""
    for call in Call.objects.all():
        inside = CallLeg.objects.filter(call=call, left_at=None)
        cards = Message.objects.filter(card_kind="call", card_id=call.pk).count()
        if call.state == Call.State.ENDED:
            assert call.reason
            assert call.ended_at
            assert not inside.exists(), "somebody is in a call that is over"
            assert cards == (0 if call.is_unheard and not call.is_group else 1)
        else:
            assert call.reason == ""
            assert call.ended_at is None
            assert inside.exists(), "nobody is in a call that runs"
            assert cards == (1 if call.is_group else 0)
    keys = list(Call.objects.running().values_list("pair_key", flat=True))
    assert len(keys) == len(set(keys))
    people = list(CallLeg.objects.filter(left_at=None).values_list("user_id", flat=True))
    assert len(people) == len(set(people))
