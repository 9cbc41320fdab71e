"""Who carries sound and picture of a group's call: each to each for a few, a media server for many."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls.backends import rooms
from calls.backends.tasks import tidy_room
from calls.models import Call, CallLeg
from calls.shapes import MediaServerJSON
from core import limits
from core.errors import Conflict


def most_people(call: Call) -> int:
    return settings.JANUS_PEOPLE if call.backend == Call.Backend.JANUS else limits.MESH_PEOPLE


def has_room(call: Call) -> bool:
    """One more? The call's row is locked."""
    return not call.is_group or CallLeg.objects.filter(call=call, left_at=None).count() < most_people(call)


def can_grow(call: Call) -> bool:
    return call.backend == Call.Backend.MESH and bool(settings.JANUS_URL)


def grow(call: Call) -> None:
    """One more wants to come in: where the mesh is full and there is a media server, the call moves there.

    Raises Unavailable("media_server_away"), and then nothing has changed for those who are in it. Asks the media
    server: never inside a transaction.
    """
    if can_grow(call) and not has_room(call):
        rooms.move_to_room(call)


def media_for(call: Call, user: User) -> MediaServerJSON | None:
    """What this person, who is in the call, needs to reach its room; None where there is no media server."""
    if call.backend != Call.Backend.JANUS or not call.is_running:
        return None
    if not CallLeg.objects.filter(call=call, user=user, left_at=None).exists():
        return None
    return rooms.way_in(call)


def open_again(call: Call, user: User) -> MediaServerJSON:
    """For somebody in the call whom the media server did not let in: it may have started anew, without the room.

    Raises Conflict("not_in_call", "no_media_server"), Unavailable("media_server_away").
    """
    if not CallLeg.objects.filter(call=call, user=user, left_at=None).exists():
        raise Conflict("not_in_call", _("This device is not in the call."))
    if call.backend != Call.Backend.JANUS:
        raise Conflict("no_media_server", _("This call needs no media server."))
    rooms.ensure_room(call)
    return rooms.way_in(call)


def shut_out(call: Call) -> None:
    """Somebody was taken out of the call: out of its room, too, with the lock changed. Inside the transaction."""
    if call.backend == Call.Backend.JANUS and call.is_running:
        tidy_room.enqueue(call=call.pk)
