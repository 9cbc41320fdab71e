"""What an invite link shows before one is in: a page to the signed-out, JSON to the app, the photo to both."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from messenger.models import Chat, Invite, JoinRequest

from .conftest import make_chat
from .people import make_person

pytestmark = pytest.mark.django_db
TOKEN = "t" * 22


@pytest.fixture(params=["group", "channel"])
def invite(request, alice):
    chat = make_chat(request.param, alice, title="Oaks & <b>Elms</b>")
    chat.photo.save("photo.webp", ContentFile(b"picture"))
    return Invite.objects.create(chat=chat, token=TOKEN, created_by=alice)


def photo_on(page) -> str | None:
    found = re.search(r'<img src="(/media/[^"]+)"', page.content.decode())
    return found.group(1) if found else None


def test_the_page_and_the_photo_on_it_are_open_to_who_holds_the_link(api, invite):
    page = api().get(f"/join/{TOKEN}")
    assert (page.status_code, page["Cache-Control"]) == (200, "max-age=0, no-cache, no-store, must-revalidate, private")
    assert "Oaks &amp; &lt;b&gt;Elms" in page.content.decode()
    assert "<b>Elms" not in page.content.decode()
    assert api().get(photo_on(page)).status_code == 200
    assert api().get(photo_on(page).split("?")[0]).status_code == 404


def test_the_app_gets_the_same_photo(api, charlie, invite):
    photo = api(charlie).get(f"/api/v1/invites/{TOKEN}").json()["photo"]
    assert api(charlie).get(photo).status_code == 200
    assert api(charlie).get(photo.split("?")[0]).status_code == 404


@pytest.mark.parametrize(
    "closing",
    [
        {"revoked_at": timezone.now()},
        {"expires_at": timezone.now() - timedelta(minutes=1)},
        {"max_uses": 1, "use_count": 1},
    ],
    ids=["revoked", "expired", "used up"],
)
def test_a_closed_link_shows_nothing(api, charlie, invite, closing):
    photo = photo_on(api().get(f"/join/{TOKEN}"))
    Invite.objects.update(**closing)
    page = api().get(f"/join/{TOKEN}")
    assert page.status_code == 404
    assert "Oaks" not in page.content.decode()
    assert api().get(photo).status_code == 404
    assert api(charlie).get(f"/api/v1/invites/{TOKEN}").json()["code"] == "invite_closed"


def test_who_waits_behind_a_closed_link_sees_no_broken_photo(api, charlie, invite):
    JoinRequest.objects.create(chat=invite.chat, user=charlie, invite=invite)
    assert "?invite=" in api(charlie).get(f"/api/v1/invites/{TOKEN}").json()["photo"]
    Invite.objects.update(revoked_at=timezone.now())
    assert api(charlie).get(f"/api/v1/invites/{TOKEN}").json()["photo"] is None


def test_members_and_public_chats_need_no_link_for_the_photo(api, alice, invite):
    assert "?" not in api(alice).get(f"/api/v1/invites/{TOKEN}").json()["photo"]
    Chat.objects.update(handle="oaks")
    photo = photo_on(api().get("/@oaks"))
    assert "?" not in photo
    assert api().get(photo).status_code == 200
    assert api(make_person("dana")).get(f"/api/v1/invites/{TOKEN}").json()["photo"] == photo
