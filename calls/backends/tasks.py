"""What the worker does on the media server. Each may run twice."""

from datetime import timedelta

import structlog
from django.conf import settings

from calls.backends import rooms
from calls.models import Call
from core.errors import Unavailable
from core.tasks import periodic, task

log = structlog.get_logger(__name__)


@task(retries=5)
def remove_room(*, room: str) -> None:
    """Enqueued with the end of a call."""
    if settings.JANUS_URL:
        rooms.remove_room(room)


@task(retries=3)
def tidy_room(*, call: int) -> None:
    """Enqueued when somebody was taken out of a call."""
    found = Call.objects.running().filter(pk=call, backend=Call.Backend.JANUS).first()
    if found is not None and settings.JANUS_URL:
        rooms.tidy(found)


@periodic(every=timedelta(minutes=1))
@task(retries=0)
def sweep_rooms() -> None:
    """The net under both; and out with devices that have left a call without leaving its room."""
    if not settings.JANUS_URL:
        return
    try:
        rooms.remove_stray_rooms()
        for call in Call.objects.running().filter(backend=Call.Backend.JANUS)[:200]:
            rooms.tidy(call)
    except Unavailable as error:
        log.warning("media_server_away", error=str(error.__cause__))
