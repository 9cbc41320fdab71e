"""My own account over REST: profile, photo, privacy, link, deletion."""

import io

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import Block, Contact, PushSubscription, User
from accounts.tasks import finish_deletion
from core import handles
from tests.accounts.conftest import APP
from tests.conftest import PASSWORD


def picture(side: int = 900) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side // 2), "teal").save(buffer, "JPEG")
    return SimpleUploadedFile("me.jpg", buffer.getvalue(), "image/jpeg")


def test_me_tells_what_only_i_know(alice, api):
    me = api(alice).get("/api/v1/me").json()
    assert me["handle"] == "alice"
    assert me["email"] == "alice@example.com"
    assert me["privacy"]["phone"] == "contacts"


def test_signed_out_gets_401_with_a_challenge(db, api):
    answer = api().get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"


def test_profile_changes_reach_my_devices_and_those_who_know_me(
    alice, bob, charlie, api, told, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = api(alice).patch(
            "/api/v1/me", {"name": "Alice ", "status": "at sea", "handle": "@Alice_A"}, format="json"
        )
    assert answer.status_code == 200, answer.content
    assert (answer.json()["name"], answer.json()["handle"]) == ("Alice", "alice_a")
    changed = next(event for event in told if event.name == "user.changed")
    assert set(changed.users) == {alice.pk, bob.pk}
    assert "email" not in changed.data


def test_the_blocked_are_not_told_of_changes(alice, bob, api, told, django_capture_on_commit_callbacks):
    Block.objects.create(owner=alice, user=bob)
    with django_capture_on_commit_callbacks(execute=True):
        api(alice).patch("/api/v1/me", {"status": "at sea"}, format="json")
    assert [event.users for event in told if event.name == "user.changed"] == [(alice.pk,)]


def test_hiding_ones_address_in_calls(alice, bob, api, told, django_capture_on_commit_callbacks):
    assert api(alice).get("/api/v1/me").json()["hides_address"] is False
    with django_capture_on_commit_callbacks(execute=True):
        answer = api(alice).patch("/api/v1/me", {"hides_address": True}, format="json")
    assert answer.json()["hides_address"] is True
    assert [(event.name, event.users) for event in told] == [
        ("settings.changed", (alice.pk,))
    ]  # nobody else's business
    assert api(alice).patch("/api/v1/me", {"hides_address": "maybe"}, format="json").status_code == 400
    assert api(alice).patch("/api/v1/me", {"status": "x"}, format="json").json()["hides_address"] is True
    assert "hides_address" not in api(bob).get(f"/api/v1/users/{alice.pk}").json()


def test_names_cannot_turn_the_line_they_stand_in(alice, api):
    answer = api(alice).patch("/api/v1/me", {"name": "evil\u202egpj.exe\u0000\n  x"}, format="json")
    assert answer.status_code == 400 or answer.json()["name"] == "evilgpj.exe x"
    answer = api(alice).patch("/api/v1/me", {"name": "evil\u202egpj.exe\n  x"}, format="json")
    assert answer.json()["name"] == "evilgpj.exe x"


def test_nothing_else_can_be_set(alice, api):
    body = {
        "id": 999,
        "is_staff": True,
        "is_superuser": True,
        "email": "x@y.z",
        "fact_seq": 7,
        "password": "x",
        "name": "A",
    }
    assert api(alice).patch("/api/v1/me", body, format="json").status_code == 200
    fresh = User.objects.get(pk=alice.pk)
    assert (fresh.is_staff, fresh.is_superuser, fresh.email, fresh.fact_seq) == (False, False, "alice@example.com", 0)
    assert fresh.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("handle", "code"),
    [("bob", "handle_taken"), ("BOB", "handle_taken"), ("admin", "handle_reserved"), ("a", "handle_invalid"),
     ("1abc", "handle_invalid"), ("has space", "handle_invalid"), ("ünal", "handle_invalid"),
     ("public_chat", "handle_taken")],
)  # fmt: skip
def test_handles_have_rules_and_one_namespace(alice, bob, api, handle, code, monkeypatch):
    monkeypatch.setattr(handles, "_lookups", [*handles._lookups, lambda name: name == "public_chat"])
    answer = api(alice).patch("/api/v1/me", {"handle": handle}, format="json")
    assert answer.json()["code"] == code
    assert User.objects.get(pk=alice.pk).handle == "alice"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("time_zone", "Mars/Olympus", "unknown_time_zone"), ("language", "xx", "unknown_language")],
)
def test_unknown_zone_and_language_are_refused(alice, api, field, value, code):
    assert api(alice).patch("/api/v1/me", {field: value}, format="json").json()["code"] == code


def test_photo_becomes_a_square_under_a_random_name_and_goes_again(alice, api, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = api(alice).put("/api/v1/me/photo", {"photo": picture()}, format="multipart")
    assert first.status_code == 200, first.content
    stored = User.objects.get(pk=alice.pk).avatar
    with stored.open() as file, Image.open(file) as image:
        assert image.format == "WEBP"
        assert image.width == image.height
    with django_capture_on_commit_callbacks(execute=True):
        second = api(alice).put("/api/v1/me/photo", {"photo": picture(500)}, format="multipart")
    assert second.json()["avatar"] != first.json()["avatar"]
    assert not stored.storage.exists(stored.name)
    assert api(alice).delete("/api/v1/me/photo").json()["avatar"] is None
    assert api(alice).delete("/api/v1/me/photo").status_code == 200


def test_what_is_no_picture_is_refused(alice, api):
    file = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
    answer = api(alice).put("/api/v1/me/photo", {"photo": file}, format="multipart")
    assert answer.json()["code"] == "photo_unreadable"


def test_privacy_changes_one_rule_at_a_time(alice, api):
    client = api(alice)
    assert client.patch("/api/v1/me/privacy", {"write": "contacts"}, format="json").json()["write"] == "contacts"
    assert client.get("/api/v1/me/privacy").json() == {
        "last_seen": "everybody", "photo": "everybody", "phone": "contacts", "write": "contacts", "group": "everybody",
        "call": "everybody",
    }  # fmt: skip
    assert client.patch("/api/v1/me/privacy", {"write": "friends"}, format="json").json()["code"] == "invalid"


def test_my_link_has_a_qr_code_without_inline_style(alice, api):
    link = api(alice).get("/api/v1/me/link").json()
    assert link["url"].endswith("/@alice")
    assert link["qr_svg"].startswith("<svg")
    assert "style=" not in link["qr_svg"]


def test_cookie_auth_needs_the_csrf_token(alice):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.get("/api/v1/me").status_code == 200
    assert client.patch("/api/v1/me", {"name": "Mallory"}, format="json").status_code == 403
    assert User.objects.get(pk=alice.pk).name == "Alice"


def test_token_auth_needs_none(alice, sign_in):
    client = sign_in("alice")
    strict = APIClient(enforce_csrf_checks=True)
    assert strict.patch(
        "/api/v1/me", {"name": "A"}, format="json", headers={"X-Session-Token": client.token}
    ).status_code == 200  # fmt: skip


class TestDeletion:
    def test_wrong_password_deletes_nothing(self, alice, api):
        assert api(alice).delete("/api/v1/me", {"password": "guess"}, format="json").json()["code"] == "wrong_password"
        assert User.objects.get(pk=alice.pk).deleted_at is None

    def test_everything_personal_goes_and_the_handle_stays_taken(
        self, alice, bob, api, sign_in, told, django_capture_on_commit_callbacks
    ):
        phone = sign_in("alice")
        EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
        PushSubscription.objects.create(
            user=alice, session_key="x", endpoint="https://push.example/1", p256dh="k", auth="a"
        )
        with django_capture_on_commit_callbacks(execute=True):
            assert phone.delete("/api/v1/me", {"password": PASSWORD}, format="json").status_code == 204
        gone = User.objects.get(pk=alice.pk)
        assert (gone.email, gone.name, gone.is_active, gone.has_usable_password()) == (None, "", False, False)
        assert not Contact.objects.filter(user=alice).exists()
        assert not EmailAddress.objects.filter(user=alice).exists()
        assert not PushSubscription.objects.filter(user=alice).exists()
        assert phone.get("/api/v1/me").status_code == 401
        assert any(event.hub.get("revoke_users") == [alice.pk] for event in told)
        finish_deletion(user=alice.pk, delete_messages=False)
        seen = api(bob).get(f"/api/v1/users/{alice.pk}").json()
        assert (seen["name"], seen["handle"], seen["is_deleted"]) == ("Deleted account", "", True)
        assert api(bob).get("/api/v1/users/by-handle/alice").status_code == 404
        assert api(bob).patch("/api/v1/me", {"handle": "alice"}, format="json").json()["code"] == "handle_taken"

    def test_nobody_signs_in_to_a_deleted_account(self, alice, api, db):
        api(alice).delete("/api/v1/me", {"password": PASSWORD}, format="json")
        answer = APIClient().post(f"{APP}/auth/login", {"username": "alice", "password": PASSWORD}, format="json")
        assert answer.status_code == 400


def test_a_stranger_cannot_delete_me_through_the_form_of_another(alice, charlie, api):
    api(charlie).delete("/api/v1/me", {"password": PASSWORD, "user": alice.pk, "id": alice.pk}, format="json")
    assert User.objects.get(pk=alice.pk).deleted_at is None
