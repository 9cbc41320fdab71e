"""Clearing the cache takes what is ours, and nothing that others keep in the same Redis."""

import pytest
from django.conf import settings
from django.core.cache import cache

from core import limits


@pytest.mark.skipif(not settings.REDIS_URL, reason="needs REDIS_URL")
def test_clear_leaves_limits_and_the_keys_of_others():
    client = cache._cache.get_client(None, write=True)
    client.set("somebody-elses:1:mark", 1, ex=60)
    cache.set("mark", 1, 60)
    limits.reset()
    limits.check("export", 7, cost=3)
    cache.clear()
    assert cache.get("mark") is None
    assert client.get("somebody-elses:1:mark") is not None
    assert limits.take("export", 7) > 0
    client.delete("somebody-elses:1:mark")
