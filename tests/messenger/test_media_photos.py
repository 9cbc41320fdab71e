"""What a file is, is judged by its content; a photo tells nothing about the place, and cannot be a bomb."""

import base64
import io
import struct
import uuid
import zlib

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from core import images
from core.events import add_sender, remove_sender
from messenger.files import containers, processing
from messenger.models import Attachment, Message
from tests.messenger import scenes
from tests.messenger.scenes import begin_upload, body_of, box, make_group, picture, put, say, telling_jpeg, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def alices(api, alice):
    return api(alice)


@pytest.fixture
def told():
    """The events that were published, as (name, data)."""
    happened = []

    def sender(events):
        happened.extend((event.name, event.data) for event in events)

    add_sender(sender)
    yield happened
    remove_sender(sender)


def refused(client, content: bytes, **extra):
    upload_id = begin_upload(client, content, **extra).json()["id"]
    put(client, upload_id, 0, content)
    return client.post(f"/api/v1/uploads/{upload_id}/finish")


def ready(client, made: dict, run_all_tasks) -> dict:
    run_all_tasks()
    attachment = Attachment.objects.get(pk=made["id"])
    assert attachment.state == "ready"
    return client.get(f"/media/a/{attachment.pk}/original/x").headers


# --- the place --------------------------------------------------------------------------------


def assert_tells_nothing(content: bytes) -> Image.Image:
    assert b"SecretCamera" not in content
    assert b"taken at home" not in content
    image = Image.open(io.BytesIO(content))
    exif = image.getexif()
    assert set(exif) <= {0x0112}
    assert not exif.get_ifd(0x8825)
    return image


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_place_and_camera_are_gone_from_every_copy_at_once(alices, run_all_tasks, orientation):
    content = telling_jpeg(640, 480, orientation)
    assert b"SecretCamera" in content
    made = upload(alices, content, name="IMG_1.JPG")
    assert (made["kind"], made["state"]) == ("photo", "processing")
    assert_tells_nothing(body_of(alices.get(made["url"])))  # before the worker has seen it
    run_all_tasks()
    upright = (640, 480) if orientation < 5 else (480, 640)
    final = assert_tells_nothing(body_of(alices.get(made["url"])))
    assert final.size == upright
    assert 0x0112 not in final.getexif()
    attachment = Attachment.objects.get(pk=made["id"])
    assert (attachment.width, attachment.height, attachment.state) == (*upright, "ready")
    for name, size in attachment.sizes.items():
        small = assert_tells_nothing(body_of(alices.get(f"/media/a/{made['id']}/{name}/x")))
        assert small.format == "WEBP"
        assert small.size == (size["width"], size["height"])
        assert max(small.size) <= images.EDGES[name]
    assert made["name"] == "IMG_1.JPG"


def test_upright_photo_keeps_its_pixels_exactly(alices, run_all_tasks):
    content = telling_jpeg()
    made = upload(alices, content)
    run_all_tasks()
    kept = Image.open(io.BytesIO(body_of(alices.get(made["url"]))))
    assert kept.tobytes() == Image.open(io.BytesIO(content)).tobytes()


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_other_formats_lose_their_metadata_too(alices, format):
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    made = upload(alices, picture(format=format, exif=exif), name=f"x.{format.lower()}")
    assert_tells_nothing(body_of(alices.get(made["url"])))


def test_avif_becomes_webp(alices, run_all_tasks):
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    made = upload(alices, picture(format="AVIF", exif=exif), name="x.avif")
    assert (made["name"], made["mime"]) == ("x.webp", "image/webp")
    assert_tells_nothing(body_of(alices.get(made["url"])))


def test_place_is_gone_from_a_video_which_still_plays(alices):
    content = scenes.video()
    made = upload(alices, content, name="v.mp4", kind="video")
    assert (made["kind"], made["state"], made["mime"]) == ("video", "ready", "video/mp4")
    assert (made["width"], made["height"], made["duration_ms"]) == (320, 240, 7000)
    served = body_of(alices.get(made["url"]))
    assert b"+52.52" in content
    assert b"+52.52" not in served
    assert len(served) == len(content)
    assert served[-12_000:] == content[-12_000:]


def test_what_is_sent_as_a_file_stays_as_it_is(alices):
    content = telling_jpeg()
    made = upload(alices, content, kind="file")
    assert made["kind"] == "file"
    assert body_of(alices.get(made["url"])) == content
    assert alices.get(made["url"]).headers["Content-Disposition"].startswith("attachment")


def test_photo_that_cannot_be_cleaned_is_refused_not_sent_with_its_place(alices):
    heic = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + b"GPS" * 50
    answer = refused(alices, heic, name="IMG.HEIC")
    assert (answer.status_code, answer.json()["code"]) == (400, "photo_unreadable")
    assert upload(alices, heic, name="IMG.HEIC", kind="file")["kind"] == "file"


# --- previews and sizes -----------------------------------------------------------------------


def test_preview_is_there_at_once_and_tiny(alices):
    noise = Image.effect_noise((3000, 2000), 90).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG")
    made = upload(alices, buffer.getvalue())
    assert made["thumb"].startswith("data:image/webp;base64,")
    assert len(made["thumb"]) <= 800
    Image.open(io.BytesIO(base64.b64decode(made["thumb"].split(",")[1]))).load()
    assert (made["width"], made["height"]) == (3000, 2000)


def test_sizes_are_made_up_to_the_one_that_holds_all(alices, run_all_tasks):
    large, small = upload(alices, picture(2000, 1000)), upload(alices, picture(500, 300))
    run_all_tasks()
    assert set(Attachment.objects.get(pk=large["id"]).sizes) == {"small", "medium", "large"}
    assert set(Attachment.objects.get(pk=small["id"]).sizes) == {"small", "medium"}
    whole = Image.open(io.BytesIO(body_of(alices.get(f"/media/a/{small['id']}/large/x"))))
    assert whole.size == (500, 300)
    assert alices.get(f"/media/a/{small['id']}/huge/x").status_code == 404


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_mode_of_colour(alices, run_all_tasks, mode):
    buffer = io.BytesIO()
    Image.new(mode, (400, 300)).save(buffer, "JPEG" if mode == "CMYK" else "PNG")
    made = upload(alices, buffer.getvalue())
    run_all_tasks()
    assert set(Attachment.objects.get(pk=made["id"]).sizes) == {"small", "medium"}
    assert Image.open(io.BytesIO(body_of(alices.get(made["url"])))).mode != "CMYK"


def test_animation_still_plays_without_its_comment(alices, run_all_tasks):
    content = scenes.animation(3)
    assert b"secret" in content
    made = upload(alices, content, name="fun.gif")
    run_all_tasks()
    served = body_of(alices.get(made["url"]))
    assert b"secret" not in served
    assert Image.open(io.BytesIO(served)).n_frames == 3
    assert Attachment.objects.get(pk=made["id"]).sizes == {}


@pytest.mark.django_db(transaction=True)
def test_messages_that_show_the_photo_are_told_when_it_is_ready(alices, alice, bob, run_all_tasks, told):
    chats = [make_group(alice, bob) for _ in range(2)]
    made = upload(alices, picture(900, 600))
    messages = [say(alice, chat, attachments=[uuid.UUID(made["id"])]) for chat in chats]
    before = {message.pk: message.modseq for message in messages}
    told.clear()
    run_all_tasks()
    changed = [data for name, data in told if name == "message.changed"]
    assert {data["id"] for data in changed} == set(before)
    assert all(data["attachments"][0]["state"] == "ready" for data in changed)
    assert all(data["attachments"][0]["sizes"]["small"]["width"] == 320 for data in changed)
    assert all(Message.objects.get(pk=pk).modseq == modseq + 1 for pk, modseq in before.items())


@pytest.mark.django_db(transaction=True)
def test_message_sent_in_the_moment_of_readiness_is_told_too(alices, alice, bob, told):
    """It was not there when the worker looked, but its writer had read the old state."""
    made = upload(alices, picture())
    processing.process(uuid.UUID(made["id"]))
    message = say(alice, make_group(alice, bob), attachments=[uuid.UUID(made["id"])])
    told.clear()
    assert processing.tell_shown(uuid.UUID(made["id"])) == {message.pk}
    assert [name for name, _data in told] == ["message.changed"]
    assert processing.tell_shown(uuid.UUID(made["id"]), but=[message.pk]) == set()


def test_processing_twice_does_no_harm(alices, run_all_tasks):
    made = upload(alices, telling_jpeg(orientation=6))
    processing.process(uuid.UUID(made["id"]))
    assert processing.process(uuid.UUID(made["id"])) == set()
    run_all_tasks()
    assert alices.get(made["url"]).status_code == 200


def test_photo_discarded_while_it_is_processed_leaves_nothing(alices, monkeypatch):
    made = upload(alices, picture())

    def discard_meanwhile(attachment):
        alices.delete(f"/api/v1/uploads/{made['id']}")
        attachment.sizes = {"small": processing._store_size(attachment, "small", images.Picture(b"x", 1, 1))}

    monkeypatch.setattr(processing, "_make_sizes", discard_meanwhile)
    processing.process(uuid.UUID(made["id"]))
    folders = default_storage.listdir("files")[0]
    assert all(default_storage.listdir(f"files/{folder}")[1] == [] for folder in folders)


# --- lies and bombs ---------------------------------------------------------------------------


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that claims, and holds, side x side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    compressor = zlib.compressobj(9)
    rows = b"".join(compressor.compress(bytes(side // 8 + 1)) for _ in range(side)) + compressor.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_bomb_is_refused_from_its_header(alices):
    answer = refused(alices, bomb(12_000), name="bomb.png")
    assert (answer.status_code, answer.json()["code"]) == (413, "photo_too_large")


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + b"0" * 100,
        b"GIF89a/*" + b"x" * 100 + b"*/=1;alert(1)",
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        b"RIFF\x10\0\0\0WEBPVP8 ",
        telling_jpeg()[:3000],
        b"II*\x00" + bytes(100),
    ],
)
def test_broken_photo_is_refused_and_can_be_cancelled(alices, content):
    answer = refused(alices, content)
    assert (answer.status_code, answer.json()["code"]) == (400, "photo_unreadable")


def test_what_hangs_behind_a_photo_is_cut_off(alices):
    for content in (telling_jpeg(), picture(format="PNG"), scenes.animation(), picture(format="WEBP")):
        made = upload(alices, content + b"PK\x03\x04<script>alert(1)</script>")
        served = body_of(alices.get(made["url"]))
        assert b"script" not in served
        Image.open(io.BytesIO(served)).load()


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"\xef\xbb\xbf  <html><script>alert(1)</script>",
        b"#!/bin/sh\nrm -rf /",
        b"%PDF-1.7 <script>",
        b"PK\x03\x04" + bytes(50),
        b"\x1a\x45\xdf\xa3 matroska of some kind",
        struct.pack(">I", 16) + b"ftypisom\0\0\0\0",
        b"x",
    ],
)
@pytest.mark.parametrize("kind", ["photo", "video", "voice", "file"])
def test_everything_else_is_a_file_that_is_only_downloaded(alices, content, kind):
    made = upload(alices, content, name="cute.jpg", kind=kind)
    assert made["kind"] == "file"
    headers = alices.get(made["url"]).headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("content", "wanted", "kind", "mime"),
    [
        (scenes.voice(), "voice", "voice", "audio/webm"),
        (scenes.voice(), "photo", "audio", "audio/webm"),
        (scenes.video(), "voice", "video", "video/mp4"),
        (box(b"ftyp", b"qt  \0\0\0\0qt  ") + scenes.video()[24:], "video", "video", "video/quicktime"),
        (b"OggS" + bytes(24) + b"OpusHead" + bytes(40), "voice", "voice", "audio/ogg"),
        (b"\xff\xfb\x90\x64" + bytes(40), "audio", "audio", "audio/mpeg"),
        (b"RIFF\x20\0\0\0WAVEfmt " + bytes(40), "audio", "audio", "audio/wav"),
        (b"fLaC" + bytes(40), "voice", "voice", "audio/flac"),
    ],
)
def test_kinds_of_sound_and_video(alices, content, wanted, kind, mime):
    made = upload(alices, content, name="x", kind=wanted)
    assert (made["kind"], made["mime"], made["state"]) == (kind, mime, "ready")


def test_turned_video_is_as_high_as_it_is_shown(alices):
    made = upload(alices, scenes.video(1920, 1080, turned=True), kind="video")
    assert (made["width"], made["height"]) == (1080, 1920)


def test_duration_of_an_opus_note_is_read_from_its_last_page():
    last = b"OggS\0\0" + struct.pack("<q", 48_000 * 3) + bytes(20)
    file = io.BytesIO(b"OggS" + bytes(24) + b"OpusHead" + bytes(40) + last)
    assert containers.read_ogg(file).duration_ms == 3000


@pytest.mark.parametrize("read", [containers.read_mp4, containers.read_webm, containers.read_ogg])
def test_parsers_survive_anything(read):
    """Every prefix and many single-byte changes of a good file: no exception, no endless loop."""
    for content in (scenes.video()[:600], scenes.voice()[:200]):
        for length in range(0, len(content), 3):
            read(io.BytesIO(content[:length]))
        for position in range(len(content)):
            changed = bytearray(content)
            changed[position] ^= 0xFF
            read(io.BytesIO(bytes(changed)))
            containers.blank_mp4_metadata(io.BytesIO(bytes(changed)))
