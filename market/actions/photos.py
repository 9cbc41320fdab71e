"""The pictures of a listing: taken in here, made small by the worker, in the order the seller wants."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import one_line
from core import images, limits
from core.errors import Conflict, Invalid, NotFound, TooLarge
from market.access.listings import listing_for_selling, require_may_sell
from market.actions.listing_changes import changing, note_change
from market.models import Listing, ListingPhoto
from market.tasks.photos import discard_photo, process_photo

_QUICK_BYTES = 3 * 1024 * 1024  # decoding a thumb of no more takes some 50 ms, and shows something at once


def add_photo(*, by: User, listing_id: int, file: Any, alt: str = "") -> ListingPhoto:
    """The type is judged by the content; what the camera noted is gone once it is made small.

    Raises Invalid("photo_unreadable"), TooLarge("photo_too_large"), Conflict("too_many_photos").
    """
    listing = listing_for_selling(by, listing_id)
    require_may_sell(by)
    limits.check("upload", by.pk)
    if file.size > limits.PHOTO_BYTES:
        raise TooLarge("photo_too_large", _("This picture is too large."), limit=limits.PHOTO_BYTES)
    _require_room(listing)
    images.measure(file)  # before the lock: reads the header, refuses what is no picture and what would be a bomb
    thumb = images.thumb(file) if file.size <= _QUICK_BYTES else ""
    file.seek(0)
    key = secrets.token_hex(16)
    name = default_storage.save(f"listing-sources/{key}", file)
    try:
        with changing(by, listing_id) as listing:
            _require_room(listing)
            last = listing.photos.aggregate(last=Max("position"))["last"]
            photo = ListingPhoto.objects.create(
                listing=listing, key=key, source=name, thumb=thumb, alt=one_line(alt)[:200],
                position=0 if last is None else last + 1,
            )  # fmt: skip
            note_change(listing, "photos")
            process_photo.enqueue(photo=photo.pk)
    except BaseException:
        default_storage.delete(name)
        raise
    return photo


def _require_room(listing: Listing) -> None:
    if listing.photos.count() >= limits.PHOTOS_PER_LISTING:
        raise Conflict("too_many_photos", limit=limits.PHOTOS_PER_LISTING)


def describe_photo(*, by: User, listing_id: int, photo_id: int, alt: str) -> ListingPhoto:
    """What it shows, for those who cannot see it. Raises NotFound("photo_not_found")."""
    with changing(by, listing_id) as listing:
        photo = _photo(listing, photo_id)
        photo.alt = one_line(alt)[:200]
        photo.save(update_fields=["alt"])
        note_change(listing, "photos")
    return photo


def order_photos(*, by: User, listing_id: int, ids: Sequence[int]) -> Listing:
    """All of them, in this order. Raises Invalid("not_the_photos")."""
    with changing(by, listing_id) as listing:
        photos = {photo.pk: photo for photo in listing.photos.all()}
        if sorted(ids) != sorted(photos):
            raise Invalid("not_the_photos", _("These are not the photos of this listing."), photos=sorted(photos))
        for position, photo_id in enumerate(ids):
            photos[photo_id].position = position
        ListingPhoto.objects.bulk_update(photos.values(), ["position"])
        note_change(listing, "photos")
    return listing_for_selling(by, listing_id)


def remove_photo(*, by: User, listing_id: int, photo_id: int) -> None:
    """Orders that were made by it keep the picture. Raises NotFound("photo_not_found")."""
    with changing(by, listing_id) as listing:
        photo = _photo(listing, photo_id)
        source = photo.source.name
        photo.delete()
        note_change(listing, "photos")
        discard_photo.enqueue(key=photo.key)
        if source:
            transaction.on_commit(lambda: default_storage.delete(source))


def _photo(listing: Listing, photo_id: int) -> ListingPhoto:
    photo = ListingPhoto.objects.filter(listing=listing, pk=photo_id).first()
    if photo is None:
        raise NotFound("photo_not_found")
    return photo
