"""Threads of our own for the database: as many as there are pooled connections.

Channels' own helper puts all sockets on one thread, where one slow query of one socket delays every other.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import connections

P = ParamSpec("P")
R = TypeVar("R")

_pools: dict[str, ThreadPoolExecutor] = {}


def _pool(name: str, size: int) -> ThreadPoolExecutor:
    if name not in _pools:
        _pools[name] = ThreadPoolExecutor(max_workers=size, thread_name_prefix=name)
    return _pools[name]


def database_pool() -> ThreadPoolExecutor:
    return _pool("database", settings.DB_THREADS)


def writer_pool() -> ThreadPoolExecutor:
    """One thread: the group commit writer's. Its batches never queue behind reads."""
    return _pool("writer", 1)


def with_connection_care(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run it, and give a broken connection back, so that the next call starts with a sound one."""
    try:
        return function(*args, **kwargs)
    finally:
        for connection in connections.all(initialized_only=True):
            if connection.errors_occurred and not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()


async def in_database(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run synchronous database work off the event loop."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(database_pool(), lambda: with_connection_care(function, *args, **kwargs))


def shut_down() -> None:
    """Stop the threads and close the connections they held (tests, and the end of a process)."""
    for name in list(_pools):
        pool = _pools.pop(name)
        # Django keeps connections per thread: each closes its own, and none takes a second turn before all had one.
        everybody = threading.Barrier(max(1, len(pool._threads)))
        for future in [pool.submit(_close_with, everybody) for _ in range(everybody.parties)]:
            future.result(timeout=15)
        pool.shutdown(wait=True)


def _close_with(everybody: threading.Barrier) -> None:
    everybody.wait(timeout=10)
    connections.close_all()
