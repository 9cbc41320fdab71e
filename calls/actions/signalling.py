"""What two devices tell each other, handed on: only between devices that are in the same running call."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, IntegerField
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls import access, events
from calls.models import Call, CallLeg, CallSignal
from calls.serializers import signal_json
from calls.shapes import CallSignalJSON
from core import limits
from core.errors import Conflict, DomainError, Invalid, RateLimited, TooLarge
from core.events import publish

_TYPES = ("offer", "answer", "pranswer", "rollback")
# Written out: to put it together anew for each signal was a quarter of what a signal cost.
_WAITING = RawSQL("(SELECT COUNT(*) FROM calls_callsignal WHERE receiver_id = calls_callleg.id)", (), IntegerField())
# As RTCIceCandidate.toJSON() makes them.
_CANDIDATE_KEYS = {
    "candidate": str,
    "sdpMid": str | None,
    "sdpMLineIndex": int | None,
    "usernameFragment": str | None,
}


def send_signal(
    *,
    by: User,
    call_id: int,
    device: uuid.UUID,
    to_device: uuid.UUID,
    n: int,
    description: dict[str, Any] | None = None,
    candidates: list[dict[str, Any]] | None = None,
) -> CallSignalJSON:
    """From `device`, which must be theirs and in the call, to another that is in it.

    `n` counts what goes there, from 1; the same `n` again is the same signal, stored once. Raises NotFound,
    Gone("call_ended"), Conflict("not_in_call", "not_answered", "peer_not_in_call"), Invalid("bad_signal",
    "address_hidden"), TooLarge("signal_too_large"), RateLimited.
    """
    limits.check("call_signal", by.pk)
    body = _checked_body(description, candidates)
    if not 0 < n < 2**31:
        raise Invalid("bad_signal", field="n")
    sender, receiver, waiting = _ends(by, call_id, device, to_device)
    if by.hides_address:
        _require_relay_only(body)
    if waiting >= limits.SIGNALS_PER_LEG:
        raise RateLimited(retry_after=5)
    return _store(sender, receiver, n, body)


def _ends(by: User, call_id: int, device: uuid.UUID, to_device: uuid.UUID) -> tuple[CallLeg, CallLeg, int]:
    """The two devices, and how many signals wait for the second.

    One query where all is well: of a call's commands this is the hottest.
    """
    rows = CallLeg.objects.filter(call=call_id, device__in={device, to_device}, left_at=None).annotate(
        waiting=_WAITING, call_state=F("call__state")
    )
    legs = {leg.device: leg for leg in rows} if 0 < call_id < 2**63 else {}
    sender, receiver = legs.get(device), legs.get(to_device)
    if sender is None or sender.user_id != by.pk or sender.call_state != Call.State.ACTIVE:
        raise _why_not(by, call_id, device)
    if receiver is None or receiver is sender:
        raise Conflict("peer_not_in_call", _("The other device is not in the call."))
    return sender, receiver, receiver.waiting


def _why_not(by: User, call_id: int, device: uuid.UUID) -> DomainError:
    call = access.running_call_for(by, call_id)
    if call.state == Call.State.RINGING:
        # A description holds addresses: nobody learns where the other is before they have answered.
        return Conflict("not_answered", _("Nobody has answered yet."))
    return Conflict("not_in_call", _("This device is not in the call."))


def _store(sender: CallLeg, receiver: CallLeg, n: int, body: dict[str, Any]) -> CallSignalJSON:
    try:
        with transaction.atomic():
            signal = CallSignal.objects.create(
                sender=sender, receiver=receiver, n=n, body=body, created_at=timezone.now()
            )
            data = signal_json(signal, sender.call_id, sender, receiver)
            publish(events.CallSignalled(users=(receiver.user_id,), data={**data}))
    except IntegrityError:
        stored = CallSignal.objects.filter(sender=sender, receiver=receiver, n=n).first()
        if stored is None:  # either has just left, and its signals with it
            raise Conflict("peer_not_in_call", _("The other device is not in the call.")) from None
        data = signal_json(stored, sender.call_id, sender, receiver)
    return data


def signals_for(*, by: User, call_id: int, device: uuid.UUID, after: int = 0) -> list[CallSignalJSON]:
    """What has come for this device of theirs since signal `after`, oldest first; at most SIGNALS_PER_LEG."""
    call = access.running_call_for(by, call_id)
    leg = access.leg_in(call, by, device)
    rows = CallSignal.objects.filter(receiver=leg, pk__gt=after).select_related("sender")[: limits.SIGNALS_PER_LEG]
    return [signal_json(signal, call.pk, signal.sender, leg) for signal in rows]


def _checked_body(description: Any, candidates: Any) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if description is not None:
        body["description"] = _checked_description(description)
    if candidates:
        body["candidates"] = [_checked_candidate(one) for one in _few(candidates)]
    if not body:
        raise Invalid("bad_signal", _("A signal holds a description or candidates."))
    return body


def _checked_description(value: Any) -> dict[str, str]:
    kind, sdp = (value.get("type"), value.get("sdp", "")) if isinstance(value, dict) else (None, None)
    if kind not in _TYPES or not isinstance(sdp, str) or (kind != "rollback" and not sdp.startswith("v=0")):
        raise Invalid("bad_signal", field="description")
    if len(sdp.encode()) > limits.SDP_BYTES:
        raise TooLarge("signal_too_large", limit=limits.SDP_BYTES)
    return {"type": kind, "sdp": sdp}


def _few(candidates: Any) -> list[Any]:
    if len(candidates) > limits.CANDIDATES_AT_ONCE:
        raise TooLarge("signal_too_large", limit=limits.CANDIDATES_AT_ONCE)
    return candidates


def _checked_candidate(value: Any) -> dict[str, Any]:
    text = value.get("candidate") if isinstance(value, dict) else None
    if not isinstance(text, str) or (text and not text.startswith("candidate:")):
        raise Invalid("bad_signal", field="candidates")
    kept = {key: value[key] for key in _CANDIDATE_KEYS if key in value}
    for key, part in kept.items():
        if not isinstance(part, _CANDIDATE_KEYS[key]) or (isinstance(part, int) and not 0 <= part < 2**16):
            raise Invalid("bad_signal", field="candidates")
        if isinstance(part, str) and len(part) > limits.CANDIDATE_BYTES:
            raise TooLarge("signal_too_large", limit=limits.CANDIDATE_BYTES)
    return kept


def _require_relay_only(body: dict[str, Any]) -> None:
    """Who hides their address sends none by mistake of a client: only ways through the relay pass."""
    lines = [one["candidate"] for one in body.get("candidates", [])]
    sdp = body.get("description", {}).get("sdp", "")
    lines += [line for line in sdp.splitlines() if line.startswith("a=candidate:")]
    if any(" typ " in line and " typ relay" not in line for line in lines):
        raise Invalid("address_hidden", _("You hide your address: only ways through the relay may be told."))


def forget_old_signals(seconds: int) -> None:
    """They are of use for as long as a socket may be away."""
    since = timezone.now() - timedelta(seconds=seconds)
    CallSignal.objects.filter(created_at__lt=since).delete()
