"""The task worker: one loop that claims, a few threads that run, one keeper that beats, reaps and starts periodic jobs.

As its own process (`manage.py worker`), or inside the embedded server, where its events reach the hub directly
(run_worker_in_thread).
"""

import os
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django_tasks.base import TaskResultStatus as Status
from django_tasks_db.models import DBTaskResult

from core import models, taskrows
from core.tasks import add_waker, periodic_jobs

log = structlog.get_logger(__name__)

# How many tasks of a queue run at once in one worker. A queue of its own keeps the slow from the quick: pages of
# strangers ("web"), push services ("push") and payment providers ("money") answer when they like, pictures ("media")
# take the processor.
SLOTS: Mapping[str, int] = {"default": 2, "mail": 1, "media": 1, "web": 2, "push": 2, "money": 2}
POLL_SECONDS = 1.0  # what this process enqueues itself is found at once; each look costs SQLite one read
BEAT_SECONDS = 5.0
PATIENCE = 6  # looks without a beat until a worker counts as dead: 30 s
GRACE_SECONDS = 20.0  # for running tasks when asked to stop


class Worker:
    def __init__(self, *, slots: Mapping[str, int] = SLOTS, beat: float = BEAT_SECONDS) -> None:
        self.id = secrets.token_hex(8)
        self._slots = dict(slots)
        self._beat_seconds = beat
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._ended = threading.Event()  # nothing runs any more, or has been given up
        self._stopped = threading.Event()
        self._grace = GRACE_SECONDS
        self._lock = threading.Lock()
        self._running: dict[UUID, DBTaskResult] = {}
        self._reaper = taskrows.Reaper(self.id, PATIENCE, self._is_running)
        autodiscover_modules("tasks", "periodic")

    # --- life ---------------------------------------------------------------------------------

    def run(self) -> None:
        """Work until stop() is called, from another thread or a signal handler."""
        add_waker(self._wake)
        keeper = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)
        self._patiently(self._register)
        keeper.start()
        log.info("worker started", worker=self.id, queues=self._slots)
        while not self._stopping.is_set():
            if not self._patiently(self._start_next):
                self._wake.wait(POLL_SECONDS)
                self._wake.clear()
        self._finish(keeper)

    def stop(self, *, grace: float = GRACE_SECONDS) -> None:
        """Take no more tasks; run() returns when the running ones are done, or have been given back after the grace."""
        self._grace = grace
        self._stopping.set()
        self._wake.set()

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def wait(self) -> None:
        """Until run(), in another thread, has returned."""
        self._stopped.wait(self._grace + 10)

    def _finish(self, keeper: threading.Thread) -> None:
        deadline = time.monotonic() + self._grace
        while self._running and time.monotonic() < deadline:
            self._wake.wait(0.5)  # set by each task that ends
            self._wake.clear()
        self._ended.set()
        keeper.join(timeout=5)
        with self._lock:
            unfinished = list(self._running.values())
        self._patiently(lambda: taskrows.release(unfinished))
        self._patiently(lambda: models.Worker.objects.filter(pk=self.id).delete())
        connection.close()
        log.info("worker stopped", worker=self.id, unfinished=len(unfinished))
        self._stopped.set()

    def _patiently(self, act: Callable[[], object]) -> object:
        """A database that is away for a while is waited for: the worker outlives it."""
        close_old_connections()
        try:
            return act()
        except (DatabaseError, InterfaceError) as error:
            log.warning("worker waits for the database", error=str(error).strip()[:200])
            connection.close()
            self._stopping.wait(POLL_SECONDS)
            return None

    # --- tasks --------------------------------------------------------------------------------

    def _start_next(self) -> bool:
        with self._lock:
            busy = Counter(row.queue_name for row in self._running.values())
        free = [queue for queue, slots in self._slots.items() if busy[queue] < slots]
        with self._lock:  # held across the claim, so that the reaper never sees one of ours that is not noted yet
            row = taskrows.claim(self.id, free) if free else None
            if row is not None:
                self._running[row.pk] = row
        if row is not None:
            # Daemons: a task that does not end must not keep the process from ending. It has been given back then.
            threading.Thread(target=self._run, args=(row,), name=f"task-{row.queue_name}", daemon=True).start()
        return row is not None

    def _run(self, row: DBTaskResult) -> None:
        close_old_connections()
        try:
            taskrows.run(row)
        except BaseException:
            log.exception("task outcome lost; the reaper takes it back", task=row.task_path, id=str(row.pk))
        finally:
            with self._lock:
                self._running.pop(row.pk, None)
            close_old_connections()
            self._wake.set()

    def _is_running(self, pk: UUID) -> bool:
        with self._lock:
            return pk in self._running

    # --- keeper -------------------------------------------------------------------------------

    def _keep(self) -> None:
        while not self._ended.wait(self._beat_seconds):
            self._patiently(self._beat)
            if not self._stopping.is_set():
                self._patiently(self._reaper.look)
                self._patiently(lambda: enqueue_due_jobs(timezone.now()))
        connection.close()

    def _register(self) -> None:
        models.Worker.objects.get_or_create(
            pk=self.id, defaults={"host": socket.gethostname()[:255], "pid": os.getpid()}
        )

    def _beat(self) -> None:
        if not models.Worker.objects.filter(pk=self.id).update(beats=F("beats") + 1):
            log.warning("worker was taken for dead", worker=self.id)
            self._register()


def enqueue_due_jobs(now: datetime) -> None:
    """Enqueue the periodic tasks that are due: each once, whichever worker sees it first."""
    rows = {row.name: row for row in models.PeriodicJob.objects.filter(name__in=list(periodic_jobs))}
    for name, job in periodic_jobs.items():
        if (row := rows.get(name)) is None:
            models.PeriodicJob.objects.bulk_create(
                [models.PeriodicJob(name=name, next_run_at=now)], ignore_conflicts=True
            )
            row = models.PeriodicJob.objects.get(pk=name)
        # Further ahead than one period: the clock was set back since. Not waiting for it to catch up again.
        if now < row.next_run_at <= now + job.every:
            continue
        unclaimed = models.PeriodicJob.objects.filter(pk=name, next_run_at=row.next_run_at)
        waiting = DBTaskResult.objects.filter(task_path=name, status__in=(Status.READY, Status.RUNNING))
        with transaction.atomic():
            if unclaimed.update(next_run_at=now + job.every, last_run_at=now) and not waiting.exists():
                job.task.enqueue()


def run_worker_in_thread() -> Worker:
    """The embedded mode: a worker inside this process. Call stop() and wait() before the process ends."""
    worker = Worker()
    threading.Thread(target=worker.run, name="worker", daemon=True).start()
    return worker


def run_ready_tasks(*, even_later: bool = False, limit: int = 1000) -> int:
    """For tests: run here and now what is due (or all there is), tasks of tasks included. Raises what a task raises."""
    if even_later:
        DBTaskResult.objects.filter(status=Status.READY).update(run_after=timezone.now())
    count = 0
    while count < limit and (row := taskrows.claim("test", list(SLOTS))):
        if error := taskrows.run(row):
            raise error
        if even_later:
            DBTaskResult.objects.filter(status=Status.READY).update(run_after=timezone.now())
        count += 1
    return count
