"""Wrong settings, and the advice they get."""

import pytest

from config import checks

PUBLIC = {"ALLOWED_HOSTS": ["chat.example.org"], "TESTING": False}
ADVICE = [
    ({"HTTPS": True}, {}, "tenfold.E001"),
    ({"SECRET_KEY": "short"}, {}, "tenfold.E002"),
    ({**PUBLIC, "DEBUG": True}, {}, "tenfold.E003"),
    ({"ALLOWED_HOSTS": ["*"]}, {}, "tenfold.E004"),
    ({**PUBLIC, "HTTPS": False}, {}, "tenfold.W001"),
    ({"HTTPS": True, "NUM_PROXIES": 0}, {}, "tenfold.E005"),
    ({"NUM_PROXIES": -1}, {}, "tenfold.E006"),
    ({"CSRF_TRUSTED_ORIGINS": ["chat.example.org"]}, {}, "tenfold.E007"),
    ({"REDIS_URL": ""}, {"WEB_PROCESSES": "2"}, "tenfold.E008"),
    ({"DATABASE_URL": ""}, {"WEB_PROCESSES": "2"}, "tenfold.E009"),
    ({"DB_THREADS": 1}, {}, "tenfold.E010"),
    ({**PUBLIC, "TESTING": True}, {}, "tenfold.E011"),
    ({**PUBLIC, "BENCH": True}, {}, "tenfold.E011"),
]
ALL = (
    checks.check_secrets, checks.check_hosts, checks.check_proxies, checks.check_processes, checks.check_leftovers,
)  # fmt: skip


def found():
    return {message.id: message for check in ALL for message in check()}


@pytest.fixture(autouse=True)
def plain(settings, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("WEB_PROCESSES", raising=False)
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.DEBUG = settings.HTTPS = settings.BENCH = False
    settings.NUM_PROXIES = 0


def test_embedded_default_needs_no_advice():
    assert found() == {}


@pytest.mark.parametrize(("wrong", "environment", "code"), ADVICE, ids=[code for _, _, code in ADVICE])
def test_wrong_setting_is_named_with_a_way_out(wrong, environment, code, settings, monkeypatch):
    for name, value in wrong.items():
        setattr(settings, name, value)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert found()[code].hint


def test_public_instance_as_documented_needs_no_advice(settings, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x" * 50)
    monkeypatch.setenv("WEB_PROCESSES", "2")
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = ["chat.example.org"], ["https://chat.example.org"]
    settings.HTTPS, settings.NUM_PROXIES, settings.TESTING = True, 1, False
    settings.DATABASE_URL, settings.REDIS_URL = "postgres://x/y", "redis://x"
    assert found() == {}
