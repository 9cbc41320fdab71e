"""Files go to those who may see them, in ranges, and run nothing on our origin."""

import io
import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.models import Contact
from core.filenames import content_disposition
from core.images import prepare_photo, prepare_preview
from messenger.files import stored
from messenger.models import HiddenMessage, Invite, LinkPreview, Membership, Message
from moderation.models import Report
from tests.conftest import make_user
from tests.messenger.conftest import make_chat
from tests.messenger.scenes import body_of, picture, say, telling_jpeg, upload

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 40


@pytest.fixture
def made(api, alice):
    return upload(api(alice), CONTENT, name="data.bin", kind="file")


# --- who ----------------------------------------------------------------------------------------


def test_before_it_is_sent_only_the_uploader(api, alice, bob, made):
    assert api(alice).get(made["url"]).status_code == 200
    assert api(bob).get(made["url"]).status_code == 404
    assert api().get(made["url"]).status_code == 401


def test_afterwards_whoever_may_read_a_message_that_shows_it(api, alice, bob, charlie, group, made):
    message = say(alice, group, attachments=[uuid.UUID(made["id"])])
    assert api(bob).get(made["url"]).status_code == 200
    assert api(charlie).get(made["url"]).status_code == 404
    Membership.objects.create(chat=group, user=charlie, joined_seq=message.seq)
    assert api(charlie).get(made["url"]).status_code == 404
    Membership.objects.filter(user=charlie).update(joined_seq=0)
    assert api(charlie).get(made["url"]).status_code == 200
    for state in ("left", "removed", "banned"):
        Membership.objects.filter(user=bob, chat=group).update(state=state)
        assert api(bob).get(made["url"]).status_code == 404


def test_uploader_who_was_removed_gets_no_more(api, alice, group, made):
    say(alice, group, attachments=[uuid.UUID(made["id"])])
    Membership.objects.filter(user=alice).update(state="removed")
    assert api(alice).get(made["url"]).status_code == 404


def test_hidden_and_deleted_messages_show_no_file(api, alice, bob, group, made):
    message = say(alice, group, attachments=[uuid.UUID(made["id"])])
    HiddenMessage.objects.create(user=bob, message=message, chat=group, seq=message.seq, fact_seq=1)
    assert api(bob).get(made["url"]).status_code == 404
    HiddenMessage.objects.all().delete()
    Message.objects.update(deleted_at=timezone.now())
    assert api(bob).get(made["url"]).status_code == 404


def test_chat_that_is_gone_shows_no_file(api, alice, bob, group, made):
    say(alice, group, attachments=[uuid.UUID(made["id"])])
    group.deleted_at = timezone.now()
    group.save()
    assert api(bob).get(made["url"]).status_code == 404


def test_foreign_attachment_cannot_be_sent(bob, group, made, send):
    answer = send(bob, group, "mine", attachments=[made["id"]])
    assert (answer.status_code, answer.json()["code"]) == (404, "attachment_not_found")


NOBODYS = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    # Fixed ids: workers that share the tests must collect the same names.
    "path",
    ["x/original/x", f"{NOBODYS}/original/x", f"{NOBODYS}/../x", "../../secret-key"],
)
def test_nonsense_is_404(api, alice, path):
    assert api(alice).get(f"/media/a/{path}").status_code == 404


# --- how ----------------------------------------------------------------------------------------


def test_headers(api, alice, made):
    headers = api(alice).get(made["url"]).headers
    assert headers["Content-Length"] == str(len(CONTENT))
    assert headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Content-Disposition"] == 'attachment; filename="data.bin"'
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["ETag"]


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, 10_239),
        ("bytes=-5", 10_235, 10_239),
        ("bytes=-999999", 0, 10_239),
        ("bytes=10000-999999", 10_000, 10_239),
        ("bytes=10239-10239", 10_239, 10_239),
    ],
)
def test_range(api, alice, made, wanted, first, last):
    answer = api(alice).get(made["url"], headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/10240"
    assert answer.headers["Content-Length"] == str(last - first + 1)
    assert body_of(answer) == CONTENT[first : last + 1]


@pytest.mark.parametrize("wanted", ["bytes=10240-", "bytes=99999-100000", "bytes=-0", "bytes=999999999999999999-"])
def test_range_behind_the_end(api, alice, made, wanted):
    answer = api(alice).get(made["url"], headers={"Range": wanted})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */10240")
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "wanted", ["bytes=5-2", "bytes=a-b", "bytes=-", "items=0-1", "bytes=0-1,5-6", "bytes=" + "9" * 30]
)
def test_range_that_makes_no_sense_is_ignored(api, alice, made, wanted):
    answer = api(alice).get(made["url"], headers={"Range": wanted})
    assert answer.status_code == 200
    assert body_of(answer) == CONTENT


def test_range_of_another_version_is_the_whole(api, alice, made):
    etag = api(alice).get(made["url"]).headers["ETag"]
    for condition, status in ((etag, 206), ('"other"', 200)):
        answer = api(alice).get(made["url"], headers={"Range": "bytes=0-1", "If-Range": condition})
        assert answer.status_code == status


def test_known_content_is_not_sent_again_but_only_to_who_may(api, alice, bob, made):
    etag = api(alice).get(made["url"]).headers["ETag"]
    answer = api(alice).get(made["url"], headers={"If-None-Match": etag})
    assert (answer.status_code, body_of(answer)) == (304, b"")
    assert api(bob).get(made["url"], headers={"If-None-Match": etag}).status_code == 404


def test_head(api, alice, bob, made):
    answer = api(alice).head(made["url"])
    assert (answer.status_code, answer.headers["Content-Length"], body_of(answer)) == (200, "10240", b"")
    assert api(bob).head(made["url"]).status_code == 404
    ranged = api(alice).head(made["url"], headers={"Range": "bytes=0-9"})
    assert (ranged.status_code, ranged.headers["Content-Length"]) == (206, "10")


def test_nothing_but_reading(api, alice, made):
    assert api(alice).post(made["url"]).status_code == 405
    assert api(alice).delete(made["url"]).status_code == 405


def test_what_the_client_accepts_does_not_matter(api, alice, made):
    assert api(alice).get(made["url"], headers={"Accept": "image/webp"}).status_code == 200


def test_behind_nginx_the_bytes_do_not_pass_through_python(api, alice, made, settings):
    settings.ACCEL_REDIRECT = "/protected/"
    answer = api(alice).get(made["url"])
    assert answer.headers["X-Accel-Redirect"].startswith("/protected/files/")
    assert body_of(answer) == b""
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_photos_are_shown_in_place(api, alice):
    made = upload(api(alice), picture(), name="Küche.jpg")
    headers = api(alice).get(made["url"]).headers
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Disposition"] == "inline; filename=\"Kuche.jpg\"; filename*=UTF-8''K%C3%BCche.jpg"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.txt", 'attachment; filename="a.txt"'),
        (
            'a"; filename=b.exe',
            "attachment; filename=\"a__ filename=b.exe\"; filename*=UTF-8''a_%3B%20filename%3Db.exe",
        ),
        ("a\r\nX: y", 'attachment; filename="aX_ y"'),
        ("\u202etxt.exe", 'attachment; filename="txt.exe"'),
        ("отчёт.pdf", "attachment; filename=\"file.pdf\"; filename*=UTF-8''%D0%BE%D1%82%D1%87%D1%91%D1%82.pdf"),
        ("../../x", 'attachment; filename="x"'),
        ("", 'attachment; filename="file"'),
    ],
)
def test_names_in_headers(name, header):
    assert content_disposition(name, is_inline=False) == header
    assert content_disposition(name, is_inline=False).isascii()


# --- pictures of people, chats and links --------------------------------------------------------


def square(**extra) -> ContentFile:
    return prepare_photo(ContentFile(telling_jpeg(900, 600, **extra), name="me.jpg"))


def test_photo_is_a_small_square_that_tells_nothing():
    image = Image.open(square(orientation=6))
    assert (image.format, image.size) == ("WEBP", (600, 600))
    assert not image.getexif()
    assert Image.open(prepare_photo(ContentFile(picture(2000, 1000)))).size == (640, 640)
    assert Image.open(prepare_photo(ContentFile(picture(30, 5)))).size == (5, 5)


def test_avatar_under_the_privacy_of_its_owner(api, alice, bob, charlie):
    alice.avatar.save("one.webp", square())
    path = f"/media/{alice.avatar.name}"
    assert Image.open(io.BytesIO(body_of(api(charlie).get(path)))).size == (600, 600)
    alice.photo_privacy = "contacts"
    alice.save()
    Contact.objects.get_or_create(owner=alice, user=bob)
    assert api(bob).get(path).status_code == 200
    assert api(charlie).get(path).status_code == 404
    assert api().get(path).status_code == 404
    assert api(bob).get("/media/avatars/unknown.webp").status_code == 404


def test_chat_photo_for_members_guests_and_those_invited(api, alice, bob, charlie, group):
    group.photo.save("x.webp", square())
    path = f"/media/{group.photo.name}"
    assert api(bob).get(path).status_code == 200
    assert api(charlie).get(path).status_code == 404
    invite = Invite.objects.create(chat=group, token="token", created_by=alice)
    assert api(charlie).get(f"{path}?invite=token").status_code == 200
    assert api(charlie).get(f"{path}?invite=other").status_code == 404
    invite.expires_at = timezone.now() - timedelta(minutes=1)
    invite.save()
    assert api(charlie).get(f"{path}?invite=token").status_code == 404
    group.handle = "friends"
    group.save()
    assert api(charlie).get(path).status_code == 200
    assert api().get(path).status_code == 200
    Membership.objects.create(chat=group, user=charlie, state="banned")
    assert api(charlie).get(path).status_code == 404


def test_preview_picture_for_readers_of_a_message_with_the_link(api, alice, bob, charlie, group):
    content, width, height = prepare_preview(ContentFile(picture(1600, 900)))
    assert (width, height) == (800, 450)
    preview = LinkPreview.objects.create(url="https://example.com", url_hash="x")
    preview.image.save(content.name, content)
    path = f"/media/{preview.image.name}"
    assert api(bob).get(path).status_code == 404
    message = say(alice, group, "https://example.com")
    Message.objects.filter(pk=message.pk).update(preview=preview)
    assert api(bob).get(path).status_code == 200
    assert api(charlie).get(path).status_code == 404
    assert api().get(path).status_code == 401
    Message.objects.update(has_preview_removed=True)
    assert api(bob).get(path).status_code == 404


def test_channel_file_for_its_subscribers(api, alice, bob, charlie, made):
    channel = make_chat("channel", alice, bob, title="News", default_rights=0)
    say(alice, channel, attachments=[uuid.UUID(made["id"])])
    assert api(bob).get(made["url"]).status_code == 200
    assert api(charlie).get(made["url"]).status_code == 404


def test_moderators_see_what_is_reported_until_it_is_decided(api, alice, bob, group, made, run_all_tasks):
    """Also when its writer deletes it meanwhile; nobody else does then."""
    moderator = make_user("mod", is_staff=True, is_superuser=True)
    message = say(alice, group, attachments=[uuid.UUID(made["id"])])
    assert api(moderator).get(made["url"]).status_code == 404
    body = {"target_kind": "message", "chat": group.pk, "seq": message.seq, "reason": "illegal"}
    assert api(bob).post("/api/v1/reports", body, format="json").status_code < 300
    assert api(moderator).get(made["url"]).status_code == 200
    api(alice).delete(f"/api/v1/chats/{group.pk}/messages/{message.seq}?for=everybody")
    run_all_tasks()
    assert api(moderator).get(made["url"]).status_code == 200
    assert api(bob).get(made["url"]).status_code == 404
    Report.objects.update(state=Report.State.DISMISSED)
    assert api(moderator).get(made["url"]).status_code == 404
    assert stored.discard([uuid.UUID(made["id"])]) == 1
