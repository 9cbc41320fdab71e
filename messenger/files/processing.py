"""The slow half of a photo, in the worker: its sizes, and an upright copy where the original lies on its side."""

import io
import logging
from collections.abc import Iterable
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from core import images
from core.errors import DomainError
from core.images import Picture
from messenger.actions.change import changing
from messenger.files.stored import delete_files, files_of, storage_key, store
from messenger.models import Attachment, Message

log = logging.getLogger(__name__)
_FORMATS = {"image/jpeg": ("JPEG", ".jpg"), "image/png": ("PNG", ".png"), "image/webp": ("WEBP", ".webp")}


def process(attachment_id: UUID) -> set[int]:
    """Make the sizes and tell the messages that show it; answers their ids. Done once, however often it is called.

    A picture that cannot be decoded stays as it is, FAILED: it was freed of its metadata before it was stored.
    """
    attachment = Attachment.objects.filter(pk=attachment_id, state=Attachment.State.PROCESSING).first()
    if attachment is None:
        return set()
    before = attachment.file.name or ""
    try:
        _make_sizes(attachment)
        attachment.state = Attachment.State.READY
    except DomainError as error:
        log.warning("attachment.failed", extra={"attachment": str(attachment_id), "reason": error.code})
        attachment.state, attachment.sizes = Attachment.State.FAILED, {}
    told = _settle(attachment)
    if attachment.file.name != before:
        default_storage.delete(before)
    return told


def _make_sizes(attachment: Attachment) -> None:
    """Fills in sizes and file: stored, not yet saved."""
    with attachment.file.open("rb") as stored:
        file = io.BytesIO(stored.read())
    shape = images.measure(file)
    if shape.is_animated:  # the original is what plays; a still of it would only mislead
        return
    attachment.sizes = {name: _store_size(attachment, name, made) for name, made in images.renditions(file).items()}
    if attachment.mime not in _FORMATS or (shape.orientation == 1 and not shape.needs_conversion):
        return
    format, suffix = _FORMATS[attachment.mime]
    upright = images.reencoded(file, format)
    attachment.file = store(storage_key(attachment.pk, "upright", suffix), ContentFile(upright.content))
    attachment.size, attachment.width, attachment.height = len(upright.content), upright.width, upright.height


def _store_size(attachment: Attachment, name: str, picture: Picture) -> dict[str, object]:
    key = store(storage_key(attachment.pk, name, ".webp"), ContentFile(picture.content))
    return {"key": key, "width": picture.width, "height": picture.height, "size": len(picture.content)}


def _settle(attachment: Attachment) -> set[int]:
    """The attachment's new state and that of the messages that show it, in one transaction."""
    fields = ("state", "sizes", "size", "width", "height")
    with transaction.atomic():
        waiting = Attachment.objects.filter(pk=attachment.pk, state=Attachment.State.PROCESSING)
        values = {name: getattr(attachment, name) for name in fields}
        if waiting.update(file=attachment.file.name, **values):
            return tell_shown(attachment.pk)
    if not Attachment.objects.filter(pk=attachment.pk).exists():  # discarded meanwhile: leave nothing behind
        delete_files(files_of(attachment))
    return set()


def tell_shown(attachment_id: UUID, *, but: Iterable[int] = ()) -> set[int]:
    """Give the messages that show the attachment a new modseq and tell them again; answers their ids."""
    shown = Message.objects.filter(
        attachment_links__attachment=attachment_id, deleted_at=None, chat__deleted_at=None
    ).exclude(pk__in=list(but))
    told = set()
    with transaction.atomic():
        # Chats in the order of their ids, as everywhere: nobody waits in a circle.
        for chat_id in sorted(set(shown.values_list("chat_id", flat=True))):
            with changing(chat_id) as change:
                for message in shown.filter(chat_id=chat_id).order_by("seq"):
                    change.touch_message(message)
                    told.add(message.pk)
    return told
