"""The slow part of accounts: exports, and what follows a deletion."""

import tempfile
from datetime import timedelta
from typing import IO

import structlog
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts import registry
from accounts.export import ZipArchive
from accounts.models import Export, User
from accounts.models.export import KEPT_FOR
from core.images import remove_photo
from core.tasks import periodic, task

log = structlog.get_logger(__name__)
_STEP = 3  # percent: how fine the progress is told
_STUCK_AFTER = timedelta(hours=6)


@task(retries=2)
def make_export(*, export: str) -> None:
    found = Export.objects.select_related("user").filter(pk=export).exclude(state=Export.State.READY).first()
    if found is None or found.user.deleted_at:
        return
    Export.objects.filter(pk=found.pk).update(state=Export.State.RUNNING, progress=0)
    with tempfile.TemporaryFile() as file:
        _write(found, file)
        size = file.tell()
        file.seek(0)
        found.file.save(f"{found.pk}.zip", File(file), save=False)
    now = timezone.now()
    kept = Export.objects.filter(pk=found.pk).update(
        state=Export.State.READY, progress=100, file=found.file.name, size=size, finished_at=now,
        expires_at=now + KEPT_FOR,
    )  # fmt: skip
    if not kept:  # the account was deleted meanwhile
        found.file.storage.delete(found.file.name or "")


def _write(export: Export, file: IO[bytes]) -> None:
    """Progress is the exporters done and the fraction of the running one, told in steps."""
    exporters = list(registry.exporters.values())
    done, told = 0, 0

    def report(fraction: float) -> None:
        nonlocal told
        percent = int((done + fraction) / len(exporters) * 99)
        if percent >= told + _STEP:
            told = percent
            Export.objects.filter(pk=export.pk).update(progress=percent)

    archive = ZipArchive(file, report)
    for exporter in exporters:
        exporter(export.user, archive)
        done += 1
        report(0.0)
    archive.close()


@periodic(every=timedelta(hours=1))
@task()
def sweep_exports() -> None:
    """Exports go when their week is over; one that no worker finished may be asked for again."""
    now = timezone.now()
    for export in Export.objects.filter(expires_at__lte=now):
        with transaction.atomic():
            if export.file:
                remove_photo(export.file)
            export.delete()
    unfinished = Export.objects.filter(state__in=[Export.State.WAITING, Export.State.RUNNING])
    unfinished.filter(created_at__lt=now - _STUCK_AFTER).update(state=Export.State.FAILED, finished_at=now)


@task()
def finish_deletion(*, user: int, delete_messages: bool) -> None:
    """Each app's part in its own transactions: a person may be in thousands of chats."""
    found = User.objects.filter(pk=user, deleted_at__isnull=False).first()
    if found is None:
        return
    for name, depart in registry.departures.items():
        depart(found, delete_messages)
        log.info("account_departed", user=user, part=name)
