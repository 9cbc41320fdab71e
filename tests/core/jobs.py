"""Tasks to try the worker with. They leave their marks in a file, which outlives any process."""

import time
from datetime import timedelta
from pathlib import Path

from core.models import PeriodicJob
from core.tasks import periodic, task


def marks(path: Path | str) -> list[str]:
    return Path(path).read_text().split() if Path(path).exists() else []


def mark(path: Path | str, word: str) -> None:
    with Path(path).open("a") as file:
        file.write(word + "\n")


@task()
def note(*, path: str, word: str) -> None:
    mark(path, word)


@task(retries=2)
def fail(*, path: str) -> None:
    mark(path, "tried")
    raise ZeroDivisionError("on purpose")


@task(retries=1)
def write_then_fail(*, name: str) -> None:
    PeriodicJob.objects.create(name=name, next_run_at="2020-01-01T00:00Z")
    raise ZeroDivisionError("on purpose")


@task()
def hang_while(*, path: str, obstacle: str) -> None:
    mark(path, "start")
    deadline = time.monotonic() + 60
    while Path(obstacle).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    mark(path, "done")


@task(queue="media")
def pause(*, path: str, seconds: float) -> None:
    mark(path, "start")
    time.sleep(seconds)
    mark(path, "done")


@task()
def chain(*, path: str) -> None:
    note.enqueue(path=path, word="second")


@periodic(every=timedelta(minutes=10))
@task()
def every_ten_minutes() -> None:
    pass
