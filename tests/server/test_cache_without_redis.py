"""The cache while Redis is away: quick, and in this process."""

import time

from core.cache import FailFastRedisCache


def test_cache_answers_from_this_process_while_redis_is_away():
    cache = FailFastRedisCache("redis://127.0.0.1:1/0", {})
    started = time.monotonic()
    assert cache.add("mark", 1, 60) is True
    assert cache.add("mark", 1, 60) is False
    assert cache.incr("mark") == 2
    cache.set_many({"a": 1, "b": 2}, 60)
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    cache.delete_many(["a"])
    assert cache.get("a", "gone") == "gone"
    assert time.monotonic() - started < 1
