"""Sign-up and sign-in of the mobile app, end to end over /_allauth/app/v1/."""

import base64

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core import mail
from rest_framework.test import APIClient

from accounts import sms
from accounts.models import Phone, User
from tests.accounts.conftest import APP, code_in
from tests.conftest import PASSWORD, make_user

BERLIN = "+4915123456789"


def post(client, path, body, token=None):
    headers = {"X-Session-Token": token} if token else {}
    return client.post(f"{APP}/{path}", body, format="json", headers=headers)


@pytest.fixture
def app(db):
    return APIClient(enforce_csrf_checks=True)


def test_sign_up_answers_a_token_that_the_api_takes(app):
    body = {"username": "Dora", "email": "dora@example.com", "password": PASSWORD, "name": "Dora D", "is_staff": True}
    answer = post(app, "auth/signup", body)
    assert answer.status_code == 200, answer.content
    token = answer.json()["meta"]["session_token"]
    me = app.get("/api/v1/me", headers={"X-Session-Token": token}).json()
    assert (me["handle"], me["name"], me["is_moderator"]) == ("dora", "Dora D", False)


def test_sign_up_by_phone_sends_a_code_first(app):
    body = {"username": "dora", "email": "dora@example.com", "phone": "+49 151 23456789", "password": PASSWORD}
    answer = post(app, "auth/signup", body)
    assert answer.status_code == 401, answer.content
    token = answer.json()["meta"]["session_token"]
    assert sms.outbox[0][0] == BERLIN
    answer = post(app, "auth/phone/verify", {"code": code_in(sms.outbox[0][1])}, token)
    assert answer.status_code == 200, answer.content
    assert Phone.objects.get().is_verified


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "admin"),
        ("username", "alice"),
        ("username", "x"),
        ("password", "short"),
        ("phone", "12345"),
        ("email", "no"),
    ],
)
def test_sign_up_says_which_field_is_wrong(app, alice, field, value):
    body = {"username": "dora", "email": "dora@example.com", "password": PASSWORD, field: value}
    answer = post(app, "auth/signup", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["param"] == field


@pytest.mark.parametrize("login", ["alice", "Alice", "alice@example.com", BERLIN])
def test_sign_in_by_any_name(alice, sign_in, login):
    Phone.objects.create(user=alice, number=BERLIN, is_verified=True)
    assert sign_in(login).get("/api/v1/me").json()["id"] == alice.pk


def test_an_unverified_phone_opens_nothing(app, alice):
    Phone.objects.create(user=alice, number=BERLIN)
    assert post(app, "auth/login", {"phone": BERLIN, "password": PASSWORD}).status_code == 400


def test_wrong_password_and_unknown_account_look_the_same(app, alice):
    known = post(app, "auth/login", {"username": "alice", "password": "wrong guess"})
    unknown = post(app, "auth/login", {"username": "nobody", "password": "wrong guess"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    known = post(app, "auth/login", {"email": "alice@example.com", "password": "wrong guess"})
    unknown = post(app, "auth/login", {"email": "nobody@example.com", "password": "wrong guess"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())


@pytest.mark.parametrize("path", ["auth/code/request", "auth/password/request"])
def test_asking_for_a_code_tells_nothing_about_who_is_here(app, alice, path):
    known = post(app, path, {"email": "alice@example.com"})
    unknown = post(APIClient(), path, {"email": "nobody@example.com"})
    assert known.status_code == unknown.status_code == 401
    strip = lambda answer: {**answer.json(), "meta": {"is_authenticated": False}}  # noqa: E731
    assert strip(known) == strip(unknown)
    assert len(mail.outbox) == 2


def test_sign_in_by_mailed_code(app, alice):
    token = post(app, "auth/code/request", {"email": "alice@example.com"}).json()["meta"]["session_token"]
    assert post(app, "auth/code/confirm", {"code": "AAAA-AAAA"}, token).status_code == 400
    answer = post(app, "auth/code/confirm", {"code": code_in(mail.outbox[0].body)}, token)
    assert answer.status_code == 200, answer.content
    token = answer.json()["meta"]["session_token"]
    assert app.get("/api/v1/me", headers={"X-Session-Token": token}).json()["handle"] == "alice"


def test_sign_in_by_sms_code(app, alice):
    Phone.objects.create(user=alice, number=BERLIN, is_verified=True)
    token = post(app, "auth/code/request", {"phone": BERLIN}).json()["meta"]["session_token"]
    answer = post(app, "auth/code/confirm", {"code": code_in(sms.outbox[0][1])}, token)
    assert answer.status_code == 200, answer.content


def test_a_guessed_token_is_refused(app, alice):
    for token in ("", "x", "a" * 32, "é".encode().decode("latin-1")):
        assert app.get("/api/v1/me", headers={"X-Session-Token": token}).status_code == 401


def test_sign_out_ends_the_token_and_its_sockets(alice, sign_in, told, django_capture_on_commit_callbacks):
    phone = sign_in("alice")
    with django_capture_on_commit_callbacks(execute=True):
        assert phone.delete(f"{APP}/auth/session").status_code == 401
    assert phone.get("/api/v1/me").status_code == 401
    assert {"revoke": [phone.token]} in [event.hub for event in told]
    assert not UserSession.objects.filter(session_key=phone.token).exists()


def test_tokens_are_never_told_to_clients_in_events(alice, sign_in, told, django_capture_on_commit_callbacks):
    phone = sign_in("alice")
    with django_capture_on_commit_callbacks(execute=True):
        phone.delete(f"{APP}/auth/session")
    assert phone.token not in str([event.frame() for event in told])


def push_keys() -> dict[str, str]:
    """As a browser makes them."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    encode = lambda data: base64.urlsafe_b64encode(data).decode().rstrip("=")  # noqa: E731
    return {"p256dh": encode(raw), "auth": encode(b"0123456789abcdef")}


class TestPhone:
    def test_added_with_a_code_and_taken_over_only_by_proof(self, alice, bob, sign_in):
        Phone.objects.create(user=bob, number=BERLIN)  # typed in, never proven
        client = sign_in("alice")
        answer = client.post(f"{APP}/account/phone", {"phone": "+49 151 234 567 89"}, format="json")
        assert answer.status_code in (200, 202), answer.content
        assert not Phone.objects.filter(user=alice).exists()
        answer = client.post(f"{APP}/auth/phone/verify", {"code": code_in(sms.outbox[0][1])}, format="json")
        assert answer.status_code == 200, answer.content
        assert client.get("/api/v1/me").json()["phone"] == BERLIN
        assert not Phone.objects.filter(user=bob).exists()

    def test_a_proven_number_stays_with_its_owner(self, alice, bob, sign_in):
        Phone.objects.create(user=bob, number=BERLIN, is_verified=True)
        client = sign_in("alice")
        client.post(f"{APP}/account/phone", {"phone": BERLIN}, format="json")
        answer = client.post(f"{APP}/auth/phone/verify", {"code": code_in(sms.outbox[0][1])}, format="json")
        assert answer.status_code == 400
        assert Phone.objects.get(number=BERLIN).user == bob


def test_totp_is_asked_for_and_recovery_codes_help(app, alice, sign_in):
    client = sign_in("alice")
    secret = client.get(f"{APP}/account/authenticators/totp").json()["meta"]["secret"]
    now = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    answer = client.post(f"{APP}/account/authenticators/totp", {"code": now}, format="json")
    assert answer.status_code == 200, answer.content
    codes = client.get(f"{APP}/account/authenticators/recovery-codes").json()["data"]["unused_codes"]
    answer = post(app, "auth/login", {"username": "alice", "password": PASSWORD})
    assert answer.status_code == 401
    token = answer.json()["meta"]["session_token"]
    assert app.get("/api/v1/me", headers={"X-Session-Token": token}).status_code == 401
    assert post(app, "auth/2fa/authenticate", {"code": "000000"}, token).status_code == 400
    answer = post(app, "auth/2fa/authenticate", {"code": codes[0]}, token)
    assert answer.status_code == 200, answer.content
    token = answer.json()["meta"]["session_token"]
    assert app.get("/api/v1/me", headers={"X-Session-Token": token}).status_code == 200


def test_passkey_sign_in_offers_a_challenge(app):
    answer = app.get(f"{APP}/auth/webauthn/login")
    assert answer.status_code == 200
    assert answer.json()["data"]["request_options"]["publicKey"]["challenge"]


def test_password_change_ends_the_other_devices(alice, sign_in):
    first, second = sign_in("alice"), sign_in("alice")
    body = {"current_password": PASSWORD, "new_password": "another horse battery"}
    answer = first.post(f"{APP}/account/password/change", body, format="json")
    assert answer.status_code == 200, answer.content
    assert second.get("/api/v1/me").status_code == 401
    token = answer.json()["meta"].get("session_token", first.token)
    assert APIClient().get("/api/v1/me", headers={"X-Session-Token": token}).status_code == 200


class TestDevices:
    def test_the_list_is_mine_and_names_them(self, alice, bob, sign_in):
        phone = sign_in("alice")
        sign_in("bob")
        web = sign_in("alice", **{"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36"})
        rows = phone.get("/api/v1/me/devices").json()["results"]
        assert {(row["name"], row["is_current"], row["is_phone"]) for row in rows} == {
            ("Tenfold 1.0, Pixel 8", True, True), ("Chrome on Windows", False, False),
        }  # fmt: skip
        assert web.token not in str(rows)

    def test_one_is_ended_and_its_sockets_too(self, alice, sign_in, told, django_capture_on_commit_callbacks):
        phone, other = sign_in("alice"), sign_in("alice")
        device = UserSession.objects.get(session_key=other.token)
        with django_capture_on_commit_callbacks(execute=True):
            assert phone.delete(f"/api/v1/me/devices/{device.pk}").status_code == 204
        assert other.get("/api/v1/me").status_code == 401
        assert {"revoke": [other.token]} in [event.hub for event in told]
        assert phone.delete(f"/api/v1/me/devices/{device.pk}").json()["code"] == "device_not_found"

    def test_a_stranger_ends_nothing(self, alice, bob, sign_in):
        phone, stranger = sign_in("alice"), sign_in("bob")
        device = UserSession.objects.get(session_key=phone.token)
        assert stranger.delete(f"/api/v1/me/devices/{device.pk}").status_code == 404
        assert phone.get("/api/v1/me").status_code == 200

    def test_all_others_at_once(self, alice, sign_in):
        phone, *others = [sign_in("alice") for _ in range(3)]
        assert phone.delete("/api/v1/me/devices").json() == {"ended_count": 2}
        assert [one.get("/api/v1/me").status_code for one in (phone, *others)] == [200, 401, 401]

    def test_push_subscriptions_go_with_the_device(self, alice, sign_in):
        phone, other = sign_in("alice"), sign_in("alice")
        body = {"endpoint": "https://push.example.com/abc", **push_keys()}
        for _ in range(2):
            answer = other.put("/api/v1/push-subscriptions", body, format="json")
            assert answer.status_code == 200, answer.content
        assert phone.get("/api/v1/push-subscriptions").json()["results"][0]["is_current"] is False
        phone.delete("/api/v1/me/devices")
        assert phone.get("/api/v1/push-subscriptions").json()["results"] == []

    @pytest.mark.parametrize(
        "endpoint",
        ["http://push.example.com/a", "https://u:p@push.example.com/", "https://push.example.com:8443/", "x"],
    )
    def test_odd_endpoints_are_refused(self, alice, sign_in, endpoint):
        body = {"endpoint": endpoint, **push_keys()}
        assert sign_in("alice").put("/api/v1/push-subscriptions", body, format="json").status_code == 400

    def test_activity_is_written_once_in_a_while(self, alice, sign_in, django_assert_num_queries):
        phone = sign_in("alice")
        phone.get("/api/v1/me")
        seen = UserSession.objects.get(session_key=phone.token).last_seen_at
        phone.get("/api/v1/me")
        assert UserSession.objects.get(session_key=phone.token).last_seen_at == seen


def test_two_people_cannot_sign_up_with_one_handle(app, db):
    make_user("dora")
    body = {"username": "DORA", "email": "d2@example.com", "password": PASSWORD}
    assert post(app, "auth/signup", body).status_code == 400
    assert User.objects.filter(handle="dora").count() == 1
