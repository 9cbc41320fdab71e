"""Pages of sign-in and settings, as a web gets them."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client

from accounts.models import Block, Contact, Export, User
from tests.accounts.conftest import code_in
from tests.accounts.test_me_api import picture
from tests.conftest import PASSWORD

SETTINGS = ["", "profile/", "account/", "privacy/", "notifications/", "devices/", "contacts/", "data/", "shortcuts/"]
ENTRANCE = ["login/", "signup/", "login/code/", "password/reset/"]
MANAGE = ["email/", "password/change/", "phone/change/", "logout/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/add/",
          "2fa/webauthn/", "sessions/", "reauthenticate/"]  # fmt: skip


@pytest.fixture
def web(alice) -> Client:
    """alice, signed in through the form, so that the sign-in is fresh."""
    client = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    assert client.post("/accounts/login/", {"login": "alice", "password": PASSWORD}).status_code == 302
    return client


def assert_strict(answer) -> None:
    """Nothing that the content security policy would refuse."""
    assert answer.status_code == 200, answer.status_code
    html = answer.content.decode()
    nonce = re.search(r"'nonce-([^']+)'", answer["Content-Security-Policy"])[1]
    assert " style=" not in html
    assert not re.search(r"\son\w+=", html)
    for tag in re.findall(r"<script[^>]*>", html):
        assert "src=" in tag or 'type="application/json"' in tag or f'nonce="{nonce}"' in tag, tag
    assert answer["Cache-Control"] == "private, no-store" or "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("address", SETTINGS)
def test_settings_render_for_me_and_send_others_to_sign_in(web, address):
    assert_strict(web.get(f"/settings/{address}"))
    assert Client().get(f"/settings/{address}").headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", ENTRANCE)
def test_entrance_pages_render(db, address):
    answer = Client().get(f"/accounts/{address}")
    assert_strict(answer)
    assert "entry__card" in answer.content.decode()


@pytest.mark.parametrize("address", MANAGE)
def test_pages_for_signed_in_people_render(web, address):
    assert_strict(web.get(f"/accounts/{address}"))


def test_sign_up_in_the_browser(db):
    client = Client()
    body = {"name": "Dora", "username": "Dora_1", "email": "dora@example.com", "password1": PASSWORD}
    assert client.post("/accounts/signup/", body).status_code == 302
    dora = User.objects.get(handle="dora_1")
    assert (dora.name, dora.is_staff) == ("Dora", False)
    assert client.get("/settings/").status_code == 200


def test_a_new_person_need_not_type_the_password_again(db):
    client = Client()
    fields = {"username": "newbie", "email": "newbie@example.com", "password1": PASSWORD}
    assert client.post("/accounts/signup/", fields)["Location"] == "/"
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 200


def test_a_handle_that_nobody_has_is_said_so(web):
    page = web.post("/settings/contacts/", {"handle": "@nobody_such"}).content.decode()
    assert "Nobody has this handle." in page


@pytest.mark.parametrize("handle", ["admin", "a b", "ab", "Ünal", "alice"])
def test_sign_up_refuses_handles(alice, handle):
    body = {"username": handle, "email": "x@example.com", "password1": PASSWORD}
    assert Client().post("/accounts/signup/", body).status_code == 200
    assert User.objects.count() == 1


def test_sign_up_takes_nothing_else(db):
    body = {
        "username": "mallory", "email": "m@example.com", "password1": PASSWORD, "is_staff": "1", "is_superuser": "1",
        "id": "77",
    }  # fmt: skip
    Client().post("/accounts/signup/", body)
    mallory = User.objects.get(handle="mallory")
    assert (mallory.is_staff, mallory.is_superuser) == (False, False)
    assert mallory.pk != 77


@pytest.mark.parametrize("login", ["alice", "ALICE", "alice@example.com"])
def test_sign_in_by_handle_and_email(alice, login):
    client = Client()
    assert client.post("/accounts/login/", {"login": login, "password": PASSWORD}).status_code == 302
    assert client.get("/api/v1/me").json()["handle"] == "alice"


def test_profile_form_saves_and_shows_what_is_wrong(web, alice, bob):
    good = {
        "name": "Alice A",
        "handle": "alice",
        "bio": "hi",
        "status": "",
        "language": "de",
        "time_zone": "Europe/Berlin",
    }
    assert web.post("/settings/profile/", good).status_code == 302
    shown = web.get("/settings/profile/")
    assert shown["Content-Language"] == "de"
    answer = web.post("/settings/profile/", {**good, "handle": "bob"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_photo_form(web, alice):
    assert web.post("/settings/profile/photo", {"photo": picture()}).status_code == 302
    assert User.objects.get(pk=alice.pk).avatar
    assert web.post("/settings/profile/photo", {"remove": "1"}).status_code == 302
    assert not User.objects.get(pk=alice.pk).avatar


def test_privacy_contacts_and_blocks(web, alice, bob, charlie):
    rules = dict.fromkeys(["last_seen", "photo", "phone", "write", "group", "call"], "nobody")
    web.post("/settings/privacy/", rules)
    assert User.objects.get(pk=alice.pk).call_privacy == "nobody"
    web.post("/settings/contacts/", {"handle": "@charlie"})
    assert Contact.objects.filter(owner=alice, user=charlie).exists()
    web.post(f"/settings/contacts/{charlie.pk}/remove")
    assert not Contact.objects.filter(owner=alice, user=charlie).exists()
    Block.objects.create(owner=alice, user=charlie)
    assert "charlie" in web.get("/settings/privacy/").content.decode()
    web.post(f"/settings/privacy/blocks/{charlie.pk}/remove")
    assert not Block.objects.exists()


def test_the_address_in_calls_is_hidden_by_a_switch(web, alice, settings):
    rules = dict.fromkeys(["last_seen", "photo", "phone", "write", "group", "call"], "everybody")
    web.post("/settings/privacy/", {**rules, "hides_address": "on"})
    assert User.objects.get(pk=alice.pk).hides_address is True
    html = web.get("/settings/privacy/").content.decode()
    assert re.search(r'name="hides_address"[^>]* checked', html)
    assert "no relay yet" in html
    settings.TURN_URLS = ["turn:127.0.0.1:3478"]
    assert "no relay yet" not in web.get("/settings/privacy/").content.decode()
    web.post("/settings/privacy/", rules)
    assert User.objects.get(pk=alice.pk).hides_address is False


def test_devices_are_named_and_ended(web, alice, sign_in):
    phone = sign_in("alice")
    html = web.get("/settings/devices/").content.decode()
    assert "Firefox on Linux" in html
    assert "Tenfold 1.0, Pixel 8" in html
    device = UserSession.objects.get(session_key=phone.token)
    assert web.post(f"/settings/devices/{device.pk}/end").status_code == 302
    assert phone.get("/api/v1/me").status_code == 401


def test_forms_need_the_csrf_token(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    for address in ("profile/", "privacy/", "devices/end-others", "data/export", "data/delete"):
        assert client.post(f"/settings/{address}", {"password": PASSWORD}).status_code == 403, address
    assert User.objects.get(pk=alice.pk).deleted_at is None


def test_deleting_asks_for_the_password(web, alice):
    assert web.post("/settings/data/delete", {"password": "wrong"}).status_code == 422
    answer = web.post("/settings/data/delete", {"password": PASSWORD}, follow=True)
    assert "Your account is deleted." in answer.content.decode()
    assert User.objects.get(pk=alice.pk).deleted_at
    assert web.get("/settings/").status_code == 302


def test_sign_in_by_mailed_code(alice):
    client = Client()
    answer = client.post("/accounts/login/code/", {"email": "alice@example.com"})
    assert_strict(client.get(answer.headers["Location"]))
    code = code_in(mail.outbox[0].body)
    assert client.post("/accounts/login/code/confirm/", {"code": code}).status_code == 302
    assert client.get("/api/v1/me").status_code == 200


def test_password_reset_by_code_signs_out_everywhere(alice, sign_in):
    phone = sign_in("alice")
    client = Client()
    answer = client.post("/accounts/password/reset/", {"email": "alice@example.com"})
    assert_strict(client.get(answer.headers["Location"]))
    code = code_in(mail.outbox[0].body)
    answer = client.post(answer.headers["Location"], {"code": code})
    assert_strict(client.get(answer.headers["Location"]))
    new = "another horse battery"
    assert client.post(answer.headers["Location"], {"password1": new, "password2": new}).status_code == 302
    assert 'href="/accounts/login/"' in client.get("/accounts/password/reset/done/").content.decode()
    assert User.objects.get(pk=alice.pk).check_password(new)
    assert phone.get("/api/v1/me").status_code == 401


def test_password_change_keeps_this_browser_and_ends_the_rest(
    web, alice, sign_in, told, django_capture_on_commit_callbacks
):
    phone = sign_in("alice")
    new = "another horse battery"
    with django_capture_on_commit_callbacks(execute=True):
        answer = web.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302, answer.content
    assert web.get("/settings/devices/").status_code == 200
    assert phone.get("/api/v1/me").status_code == 401
    assert any(phone.token in event.hub.get("revoke", ()) for event in told)


def test_a_suspended_person_is_told_so_after_the_right_password_only(alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    right = Client().post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert right.headers["Location"] == "/accounts/inactive/"
    assert_strict(Client().get("/accounts/inactive/"))
    assert Client().post("/accounts/login/", {"login": "alice", "password": "wrong"}).status_code == 200


def test_an_expired_export_is_gone(web, alice, bob):
    export = Export.objects.create(user=alice, state="ready", expires_at=alice.date_joined)
    assert web.get(f"/settings/data/exports/{export.pk}").status_code == 410
    other = Export.objects.create(user=bob, state="ready")
    assert web.get(f"/settings/data/exports/{other.pk}").status_code == 404


def test_errors_are_pages_of_ours(web, alice):
    missing = web.get("/settings/nothing-here/")
    assert missing.status_code == 404
    assert b"entry__card" in missing.content
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert refused.status_code == 403
    assert b"entry__card" in refused.content
    assert b"entry__card" in render_to_string("500.html").encode()
