"""Pictures that people give us: judged, freed of what they tell about the place and the camera, made small.

Everything shown on our own origin has been decoded and encoded again by us. Nothing here trusts a name or a type
that a client sent, and the size in pixels is read from the header before a single pixel is decoded.
"""

import base64
import io
import secrets
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from core.errors import Invalid, TooLarge
from core.limits import AVATAR_BYTES

MAX_PIXELS = 50_000_000  # a decoded picture takes 4 bytes each; a phone's 48-megapixel photo still fits
MAX_SIDE = 16_383  # WebP can hold no more
SQUARE = 640
EDGES = {"small": 320, "medium": 800, "large": 1600}  # longest edge in pixels
THUMB_BYTES = 800  # of the whole data: address
_MAX_PROFILE = 16_384  # bytes; colour profiles of cameras have 500 to 4,000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# Decoding is what costs memory: two pictures at a time in one process, however many requests wait.
_decoding = threading.BoundedSemaphore(2)
# What Pillow has been seen to raise on broken files, beside its own error.
_BROKEN = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, LookupError, OverflowError, RuntimeError,
    TypeError, AttributeError, struct.error, zlib.error,
)  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """An encoded picture."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Shape:
    """Width and height as shown, that is upright."""

    width: int
    height: int
    orientation: int  # of Exif, 1..8; 1 is upright
    is_animated: bool
    needs_conversion: bool  # colours that browsers show wrongly or not at all


def unreadable() -> Invalid:
    return Invalid("photo_unreadable", _("This picture cannot be read."))


def too_many_pixels() -> TooLarge:
    return TooLarge("photo_too_large", _("This picture has too many pixels."), limit=MAX_PIXELS)


@contextmanager
def opened(file: IO[bytes]) -> Iterator[Image.Image]:
    """The picture in the file, header read and size checked. Raises photo_unreadable or photo_too_large.

    Decoding inside the block is guarded too: whatever a broken file makes Pillow raise becomes photo_unreadable.
    """
    file.seek(0)
    with _decoding:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                with Image.open(file, formats=FORMATS) as image:
                    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
                        raise too_many_pixels()
                    yield image
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise too_many_pixels() from error
        except _BROKEN as error:
            if getattr(error, "errno", None):
                raise  # the disk, not the picture
            raise unreadable() from error


def shrunk(image: Image.Image, edge: int) -> Image.Image:
    """A copy in RGB or RGBA, upright, of at most `edge` pixels on its longer side, never enlarged."""
    image.draft("RGB", (edge, edge))  # lets the JPEG decoder skip what will be thrown away
    if image.mode in ("RGB", "RGBA", "L", "LA", "CMYK"):  # before any copy in full size is made
        image.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=3.0)
    result = plain(image)
    result.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return result


def plain(image: Image.Image) -> Image.Image:
    """Upright, in RGB or RGBA, with its colour profile and not a word more."""
    upright = _upright(image)
    has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    mode = "RGBA" if has_alpha else "RGB"
    is_done = upright.mode == mode and upright is not image  # a further copy of 50 megapixels would be 200 MB
    result = upright if is_done else upright.convert(mode)
    # A profile of CMYK or grey would be wrong after the conversion, and one of a megabyte is something else.
    profile = image.info.get("icc_profile") or b""
    is_kept = profile and image.mode in ("RGB", "RGBA", "P") and len(profile) <= _MAX_PROFILE
    result.info = {"icc_profile": profile} if is_kept else {}
    return result


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(image: Image.Image) -> Image.Image:
    turn = _TURNS.get(_orientation(image))
    return image.transpose(turn) if turn is not None else image


def _orientation(image: Image.Image) -> int:
    # Without Exif before its pixels, Pillow would decode a whole PNG to look for it behind them.
    if image.format == "PNG" and "exif" not in image.info:
        return 1
    value = image.getexif().get(ExifTags.Base.Orientation, 1)
    return value if value in _TURNS else 1


def webp(image: Image.Image, quality: int = 80) -> Picture:
    """Encoded as WebP, with the colour profile and no other metadata."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality, method=4, exif=b"", xmp=b"", icc_profile=profile_of(image))
    return Picture(buffer.getvalue(), *image.size)


def profile_of(image: Image.Image) -> bytes:
    return image.info.get("icc_profile") or b""


def measure(file: IO[bytes]) -> Shape:
    """From the header alone; nothing is decoded."""
    with opened(file) as image:
        orientation = _orientation(image)
        width, height = image.size if orientation < 5 else (image.height, image.width)
        is_animated = bool(getattr(image, "is_animated", False))
        return Shape(width, height, orientation, is_animated, needs_conversion=image.mode == "CMYK")


def reencoded(file: IO[bytes], format: str) -> Picture:
    """The whole picture again, upright, in its full size and in high quality, without metadata."""
    with opened(file) as image:
        result = plain(image)
    if format == "WEBP":
        return webp(result, quality=90)
    buffer = io.BytesIO()
    if format == "JPEG":
        profile = profile_of(result)
        result = result if result.mode == "RGB" else result.convert("RGB")
        result.save(buffer, "JPEG", quality=92, icc_profile=profile)
    else:
        result.save(buffer, "PNG", icc_profile=profile_of(result) or None)
    return Picture(buffer.getvalue(), *result.size)


def renditions(file: IO[bytes], edges: Mapping[str, int] = EDGES) -> dict[str, Picture]:
    """The WebP sizes of a photo, up to the first that holds it whole: a picture of 500 pixels has no "large".

    `edges`: name -> longest edge in pixels, the smallest first.
    """
    with opened(file) as image:
        longest = max(image.size)
        source = shrunk(image, max(edges.values()))
    result = {}
    for name, edge in edges.items():
        copy = source.copy()
        copy.thumbnail((edge, edge), Image.Resampling.LANCZOS)
        result[name] = webp(copy)
        if longest <= edge:
            break
    return result


def thumb(file: IO[bytes]) -> str:
    """A tiny data: address of at most THUMB_BYTES, to show blurred while the picture loads."""
    with opened(file) as image:
        source = shrunk(image, 64)
    source.info = {}
    for edge, quality in ((32, 50), (32, 25), (24, 25), (16, 20), (8, 10)):
        copy = source.copy()
        copy.thumbnail((edge, edge))
        address = "data:image/webp;base64," + base64.b64encode(webp(copy, quality).content).decode()
        if len(address) <= THUMB_BYTES:
            return address
    return ""


def square(file: IO[bytes], side: int = SQUARE) -> Picture:
    """The middle of the picture, as a square WebP of at most `side` pixels."""
    with opened(file) as image:
        source = shrunk(image, max(side, side * max(image.size) // min(image.size)))
    side = min(side, *source.size)
    return webp(ImageOps.fit(source, (side, side), Image.Resampling.LANCZOS), quality=84)


def _checked(file: Any, limit: int = AVATAR_BYTES) -> IO[bytes]:
    if file.size > limit:
        raise TooLarge("photo_too_large", _("This picture is too large."), limit=limit)
    return file


def prepare_photo(file: Any) -> ContentFile:
    """An uploaded file as the photo of a person or a chat: a square WebP of at most 640 pixels under a random name.

    Raises Invalid("photo_unreadable") or TooLarge("photo_too_large").
    """
    return ContentFile(square(_checked(file)).content, name=f"{secrets.token_urlsafe(18)}.webp")


def prepare_preview(file: Any) -> tuple[ContentFile, int, int]:
    """The picture of a linked page: a WebP of at most 800 pixels under a random name, its width and its height."""
    with opened(_checked(file)) as image:
        picture = webp(shrunk(image, EDGES["medium"]))
    return ContentFile(picture.content, name=f"{secrets.token_urlsafe(18)}.webp"), picture.width, picture.height


def store_square_photo(field: FieldFile, file: Any) -> None:
    """Put a new photo into a model's file field; the caller saves the row in the same transaction.

    The old file goes once that has committed.
    """
    content = prepare_photo(file)
    remove_photo(field)
    field.save(content.name or "photo.webp", content, save=False)


def remove_photo(field: FieldFile) -> None:
    """Empty a model's file field; the file goes once the transaction has committed. The caller saves the row."""
    if field.name:
        storage, name = field.storage, field.name
        transaction.on_commit(lambda: storage.delete(name))
    setattr(field.instance, field.field.attname, "")
