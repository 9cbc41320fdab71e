"""Tasks commit with what they belong to, are tried again, and survive their worker."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus as Status
from django_tasks_db.models import DBTaskResult

from core import models, taskrows
from core.tasks import backoff, periodic_jobs
from core.worker import Worker, enqueue_due_jobs
from tests.core import jobs

ROOT = Path(__file__).resolve().parents[2]


def wait_for(condition, seconds: float = 20.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def the_task() -> DBTaskResult:
    """The one that the test enqueued; real workers enqueue periodic ones."""
    return DBTaskResult.objects.exclude(task_path__in=periodic_jobs).get()


def in_threads(count: int, act) -> None:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def path(tmp_path) -> str:
    return str(tmp_path / "marks")


# --- enqueue and run --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_enqueue_rolls_back_with_the_transaction(path, run_all_tasks):
    with transaction.atomic():
        jobs.note.enqueue(path=path, word="never")
        transaction.set_rollback(True)
    assert run_all_tasks() == 0
    with transaction.atomic():
        jobs.note.enqueue(path=path, word="once")
    assert run_all_tasks() == 1
    assert run_all_tasks() == 0
    assert jobs.marks(path) == ["once"]
    assert the_task().status == Status.SUCCESSFUL


def test_tasks_of_tasks_run_too(path, run_all_tasks):
    jobs.chain.enqueue(path=path)
    assert run_all_tasks() == 2
    assert jobs.marks(path) == ["second"]


def test_delayed_task_waits(path, run_all_tasks):
    jobs.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue(path=path, word="late")
    assert run_all_tasks(even_later=False) == 0
    assert run_all_tasks() == 1


def test_helper_raises_what_a_task_raises(path, run_all_tasks):
    jobs.fail.enqueue(path=path)
    with pytest.raises(ZeroDivisionError):
        run_all_tasks()


# --- failing ----------------------------------------------------------------------------------


def test_failed_task_is_tried_later_and_then_given_up(db, path, caplog):
    jobs.fail.enqueue(path=path)
    waits = []
    for _attempt in range(3):
        row = taskrows.claim("w", ["default"])
        assert isinstance(taskrows.run(row), ZeroDivisionError)
        again = the_task()
        if again.status == Status.READY:
            waits.append((again.run_after - timezone.now()).total_seconds())
            assert taskrows.claim("w", ["default"]) is None
            DBTaskResult.objects.update(run_after=timezone.now())
    assert jobs.marks(path) == ["tried"] * 3
    assert 1 < waits[0] < 5 < waits[1] < 19
    assert the_task().status == Status.FAILED
    assert "on purpose" in the_task().traceback
    assert the_task().finished_at
    assert taskrows.claim("w", ["default"]) is None


def test_failed_task_keeps_nothing_of_its_own_transaction_only(db, path):
    """What the task committed before it failed stays: tasks must bear to run twice."""
    jobs.write_then_fail.enqueue(name="mine")
    taskrows.run(taskrows.claim("w", ["default"]))
    assert models.PeriodicJob.objects.filter(name="mine").exists()


def test_operator_sees_what_was_given_up_and_runs_it_again(alice, bob, api, path):
    jobs.fail.enqueue(path=path)
    DBTaskResult.objects.update(status=Status.FAILED, worker_ids=["a", "b", "c"], finished_at=timezone.now())
    address = "/admin/django_tasks_database/dbtaskresult/"
    body = {"action": "run_again", "_selected_action": [str(the_task().pk)]}
    for stranger in (None, bob):
        assert api(stranger).post(address, body).status_code == 302  # to sign in
    assert the_task().status == Status.FAILED
    alice.is_staff = alice.is_superuser = True
    alice.save()
    assert "fail" in api(alice).get(address).content.decode()
    assert api(alice).post(address, body).status_code == 302
    assert (the_task().status, the_task().worker_ids) == (Status.READY, [])


def test_unknown_task_is_kept_for_a_newer_worker(db):
    jobs.note.enqueue(path="x", word="y")
    DBTaskResult.objects.update(task_path="tests.core.jobs.of_the_next_release")
    assert taskrows.run(taskrows.claim("w", ["default"])) is not None
    assert the_task().status == Status.READY


def test_backoff_grows_to_an_hour():
    assert 1.4 < backoff(1) < 4.6
    assert 1800 <= backoff(50) <= 5400


# --- claiming ---------------------------------------------------------------------------------


def test_other_queues_are_left_alone(db, path):
    jobs.pause.enqueue(path=path, seconds=0)
    assert taskrows.claim("w", ["default", "mail"]) is None
    assert taskrows.claim("w", ["media"]) is not None


@pytest.mark.django_db(transaction=True)
def test_each_task_is_claimed_once_by_many_workers(path):
    for number in range(40):
        jobs.note.enqueue(path=path, word=str(number))
    claimed: Counter[str] = Counter()

    def work() -> None:
        empty = 0
        while empty < 3:
            if row := taskrows.claim(threading.current_thread().name, ["default"]):
                claimed[str(row.pk)] += 1
            else:  # on PostgreSQL a row that another is just claiming is skipped
                empty += 1

    in_threads(4, work)
    assert len(claimed) == 40
    assert set(claimed.values()) == {1}


# --- dead workers -----------------------------------------------------------------------------


def held_by(worker: str, path: str) -> DBTaskResult:
    jobs.note.enqueue(path=path, word="x")
    models.Worker.objects.create(id=worker, host="there", pid=1)
    row = taskrows.claim(worker, ["default"])
    assert row is not None
    return row


def test_task_of_a_silent_worker_is_taken_back(db, path):
    held_by("silent", path)
    reaper = taskrows.Reaper("me", 3, lambda pk: False)
    for _look in range(3):
        reaper.look()
        assert the_task().status == Status.RUNNING
    reaper.look()
    assert the_task().status == Status.READY
    assert not models.Worker.objects.filter(pk="silent").exists()
    assert taskrows.claim("me", ["default"]) is not None  # at once, without backoff


def test_task_of_a_living_worker_is_left_alone(db, path):
    held_by("busy", path)
    reaper = taskrows.Reaper("me", 2, lambda pk: False)
    for beats in range(1, 8):
        models.Worker.objects.update(beats=beats)
        reaper.look()
    assert the_task().status == Status.RUNNING


def test_worker_that_woke_up_again_does_not_overwrite_its_successor(db, path):
    frozen = held_by("frozen", path)
    models.Worker.objects.all().delete()
    taskrows.Reaper("me", 1, lambda pk: False).look()
    successor = taskrows.claim("me", ["default"])
    taskrows.run(frozen)
    row = the_task()
    assert (row.status, row.started_at) == (Status.RUNNING, successor.started_at)
    taskrows.run(successor)
    assert the_task().status == Status.SUCCESSFUL


def test_task_that_kills_its_workers_is_given_up(db, path):
    jobs.fail.enqueue(path=path)
    for _attempt in range(3):
        assert taskrows.claim("killed", ["default"])
        taskrows.Reaper("me", 1, lambda pk: False).look()
    assert the_task().status == Status.FAILED
    assert "WorkerDied" in the_task().exception_class_path


def test_task_whose_outcome_was_lost_is_taken_back(db, path):
    held_by("me", path)
    taskrows.Reaper("me", 1, lambda pk: True).look()
    assert the_task().status == Status.RUNNING
    taskrows.Reaper("me", 1, lambda pk: False).look()
    assert the_task().status == Status.READY


# --- periodic jobs ----------------------------------------------------------------------------


@pytest.fixture
def only_ours(monkeypatch):
    job = periodic_jobs[jobs.every_ten_minutes.module_path]
    monkeypatch.setattr("core.worker.periodic_jobs", {job.name: job})
    return job


@pytest.mark.django_db(transaction=True)
def test_periodic_job_runs_once_among_many_workers(only_ours):
    now = timezone.now()
    enqueue_due_jobs(now)
    in_threads(4, lambda: enqueue_due_jobs(now))
    assert DBTaskResult.objects.count() == 1
    DBTaskResult.objects.all().delete()
    in_threads(4, lambda: enqueue_due_jobs(now + timedelta(minutes=11)))
    assert DBTaskResult.objects.count() == 1


def test_periodic_job_waits_for_its_time_and_for_its_last_run(db, only_ours):
    now = timezone.now()
    enqueue_due_jobs(now)
    enqueue_due_jobs(now + timedelta(minutes=9))
    assert DBTaskResult.objects.count() == 1
    enqueue_due_jobs(now + timedelta(minutes=11))  # the first has not even begun
    assert DBTaskResult.objects.count() == 1
    DBTaskResult.objects.update(status=Status.SUCCESSFUL)
    enqueue_due_jobs(now + timedelta(minutes=22))
    assert DBTaskResult.objects.count() == 2


def test_periodic_job_survives_a_clock_that_jumped(db, only_ours):
    now = timezone.now()
    enqueue_due_jobs(now + timedelta(hours=25))
    DBTaskResult.objects.all().delete()
    enqueue_due_jobs(now)
    assert DBTaskResult.objects.count() == 1


def test_prune_keeps_what_is_young_or_unfinished(db, path, run_all_tasks):
    for _count in range(3):
        jobs.note.enqueue(path=path, word="x")
    run_all_tasks()
    jobs.note.enqueue(path=path, word="waiting")
    old = timezone.now() - timedelta(days=2)
    young, failed, _old = DBTaskResult.objects.filter(status=Status.SUCCESSFUL)
    DBTaskResult.objects.exclude(pk=young.pk).update(finished_at=old)
    DBTaskResult.objects.filter(pk=failed.pk).update(status=Status.FAILED)
    DBTaskResult.objects.filter(status=Status.READY).update(finished_at=None)
    assert taskrows.prune(succeeded_before=timedelta(days=1), failed_before=timedelta(days=14)) == 1
    assert DBTaskResult.objects.count() == 3


# --- workers, for real ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_worker_in_this_process_is_woken_at_once(path, monkeypatch):
    monkeypatch.setattr("core.worker.POLL_SECONDS", 30.0)
    worker = Worker(beat=0.2)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        wait_for(lambda: models.Worker.objects.filter(pk=worker.id, beats__gte=1).exists())
        with transaction.atomic():
            jobs.note.enqueue(path=path, word="x")
        wait_for(lambda: jobs.marks(path), seconds=5)
    finally:
        worker.stop()
        thread.join(timeout=10)
    assert not thread.is_alive()
    assert not models.Worker.objects.filter(pk=worker.id).exists()
    close_old_connections()


class Process:
    """A worker of its own on the test database."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        environment = {**os.environ, "DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), "LOG_LEVEL": "INFO"}
        name = str(connection.settings_dict["NAME"])
        if connection.vendor == "sqlite":
            link = folder / "tenfold.sqlite3"
            if not link.exists():
                link.symlink_to(name)
            environment.pop("DATABASE_URL", None)
        else:
            environment["DATABASE_URL"] = settings.DATABASE_URL.rpartition("/")[0] + "/" + name
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "worker", "--beat", "0.2"], cwd=ROOT, env=environment
        )

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


@pytest.fixture
def start_worker(tmp_path):
    started: list[Process] = []

    def start() -> Process:
        started.append(Process(tmp_path / "worker"))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.end(signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_task_of_a_worker_killed_in_the_middle_runs_again(path, tmp_path, start_worker):
    obstacle = tmp_path / "obstacle"
    obstacle.touch()
    jobs.hang_while.enqueue(path=path, obstacle=str(obstacle))
    first = start_worker()
    wait_for(lambda: jobs.marks(path) == ["start"], seconds=40)
    first.end(signal.SIGKILL)
    assert the_task().status == Status.RUNNING
    obstacle.unlink()
    start_worker()
    wait_for(lambda: the_task().status == Status.SUCCESSFUL, seconds=40)
    assert jobs.marks(path) == ["start", "start", "done"]
    assert len(the_task().worker_ids) == 2


@pytest.mark.django_db(transaction=True)
def test_term_finishes_what_is_running_and_takes_no_more(path, start_worker):
    jobs.pause.enqueue(path=path, seconds=2.0)
    worker = start_worker()
    wait_for(lambda: jobs.marks(path) == ["start"], seconds=40)
    jobs.pause.enqueue(path=path, seconds=2.0)
    assert worker.end(signal.SIGTERM) == 0
    assert jobs.marks(path) == ["start", "done"]
    assert sorted(DBTaskResult.objects.filter(task_path=jobs.pause.module_path).values_list("status", flat=True)) == [
        Status.READY,
        Status.SUCCESSFUL,
    ]
    assert not models.Worker.objects.exists()
