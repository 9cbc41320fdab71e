"""Where an attachment's files lie in the storage, and how they go."""

import logging
from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError
from django.db.utils import IntegrityError

from messenger.files.evidence import is_evidence
from messenger.models import Attachment, MessageAttachment

log = logging.getLogger(__name__)


def storage_key(attachment_id: UUID, part: str, suffix: str = "") -> str:
    """In folders by the id's first byte, so that none grows without bounds."""
    return f"files/{attachment_id.hex[:2]}/{attachment_id}-{part}{suffix}"


def store(key: str, content: File) -> str:
    """Under exactly this key: what an earlier attempt left there goes."""
    default_storage.delete(key)
    return default_storage.save(key, content)


def files_of(attachment: Attachment) -> list[str]:
    names = [attachment.file.name or "", *(made["key"] for made in attachment.sizes.values())]
    return [name for name in names if name]


def discard(attachment_ids: Iterable[UUID]) -> int:
    """Delete those of these attachments that no message shows and no report needs, with their files; how many went.

    A message that takes one up at this very moment wins: its link protects the row.
    """
    shown = MessageAttachment.objects.filter(attachment=OuterRef("pk"))
    count = 0
    for attachment in Attachment.objects.filter(~Exists(shown), pk__in=list(attachment_ids)):
        if is_evidence(attachment.pk):
            continue
        try:
            with transaction.atomic():
                attachment.delete()
        except (ProtectedError, IntegrityError):
            log.info("attachment.taken_up", extra={"attachment": str(attachment.pk)})
            continue
        # Once it is certain: inside somebody's transaction the rows may yet come back.
        transaction.on_commit(partial(delete_files, files_of(attachment)))
        count += 1
    return count


def delete_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
