"""What a file is, by its first bytes. What the client says about it is a wish, never a fact."""

from dataclasses import dataclass
from typing import IO

from messenger.files import containers
from messenger.files.containers import NO_TRACKS, Tracks
from messenger.models import Attachment

Kind = Attachment.Kind
UNKNOWN = "application/octet-stream"
_HEAD = 512

_IMAGES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_OTHERS = (
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
)
_BRANDS = {  # ISO base media files that hold a still picture
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"hevx": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
}
# Still pictures that we can clean of what they tell about the place.
PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})


@dataclass(frozen=True)
class Judgement:
    kind: str  # what it shall be shown as
    mime: str
    tracks: Tracks = NO_TRACKS


def judge(file: IO[bytes], wanted: str) -> Judgement:
    """The kind that the content allows and that is nearest to the wanted one; asked for as a file, it is a file.

    A picture that cannot be a photo (HEIC, TIFF) keeps the kind "photo" when it was sent as one: it may carry the
    place where it was taken, so the caller must refuse it rather than pass it on unseen.
    """
    file.seek(0)
    mime, tracks = _sniff(file, file.read(_HEAD))
    if wanted == Kind.FILE:
        return Judgement(Kind.FILE, mime, tracks)
    if mime.startswith("image/"):
        return Judgement(Kind.PHOTO, mime)
    if mime.startswith("video/"):
        return Judgement(Kind.VIDEO, mime, tracks)
    if mime.startswith("audio/"):
        return Judgement(Kind.VOICE if wanted == Kind.VOICE else Kind.AUDIO, mime, tracks)
    return Judgement(Kind.FILE, mime)


def _sniff(file: IO[bytes], head: bytes) -> tuple[str, Tracks]:
    for magic, mime in _IMAGES:
        if head.startswith(magic):
            return mime, NO_TRACKS
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp", NO_TRACKS
    if head[4:8] == b"ftyp":
        return _iso_media(file, head[8:12])
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return _matroska(file, head)
    if head.startswith(b"OggS"):
        return _ogg(file, head)
    return _sound(head) or _other(head), NO_TRACKS


def _iso_media(file: IO[bytes], brand: bytes) -> tuple[str, Tracks]:
    if brand in _BRANDS:
        return _BRANDS[brand], NO_TRACKS
    tracks = containers.read_mp4(file)
    if tracks.has_video:
        return ("video/quicktime" if brand == b"qt  " else "video/mp4"), tracks
    return ("audio/mp4" if tracks.has_audio else UNKNOWN), tracks


def _matroska(file: IO[bytes], head: bytes) -> tuple[str, Tracks]:
    if b"webm" not in head[:64]:
        return UNKNOWN, NO_TRACKS
    tracks = containers.read_webm(file)
    if tracks.has_video:
        return "video/webm", tracks
    return ("audio/webm" if tracks.has_audio else UNKNOWN), tracks


def _ogg(file: IO[bytes], head: bytes) -> tuple[str, Tracks]:
    if b"OpusHead" in head[:64] or b"\x01vorbis" in head[:64]:
        return "audio/ogg", containers.read_ogg(file)
    return UNKNOWN, NO_TRACKS


def _sound(head: bytes) -> str:
    if head.startswith(b"ID3") or _is_mpeg_audio(head):
        return "audio/mpeg"
    if head.startswith(b"fLaC"):
        return "audio/flac"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    return ""


def _is_mpeg_audio(head: bytes) -> bool:
    """A frame header: 11 bits of sync, and no reserved value in version, layer, bit rate or sampling rate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer != 0 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3


def _other(head: bytes) -> str:
    for magic, mime in _OTHERS:
        if head.startswith(magic):
            return mime
    return UNKNOWN
