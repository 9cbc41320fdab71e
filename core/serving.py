"""Handing out files that people may see only if they may: ranges, caching, and no more memory than one piece.

FileResponse is a list in memory under ASGI (300 MB of download cost 600 MB of memory). Here a response is an
asynchronous iterator: Django awaits the send of each piece, and the server awaits the reader (core/server.py). Behind
nginx the bytes do not pass through Python at all (ACCEL_REDIRECT).
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import Storage, default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_etags

from core.errors import NotFound
from core.filenames import content_disposition

CHUNK_BYTES = 128 * 1024
_YEAR = 31_536_000
_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")
# Disk reads must not wait behind the threads that talk to the database.
_readers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="file-reader")
# Types that a browser shows or plays without running anything; all else is a download of unknown type.
INLINE = frozenset(
    {
        "image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "video/webm", "video/quicktime",
        "audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm", "audio/wav", "audio/flac", "audio/aac",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Stored:
    """A file in the storage. Its key is new with each content, so what was answered once may be kept for ever."""

    key: str
    mime: str
    name: str
    size: int | None = None  # bytes, when known without asking the storage
    is_inline: bool = True
    is_public: bool = False  # to everybody alike: caches between here and there may keep it too

    @property
    def etag(self) -> str:
        return f'"{quote(self.key, safe="")}"'


class Unsatisfiable(Exception):
    """The range begins behind the end."""


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte; None for "all of it", which also answers what is malformed or asks for several ranges."""
    match = _RANGE.match(header.strip())
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if not first:  # the last n bytes
        count = int(last)
        if not count or not size:
            raise Unsatisfiable()
        return max(0, size - count), size - 1
    start, end = int(first), int(last) if last else size - 1
    if last and end < start:
        return None
    if start >= size:
        raise Unsatisfiable()
    return start, min(end, size - 1)


def serve(request: HttpRequest, stored: Stored, storage: Storage = default_storage) -> HttpResponseBase:
    """GET and HEAD of one file. The caller has checked that this person may see it. Raises NotFound."""
    if stored.etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _with_headers(HttpResponse(status=304), stored)
    if settings.ACCEL_REDIRECT:
        return _with_headers(_accelerated(stored), stored)
    try:
        size = storage.size(stored.key) if stored.size is None else stored.size
        file = storage.open(stored.key, "rb") if request.method != "HEAD" else None
    except FileNotFoundError as error:
        raise NotFound() from error
    try:
        wanted = parse_range(_range_of(request, stored), size)
    except Unsatisfiable:
        if file:
            file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Cache-Control": "no-store"})
    start, end = wanted or (0, size - 1)
    response = _body(file, start, end - start + 1)
    if wanted:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Content-Length"] = str(end - start + 1)
    return _with_headers(response, stored)


def send_once(file: IO[bytes], *, mime: str, name: str) -> HttpResponseBase:
    """A file that was made for this one answer: all of it, as a download that no cache keeps. Closed behind it."""
    size = file.seek(0, os.SEEK_END)
    response = _body(file, 0, size)
    response["Content-Type"] = mime
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition(name, is_inline=False)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _range_of(request: HttpRequest, stored: Stored) -> str:
    """The Range header, unless If-Range names another version of the file."""
    condition = request.headers.get("If-Range")
    return "" if condition and condition != stored.etag else request.headers.get("Range", "")


def _body(file: IO[bytes] | None, start: int, count: int) -> HttpResponseBase:
    return HttpResponse() if file is None else StreamingHttpResponse(_Pieces(file, start, count))


class _Pieces:
    """A stretch of a file, piece by piece. Django calls close(), also when the reader left before the first."""

    def __init__(self, file: IO[bytes], start: int, count: int) -> None:
        self._file, self._start, self._count = file, start, count

    def close(self) -> None:
        self._file.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        count = self._count
        try:
            await loop.run_in_executor(_readers, self._file.seek, self._start)
            while count > 0:
                piece = await loop.run_in_executor(_readers, self._file.read, min(CHUNK_BYTES, count))
                if not piece:
                    return
                count -= len(piece)
                yield piece
        finally:
            self.close()


def _accelerated(stored: Stored) -> HttpResponse:
    """nginx sends the file: it knows ranges, and takes the headers from here."""
    return HttpResponse(headers={"X-Accel-Redirect": f"{settings.ACCEL_REDIRECT.rstrip('/')}/{quote(stored.key)}"})


def _with_headers(response: HttpResponseBase, stored: Stored) -> HttpResponseBase:
    is_shown = stored.mime in INLINE
    response["Content-Type"] = stored.mime if is_shown else "application/octet-stream"
    response["Content-Disposition"] = content_disposition(stored.name, is_inline=stored.is_inline and is_shown)
    response["Cache-Control"] = f"{'public' if stored.is_public else 'private'}, max-age={_YEAR}, immutable"
    response["ETag"] = stored.etag
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # Opened in a tab of its own, a file is nobody: it runs nothing, and belongs to no origin.
    response["Content-Security-Policy"] = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
    return response
