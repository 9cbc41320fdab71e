"""Chats, messages and files for tests, made the short way."""

import io
import struct
import uuid
import warnings

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from core.errors import DomainError
from messenger.actions.outgoing import Outgoing
from messenger.actions.sending import send_messages
from messenger.models import Chat, Membership, Message, Right

PLAIN = Right.WRITE | Right.MEDIA | Right.REACT


def make_group(owner, *members, kind="group", rights=PLAIN, **extra) -> Chat:
    chat = Chat.objects.create(kind=kind, title="Trees", created_by=owner, default_rights=int(rights), **extra)
    add_member(chat, owner, role="owner")
    for member in members:
        add_member(chat, member)
    chat.refresh_from_db()
    return chat


def make_direct(one, other) -> Chat:
    low, high = sorted((one.pk, other.pk))
    chat = Chat.objects.create(kind="direct", created_by=one, pair_key=f"{low}:{high}", default_rights=int(PLAIN))
    add_member(chat, one)
    add_member(chat, other)
    return chat


def add_member(chat, user, role="member", **extra) -> Membership:
    membership = Membership.objects.create(chat=chat, user=user, role=role, **extra)
    Chat.objects.filter(pk=chat.pk).update(member_count=Membership.objects.filter(chat=chat, state="active").count())
    return membership


def leave(chat, user, state="left") -> None:
    Membership.objects.filter(chat=chat, user=user).update(state=state)


def say(user, chat, text="", **extra) -> Message:
    outcome = send_messages([Outgoing(by=user.pk, chat=chat.pk, client_id=uuid.uuid4(), text=text, **extra)])[0]
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome.message


# --- files --------------------------------------------------------------------------------------


def picture(width=640, height=480, format="JPEG", mode="RGB", **save) -> bytes:
    buffer = io.BytesIO()
    image = Image.linear_gradient("L").resize((width, height)).convert(mode)
    image.save(buffer, format, **save)
    return buffer.getvalue()


def telling_jpeg(width=640, height=480, orientation=1) -> bytes:
    """A photo that says where and with what it was taken."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    exif = image.getexif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretCamera"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (IFDRational(52), IFDRational(31), IFDRational(12))
    gps[3], gps[4] = "E", (IFDRational(13), IFDRational(24), IFDRational(36))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, comment=b"taken at home", quality=90)
    return buffer.getvalue()


def animation(frames=3) -> bytes:
    images = [Image.new("RGB", (60, 40), color=(index * 60, 0, 0)) for index in range(frames)]
    buffer = io.BytesIO()
    images[0].save(buffer, "GIF", save_all=True, append_images=images[1:], duration=100, loop=0, comment=b"secret")
    return buffer.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def video(width=320, height=240, seconds=7, turned=False, place=b"+52.5200+013.4050/") -> bytes:
    """The skeleton of an MP4 as a phone writes it, with the place in its user data."""
    matrix = (0, 65536, 0, -65536, 0, 0, 0, 0, 0x40000000) if turned else (65536, 0, 0, 0, 65536, 0, 0, 0, 0x40000000)
    tkhd = bytes(40) + struct.pack(">9i", *matrix) + struct.pack(">II", width << 16, height << 16)
    hdlr = bytes(8) + b"vide" + bytes(13)
    mvhd = bytes(12) + struct.pack(">II", 1000, seconds * 1000) + bytes(80)
    track = box(b"trak", box(b"tkhd", tkhd) + box(b"mdia", box(b"hdlr", hdlr)))
    moov = box(b"moov", box(b"mvhd", mvhd) + track + box(b"udta", box(b"\xa9xyz", place)))
    return box(b"ftyp", b"isom\0\0\2\0isommp42") + moov + box(b"mdat", b"pixels" * 2000)


def voice() -> bytes:
    """The head of what a browser's recorder writes: WebM with one Opus track and no duration."""

    def element(name: str, content: bytes) -> bytes:
        return bytes.fromhex(name) + struct.pack(">Q", (1 << 56) | len(content)) + content

    head = element("1A45DFA3", element("4282", b"webm"))
    tracks = element("1654AE6B", element("AE", element("83", b"\x02") + element("86", b"A_OPUS")))
    return head + bytes.fromhex("18538067") + b"\x01" + b"\xff" * 7 + tracks + element("1F43B675", b"sound" * 200)


def begin_upload(client, content: bytes, *, name="photo.jpg", kind="photo", **extra):
    body = {"name": name, "size": len(content), "kind": kind, **extra}
    return client.post("/api/v1/uploads", body, format="json")


def put(client, upload_id, offset: int, chunk: bytes):
    headers = {"Upload-Offset": str(offset)}
    path = f"/api/v1/uploads/{upload_id}"
    return client.patch(path, chunk, content_type="application/octet-stream", headers=headers)


def upload(client, content: bytes, **extra) -> dict:
    """The attachment, finished."""
    begun = begin_upload(client, content, **extra)
    assert begun.status_code == 201, begun.content
    upload_id = begun.json()["id"]
    for offset in range(0, len(content), 1024 * 1024):
        answer = put(client, upload_id, offset, content[offset : offset + 1024 * 1024])
        assert answer.status_code == 200, answer.content
    finished = client.post(f"/api/v1/uploads/{upload_id}/finish")
    assert finished.status_code == 201, finished.content
    return finished.json()


def body_of(response) -> bytes:
    """Of a streamed answer too; outside a server Django warns that it reads an asynchronous iterator at once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return b"".join(response)
