"""Imports of listings, a bite at a time."""

from datetime import timedelta

from core.tasks import periodic, task
from market import import_runs


@task(retries=10)
def run_import(*, listing_import: int) -> None:
    """Each bite is a task of its own, so that a large file does not keep a worker from everybody else."""
    if import_runs.run_bite(listing_import):
        run_import.enqueue(listing_import=listing_import)


@periodic(every=timedelta(minutes=10))
@task()
def resume_imports() -> None:
    """Those whose task was lost. A row is done once, whoever does it."""
    for one in import_runs.stalled_imports():
        run_import.enqueue(listing_import=one)
