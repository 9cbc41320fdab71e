"""Resumable uploads: create, append in order, finish, cancel. What was acknowledged stays, whatever breaks."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Conflict, Invalid, NotFound, RateLimited, TooLarge
from core.filenames import clean_name
from messenger.files import finishing, parts, stored
from messenger.files.containers import MAX_DURATION_MS
from messenger.models import Attachment, Upload

MAX_RUNNING_BYTES = 1024 * 1024 * 1024  # announced by one person and not finished
WAVEFORM_PEAKS = 64
WAVEFORM_TOP = 31


def create_upload(
    *, by: User, name: str, size: int, kind: str, duration_ms: int = 0, waveform: list[int] | None = None
) -> Upload:
    """Raises empty_file, file_too_large, too_many_uploads, storage_full. Duration and waveform are taken on trust,
    clamped: they decide only how a bar is drawn.
    """
    if size <= 0:
        raise Invalid("empty_file", _("This file is empty."))
    if size > limits.FILE_BYTES:
        raise TooLarge("file_too_large", _("Files may have up to 100 MB."), limit=limits.FILE_BYTES)
    parts.require_room(size)
    with transaction.atomic():
        User.objects.select_for_update().only("pk").get(pk=by.pk)  # the limit holds for uploads begun at once, too
        running = Upload.objects.filter(owner=by, attachment=None)
        reserved = running.aggregate(total=Sum("size"))["total"] or 0
        if reserved + size > MAX_RUNNING_BYTES or running.count() >= limits.UPLOADS_AT_ONCE:
            raise RateLimited("too_many_uploads", _("Wait until your other uploads are through."), retry_after=30)
        return Upload.objects.create(
            owner=by,
            name=clean_name(name),
            size=size,
            wanted_kind=kind,
            meta={"duration_ms": max(0, min(duration_ms, MAX_DURATION_MS)), "waveform": _peaks(waveform or [])},
        )


def _peaks(waveform: list[int]) -> list[int]:
    """At most 64 peaks of 0..31; a longer list is thinned to the highest of each stretch."""
    values = [max(0, min(value, WAVEFORM_TOP)) for value in waveform]
    if len(values) <= WAVEFORM_PEAKS:
        return values
    edges = [index * len(values) // WAVEFORM_PEAKS for index in range(WAVEFORM_PEAKS + 1)]
    return [max(values[start:end]) for start, end in pairwise(edges)]


def upload_for(by: User, upload_id: UUID) -> Upload:
    upload = Upload.objects.select_related("attachment").filter(pk=upload_id, owner=by).first()
    if upload is None:
        raise NotFound()
    return upload


def received_of(upload: Upload) -> int:
    """How many bytes are safe. Less than was acknowledged only if the disk has lost them (power cut): heals here."""
    if upload.attachment_id:
        return upload.size
    with parts.locked(upload.pk) as part:
        upload.refresh_from_db(fields=["received"])
        if parts.size_of(part) < upload.received:
            _note_received(upload, parts.size_of(part))
    return upload.received


def _note_received(upload: Upload, received: int) -> None:
    upload.received = received
    # No row: cancelled meanwhile, by another device.
    if not Upload.objects.filter(pk=upload.pk, attachment=None).update(received=received, touched_at=timezone.now()):
        parts.remove(upload.pk)
        raise NotFound()


def wrong_offset(received: int) -> Conflict:
    return Conflict("wrong_offset", _("The upload goes on at another place."), received=received)


def append_chunk(*, by: User, upload_id: UUID, offset: int, chunk: bytes) -> int:
    """How many bytes are safe afterwards.

    Raises Conflict("wrong_offset") with `received`: the client goes on from there, whatever it believed.
    """
    upload = upload_for(by, upload_id)
    if not chunk:
        raise Invalid("empty_chunk", _("There is nothing in this piece."))
    if len(chunk) > limits.UPLOAD_CHUNK_BYTES:
        raise TooLarge("chunk_too_large", _("This piece is too large."), limit=limits.UPLOAD_CHUNK_BYTES)
    if upload.attachment_id:
        raise wrong_offset(upload.size)
    with parts.locked(upload.pk) as part:
        upload = upload_for(by, upload_id)  # again, now that nobody else writes
        if upload.attachment_id:
            parts.remove(upload.pk)
            raise wrong_offset(upload.size)
        safe = min(upload.received, parts.size_of(part))
        if offset != safe:
            if safe < upload.received:
                _note_received(upload, safe)
            raise wrong_offset(safe)
        if offset + len(chunk) > upload.size:
            raise TooLarge("beyond_the_end", _("This is more than was announced."), limit=upload.size)
        parts.write_chunk(part, offset, chunk)
        _note_received(upload, offset + len(chunk))
    return upload.received


def finish_upload(*, by: User, upload_id: UUID) -> tuple[Attachment, bool]:
    """The attachment, and whether it is new: finishing twice answers the same one.

    Raises Conflict("upload_incomplete") with `received`, photo_unreadable, photo_too_large, storage_full. After an
    error the upload is still there; it can be finished again, or cancelled.
    """
    upload = upload_for(by, upload_id)
    if upload.attachment:
        return upload.attachment, False
    with parts.locked(upload.pk) as part:
        upload = upload_for(by, upload_id)
        if upload.attachment:
            parts.remove(upload.pk)
            return upload.attachment, False
        safe = min(upload.received, parts.size_of(part))
        if safe < upload.size:
            _note_received(upload, safe)
            raise Conflict("upload_incomplete", _("Some of the file is still missing."), received=safe)
        attachment = finishing.make_attachment(upload, part)
    parts.remove(upload.pk)
    return attachment, True


def store_file(*, by: User, name: str, content: bytes, kind: str, **meta: Any) -> Attachment:
    """Bytes that are at hand (demo data, imports, bots), on the same way as an upload: judged, cleaned, processed."""
    upload = create_upload(by=by, name=name, size=len(content), kind=kind, **meta)
    for offset in range(0, len(content), limits.UPLOAD_CHUNK_BYTES):
        chunk = content[offset : offset + limits.UPLOAD_CHUNK_BYTES]
        append_chunk(by=by, upload_id=upload.pk, offset=offset, chunk=chunk)
    return finish_upload(by=by, upload_id=upload.pk)[0]


def cancel_upload(*, by: User, upload_id: UUID) -> None:
    """Also after it was finished: then the attachment goes, unless a message shows it already."""
    upload = upload_for(by, upload_id)
    if upload.attachment_id:
        stored.discard([upload.attachment_id])
    Upload.objects.filter(pk=upload.pk).delete()
    parts.remove(upload.pk)


def upload_json(upload: Upload) -> dict[str, Any]:
    return {
        "id": str(upload.pk),
        "received": received_of(upload),
        "size": upload.size,
        "chunk_size": limits.UPLOAD_CHUNK_BYTES,
    }
