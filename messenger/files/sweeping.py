"""What is left over goes: uploads nobody goes on with, files no message shows, processing that got stuck."""

import time
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from messenger.files import parts, stored
from messenger.models import Attachment, MessageAttachment, Upload

STALE_UPLOAD = timedelta(days=2)  # a phone may be without a network for a day
ORPHAN = timedelta(days=2)  # finished, never sent, or unsent by everybody
STUCK = timedelta(hours=1)
_BATCH = 500


def sweep_uploads() -> int:
    """Running uploads that nobody touched for two days; the rows of finished ones; parts whose upload is gone."""
    before = timezone.now() - STALE_UPLOAD
    stale = list(Upload.objects.filter(touched_at__lt=before).values_list("pk", flat=True)[:_BATCH])
    for upload_id in stale:
        # Conditional: somebody may have gone on with it this very moment.
        if Upload.objects.filter(pk=upload_id, touched_at__lt=before).delete()[0]:
            parts.remove(upload_id)
    _sweep_parts()
    return len(stale)


def _sweep_parts() -> None:
    for name, path in parts.stray(older_than=time.time() - STALE_UPLOAD.total_seconds()):
        try:
            is_running = Upload.objects.filter(pk=UUID(name), attachment=None).exists()
        except ValueError:
            continue  # not a file of ours
        if not is_running:
            path.unlink(missing_ok=True)


def sweep_orphans() -> int:
    shown = MessageAttachment.objects.filter(attachment=OuterRef("pk"))
    orphans = Attachment.objects.filter(~Exists(shown), created_at__lt=timezone.now() - ORPHAN)
    return stored.discard(orphans.order_by("created_at").values_list("pk", flat=True)[:_BATCH])


def stuck_attachments() -> list[UUID]:
    """Photos whose task was lost, newest last."""
    stuck = Attachment.objects.filter(state=Attachment.State.PROCESSING, created_at__lt=timezone.now() - STUCK)
    return list(stuck.order_by("created_at").values_list("pk", flat=True)[:_BATCH])
