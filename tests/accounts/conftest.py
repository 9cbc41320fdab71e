"""Signing in the way a phone does, events as they would be told, and codes as they would be sent."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from rest_framework.test import APIClient

from accounts import sms
from core import events, limits
from tests.conftest import PASSWORD

APP = "/_allauth/app/v1"


@pytest.fixture(autouse=True)
def fresh_counters(settings):
    settings.SMS_SENDER = "accounts.sms.memory"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()
    limits.reset()
    sms.outbox.clear()


@pytest.fixture
def told():
    """Every event that was told, in order."""
    heard: list[events.Event] = []
    events.add_sender(heard.extend)
    yield heard
    events.remove_sender(heard.extend)


@pytest.fixture
def sign_in(db):
    """sign_in("alice") -> a client with X-Session-Token, as the mobile app has it."""

    def sign_in(login: str, password: str = PASSWORD, **headers) -> APIClient:
        client = APIClient(headers={"User-Agent": "Tenfold/1.0 (Pixel 8; Android 15)", **headers})
        kind = "email" if "@" in login else "phone" if login.startswith("+") else "username"
        answer = client.post(f"{APP}/auth/login", {kind: login, "password": password}, format="json")
        assert answer.status_code == 200, answer.content
        token = answer.json()["meta"]["session_token"]
        client.credentials(HTTP_X_SESSION_TOKEN=token)
        client.token = token
        return client

    return sign_in


def code_in(text: str) -> str:
    """The code in a mail or an SMS; allauth's have letters and digits, ABC-123."""
    found = re.search(r"\b([A-Z0-9]{3,4}-[A-Z0-9]{3,4}|\d{6})\b", text)
    assert found, text
    return found[1]


def verify_email(user) -> None:
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
