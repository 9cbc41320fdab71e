"""What takes long to build is built once for all tests of a file: in a transaction around the one of each test.

A file whose tests commit (transaction=True) cannot have one.
"""

import copy
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import override_settings

from core import limits
from market import taxonomy
from market.models import Attribute, Category, CommissionRule


def settings_of(folder: Path) -> dict[str, Any]:
    """Where files go in tests, and passwords that are quick to hash."""
    return {
        "MEDIA_ROOT": folder / "media",
        "UPLOAD_DIR": folder / "uploads",
        "STORAGES": {
            "default": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": folder / "media", "base_url": "/media/"},
            },
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    }


def plant() -> None:
    """What a migration planted and a test that commits swept away with everything else."""
    if not Category.objects.exists():
        taxonomy.plant(Category, Attribute, CommissionRule)


@dataclass(frozen=True)
class World:
    made: Any
    folder: Path

    def enter(self, folder: Path) -> Any:
        """A copy for one test, with its files in that test's folder."""
        for name in ("media", "uploads"):
            if (self.folder / name).exists():
                shutil.copytree(self.folder / name, folder / name, dirs_exist_ok=True)
        return copy.deepcopy(self.made)


@contextmanager
def world(build: Callable[[], Any], blocker: Any, folder: Path) -> Iterator[World]:
    """For a fixture of scope "module"; `blocker` is pytest-django's, after `django_db_setup`."""
    with blocker.unblock(), transaction.atomic():
        with override_settings(**settings_of(folder)):
            plant()
            limits.reset()
            made = build()
        yield World(made, folder)
        transaction.set_rollback(True)
