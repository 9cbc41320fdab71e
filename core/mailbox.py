"""What one socket still has to be told: bounded, so that one slow reader costs nobody else anything."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

MAX_EVENTS = 256
MAX_BYTES = 512 * 1024
STALL_SECONDS = 30.0


class Wire(Protocol):
    """The server's direct way to the socket; see core/server.py."""

    buffered: int

    def send_frame(self, frame: bytes) -> None: ...
    def abort(self) -> None: ...


class Mailbox:
    """Sends at once while the socket takes it, queues while it does not.

    Half full: droppable events (typing, presence) go. Full: the queue is forgotten and one `resync` stands for it,
    for every client can repair any gap by itself. Not drained for 30 s: the socket is closed.
    """

    __slots__ = ("_bytes", "_is_resync_due", "_pump", "_queue", "_send", "_since", "_wire", "is_closed")

    def __init__(self, send: Callable[[dict[str, Any]], Awaitable[None]], wire: Any = None) -> None:
        self._send = send
        self._wire = wire
        self._queue: deque[bytes] = deque()
        self._bytes = 0
        self._is_resync_due = False
        self._since = 0.0  # when the queue last began to wait
        self._pump: asyncio.Task[None] | None = None
        self.is_closed = False
        if wire is not None:
            wire.on_drain = self.drain

    @property
    def depth(self) -> int:
        return len(self._queue)

    @property
    def has_wire(self) -> bool:
        return self._wire is not None

    def put(self, payload: bytes, frame: bytes | None = None, *, is_droppable: bool = False) -> None:
        """`payload` is the JSON text; `frame` the same as a ready WebSocket frame, used where the server takes one."""
        if self.is_closed:
            return
        if self._wire is not None and frame is not None:
            if not self._queue and self._wire.buffered == 0:
                self._wire.send_frame(frame)
                return
            payload = frame
        self._enqueue(payload, is_droppable)

    def _enqueue(self, payload: bytes, is_droppable: bool) -> None:
        if self._is_resync_due and (is_droppable or len(self._queue) >= MAX_EVENTS):
            return
        if is_droppable and (len(self._queue) >= MAX_EVENTS // 2 or self._bytes >= MAX_BYTES // 2):
            return
        if len(self._queue) >= MAX_EVENTS or self._bytes + len(payload) > MAX_BYTES:
            self._queue.clear()
            self._bytes = 0
            self._is_resync_due = True
            return
        if not self._queue:
            self._since = time.monotonic()
        self._queue.append(payload)
        self._bytes += len(payload)
        if self._wire is None:
            self._start_pump()

    def is_stalled(self, now: float) -> bool:
        """Has the socket taken nothing for 30 s although something waits?"""
        return bool(self._queue or self._is_resync_due) and now - self._since > STALL_SECONDS

    def close(self) -> None:
        self.is_closed = True
        self._queue.clear()
        self._bytes = 0
        if self._pump is not None:
            self._pump.cancel()

    def abort(self) -> None:
        """Cut the connection without a close handshake: the other side is not reading."""
        self.close()
        if self._wire is not None:
            self._wire.abort()

    # --- with a wire: the server calls drain() when its buffer is empty ---

    def drain(self) -> None:
        while self._queue and self._wire.buffered == 0:
            payload = self._queue.popleft()
            self._bytes -= len(payload)
            self._wire.send_frame(payload)
            self._since = time.monotonic()
        if self._is_resync_due and not self._queue and self._wire.buffered == 0:
            self._is_resync_due = False
            self._wire.send_frame(RESYNC_FRAME)

    # --- without one (tests, other servers): a task hands the queue to ASGI's send ---

    def _start_pump(self) -> None:
        if self._pump is None or self._pump.done():
            self._pump = asyncio.get_running_loop().create_task(self._run_pump())

    async def _run_pump(self) -> None:
        while self._queue:
            payload = self._queue.popleft()
            self._bytes -= len(payload)
            await self._send({"type": "websocket.send", "text": payload.decode()})
            self._since = time.monotonic()
            if self._is_resync_due and not self._queue:
                self._is_resync_due = False
                await self._send({"type": "websocket.send", "text": RESYNC.decode()})


def frame(payload: bytes) -> bytes:
    """A complete unmasked text frame (RFC 6455, 5.2), as servers send them; built once for all receivers."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


RESYNC = b'{"event":"resync","data":{}}'
RESYNC_FRAME = frame(RESYNC)
