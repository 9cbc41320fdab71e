"""WebSockets as this server takes them: a direct line out, bounded queues in, short messages parsed in one step."""

import asyncio
import time
from typing import Any

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

from core.limits import FRAME_BYTES
from core.wire import Wire

TEXT = 0x81  # FIN and opcode 1
MAX_QUEUED_FRAMES = 64  # taken from the client and not yet from the application
RESUME_AT = 16
STALL = 30  # s without a single byte taken by a client that has more than a buffer full to read
CLOSED_WITHIN = 5  # s from the end of the closing handshake to the end of the connection


class InboundQueue(asyncio.Queue):
    """What a client sent and the application has not taken yet. When it is long, the client waits."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def _put(self, item: Any) -> None:
        super()._put(item)
        if self.qsize() >= MAX_QUEUED_FRAMES:
            self._wire.pause_reading("queue")

    def _get(self) -> Any:
        item = super()._get()
        if self.qsize() == RESUME_AT:
            # Later, since taking up frames again puts into this queue.
            asyncio.get_running_loop().call_soon(self._wire.resume_reading, "queue")
        return item


class SocketProtocol(WebSocketProtocol):
    wire: Wire  # from connectionMade on
    data: bytes  # received and not yet parsed
    _closed_at = 0.0
    _buffered_before = 0
    _moved_at = 0.0

    def connectionMade(self) -> None:
        # The HTTP channel that took the request is still registered, and would be held in memory for good.
        self.transport.unregisterProducer()
        super().connectionMade()
        self.wire = Wire(self)
        self.transport.registerProducer(self.wire, True)

    def connectionLost(self, reason: Any = None) -> None:
        self.factory.server_class.http_factory.connection_closed(self.transport.getPeer())
        super().connectionLost(reason)

    def dataReceived(self, data: bytes) -> None:
        is_awaiting_accept = self.state == self.STATE_CONNECTING and hasattr(self, "handshake_deferred")
        if is_awaiting_accept or self.wire.is_held:
            self.data += data  # taken up by onOpen, or when the owner resumes
            if is_awaiting_accept and len(self.data) > FRAME_BYTES:
                self.wire.abort()
        else:
            self._dataReceived(data)

    def consumeData(self) -> None:
        if self.state not in (self.STATE_OPEN, self.STATE_CLOSING):
            super().consumeData()
            return
        while self.state != self.STATE_CLOSED and not self.wire.is_held and self.processData():
            pass

    def consume_held(self) -> None:
        if self.data and self.state in (self.STATE_OPEN, self.STATE_CLOSING):
            self.consumeData()

    def processData(self) -> bool:
        if self.current_frame is None and not self.inside_message and self.state == self.STATE_OPEN:
            text, end = whole_text_frame(self.data)
            if text is not None:
                self.data = self.data[end:]
                if self.autoPingTimeoutCall:
                    self._cancelAutoPingTimeoutCall()
                self._take(text)
                return bool(self.data)
        return super().processData()

    def _take(self, text: str) -> None:
        if not self.muted:
            self.last_ping = time.time()
            self.application_queue.put_nowait({"type": "websocket.receive", "text": text})

    def onAutoPingTimeout(self) -> None:
        if self.wire.is_held:  # its pong may lie unread, because we do not read
            self.autoPingTimeoutCall = self.autoPingPending = None
        else:
            super().onAutoPingTimeout()

    def check_timeouts(self) -> None:
        """Every 2 s: ping, and let go of clients that neither read nor leave."""
        now = time.time()
        if self.state == self.STATE_CLOSED:
            self._closed_at = self._closed_at or now
            if now - self._closed_at > CLOSED_WITHIN and self.transport.connected:
                self.wire.abort()
            return
        if self.autoPingTimeoutCall:
            self.last_ping = now  # one ping at a time: the pong to a second one would leave the first's timer running
        if self.wire.is_full:
            buffered = self.wire.buffered
            if buffered != self._buffered_before:
                self._buffered_before, self._moved_at = buffered, now
            elif now - self._moved_at > STALL:
                self.wire.abort()
        super().check_timeouts()


def whole_text_frame(data: bytes) -> tuple[str | None, int]:
    """The text of the frame that `data` begins with, and where it ends; None when it takes the long way to tell.

    A message of a chat nearly always arrives as one masked text frame in one piece. Autobahn's general parser needs
    ten times as long for it. Whatever is not exactly this (fragments, control frames, violations) is left to it.
    """
    if len(data) < 6 or data[0] != TEXT:
        return None, 0
    length = data[1] - 128
    start = 6
    if length == 126:
        length = int.from_bytes(data[2:4], "big")
        start = 8
        if length < 126:
            return None, 0
    end = start + length
    if not 0 < length <= FRAME_BYTES or data[1] == 255 or len(data) < end:
        return None, 0
    key = data[start - 4 : start] * (length // 4 + 1)
    mask = int.from_bytes(key[:length], "big")
    payload = (int.from_bytes(data[start:end], "big") ^ mask).to_bytes(length, "big")
    try:
        return payload.decode("utf-8"), end
    except UnicodeDecodeError:
        return None, 0


class SocketFactory(WebSocketFactory):
    protocol = SocketProtocol
    noisy = False
