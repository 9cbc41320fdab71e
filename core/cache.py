"""Redis as cache, without waiting for it: redis-py 8 retries by default, 3 to 5 s a call with the server away.

With Redis away it is an empty cache: every read misses, every write is lost, and nobody's request fails for it. What
must be counted even then is in core/limits.py.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = structlog.get_logger(__name__)


def batched(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    source = iter(values)
    while found := list(islice(source, size)):
        yield found


class _Client(RedisCacheClient):
    """Each method answers what it would of an empty cache."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        options.setdefault("socket_timeout", 0.5)
        options.setdefault("socket_connect_timeout", 0.5)
        options.setdefault("retry", Retry(NoBackoff(), 1))
        super().__init__(servers, **options)

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        return self._or(True, super().add, key, value, timeout)

    def get(self, key: Any, default: Any) -> Any:
        return self._or(default, super().get, key, default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._or(None, super().set, key, value, timeout)

    def touch(self, key: Any, timeout: Any) -> bool:
        return self._or(False, super().touch, key, timeout)

    def delete(self, key: Any) -> bool:
        return self._or(False, super().delete, key)

    def get_many(self, keys: Any) -> Any:
        return self._or({}, super().get_many, keys)

    def has_key(self, key: Any) -> bool:
        return self._or(False, super().has_key, key)

    def incr(self, key: Any, delta: Any) -> int:
        """Raises ValueError, as for a key that is not there."""
        if (value := self._or(None, super().incr, key, delta)) is None:
            raise ValueError(f"Key '{key}' not found.")
        return value

    def set_many(self, data: Any, timeout: Any) -> None:
        self._or(None, super().set_many, data, timeout)

    def delete_many(self, keys: Any) -> None:
        self._or(None, super().delete_many, keys)

    def clear_matching(self, pattern: str) -> None:
        self._or(None, self._delete_matching, pattern)

    def _delete_matching(self, pattern: str) -> None:
        client = self.get_client(None, write=True)
        for keys in batched(client.scan_iter(match=pattern, count=1000), 1000):
            client.delete(*keys)

    @staticmethod
    def _or(instead: Any, call: Any, *arguments: Any) -> Any:
        try:
            return call(*arguments)
        except RedisError as error:
            log.warning("cache_away", error=type(error).__name__)
            return instead


class FailFastRedisCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def clear(self) -> None:
        """Of our own keys alone: Django's clear() is FLUSHDB, which takes limits and everybody else's keys along."""
        client: Any = self._cache
        client.clear_matching(self.make_key("*"))
