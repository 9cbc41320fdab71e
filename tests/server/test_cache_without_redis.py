"""The cache while Redis is away: quick, empty, and nobody's request fails for it."""

import time

import pytest

from core.cache import FailFastRedisCache


def test_cache_is_empty_and_quick_while_redis_is_away():
    cache = FailFastRedisCache("redis://127.0.0.1:1/0", {})
    started = time.monotonic()
    assert cache.add("mark", 1, 60) is True
    assert cache.get("mark") is None
    with pytest.raises(ValueError, match="not found"):
        cache.incr("mark")
    cache.set_many({"a": 1, "b": 2}, 60)
    assert cache.get_many(["a", "b", "c"]) == {}
    cache.delete_many(["a"])
    assert cache.get("a", "gone") == "gone"
    assert time.monotonic() - started < 1
