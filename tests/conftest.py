"""The cast of every test: alice, her contact bob, the outsider charlie."""

from pathlib import Path

import pytest
from django.db import connections
from rest_framework.test import APIClient

from accounts.models import Contact, User
from core import limits
from core.worker import run_ready_tasks

PASSWORD = "correct horse battery"


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


@pytest.fixture(autouse=True)
def data_dir(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.UPLOAD_DIR = tmp_path / "uploads"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media", "base_url": "/media/"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    limits.reset()
    return tmp_path


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
