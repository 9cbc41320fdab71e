"""The files behind the photos of listings: four WebP sizes under one random key, made once; and how they go."""

import io
import logging
import time
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from core import images
from core.errors import DomainError
from market import outbox
from market.access.photos import is_evidence, lines_with
from market.models import ListingPhoto
from market.serializers.listings import PHOTO_FOLDER

log = logging.getLogger(__name__)
EDGES = {"tiny": 160, "small": 480, "medium": 960, "large": 1920}
SOURCES = "listing-sources"
STUCK = timedelta(hours=1)
_LEFT_OVER = timedelta(days=2)


def name_of(key: str, size: str) -> str:
    return f"{PHOTO_FOLDER}/{key}-{size}.webp"


def process(photo_id: int) -> None:
    """Make the sizes, let the upload go. Done once, however often it is called; safe to stop anywhere."""
    photo = ListingPhoto.objects.filter(pk=photo_id, state=ListingPhoto.State.PROCESSING).first()
    if photo is None:
        return
    source = photo.source.name or ""
    try:
        _make_sizes(photo)
        photo.state = ListingPhoto.State.READY
    except (DomainError, FileNotFoundError) as error:
        log.warning("listing_photo.failed", extra={"photo": photo_id, "reason": str(error)})
        photo.state, photo.sizes = ListingPhoto.State.FAILED, {}
    with transaction.atomic():
        waiting = ListingPhoto.objects.filter(pk=photo_id, state=ListingPhoto.State.PROCESSING)
        is_settled = waiting.update(state=photo.state, sizes=photo.sizes, thumb=photo.thumb, source="")
        if is_settled:
            outbox.put("listing.changed", listing_id=photo.listing_id, data={"fields": ["photos"]})
    if not is_settled and not ListingPhoto.objects.filter(pk=photo_id).exists():
        discard(photo.key)  # removed while it was made: leave nothing behind
    if source:
        default_storage.delete(source)


def _make_sizes(photo: ListingPhoto) -> None:
    """Fills in sizes and thumb: stored, not yet saved."""
    with photo.source.open("rb") as stored:
        file = io.BytesIO(stored.read())
    made = images.renditions(file, EDGES)
    for size, picture in made.items():
        name = name_of(photo.key, size)
        default_storage.delete(name)  # of an attempt that was stopped
        default_storage.save(name, ContentFile(picture.content))
    photo.sizes = {size: [picture.width, picture.height] for size, picture in made.items()}
    photo.thumb = photo.thumb or images.thumb(file)


def discard(key: str) -> bool:
    """Delete the files of a photo that is no more, unless an order or an open report needs them. Safe to run twice."""
    if ListingPhoto.objects.filter(key=key).exists() or lines_with([key]).exists() or is_evidence(key):
        return False
    for size in EDGES:
        default_storage.delete(name_of(key, size))
    return True


def stuck_photos() -> list[int]:
    """Those whose task was lost."""
    before = timezone.now() - STUCK
    stuck = ListingPhoto.objects.filter(state=ListingPhoto.State.PROCESSING, created_at__lt=before)
    return list(stuck.order_by("pk").values_list("pk", flat=True)[:500])


def sweep() -> int:
    """What was kept for a report that is decided now, and uploads that never got a row. How many keys went."""
    gone = 0
    for key in {name.rsplit("-", 1)[0] for name in _old_files(PHOTO_FOLDER)}:
        gone += discard(key)
    for name in _old_files(SOURCES):
        if not ListingPhoto.objects.filter(source=f"{SOURCES}/{name}").exists():
            default_storage.delete(f"{SOURCES}/{name}")
    return gone


def _old_files(folder: str) -> list[str]:
    """Names of files that have been there for some days, of which no photo knows under this name."""
    if not default_storage.exists(folder):
        return []
    before = time.time() - _LEFT_OVER.total_seconds()
    known = set(ListingPhoto.objects.values_list("key", flat=True)) if folder == PHOTO_FOLDER else set()
    names = [name for name in default_storage.listdir(folder)[1] if name.rsplit("-", 1)[0] not in known]
    return [n for n in names if default_storage.get_modified_time(f"{folder}/{n}").timestamp() < before]
