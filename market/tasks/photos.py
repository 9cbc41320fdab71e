"""Slow work on the photos of listings."""

from datetime import timedelta

from core.tasks import periodic, task
from market import photo_files


@task(queue="media", retries=3)
def process_photo(*, photo: int) -> None:
    photo_files.process(photo)


@task(queue="media", retries=3)
def discard_photo(*, key: str) -> None:
    photo_files.discard(key)


@periodic(every=timedelta(hours=1))
@task(queue="media")
def process_stuck_photos() -> None:
    for photo in photo_files.stuck_photos():
        process_photo.enqueue(photo=photo)


@periodic(every=timedelta(days=1))
@task(queue="media")
def sweep_photo_files() -> None:
    photo_files.sweep()
