"""Bots at the door: guessing, signing up in heaps, and storms of password hashing."""

import threading

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts import attempts
from core import hashing
from core.errors import Unavailable
from tests.accounts.conftest import APP
from tests.conftest import PASSWORD


def login(password, address="203.0.113.7", name="alice"):
    body = {"username": name, "password": password}
    return APIClient(REMOTE_ADDR=address).post(f"{APP}/auth/login", body, format="json")


def test_ten_wrong_guesses_from_one_address_then_a_pause(alice):
    codes = [login("wrong").json()["errors"][0]["code"] for _ in range(11)]
    assert codes[9] == "username_password_mismatch"
    assert codes[10] == "too_many_login_attempts"
    assert login(PASSWORD).status_code == 400


def test_but_the_owner_elsewhere_is_not_locked_out(alice, monkeypatch):
    slept = []
    monkeypatch.setattr(attempts.time, "sleep", slept.append)
    for _ in range(12):
        login("wrong")
    assert login(PASSWORD, address="198.51.100.1").status_code == 200
    assert slept == [0.5]


def test_nor_slowed_where_they_are_signed_in_already(alice, monkeypatch):
    slept = []
    monkeypatch.setattr(attempts.time, "sleep", slept.append)
    assert login(PASSWORD, address="198.51.100.1").status_code == 200
    for _ in range(12):
        login("wrong")
    assert login(PASSWORD, address="198.51.100.1").status_code == 200
    assert slept == []


def test_many_addresses_are_slowed_down_more_and_more(alice, monkeypatch):
    slept = []
    monkeypatch.setattr(attempts.time, "sleep", slept.append)
    for number in range(16):
        login("wrong", address=f"203.0.113.{number + 1}")
    assert slept == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


def test_handle_and_email_count_as_one_account(alice, monkeypatch):
    monkeypatch.setattr(attempts.time, "sleep", lambda seconds: None)
    for _ in range(10):
        login("wrong")
    body = {"email": "alice@example.com", "password": "wrong"}
    answer = APIClient(REMOTE_ADDR="203.0.113.7").post(f"{APP}/auth/login", body, format="json")
    assert answer.json()["errors"][0]["code"] == "too_many_login_attempts"


def test_no_more_than_a_few_threads_wait(monkeypatch):
    monkeypatch.setattr(attempts, "_waiting", threading.BoundedSemaphore(1))
    monkeypatch.setattr(attempts, "failures", lambda account: 99)
    entered, leave = threading.Event(), threading.Event()
    monkeypatch.setattr(attempts.time, "sleep", lambda seconds: (entered.set(), leave.wait(5)))
    waiter = threading.Thread(target=attempts.wait_before_trying, args=("1",))
    waiter.start()
    entered.wait(5)
    with pytest.raises(attempts.RateLimited):
        attempts.wait_before_trying("1")
    leave.set()
    waiter.join(5)


def test_five_accounts_per_address_in_half_an_hour(db):
    def sign_up(number, address):
        body = {"username": f"user_{number}", "email": f"u{number}@example.com", "password": PASSWORD}
        return APIClient(REMOTE_ADDR=address).post(f"{APP}/auth/signup", body, format="json")

    answers = [sign_up(number, "203.0.113.7") for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[5].json()["code"] == "rate_limited"
    assert int(answers[5]["Retry-After"]) > 0
    assert sign_up(7, "198.51.100.1").status_code == 200
    answer = Client(REMOTE_ADDR="203.0.113.7").post(
        "/accounts/signup/", {"username": "user_8", "email": "u8@example.com", "password1": PASSWORD}
    )
    assert answer.status_code == 429
    assert b"entry__card" in answer.content


def test_hashing_takes_its_turn_and_then_says_busy(settings, monkeypatch):
    monkeypatch.setattr(hashing, "_slots", threading.BoundedSemaphore(1))
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.05)
    hasher = hashing.ModestArgon2()
    encoded = hasher.encode("secret", "saltsaltsalt")
    assert hasher.verify("secret", encoded)
    with hashing.hashing_slot(), pytest.raises(Unavailable) as caught:
        hasher.verify("secret", encoded)
    assert caught.value.status == 503
    assert hasher.verify("secret", encoded)


def test_a_busy_server_answers_503_with_retry_after(alice, settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["core.hashing.ModestArgon2"]
    alice.set_password(PASSWORD)
    alice.save()
    monkeypatch.setattr(hashing, "_slots", threading.BoundedSemaphore(1))
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.05)
    with hashing.hashing_slot():
        answer = login(PASSWORD)
        page = Client().post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert login(PASSWORD).status_code == 200


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_codes_are_few_and_do_not_tell_who_is_here(alice, email, settings):
    settings.ACCOUNT_RATE_LIMITS = False  # allauth's own, by the minute, would come first

    def ask(address):
        return APIClient(REMOTE_ADDR=address).post(f"{APP}/auth/code/request", {"email": email}, format="json")

    answers = [ask("203.0.113.7").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    assert ask("198.51.100.1").status_code == 401
