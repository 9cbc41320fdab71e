"""With Redis away people still sign in and use the API: the cache is empty, nothing fails for it."""

import pytest
from django.core.cache import cache, caches
from rest_framework.test import APIClient

from tests.accounts.conftest import APP
from tests.conftest import PASSWORD


@pytest.fixture
def no_redis(settings):
    settings.CACHES = {
        "default": {"BACKEND": "core.cache.FailFastRedisCache", "LOCATION": "redis://127.0.0.1:1/0", "KEY_PREFIX": "x"}
    }
    yield
    del caches["default"]


def test_reads_miss_and_writes_are_lost(no_redis):
    cache.set("a", 1)
    assert cache.get("a") is None
    assert cache.get("a", "instead") == "instead"
    assert cache.add("a", 1) is True
    assert cache.get_many(["a"]) == {}
    assert cache.delete("a") is False
    cache.set_many({"a": 1})
    cache.delete_many(["a"])
    with pytest.raises(ValueError):
        cache.incr("a")


def test_people_still_sign_in(alice, no_redis):
    answer = APIClient().post(f"{APP}/auth/login", {"username": "alice", "password": PASSWORD}, format="json")
    assert answer.status_code == 200
    token = answer.json()["meta"]["session_token"]
    assert APIClient().get("/api/v1/me", headers={"X-Session-Token": token}).status_code == 200
    wrong = APIClient().post(f"{APP}/auth/login", {"username": "alice", "password": "wrong"}, format="json")
    assert wrong.status_code == 400
