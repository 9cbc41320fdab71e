"""Slow work on files."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from core.tasks import task
from messenger.files import processing, stored

_LATE = timedelta(seconds=5)


@task(queue="media", retries=3)
def process_attachment(*, attachment: str) -> None:
    told = processing.process(UUID(attachment))
    # A message sent in the very moment in which the photo became ready may have been told with the old state, and its
    # row may not have been there to be found. By then it is.
    tell_latecomers.using(run_after=timezone.now() + _LATE).enqueue(attachment=attachment, told=sorted(told))


@task(queue="media", retries=3)
def tell_latecomers(*, attachment: str, told: list[int]) -> None:
    processing.tell_shown(UUID(attachment), but=told)


@task(queue="media", retries=3)
def discard_attachments(*, attachments: list[str]) -> None:
    """After a message that showed them was deleted for everybody."""
    stored.discard(UUID(one) for one in attachments)
