"""The rows of the task queue: claim one, run it, note how it went, take back what a dead worker held.

`started_at` is the fencing token: whoever writes the outcome of a run names the start it belongs to, so a worker that
was frozen, declared dead and woke up again cannot overwrite the run of its successor. (Every read of the clock gives a
different microsecond, and a second start waits for at least one look of the reaper.)
"""

import random
import time
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from traceback import format_exception
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone, translation
from django_tasks.base import TaskResultStatus as Status
from django_tasks_db.models import DBTaskResult

from core.models import Worker
from core.tasks import DEFAULT_RETRIES, backoff, wake_workers

log = structlog.get_logger(__name__)
_TRACEBACK_CHARS = 20_000
_NOTE_TRIES = 6


class WorkerDied(Exception):
    """The worker was killed, or lost its machine, in the middle of the task."""


def claim(worker_id: str, queues: Collection[str]) -> DBTaskResult | None:
    """The next due task of these queues, now RUNNING and this worker's; None when there is none."""
    due = DBTaskResult.objects.ready().filter(queue_name__in=queues)
    if connection.features.has_select_for_update_skip_locked:
        with transaction.atomic():
            row = due.select_for_update(skip_locked=True).first()
            return row if row and _take(row, worker_id) else None
    while row := due.first():  # SQLite: whose update finds the row still READY has it
        if _take(row, worker_id):
            return row
    return None


def _take(row: DBTaskResult, worker_id: str) -> bool:
    changes = {"status": Status.RUNNING, "started_at": timezone.now(), "worker_ids": [*row.worker_ids, worker_id]}
    if not DBTaskResult.objects.filter(pk=row.pk, status=Status.READY).update(**changes):
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    return True


def run(row: DBTaskResult) -> Exception | None:
    """Run a claimed task and note the outcome. Never raises for what the task does: the error is returned."""
    clock = time.monotonic()
    try:
        with translation.override(None):
            row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
    except Exception as error:
        _note(row, _outcome_of_failure(row, error))
        return error
    _note(
        row, {"status": Status.SUCCESSFUL, "finished_at": timezone.now(), "exception_class_path": "", "traceback": ""}
    )
    log.debug("task done", task=row.task_path, seconds=round(time.monotonic() - clock, 3))
    return None


def _outcome_of_failure(row: DBTaskResult, error: Exception) -> dict[str, Any]:
    """Back to READY for a later try, or FAILED for good; either way with what went wrong, for the admin."""
    changes: dict[str, Any] = {
        "exception_class_path": f"{type(error).__module__}.{type(error).__qualname__}",
        "traceback": "".join(format_exception(error))[-_TRACEBACK_CHARS:],
    }
    attempt = len(row.worker_ids)
    if attempt <= _retries_of(row):
        wait = backoff(attempt)
        log.warning("task failed, tried again later", task=row.task_path, attempt=attempt, error=type(error).__name__)
        return {**changes, "status": Status.READY, "run_after": timezone.now() + timedelta(seconds=wait)}
    log.error("task given up", task=row.task_path, id=str(row.pk), attempts=attempt, exc_info=error)
    return {**changes, "status": Status.FAILED, "finished_at": timezone.now()}


def _retries_of(row: DBTaskResult) -> int:
    try:
        return int(getattr(row.task, "retries", DEFAULT_RETRIES))
    except Exception:  # the task is not importable: an older or newer release enqueued it
        log.warning("task unknown here", task=row.task_path)
        return DEFAULT_RETRIES


def _note(row: DBTaskResult, changes: dict[str, Any]) -> None:
    """Write the outcome, patiently: the work is done, and only this says so."""
    for attempt in range(_NOTE_TRIES):
        try:
            if not _mine(row).update(**changes):
                log.warning("task was taken over meanwhile", task=row.task_path, id=str(row.pk))
            return
        except (DatabaseError, InterfaceError) as error:
            if connection.in_atomic_block or attempt == _NOTE_TRIES - 1:
                raise
            log.warning("task outcome not written yet", task=row.task_path, error=str(error))
            connection.close()
            time.sleep(0.5 * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311


def _mine(row: DBTaskResult) -> Any:
    return DBTaskResult.objects.filter(pk=row.pk, status=Status.RUNNING, started_at=row.started_at)


def release(rows: Iterable[DBTaskResult]) -> None:
    """Give back tasks that a stopping worker could not finish: others run them at once."""
    for row in rows:
        if _mine(row).update(status=Status.READY):
            log.warning("task given back", task=row.task_path, id=str(row.pk))


def run_again(rows: Any) -> int:
    """Give tasks that were given up (a queryset) another round of tries; returns how many."""
    failed = rows.filter(status=Status.FAILED)
    count = failed.update(status=Status.READY, run_after=timezone.now(), finished_at=None, worker_ids=[])
    transaction.on_commit(wake_workers)
    return count


class Reaper:
    """Takes back the tasks of workers that died. Each worker has one and looks every few seconds.

    Dead is whose row is gone, or whose `beats` stood still for `patience` looks of ours. Looks, not seconds: when this
    process itself was frozen, nobody else must seem dead for it.
    """

    def __init__(self, worker_id: str, patience: int, is_running_here: Callable[[UUID], bool]) -> None:
        self.worker_id = worker_id
        self.patience = patience
        self.is_running_here = is_running_here
        self._seen: dict[str, tuple[int, int]] = {}  # worker -> beats, looks since they last rose

    def look(self) -> None:
        running = list(DBTaskResult.objects.running())  # before the workers: a new one registers, then claims
        alive, dead = self._judge()
        for row in running:
            holder = row.worker_ids[-1] if row.worker_ids else ""
            if holder == self.worker_id and not self.is_running_here(row.pk):
                # Claimed by us and yet not running here: its outcome could not be written. (Had it ended since the
                # query above, the update finds nothing.)
                self._take_back(row)
            elif holder not in alive:
                self._take_back(row)
        Worker.objects.filter(pk__in=dead).delete()

    def _judge(self) -> tuple[set[str], set[str]]:
        looks: dict[str, tuple[int, int]] = {}
        for worker, beats in Worker.objects.values_list("pk", "beats"):
            before, stood = self._seen.get(worker, (beats, -1))
            looks[worker] = (beats, 0 if beats != before else stood + 1)
        self._seen = looks
        dead = {worker for worker, (_, stood) in looks.items() if stood >= self.patience and worker != self.worker_id}
        return looks.keys() - dead, dead

    def _take_back(self, row: DBTaskResult) -> None:
        error = WorkerDied(f"worker {row.worker_ids[-1:]} stopped during attempt {len(row.worker_ids)}")
        changes = _outcome_of_failure(row, error)
        if changes["status"] == Status.READY:
            changes["run_after"] = timezone.now()  # it has waited long enough
        _mine(row).update(**changes)


def prune(*, succeeded_before: timedelta, failed_before: timedelta) -> int:
    """Delete old finished rows, in bites; returns how many."""
    total = 0
    for status, age in ((Status.SUCCESSFUL, succeeded_before), (Status.FAILED, failed_before)):
        old = DBTaskResult.objects.filter(status=status, finished_at__lt=timezone.now() - age)
        while bite := list(old.values_list("pk", flat=True)[:1000]):
            total += DBTaskResult.objects.filter(pk__in=bite).delete()[0]
    return total
