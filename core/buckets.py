"""Leaky buckets that keep one number per key: GCRA, see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm.

The number is when the bucket will be empty again ("theoretical arrival time"). Taking pushes it `every` seconds on;
what would push it more than `burst` steps ahead of now is refused and changes nothing.
"""

import secrets
import threading
import time
from collections.abc import Hashable
from typing import cast

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)


class RedisIsAway(Exception):
    pass


class LocalBuckets:
    """In this process: about a microsecond each. Empty buckets are forgotten now and then."""

    MAX = 100_000

    def __init__(self) -> None:
        self._empty_at: dict[Hashable, float] = {}
        self._lock = threading.Lock()

    def take(self, key: Hashable, every: float, burst: float, cost: int) -> float:
        """0.0 when allowed, else the seconds to wait."""
        now = time.monotonic()
        with self._lock:
            empty_at = max(self._empty_at.get(key, now), now) + every * cost
            wait = empty_at - now - every * burst
            # Rounding must not refuse the last of a burst.
            if wait > 1e-6:
                return wait
            if key not in self._empty_at and len(self._empty_at) >= self.MAX:
                self._sweep(now)
            self._empty_at[key] = empty_at
        return 0.0

    def _sweep(self, now: float) -> None:
        kept = {key: at for key, at in self._empty_at.items() if at > now}
        # All of them full: a flood of keys. Half are forgiven, rather than memory growing without end.
        self._empty_at = dict(list(kept.items())[len(kept) // 2 :]) if len(kept) > self.MAX // 2 else kept

    def clear(self) -> None:
        with self._lock:
            self._empty_at.clear()


# Redis's clock, so that no two machines disagree; microseconds, since Lua's numbers are printed with 14 digits.
_TAKE = """
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local every, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local at = tonumber(redis.call('GET', KEYS[1]) or now)
if at < now then at = now end
at = at + every * cost
local wait = at - now - burst
if wait > 1 then return math.ceil(wait) end
redis.call('SET', KEYS[1], string.format('%.0f', at), 'PX', math.ceil((at - now) / 1000) + 1)
return 0
"""


class RedisBuckets:
    """Counted together by all processes, in one atomic step. Raises RedisIsAway, without waiting twice for it."""

    PAUSE_SECONDS = 3.0  # after a failure nobody waits for Redis again for so long

    def __init__(self, url: str, *, prefix: str) -> None:
        self._prefix = prefix
        self._client = redis.Redis.from_url(
            url, socket_timeout=0.3, socket_connect_timeout=0.3, retry=Retry(NoBackoff(), 0)
        )
        self._script = self._client.register_script(_TAKE)
        self._away_until = 0.0

    def take(self, key: str, every: float, burst: float, cost: int) -> float:
        if time.monotonic() < self._away_until:
            raise RedisIsAway
        micro = round(every * 1_000_000)
        try:
            wait = self._script(keys=[self._prefix + key], args=[micro, round(micro * burst), cost])
        except redis.RedisError as error:
            self._away_until = time.monotonic() + self.PAUSE_SECONDS
            log.warning("rate limits are counted per process: Redis is away", error=str(error)[:100])
            raise RedisIsAway from error
        return cast(int, wait) / 1_000_000

    def forget(self) -> None:
        """Begin anew, under other keys."""
        self._prefix += secrets.token_hex(4) + ":"
