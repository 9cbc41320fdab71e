"""From the bytes of an upload to an attachment: judged, cleaned, stored."""

import io
import os
from pathlib import PurePath
from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import images, limits
from core.errors import TooLarge
from messenger.files import containers, judging, parts, tasks
from messenger.files.judging import Judgement
from messenger.files.stored import storage_key, store
from messenger.files.stripping import strip
from messenger.models import Attachment, Upload

_BLANKED = frozenset({"video/mp4", "video/quicktime", "audio/mp4"})


def make_attachment(upload: Upload, part: IO[bytes]) -> Attachment:
    """Called with the part locked and complete. Safe to call again after it broke anywhere: the key of the stored
    file follows from the upload's id, and the part stays until the row is committed.
    """
    judgement = judging.judge(part, upload.wanted_kind)
    attachment = Attachment(
        id=upload.pk,
        owner_id=upload.owner_id,
        kind=judgement.kind,
        state=Attachment.State.READY,
        name=upload.name,
        mime=judgement.mime,
        size=upload.size,
        width=judgement.tracks.width,
        height=judgement.tracks.height,
    )
    with parts.full_disk_explained():
        if judgement.kind == Attachment.Kind.PHOTO:
            _keep_photo(attachment, part)
        else:
            _keep_file(attachment, upload, part, judgement)
    with transaction.atomic():
        attachment.save(force_insert=True)
        Upload.objects.filter(pk=upload.pk).update(attachment=attachment)
        if attachment.state == Attachment.State.PROCESSING:
            tasks.process_attachment.enqueue(attachment=str(attachment.pk))
    return attachment


def _keep_file(attachment: Attachment, upload: Upload, part: IO[bytes], judgement: Judgement) -> None:
    is_played = judgement.kind in (Attachment.Kind.VIDEO, Attachment.Kind.VOICE, Attachment.Kind.AUDIO)
    if is_played:
        attachment.duration_ms = judgement.tracks.duration_ms or upload.meta.get("duration_ms", 0)
        if judgement.kind != Attachment.Kind.VIDEO:
            attachment.waveform = upload.meta.get("waveform", [])
    if is_played and judgement.mime in _BLANKED:
        containers.blank_mp4_metadata(part)
    part.flush()
    os.fsync(part.fileno())
    with parts.linked(upload.pk) as file:
        attachment.file = store(storage_key(attachment.pk, "original"), file)


def _keep_photo(attachment: Attachment, part: IO[bytes]) -> None:
    """Freed of its metadata before anybody can fetch it. Sizes and, if needed, an upright copy come from the task."""
    if attachment.mime not in judging.PHOTO_TYPES:
        raise images.unreadable()
    if attachment.size > limits.PHOTO_BYTES:
        raise TooLarge("photo_too_large", _("This picture is too large."), limit=limits.PHOTO_BYTES)
    shape = images.measure(part)
    attachment.width, attachment.height = shape.width, shape.height
    attachment.thumb = images.thumb(part)
    part.seek(0)
    if attachment.mime == "image/avif":  # its metadata is woven into the file: only a new picture is free of it
        content, attachment.mime = images.reencoded(part, "WEBP").content, "image/webp"
    else:
        content = strip(part.read(), attachment.mime, shape.orientation)
    attachment.size = len(content)
    attachment.name = _named_after(attachment.name, attachment.mime)
    attachment.state = Attachment.State.PROCESSING
    images.measure(io.BytesIO(content))  # what is kept must still be a picture
    key = storage_key(attachment.pk, "clean", _SUFFIXES[attachment.mime])
    attachment.file = store(key, ContentFile(content))


_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}
_ALSO = {"image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif")}


def _named_after(name: str, mime: str) -> str:
    """The name with the ending of what the file is, so that it opens on the reader's machine."""
    path = PurePath(name)
    is_right = path.suffix.lower() in _ALSO.get(mime, (_SUFFIXES[mime],))
    return name if is_right else f"{path.stem[:190]}{_SUFFIXES[mime]}"
