"""The life of one server process: start what runs beside the requests, serve, drain, stop."""

import asyncio
import gc
import logging
import random
import signal
import socket
import sys
from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string
from twisted.internet import reactor

from core import health, jsontext, runtime
from core.guard import body_cap
from core.hub import hub
from core.mailbox import frame
from core.server import Server

logger = logging.getLogger(__name__)

LAST_WORDS = 0.5  # s between the `bye` and the closing handshake: what was sent before is acknowledged in it
GONE_WITHIN = 10.0  # s that clients and running requests get to leave
RETURN_SPREAD_MS = 4_000  # clients come back spread over this time, to whichever process there is


class Process:
    """One server with its hub and writer. `is_draining` is what /readyz tells the load balancer."""

    def __init__(self) -> None:
        self.is_draining = False
        self.server: Server | None = None
        self._drain_task: asyncio.Task[None] | None = None

    def serve(self, server: Server, *, on_ready: Callable[[], None] | None = None) -> None:
        """Until SIGTERM or SIGINT; a second signal stops at once."""
        self.server = server
        health.is_draining = lambda: self.is_draining
        loop = reactor._asyncioEventloop
        asyncio.set_event_loop(loop)
        loop.run_until_complete(runtime.start())
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_signal)
        settle()
        if on_ready is not None:
            loop.call_soon(on_ready)
        server.run()

    def _on_signal(self) -> None:
        if self._drain_task is None:
            self._drain_task = asyncio.ensure_future(self.drain())
        else:
            self._stop()

    async def drain(self) -> None:
        """Let everybody go: no new connections, a `bye` with a time to come back, the running requests ended."""
        assert self.server is not None
        self.is_draining = True
        logger.info("server: draining %d sockets", len(self.server.open_sockets))
        self.server.stop_listening()
        say_goodbye("restart")
        await asyncio.sleep(LAST_WORDS)
        for protocol in self.server.open_sockets:
            protocol.wire.close(1012, "restart")
        loop = asyncio.get_running_loop()
        deadline = loop.time() + GONE_WITHIN
        while (self.server.open_sockets or self.server.running_requests) and loop.time() < deadline:
            await asyncio.sleep(0.1)
        try:
            await runtime.stop()
        finally:
            self._stop()

    def _stop(self) -> None:
        assert self.server is not None
        self.server.stop()


def make_server(sockets: list[socket.socket]) -> Server:
    """The server of this project's application (ASGI_APPLICATION), as the settings want it."""
    application = import_string(settings.ASGI_APPLICATION)
    return Server(application, sockets=sockets, body_cap=body_cap, num_proxies=settings.NUM_PROXIES)


def say_goodbye(reason: str) -> None:
    """Tell every client when to come back, each another time, so that they do not all arrive at once."""
    for connection in hub.connections:
        wait = random.randrange(RETURN_SPREAD_MS)  # noqa: S311  (jitter, no secret)
        payload = jsontext.encode({"event": "bye", "data": {"retry_after_ms": wait, "reason": reason}})
        connection.mailbox.put(payload, frame(payload))


def settle() -> None:
    """Keep the garbage collector away from what lives for ever, and let it look at the rest seldom.

    With Python's defaults a thousand people arriving cost those already there up to 150 ms at a time; with these, 5.
    And let the event loop and the writer's thread take turns ten times as often as Python would have them: each of
    the writer's dozen waits for the database ended with up to 5 ms of waiting for the interpreter.
    """
    sys.setswitchinterval(0.0005)
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


process = Process()
