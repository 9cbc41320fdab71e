"""The rooms of calls on the media server: made when a call moves there, removed when it ends.

All about a room follows from the call and JANUS_TOKEN_SECRET: its name, its lock, and what changes it. So two who make
it at once make the same one, and one that was lost with the media server is made again as it was.
"""

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from calls.actions.telling import tell_call
from calls.backends.janus import (
    NO_SUCH_PERSON,
    NO_SUCH_ROOM,
    PLUGIN,
    ROOM_EXISTS,
    VideoRoom,
    VideoRoomError,
    away,
    videoroom,
)
from calls.models import Call, CallLeg
from calls.shapes import MediaServerJSON
from messenger.serializers import timestamp

TOKEN_SECONDS = 12 * 3600  # each message to the media server carries it: longer than people talk
_VIDEO_BITS = 2_000_000  # a second, of one sender: three sizes of a picture, or a screen that can be read


def move_to_room(call: Call) -> None:
    """From the mesh to the media server. Whoever comes first moves it; the others find it moved."""
    room = name_of(call)
    ensure_room(call)
    with transaction.atomic():
        running = Call.objects.filter(pk=call.pk, backend=Call.Backend.MESH).exclude(state=Call.State.ENDED)
        moved = running.update(backend=Call.Backend.JANUS, room=room)
        call.refresh_from_db(fields=["state", "backend", "room"])
        if moved:
            tell_call(call)


def ensure_room(call: Call) -> None:
    """It is there, and its lock is the one of now. However often, and by however many at once: one room."""
    room, lock = name_of(call), pin_of(call)
    with videoroom() as janus:
        try:
            janus.ask("create", **_plan(room, lock))
        except VideoRoomError as error:
            if error.code != ROOM_EXISTS:
                raise away(error) from error
            janus.ask("edit", room=room, secret=_secret_of(room), new_pin=lock)


def remove_room(room: str) -> None:
    """Everybody in it is put out. One that is gone already is fine."""
    with videoroom() as janus:
        _destroy(janus, room)


def tidy(call: Call) -> None:
    """Changes the lock if somebody was taken out, and puts out who is there without being in the call."""
    room = name_of(call)
    with videoroom() as janus:
        try:
            janus.ask("edit", room=room, secret=_secret_of(room), new_pin=pin_of(call))
            there = janus.ask("listparticipants", room=room)["participants"]
        except VideoRoomError as error:
            if error.code == NO_SUCH_ROOM:
                return
            raise
        # Read after the list: who is in the room by right was in the call before.
        legs = CallLeg.objects.filter(call=call, left_at=None)
        devices = {str(device) for device in legs.values_list("device", flat=True)}
        for person in there:
            if person["id"] not in devices:
                _kick(janus, room, person["id"])


def remove_stray_rooms() -> int:
    """Rooms whose call is over, when the task of its end was lost. Answers how many."""
    with videoroom() as janus:
        names = [row["room"] for row in janus.ask("list", admin_key=settings.JANUS_API_SECRET)["list"]]
        ours = {name: int(name.partition("-")[0]) for name in names if _is_ours(name)}
        running = set(Call.objects.running().filter(pk__in=ours.values()).values_list("pk", flat=True))
        stray = [name for name, call in ours.items() if call not in running]
        for name in stray:
            _destroy(janus, name)
    return len(stray)


def way_in(call: Call) -> MediaServerJSON:
    expiry = int(time.time()) + TOKEN_SECONDS
    return {
        "url": settings.JANUS_PUBLIC_URL,
        "room": call.room,
        "token": token_until(expiry),
        "pin": pin_of(call),
        "expires_at": timestamp(datetime.fromtimestamp(expiry, tz=UTC)),
    }


def token_until(expiry: int) -> str:
    """Janus' signed token, for the VideoRoom only: <expiry>,janus,<plugin>:base64(HMAC-SHA1(secret, all before ":"))
    (https://janus.conf.meetecho.com/docs/auth.html)."""
    data = f"{expiry},janus,{PLUGIN}"
    digest = hmac.new(settings.JANUS_TOKEN_SECRET.encode(), data.encode(), hashlib.sha1).digest()
    return f"{data}:{base64.b64encode(digest).decode()}"


def name_of(call: Call) -> str:
    return f"{call.pk}-{_derived('room', call.pk, int(call.created_at.timestamp() * 1000))[:24]}"


def pin_of(call: Call) -> str:
    """Another one each time somebody was taken out: they know the old."""
    removed = CallLeg.objects.filter(call=call, end=CallLeg.End.REMOVED).count()
    return _derived("pin", name_of(call), removed)[:32]


def _secret_of(room: str) -> str:
    """What changing or removing the room takes. It never leaves this house."""
    return _derived("secret", room)


def _derived(*parts: object) -> str:
    text = ":".join(map(str, parts))
    return hmac.new(settings.JANUS_TOKEN_SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()


def _plan(room: str, lock: str) -> dict[str, object]:
    return {
        "admin_key": settings.JANUS_API_SECRET,  # without it anybody with a token could make rooms
        "room": room,
        "secret": _secret_of(room),
        "pin": lock,
        "permanent": False,
        "is_private": True,
        "publishers": settings.JANUS_PEOPLE,
        "bitrate": _VIDEO_BITS,
        "bitrate_cap": True,
        "fir_freq": 10,
        "audiocodec": "opus",
        "opus_fec": True,
        "videocodec": "vp8",
        "audiolevel_event": True,
        "require_pvtid": True,  # who is put out loses what they watched, too
        "notify_joining": False,
        "record": False,
        "lock_record": True,  # else each sender could have the server write files
    }


def _is_ours(name: object) -> bool:
    number, dash, _rest = str(name).partition("-")
    return bool(dash) and number.isdigit() and len(number) < 19


def _destroy(janus: VideoRoom, room: str) -> None:
    try:
        janus.ask("destroy", room=room, secret=_secret_of(room), permanent=False)
    except VideoRoomError as error:
        if error.code != NO_SUCH_ROOM:
            raise


def _kick(janus: VideoRoom, room: str, person: str) -> None:
    try:
        janus.ask("kick", room=room, secret=_secret_of(room), id=person)
    except VideoRoomError as error:
        if error.code not in (NO_SUCH_PERSON, NO_SUCH_ROOM):
            raise
