"""The kernel's own housekeeping."""

from datetime import timedelta

from django.utils import timezone

from core import taskrows
from core.models import IdempotencyKey
from core.tasks import periodic, task


@periodic(every=timedelta(minutes=30))
@task()
def prune_finished_tasks() -> None:
    """What went well is of no use after an hour; what failed stays two weeks for whoever looks into it."""
    taskrows.prune(succeeded_before=timedelta(hours=1), failed_before=timedelta(days=14))


@periodic(every=timedelta(hours=1))
@task()
def forget_idempotency_keys() -> None:
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - timedelta(days=1)).delete()
