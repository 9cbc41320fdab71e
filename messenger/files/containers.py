"""Just enough of MP4, WebM and Ogg to know tracks, size and duration from the header, without a decoder.

Everything is bounded: a file made to mislead yields zeros, never an exception or a long loop.
Sources: ISO/IEC 14496-12 (boxes), RFC 8794 and RFC 9559 (EBML, Matroska), RFC 3533 and RFC 7845 (Ogg, Opus).
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO

MAX_DURATION_MS = 24 * 3600 * 1000
_MAX_EDGE = 16_384
_MAX_BOXES = 4_000
_WEBM_HEAD = 1024 * 1024


@dataclass(frozen=True)
class Tracks:
    has_video: bool = False
    has_audio: bool = False
    width: int = 0
    height: int = 0
    duration_ms: int = 0

    def clamped(self) -> "Tracks":
        is_sane = 0 < self.width <= _MAX_EDGE and 0 < self.height <= _MAX_EDGE
        return replace(
            self,
            width=self.width if is_sane else 0,
            height=self.height if is_sane else 0,
            duration_ms=max(0, min(self.duration_ms, MAX_DURATION_MS)),
        )


NO_TRACKS = Tracks()


# --- MP4 ------------------------------------------------------------------------------------------

Box = tuple[bytes, int, int]  # type, where its content begins, where it ends
_INSIDE = {
    b"": (b"moov",),
    b"moov": (b"trak", b"mvex"),
    b"trak": (b"mdia",),
}


def _boxes(file: IO[bytes], start: int, end: int) -> Iterator[Box]:
    position = start
    for _count in range(_MAX_BOXES):
        if position + 8 > end:
            return
        file.seek(position)
        header = file.read(16)
        if len(header) < 8:
            return
        size, kind = struct.unpack(">I4s", header[:8])
        offset = 8
        if size == 1 and len(header) == 16:
            size, offset = struct.unpack(">Q", header[8:])[0], 16
        elif size == 0:
            size = end - position
        if size < offset or position + size > end:
            return
        yield kind, position + offset, position + size
        position += size


def _read(file: IO[bytes], box: Box, count: int) -> bytes:
    file.seek(box[1])
    return file.read(min(count, box[2] - box[1]))


def _length(file: IO[bytes]) -> int:
    return file.seek(0, os.SEEK_END)


def read_mp4(file: IO[bytes]) -> Tracks:
    tracks = Tracks()
    for box in _boxes(file, 0, _length(file)):
        if box[0] != b"moov":
            continue
        for inner in _boxes(file, box[1], box[2]):
            if inner[0] == b"mvhd":
                tracks = replace(tracks, duration_ms=_mvhd_duration(_read(file, inner, 36)))
            elif inner[0] == b"trak":
                tracks = _with_track(file, inner, tracks)
        break
    return tracks.clamped()


def _mvhd_duration(data: bytes) -> int:
    layout, start = (">IQ", 20) if data[:1] == b"\x01" else (">II", 12)
    if len(data) < start + struct.calcsize(layout):
        return 0
    scale, duration = struct.unpack_from(layout, data, start)
    is_unknown = duration in (2**32 - 1, 2**64 - 1)
    return 0 if not scale or is_unknown else duration * 1000 // scale


def _with_track(file: IO[bytes], track: Box, tracks: Tracks) -> Tracks:
    handler, size = b"", (0, 0)
    for box in _boxes(file, track[1], track[2]):
        if box[0] == b"tkhd":
            size = _tkhd_size(_read(file, box, 96))
        elif box[0] == b"mdia":
            for inner in _boxes(file, box[1], box[2]):
                if inner[0] == b"hdlr":
                    handler = _read(file, inner, 12)[8:12]
    if handler == b"vide":
        return replace(tracks, has_video=True, width=size[0] or tracks.width, height=size[1] or tracks.height)
    if handler == b"soun":
        return replace(tracks, has_audio=True)
    return tracks


def _tkhd_size(data: bytes) -> tuple[int, int]:
    """Width and height as shown: 16.16 fixed point, swapped when the matrix turns the picture by a quarter."""
    start = 52 if data[:1] == b"\x01" else 40  # of the matrix
    if len(data) < start + 44:
        return 0, 0
    matrix = struct.unpack_from(">9i", data, start)
    width, height = (value >> 16 for value in struct.unpack_from(">II", data, start + 36))
    is_turned = matrix[0] == 0 and matrix[4] == 0 and matrix[1] != 0
    return (height, width) if is_turned else (width, height)


_TELLING = (b"udta", b"meta", b"uuid")  # place, camera, owner: phones write them here


def blank_mp4_metadata(file: IO[bytes]) -> int:
    """Overwrite what an MP4 says about place and camera with an empty box of the same size; how many there were.

    Nothing moves, so every offset in the file stays true. `file` is open for reading and writing.
    """
    blanked = 0
    pending = [(0, _length(file), b"")]
    while pending:
        start, end, parent = pending.pop()
        for kind, begin, finish in list(_boxes(file, start, end)):
            if kind in _INSIDE.get(parent, ()):
                pending.append((begin, finish, kind))
            elif kind in _TELLING:
                _blank(file, begin, finish)
                blanked += 1
    return blanked


def _blank(file: IO[bytes], begin: int, finish: int) -> None:
    file.seek(begin - 8)
    header = file.read(8)
    # A 64-bit size stands between the type and the content: the type is 12 bytes before it then.
    type_at = begin - 4 if header[4:] in _TELLING else begin - 12
    file.seek(type_at)
    file.write(b"free")
    file.seek(begin)
    for position in range(begin, finish, 65_536):
        file.write(bytes(min(65_536, finish - position)))


# --- WebM -----------------------------------------------------------------------------------------

_SEGMENT, _INFO, _TRACKS, _CLUSTER = 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
_SCALE, _DURATION = 0x2AD7B1, 0x4489
_ENTRY, _TRACK_TYPE, _VIDEO, _WIDTH, _HEIGHT = 0xAE, 0x83, 0xE0, 0xB0, 0xBA


def _number(data: bytes, position: int, *, keep_marker: bool) -> tuple[int, int]:
    """A variable-length integer and where it ends; -1 for "unknown size". Raises ValueError."""
    if position >= len(data) or not data[position]:
        raise ValueError("no integer")
    length = 9 - data[position].bit_length()
    raw = data[position : position + length]
    if len(raw) < length:
        raise ValueError("cut off")
    value = int.from_bytes(raw, "big")
    if keep_marker:
        return value, position + length
    value &= (1 << 7 * length) - 1
    return (-1 if value == (1 << 7 * length) - 1 else value), position + length


def _elements(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    position = start
    while position < end:
        try:
            element, position = _number(data, position, keep_marker=True)
            size, position = _number(data, position, keep_marker=False)
        except ValueError:
            return
        finish = end if size < 0 else min(end, position + size)
        yield element, position, finish
        position = finish


def read_webm(file: IO[bytes]) -> Tracks:
    file.seek(0)
    data = file.read(_WEBM_HEAD)
    tracks = Tracks()
    for element, start, end in _elements(data, 0, len(data)):
        if element != _SEGMENT:
            continue
        for inner, begin, finish in _elements(data, start, end):
            if inner == _CLUSTER:
                break
            if inner == _INFO:
                tracks = replace(tracks, duration_ms=_webm_duration(data, begin, finish))
            elif inner == _TRACKS:
                tracks = _webm_tracks(data, begin, finish, tracks)
        break
    return tracks.clamped()


def _webm_duration(data: bytes, start: int, end: int) -> int:
    scale, duration = 1_000_000, 0.0
    for element, begin, finish in _elements(data, start, end):
        if element == _SCALE:
            scale = int.from_bytes(data[begin:finish][:8], "big")
        elif element == _DURATION and finish - begin in (4, 8):
            duration = struct.unpack(">f" if finish - begin == 4 else ">d", data[begin:finish])[0]
    milliseconds = duration * scale / 1_000_000
    return int(milliseconds) if 0 < milliseconds < MAX_DURATION_MS else 0  # also refuses NaN


def _webm_tracks(data: bytes, start: int, end: int, tracks: Tracks) -> Tracks:
    for element, begin, finish in _elements(data, start, end):
        if element != _ENTRY:
            continue
        kind, size = 0, {_WIDTH: 0, _HEIGHT: 0}
        for inner, first, last in _elements(data, begin, finish):
            if inner == _TRACK_TYPE:
                kind = int.from_bytes(data[first:last][:8], "big")
            elif inner == _VIDEO:
                for field, one, two in _elements(data, first, last):
                    if field in size:
                        size[field] = int.from_bytes(data[one:two][:8], "big")
        if kind == 1:
            tracks = replace(tracks, has_video=True, width=size[_WIDTH], height=size[_HEIGHT])
        elif kind == 2:
            tracks = replace(tracks, has_audio=True)
    return tracks


# --- Ogg ------------------------------------------------------------------------------------------


def read_ogg(file: IO[bytes]) -> Tracks:
    """Duration from the last page's position: in samples of 48 kHz for Opus, of the stream's rate for Vorbis."""
    file.seek(0)
    head = file.read(128)
    length = _length(file)
    file.seek(max(0, length - 65_536))
    tail = file.read(65_536)
    last = tail.rfind(b"OggS")
    if last < 0 or len(tail) < last + 14:
        return Tracks(has_audio=True)
    samples = struct.unpack_from("<q", tail, last + 6)[0]
    rate = 48_000
    at = head.find(b"\x01vorbis")
    if at >= 0 and len(head) >= at + 16:
        rate = struct.unpack_from("<I", head, at + 12)[0]
    return Tracks(has_audio=True, duration_ms=samples * 1000 // rate if rate and samples > 0 else 0).clamped()
