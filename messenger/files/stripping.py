"""Taking out of a picture what is not picture, byte for byte, without decoding it: place, camera, comments, and
whatever somebody hung behind its end. What remains is the original in its full quality, and an animation still plays.
"""

import struct
from collections.abc import Callable

from core.images import unreadable

# JPEG: APP0 (JFIF), APP2 (colour profile), APP14 (Adobe: how the colours are coded); all other APPn and COM go.
_KEPT_JPEG = frozenset({0xE0, 0xE2, 0xEE})
_KEPT_PNG = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs",
     b"acTL", b"fcTL", b"fdAT", b"cICP"}
)  # fmt: skip
_KEPT_WEBP = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_EXIF_XMP = 0b00001100  # flags of VP8X


def strip(content: bytes, mime: str, orientation: int = 1) -> bytes:
    """`content` without metadata; a JPEG keeps its orientation. Raises photo_unreadable when it is not well formed."""
    try:
        if mime == "image/jpeg":
            return _jpeg(content, orientation)
        return _STRIPPERS[mime](content)
    except (IndexError, struct.error, KeyError) as error:
        raise unreadable() from error


def _jpeg(content: bytes, orientation: int) -> bytes:
    result = bytearray(b"\xff\xd8")
    if orientation != 1:
        result += _orientation_segment(orientation)
    position = 2
    while True:
        if content[position] != 0xFF:
            raise IndexError("no marker")
        marker = content[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker == 0xD9:
            return bytes(result + b"\xff\xd9")
        size = struct.unpack_from(">H", content, position + 2)[0]
        end = position + 2 + size
        if size < 2 or end > len(content):
            raise IndexError("segment beyond the end")
        if marker == 0xDA:
            end = _end_of_scan(content, end)
        is_told = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if not is_told or (marker in _KEPT_JPEG and _is_plain_app(content[position:end], marker)):
            result += content[position:end]
        if end >= len(content):  # cut off within the last scan: shown as far as it goes
            return bytes(result + b"\xff\xd9")
        position = end


def _is_plain_app(segment: bytes, marker: int) -> bool:
    """APP0 may hold a thumbnail (JFXX), APP2 further pictures (MPF), which have their own metadata."""
    identifier = segment[4:16]
    if marker == 0xE0:
        return identifier.startswith(b"JFIF\x00")
    return identifier.startswith(b"ICC_PROFILE\x00") if marker == 0xE2 else identifier.startswith(b"Adobe")


def _end_of_scan(content: bytes, position: int) -> int:
    """Where the entropy-coded data ends: the next marker that is neither a stuffed zero nor a restart."""
    while True:
        position = content.find(b"\xff", position)
        if position < 0 or position + 1 >= len(content):
            return len(content)
        if content[position + 1] == 0x00 or 0xD0 <= content[position + 1] <= 0xD7:
            position += 2
        elif content[position + 1] == 0xFF:
            position += 1
        else:
            return position


def _orientation_segment(orientation: int) -> bytes:
    """An APP1 with nothing but the orientation: without it the picture would lie on its side until it is processed."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    body = b"Exif\x00\x00MM\x00*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> bytes:
    result = bytearray(content[:8])
    position = 8
    while True:
        size, kind = struct.unpack_from(">I4s", content, position)
        end = position + 12 + size
        if end > len(content):
            raise IndexError("chunk beyond the end")
        if kind in _KEPT_PNG:
            result += content[position:end]
        if kind == b"IEND":
            return bytes(result)
        position = end


def _webp(content: bytes) -> bytes:
    result = bytearray()
    position, end = 12, min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    while position + 8 <= end:
        kind, size = struct.unpack_from("<4sI", content, position)
        chunk = bytearray(content[position : position + 8 + size + (size & 1)])
        if len(chunk) < 8 + size:
            raise IndexError("chunk beyond the end")
        if kind == b"VP8X":
            chunk[8] &= ~_WEBP_EXIF_XMP
        if kind in _KEPT_WEBP:
            result += chunk
        position += 8 + size + (size & 1)
    return b"RIFF" + struct.pack("<I", len(result) + 4) + b"WEBP" + bytes(result)


def _gif(content: bytes) -> bytes:
    position = _after_colours(content, 13, content[10])
    result = bytearray(content[:position])
    while True:
        kind = content[position]
        if kind == 0x3B:
            return bytes(result + b";")
        if kind == 0x2C:
            data = _after_colours(content, position + 10, content[position + 9]) + 1
        elif kind == 0x21:
            data = position + 2
        else:
            raise IndexError("no block")
        end = _after_blocks(content, data)
        # Of the extensions only the control of a frame and the number of loops are picture.
        is_loop = content[position + 1] == 0xFF and content[position + 3 : position + 14] == b"NETSCAPE2.0"
        if kind == 0x2C or content[position + 1] == 0xF9 or is_loop:
            result += content[position:end]
        position = end


def _after_colours(content: bytes, position: int, flags: int) -> int:
    return position + (3 << (flags & 7) + 1 if flags & 0x80 else 0)


def _after_blocks(content: bytes, position: int) -> int:
    while content[position]:
        position += content[position] + 1
    return position + 1


_STRIPPERS: dict[str, Callable[[bytes], bytes]] = {"image/png": _png, "image/webp": _webp, "image/gif": _gif}
