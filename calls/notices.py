"""What a notification about a call says, in the reader's language, and what it asks of the service worker."""

from typing import TypedDict

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from calls.models import Call
from messenger.names import one_line
from messenger.serializers import timestamp

_TITLE = 80  # characters


class RingNoticeJSON(TypedDict):
    """It rings: while `expires` is ahead, and the service says so."""

    type: str  # "call"
    title: str  # who calls
    body: str
    tag: str  # of this call: what comes later replaces it
    url: str  # where a click leads; with &answer=1 or &decline=1 after a button
    call: int
    expires: str
    answer: str  # the words on the buttons
    decline: str


class EndNoticeJSON(TypedDict):
    """It rings no longer. `is_missed`: to be shown; else the notice is taken away."""

    type: str  # "call_end"
    title: str
    body: str
    tag: str
    url: str
    call: int
    is_missed: bool


def tag_of(call: Call) -> str:
    return f"call-{call.pk}"


def ring_notice(reader: User, call: Call) -> RingNoticeJSON:
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        return {
            "type": "call",
            "title": _caller(call),
            "body": str(Call.Kind(call.kind).label),
            "tag": tag_of(call),
            "url": f"/c/{call.chat_id}?ring={call.pk}",
            "call": call.pk,
            "expires": timestamp(call.rings_until),
            "answer": _("Answer"),
            "decline": _("Decline"),
        }


def end_notice(reader: User, call: Call, *, is_missed: bool) -> EndNoticeJSON:
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        missed = _("Missed video call") if call.kind == Call.Kind.VIDEO else _("Missed call")
        return {
            "type": "call_end",
            "title": _caller(call),
            "body": missed if is_missed else str(Call.Kind(call.kind).label),
            "tag": tag_of(call),
            "url": f"/c/{call.chat_id}",
            "call": call.pk,
            "is_missed": is_missed,
        }


def _caller(call: Call) -> str:
    return (one_line(call.caller.display_name) if call.caller else "")[:_TITLE] or _("Call")
