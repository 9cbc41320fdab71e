"""The zip with everything a person has here, and this app's own part of it."""

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.db.models.fields.files import FieldFile

from accounts.actions.devices import devices_of
from accounts.models import Block, Contact, User
from accounts.registry import Archive
from accounts.serializers import block_json, contact_json, device_json, me_json

_CHUNK = 256 * 1024  # bytes


class ZipArchive:
    """Written straight to a file, whatever its size: nothing is gathered in memory."""

    def __init__(self, file: IO[bytes], report: Callable[[float], None]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._report = report

    def write_json(self, path: str, value: Any) -> None:
        self._zip.writestr(path, json.dumps(value, ensure_ascii=False, indent=2, default=str))

    @contextmanager
    def open_lines(self, path: str) -> Iterator[Callable[[Any], None]]:
        with self._zip.open(path, "w", force_zip64=True) as lines:

            def write(value: Any) -> None:
                lines.write(json.dumps(value, ensure_ascii=False, default=str).encode() + b"\n")

            yield write

    def write_file(self, path: str, file: FieldFile) -> bool:
        try:
            source = file.storage.open(file.name or "")
        except FileNotFoundError:
            return False
        # Stored, not deflated: photos and videos are compressed already.
        info = zipfile.ZipInfo(path)
        with source, self._zip.open(info, "w", force_zip64=True) as target:
            while chunk := source.read(_CHUNK):
                target.write(chunk)
        return True

    def report(self, fraction: float) -> None:
        self._report(min(max(fraction, 0.0), 1.0))

    def close(self) -> None:
        self._zip.close()


def export_account(user: User, archive: Archive) -> None:
    """account.json, contacts.json, blocks.json, devices.json and the photo."""
    archive.write_json("account.json", me_json(user))
    contacts = Contact.objects.filter(owner=user).select_related("user").order_by("pk")
    archive.write_json("contacts.json", [contact_json(contact) for contact in contacts])
    blocks = Block.objects.filter(owner=user).select_related("user").order_by("pk")
    archive.write_json("blocks.json", [block_json(block) for block in blocks])
    archive.write_json("devices.json", [device_json(device, None) for device in devices_of(user)])
    if user.avatar:
        archive.write_file("photo.webp", user.avatar)
