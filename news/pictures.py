"""Pictures of stories: fetched once by the worker, decoded and encoded again, and shown from here, so that nobody who
reads is seen by whoever owns the picture.
"""

import io
import secrets
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from core import images, outgoing
from core.errors import DomainError
from core.outgoing import OutgoingError
from news.models import Story

log = structlog.get_logger(__name__)
FOLDER = "news-pictures"
EDGES = {"small": 400, "large": 1280}
MAX_BYTES, SECONDS = 8 * 1024 * 1024, 15.0
MIN_SIDE = 80  # pixels: smaller ones are counters and icons
FRESH = timedelta(days=7)  # pictures of older stories are not worth a request


def name_of(key: str, size: str) -> str:
    return f"{FOLDER}/{key}-{size}.webp"


def fetch_picture(story_id: int) -> None:
    """Once; a picture that cannot be had is none."""
    story = Story.objects.filter(pk=story_id, picture="").exclude(image_url="").first()
    if story is None or story.published_at < timezone.now() - FRESH:
        return
    try:
        reply = outgoing.ask(
            story.image_url, max_wire_bytes=MAX_BYTES, max_bytes=MAX_BYTES, deadline=SECONDS,
            allow_loopback=settings.NEWS_LOOPBACK, headers={"Accept": "image/*"},
        )  # fmt: skip
        if reply.status == 200:
            keep_picture(story, reply.content)
    except (OutgoingError, DomainError) as error:
        log.info("news picture", story=story_id, refused=str(error))


def keep_picture(story: Story, content: bytes) -> None:
    """Raises Invalid("photo_unreadable") or TooLarge."""
    file = io.BytesIO(content)
    shape = images.measure(file)
    if min(shape.width, shape.height) < MIN_SIDE:
        return
    key = f"{story.pk}-{secrets.token_hex(6)}"
    for size, picture in images.renditions(file, EDGES).items():
        default_storage.save(name_of(key, size), ContentFile(picture.content))
    if not Story.objects.filter(pk=story.pk, picture="").update(picture=key):
        discard(key)  # another worker was quicker
    story.picture = key


def discard(key: str) -> None:
    for size in EDGES:
        default_storage.delete(name_of(key, size))
