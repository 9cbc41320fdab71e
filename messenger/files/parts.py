"""The bytes of running uploads: one file each in UPLOAD_DIR, on a local disk (or one that all servers share).

What is safe is said by the row's `received`; bytes beyond it are left-overs of a broken write and are overwritten.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

RESERVE = 64 * 1024 * 1024  # bytes that uploads leave free on the disk, so that the database can still write


class StorageFull(DomainError):
    code, status, detail = "storage_full", 507, _("The server's disk is full. Nothing is lost, try again later.")


class MovableFile(File):
    """A file on this disk that the storage may take over by renaming it instead of copying it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.open("rb"), name=path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)


def folder() -> Path:
    path = Path(settings.UPLOAD_DIR)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def path_of(upload_id: UUID) -> Path:
    return folder() / f"{upload_id}.part"


def require_room(size: int) -> None:
    if shutil.disk_usage(folder()).free < size + RESERVE:
        raise StorageFull()


@contextmanager
def full_disk_explained() -> Iterator[None]:
    """Turns "no space left" and "quota exceeded" into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull() from error
        raise


@contextmanager
def locked(upload_id: UUID) -> Iterator[IO[bytes]]:
    """The part, open for reading and writing, for one request at a time: also across the processes of one machine."""
    with full_disk_explained():
        descriptor = os.open(path_of(upload_id), os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as part:
            fcntl.flock(part, fcntl.LOCK_EX)
            yield part


def write_chunk(part: IO[bytes], offset: int, chunk: bytes) -> None:
    """All of it or nothing: after a full disk the part ends again where it ended before."""
    try:
        part.seek(offset)
        part.write(chunk)
        part.truncate()
        part.flush()
    except OSError:
        os.ftruncate(part.fileno(), offset)
        raise


def size_of(part: IO[bytes]) -> int:
    return os.fstat(part.fileno()).st_size


@contextmanager
def linked(upload_id: UUID) -> Iterator[MovableFile]:
    """The finished part under a second name, for the storage to take: the part itself stays until all is committed."""
    source = path_of(upload_id)
    target = source.with_suffix(".done")
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)
    try:
        with MovableFile(target) as file:
            yield file
    finally:
        target.unlink(missing_ok=True)


def remove(upload_id: UUID) -> None:
    path_of(upload_id).unlink(missing_ok=True)


def stray(older_than: float) -> Iterator[tuple[str, Path]]:
    """Upload id and path of files in the folder that nobody has written to since `older_than` (seconds since 1970)."""
    for path in folder().iterdir():
        try:
            if path.stat().st_mtime < older_than:
                yield path.stem, path
        except FileNotFoundError:
            continue
