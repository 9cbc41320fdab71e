"""The least there is of a WebSocket client: a load generator must not be what is measured."""

import asyncio
import base64
import os
from collections.abc import Callable
from urllib.parse import urlsplit

OnText = Callable[["Client", bytes], None]


class Client(asyncio.Protocol):
    """One signed-in socket. `on_text(client, payload)` gets each message; `greeted` is done with the `hello`."""

    def __init__(self, session: str, host: str, on_text: OnText) -> None:
        self.on_text = on_text
        self.is_open = False
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None
        self._session, self._host = session, host
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /ws/v1 HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"X-Session-Token: {self._session}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self.is_open:
            head, separator, rest = self._buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._fail(head.split(b"\r\n")[0].decode())
                return
            self.is_open = True
            self._buffer = rest
        self._take_frames()

    def _take_frames(self) -> None:
        buffer, at, size = self._buffer, 0, len(self._buffer)
        while size - at >= 2:
            opcode, length, start = buffer[at], buffer[at + 1], at + 2
            if length == 126:
                if size - at < 4:
                    break
                length, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            elif length == 127:
                if size - at < 10:
                    break
                length, start = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
            if size < start + length:
                break
            payload = buffer[start : start + length]
            at = start + length
            if opcode == 0x81:
                if not self.greeted.done() and b'"hello"' in payload[:40]:
                    self.greeted.set_result(None)
                self.on_text(self, payload)
            elif opcode == 0x89:
                self._write(0x8A, payload)
            elif opcode == 0x88:
                self._fail(f"closed by the server: {payload!r}")
        self._buffer = buffer[at:]

    def connection_lost(self, error: Exception | None) -> None:
        self._fail("connection lost")

    def _fail(self, reason: str) -> None:
        self.is_open = False
        if not self.greeted.done():
            self.greeted.set_exception(ConnectionError(reason))

    def send(self, text: bytes) -> None:
        self._write(0x81, text)

    def _write(self, opcode: int, payload: bytes) -> None:
        """Masked, as clients must, with a mask of zeros: the payload stays as it is."""
        assert self.transport is not None
        length = len(payload)
        if length < 126:
            head = bytes((opcode, 0x80 | length))
        elif length < 65536:
            head = bytes((opcode, 0xFE)) + length.to_bytes(2, "big")
        else:
            head = bytes((opcode, 0xFF)) + length.to_bytes(8, "big")
        self.transport.write(head + b"\0\0\0\0" + payload)

    def drop(self) -> None:
        """As when the network goes: no close handshake."""
        assert self.transport is not None
        self.is_open = False
        self.transport.abort()


async def connect(url: str, session: str, on_text: OnText) -> Client:
    """A client that has been greeted. Raises ConnectionError."""
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(
        lambda: Client(session, parts.netloc, on_text), parts.hostname, parts.port or 80
    )
    await client.greeted
    return client


async def connect_all(url: str, sessions: list[str], on_text: OnText, *, at_once: int = 50) -> list[Client]:
    """All of them, `at_once` at a time, in the order of the sessions."""
    gate = asyncio.Semaphore(at_once)

    async def one(session: str) -> Client:
        async with gate:
            return await connect(url, session, on_text)

    return await asyncio.gather(*(one(session) for session in sessions))
