"""Redis as cache, without waiting for it: redis-py 8 retries by default, 3 to 5 s a call with the server away."""

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.retry import Retry


class _Client(RedisCacheClient):
    def __init__(self, servers, **options):
        options.setdefault("socket_timeout", 0.5)
        options.setdefault("socket_connect_timeout", 0.5)
        options.setdefault("retry", Retry(NoBackoff(), 1))
        super().__init__(servers, **options)


class FailFastRedisCache(RedisCache):
    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = _Client
