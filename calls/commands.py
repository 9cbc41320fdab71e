"""Calls on the socket: what is hot. The same actions over REST: /api/v1/calls/…"""

import uuid
from typing import Any, Literal

from calls import access
from calls.actions.answering import answer_call, decline_call, note_ringing
from calls.actions.joining import hang_up, join_call
from calls.actions.legs import change_leg, ping_many
from calls.actions.settling import settle
from calls.actions.signalling import send_signal, signals_for
from calls.actions.starting import start_call
from calls.entries import entry_json
from calls.queries import running_of
from calls.serializers import call_json
from core.commands import command
from core.gather import Gather
from core.socket import Socket

_STARTING = (
    "not_found", "no_calls_here", "right_needed", "call_refused", "blocked_by_you", "sanctioned", "already_in_call",
    "relay_missing", "call_full", "nobody_to_call", "answered_elsewhere", "device_taken",
    "media_server_away", "rate_limited",
)  # fmt: skip


@command("call.start", answer="CallEntry", errors=_STARTING)
def start(
    socket: Socket,
    *,
    chat: int,
    device: uuid.UUID,
    kind: Literal["audio", "video"] = "audio",
    has_video: bool | None = None,
) -> Any:
    """Call the other side of a direct chat, or open a group's call. A call that runs there is answered or joined."""
    entered = start_call(by=socket.user, chat_id=chat, kind=kind, device=device, has_video=has_video)
    return entry_json(socket.user, entered.call, is_new=entered.is_new)


@command("call.rings", answer='{"call": Call}', errors=("call_not_found", "own_call"))
def rings(socket: Socket, *, call: int) -> Any:
    """This device rings: the caller hears so. Send it when the ringtone begins."""
    return {"call": call_json(note_ringing(by=socket.user, call_id=call))}


@command(
    "call.answer",
    answer="CallEntry",
    errors=(
        "call_not_found",
        "call_ended",
        "answered_elsewhere",
        "already_in_call",
        "own_call",
        "not_ringing",
        "relay_missing", "device_taken",
    ),
)  # fmt: skip
def answer(socket: Socket, *, call: int, device: uuid.UUID, has_video: bool = False) -> Any:
    """Pick up on this device. The first answer wins; all other devices hear `call.changed` and stop ringing."""
    answered = answer_call(by=socket.user, call_id=call, device=device, has_video=has_video)
    return entry_json(socket.user, answered)


@command(
    "call.decline",
    answer='{"call": Call}',
    errors=("call_not_found", "own_call", "not_ringing", "text_too_long", "sanctioned", "blocked"),
)
def decline(socket: Socket, *, call: int, text: str = "") -> Any:
    """Say no, on all devices. `text` goes into the chat as a message; where it may not, the no stands all the same.

    Late, it changes nothing.
    """
    return {"call": call_json(decline_call(by=socket.user, call_id=call, text=text))}


@command(
    "call.join",
    answer="CallEntry",
    errors=(
        "call_not_found", "call_ended", "call_full", "already_in_call", "not_answered", "relay_missing",
        "sanctioned", "device_taken", "media_server_away", "rate_limited",
    ),
)  # fmt: skip
def join(socket: Socket, *, call: int, device: uuid.UUID, has_video: bool = False) -> Any:
    """Into a group's call, or back into one's own call from this device: another of one's own gives way."""
    joined = join_call(by=socket.user, call_id=call, device=device, has_video=has_video)
    return entry_json(socket.user, joined)


@command("call.hang_up", answer='{"call": Call}', errors=("call_not_found", "not_in_call"))
def leave(socket: Socket, *, call: int, device: uuid.UUID) -> Any:
    """Out of the call. Between two it ends; before an answer it is taken back. Twice is once."""
    return {"call": call_json(hang_up(by=socket.user, call_id=call, device=device))}


@command(
    "call.signal",
    answer='{"id": integer}',
    errors=(
        "call_not_found", "call_ended", "not_in_call", "not_answered", "peer_not_in_call", "bad_signal",
        "signal_too_large", "address_hidden", "rate_limited",
    ),
)  # fmt: skip
def signal(
    socket: Socket,
    *,
    call: int,
    device: uuid.UUID,
    to_device: uuid.UUID,
    n: int,
    description: dict | None = None,
    candidates: list[dict] | None = None,
) -> Any:
    """A session description or ICE candidates for one other device in the call. `n` counts what goes there, from 1.

    Perfect negotiation: of two devices the one with the larger UUID is polite. Candidates come in batches of up to 30.
    Kept 90 s; repeat it with the same `n` until it is answered.
    """
    sent = send_signal(
        by=socket.user,
        call_id=call,
        device=device,
        to_device=to_device,
        n=n,
        description=description,
        candidates=candidates,
    )
    return {"id": sent["id"]}


@command("call.signals", answer="CallSignals", errors=("call_not_found", "call_ended", "not_in_call"))
def signals(socket: Socket, *, call: int, device: uuid.UUID, after: int = 0) -> Any:
    """What came for this device after signal `after`: ask when the socket has been away."""
    return {"signals": signals_for(by=socket.user, call_id=call, device=device, after=after)}


@command("call.ping", answer="CallPing", errors=("call_not_found",))
async def ping(socket: Socket, *, call: int, device: uuid.UUID) -> Any:
    """Every 10 s while in a call. A device that is silent for 45 s is out."""
    return pings.ask((socket.user.pk, call, device))


@command("call.leg", answer='{"call": Call}', errors=("call_not_found", "call_ended", "not_in_call"))
def leg(
    socket: Socket,
    *,
    call: int,
    device: uuid.UUID,
    is_muted: bool | None = None,
    has_video: bool | None = None,
    is_sharing: bool | None = None,
    hand: bool | None = None,
) -> Any:
    """What the others are shown of this device. Only what is given changes."""
    flags = {"is_muted": is_muted, "has_video": has_video, "is_sharing": is_sharing}
    changed = change_leg(
        by=socket.user, call_id=call, device=device, hand=hand,
        **{name: value for name, value in flags.items() if value is not None},
    )  # fmt: skip
    return {"call": call_json(changed)}


@command("call.running", answer="RunningCalls")
async def running(socket: Socket) -> Any:
    """All running calls of yours: ask first thing after each connect, and ring only after the answer.

    What is not among them has ended, so a device that was asleep never rings for a call that is over.
    """
    return running_calls.ask(socket.user)


@command("call.look", answer='{"call": Call}', errors=("call_not_found",))
def look(socket: Socket, *, call: int) -> Any:
    """The call as it is now."""
    return {"call": call_json(settle(access.call_for_reading(socket.user, call)))}


running_calls = Gather(running_of)
pings = Gather(ping_many, at_once=500, patience=0.25)
