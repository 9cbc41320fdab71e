"""Guessing passwords from many addresses: slowed down, never refused, so that nobody can lock out another.

Each address has its own limit per account (config/allauth.py). This here counts the failures of one account over all
addresses. Beyond the free ones each further try waits, longer and longer, unless it comes from an address where the
account is signed in already. Sign-in by passkey or by code is not touched at all.
"""

import hashlib
import threading
import time

from django.core.cache import cache

from core.errors import RateLimited

FREE_FAILURES = 10
WINDOW_SECONDS = 15 * 60
MAX_DELAY_SECONDS = 4.0
_waiting = threading.BoundedSemaphore(4)  # threads that sleep here serve nobody else


def _key(account: str) -> str:
    return f"login-failures:{hashlib.sha256(account.encode()).hexdigest()[:32]}"


def count_failure(account: str) -> None:
    key = _key(account)
    if not cache.add(key, 1, WINDOW_SECONDS):
        try:
            cache.incr(key)
        except ValueError:  # expired in between
            cache.add(key, 1, WINDOW_SECONDS)


def failures(account: str) -> int:
    return cache.get(_key(account), 0)


def delay_for(failure_count: int) -> float:
    """Seconds: 0 for the free ones, then 0.5, 1, 2, 4, 4, …"""
    if failure_count < FREE_FAILURES:
        return 0.0
    return min(0.5 * 2 ** min(failure_count - FREE_FAILURES, 10), MAX_DELAY_SECONDS)


def wait_before_trying(account: str) -> None:
    """Raises RateLimited when too many are waiting already."""
    delay = delay_for(failures(account))
    if not delay:
        return
    if not _waiting.acquire(blocking=False):
        raise RateLimited(retry_after=int(MAX_DELAY_SECONDS))
    try:
        time.sleep(delay)
    finally:
        _waiting.release()
