"""Password hashing with modest memory: Django's Argon2 default takes 100 MiB for each attempt, a gift to attackers."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher

from core.errors import Unavailable

# A storm of sign-ins may keep so many cores busy and no more; the rest of them waits, then gets an honest 503.
CONCURRENT = max(1, (os.cpu_count() or 2) // 2)
WAIT_SECONDS = 3.0
_slots = threading.BoundedSemaphore(CONCURRENT)


@contextmanager
def hashing_slot() -> Iterator[None]:
    """Raises Unavailable("busy") when no slot comes free in time."""
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("busy", retry_after=5)
    try:
        yield
    finally:
        _slots.release()


class ModestArgon2(Argon2PasswordHasher):
    """OWASP's parameters for Argon2id: 19 MiB, 2 passes, 1 lane."""

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with hashing_slot():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with hashing_slot():
            return super().verify(password, encoded)
