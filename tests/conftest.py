"""The cast of every test: alice, her contact bob, the outsider charlie."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import connections, transaction
from django.test import TransactionTestCase
from rest_framework.test import APIClient

from accounts.models import Contact, User
from core import limits
from core.worker import run_ready_tasks

from .worlds import plant, settings_of

PASSWORD = "correct horse battery"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that wait for processes stand among those that compute, and not all together at the end, where every
    worker would wait at once.
    """
    files = [list(group) for _name, group in groupby(items, key=lambda item: item.path)]
    waiting = [group for group in files if group[0].path.parent.name in ("faults", "server")]
    computing = [group for group in files if group not in waiting]
    for number, group in enumerate(waiting):
        computing.insert(number * len(computing) // len(waiting), group)
    items[:] = [item for group in computing for item in group]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> None:
    """Sweep what SQLite's write-ahead log left of the last run: Django deletes the database file alone, and SQLite
    would play the old log into the new file ("disk I/O error").
    """
    database = connections["default"]
    if database.vendor == "sqlite":
        name = database.creation._get_test_db_name()
        for suffix in ("-wal", "-shm"):
            Path(f"{name}{suffix}").unlink(missing_ok=True)


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> Iterator[None]:
    """After a test that commits: its rows alone. Django would empty a hundred tables and then make all permissions
    anew, half a second each time.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: _empty(connections["default"]))
        yield


def _empty(connection: Any) -> None:
    kept = {"django_content_type", "auth_permission"}
    names = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - kept
    if connection.vendor == "sqlite":
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), names))
        return
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers: some rows refuse to go
        cursor.execute(filled)
        for (name,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{name}"')


@pytest.fixture(autouse=True)
def data_dir(tmp_path, settings):
    for name, value in settings_of(tmp_path).items():
        setattr(settings, name, {**settings.STORAGES, **value} if name == "STORAGES" else value)
    limits.reset()
    return tmp_path


@pytest.fixture(autouse=True)
def what_is_planted(request, django_db_setup, django_db_blocker):
    """What a migration planted, for the tests after one that commits."""
    marker = request.node.get_closest_marker("django_db")
    uses_transactions = marker is not None and (marker.kwargs.get("transaction") or (marker.args and marker.args[0]))
    if ("db" not in request.fixturenames and marker is None) or uses_transactions:
        return
    with django_db_blocker.unblock():
        plant()


def make_user(handle: str, **extra) -> User:
    return User.objects.create_user(handle, f"{handle}@example.com", PASSWORD, name=handle.title(), **extra)


@pytest.fixture
def alice(db) -> User:
    return make_user("alice")


@pytest.fixture
def bob(db, alice) -> User:
    user = make_user("bob")
    Contact.objects.create(owner=alice, user=user)
    Contact.objects.create(owner=user, user=alice)
    return user


@pytest.fixture
def charlie(db) -> User:
    return make_user("charlie")


@pytest.fixture
def api():
    """api(alice).get("/api/v1/…"): a client signed in as that person."""

    def client(user: User | None = None) -> APIClient:
        result = APIClient()
        if user:
            result.force_login(user)
        return result

    return client


@pytest.fixture
def run_all_tasks(db):
    """run_all_tasks() runs what was enqueued, and what that enqueues, here and now: nothing runs by itself in tests.

    It returns how many ran, and raises what a task raises. Delayed tasks and retries run too, unless even_later=False.
    """

    def run(*, even_later: bool = True) -> int:
        return run_ready_tasks(even_later=even_later)

    return run
