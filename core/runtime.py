"""What runs beside the requests of one server process: hub, writer, accumulators. Started once per event loop."""

import asyncio
from collections.abc import Awaitable, Callable

Hook = Callable[[], Awaitable[None]]
_on_start: list[Hook] = []
_on_stop: list[Hook] = []
_loop: asyncio.AbstractEventLoop | None = None


def on_start(hook: Hook) -> Hook:
    """Register a coroutine function that start() awaits, in the order of registration."""
    _on_start.append(hook)
    return hook


def on_stop(hook: Hook) -> Hook:
    """The reverse; in reverse order."""
    _on_stop.append(hook)
    return hook


def loop() -> asyncio.AbstractEventLoop | None:
    """The loop of this process's server, or None in a worker or a command."""
    return _loop if _loop is not None and _loop.is_running() else None


async def start() -> None:
    """Idempotent within one loop. A server calls it before it listens; the first socket does otherwise (tests)."""
    global _loop
    running = asyncio.get_running_loop()
    if _loop is running:
        return
    _loop = running
    for hook in _on_start:
        await hook()


async def stop() -> None:
    global _loop
    if _loop is None:
        return
    for hook in reversed(_on_stop):
        await hook()
    _loop = None
