"""Drawn and written things as attachments, stored as an upload would store them, with their sizes made at once."""

import io
from datetime import datetime
from functools import cache
from pathlib import PurePath

from django.core.files.base import ContentFile
from PIL import Image

from accounts.models import User
from core import images
from core.images import Picture
from messenger.demo import animals, landscapes, papers, still_lifes
from messenger.files.stored import storage_key, store
from messenger.models import Attachment

SCENES = {**landscapes.SCENES, **still_lifes.SCENES, **animals.SCENES}


@cache
def scene(name: str) -> tuple[bytes, tuple[int, int], dict[str, Picture], str]:
    """The JPEG, its size, its renditions and its thumb. The same picture is sent to several chats."""
    picture = SCENES[name]().finish()
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=86)
    return buffer.getvalue(), picture.size, images.renditions(buffer), images.thumb(buffer)


def forget_drawings() -> None:
    scene.cache_clear()


def make_photo(owner: User, name: str, at: datetime) -> Attachment:
    content, (width, height), renditions, thumb = scene(name)
    photo = _attachment(owner, Attachment.Kind.PHOTO, f"{name}.jpg", "image/jpeg", content, at)
    photo.width, photo.height, photo.thumb = width, height, thumb
    photo.sizes = {
        size: {
            "key": store(storage_key(photo.pk, size, ".webp"), ContentFile(made.content)),
            "width": made.width,
            "height": made.height,
            "size": len(made.content),
        }
        for size, made in renditions.items()
    }
    return photo


def make_file(owner: User, name: str, at: datetime) -> Attachment:
    mime, content = papers.paper(name)
    return _attachment(owner, Attachment.Kind.FILE, name, mime, content, at)


def make_voice(owner: User, seconds: int, at: datetime) -> Attachment:
    content, waveform = papers.voice_note(seconds, pitch=105 + owner.pk % 5 * 22)
    voice = _attachment(owner, Attachment.Kind.VOICE, "Voice note.wav", "audio/wav", content, at)
    voice.duration_ms, voice.waveform = seconds * 1000, waveform
    return voice


def _attachment(owner: User, kind: str, name: str, mime: str, content: bytes, at: datetime) -> Attachment:
    made = Attachment(
        owner=owner, kind=kind, state=Attachment.State.READY, name=name, mime=mime, size=len(content), created_at=at
    )
    made.file.name = store(storage_key(made.pk, "original", PurePath(name).suffix), ContentFile(content))
    return made


def square_webp(picture: Image.Image) -> bytes:
    return images.webp(picture, quality=84).content
