"""Background tasks: rows in our own database, so that a task and the fact it belongs to commit or roll back together.

    @task(queue="media", retries=3)
    def resize(*, attachment: str) -> None: ...

    resize.enqueue(attachment=str(attachment.pk))                       # inside the transaction
    resize.using(run_after=now() + timedelta(seconds=5)).enqueue(...)   # later

A task runs at least once: a worker may die after the work and before it is noted. So tasks take ids, read the present
state, and do no harm when they run twice. What raises is tried again, later and later, `retries` times; then the row
stays as FAILED, with its traceback, in the admin.

    @periodic(every=timedelta(hours=1))
    @task()
    def sweep() -> None: ...

Modules named `tasks` or `periodic` in an app are imported by the worker. The worker itself: core/worker.py.
"""

import random
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any, TypeVar

from django.db import transaction
from django_tasks import task as _django_task
from django_tasks.base import Task as _Task
from django_tasks_db import DatabaseBackend

DEFAULT_RETRIES = 5
_BACKOFF_SECONDS = 3.0
_BACKOFF_CAP_SECONDS = 3600.0

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(_Task[..., Any]):
    """Django's task, which knows how often it may be tried again."""

    retries: int = DEFAULT_RETRIES

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it here and now, as the plain function it is."""
        return self.func(*args, **kwargs)


class Backend(DatabaseBackend):
    """django-tasks-db, waking the worker of this process as soon as what was enqueued is committed."""

    task_class = Task  # type: ignore[assignment]  # the stubs mean Django 6's own class

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        result: Any = super().enqueue(task, args, kwargs)
        if task.run_after is None:
            transaction.on_commit(wake_workers)
        return result


def task(*, queue: str = "default", retries: int = DEFAULT_RETRIES, priority: int = 0) -> Callable[[_F], Task]:
    """Make a module-level function a task. `priority` -100..100, higher first within what is due."""

    def wrap(function: _F) -> Task:
        made = _django_task(queue_name=queue, priority=priority, retries=retries)(function)
        return made  # type: ignore[return-value]  # the backend's task_class

    return wrap


def backoff(attempt: int) -> float:
    """Seconds until the next try after the `attempt`-th failed (1, 2, …): 3 s, 12 s, 48 s, … an hour, each +-50 %."""
    seconds = min(_BACKOFF_SECONDS * 4 ** min(attempt - 1, 20), _BACKOFF_CAP_SECONDS)
    return seconds * random.uniform(0.5, 1.5)  # noqa: S311  (jitter, no secret)


# --- periodic jobs ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Periodic:
    """`name` is the task's path: the key of the job in the table, so a moved function is a new job."""

    name: str
    task: Task
    every: timedelta


periodic_jobs: dict[str, Periodic] = {}


def periodic(*, every: timedelta) -> Callable[[Task], Task]:
    """Enqueue this task every so often, once among all workers, and never while its last run is still waiting."""

    def wrap(made: Task) -> Task:
        periodic_jobs[made.module_path] = Periodic(made.module_path, made, every)
        return made

    return wrap


# --- waking the worker of this process (embedded mode) ----------------------------------------

_wakers: "weakref.WeakSet[Event]" = weakref.WeakSet()


def add_waker(event: Event) -> None:
    """A worker in this process wants to be told at once; other processes find the task when they next look."""
    _wakers.add(event)


def wake_workers() -> None:
    for event in tuple(_wakers):
        event.set()
