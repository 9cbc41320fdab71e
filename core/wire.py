"""The shortest way from a ready frame to a socket.

Daphne frames every send again for every socket and leaves the write to the reactor's next turn. A push to two hundred
people is the same bytes two hundred times: they are framed once (core.mailbox.frame), and Wire writes them at once.
"""

from collections.abc import Callable
from typing import Any

from twisted.internet import tcp, unix


def _always() -> bool:
    return True


class Wire:
    """One socket's direct line, found by a consumer in `scope["extensions"]["tenfold.wire"]`.

    It may be used from the event loop's thread only. While bytes are `buffered`, the owner keeps its frames;
    `on_drain` is called each time the last of them has left for the kernel. Frames sent before the opening handshake
    ended or after the closing one began vanish.
    """

    __slots__ = ("_held", "_protocol", "_socket", "_transport", "is_full", "on_drain")

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self._transport = protocol.transport
        # With any byte left over the transport pauses its producer, us; so it also tells us when none is left.
        self._transport._isSendBufferFull = _always
        # Only a plain socket may be written to behind the transport's back; under TLS that would be clear text.
        is_plain = type(self._transport) in (tcp.Server, unix.Server) and not getattr(self._transport, "TLS", False)
        self._socket = self._transport.socket if is_plain else None
        self._held: set[str] = set()
        self.is_full = False
        self.on_drain: Callable[[], None] | None = None

    @property
    def is_open(self) -> bool:
        return self._protocol.state == self._protocol.STATE_OPEN

    @property
    def buffered(self) -> int:
        """Bytes that the kernel has not taken yet."""
        transport = self._transport
        if self._socket is None:
            return int(self.is_full)
        return len(transport.dataBuffer) - transport.offset + transport._tempDataLen

    def send_frame(self, payload: bytes) -> None:
        """Write a ready frame: into the kernel when nothing waits before it, else behind what waits."""
        transport = self._transport
        if self._protocol.state != self._protocol.STATE_OPEN or not transport.connected:
            return
        if self._socket is not None and not transport._tempDataLen and not transport.dataBuffer:
            try:
                sent = self._socket.send(payload)
            except OSError:  # full, or broken: the transport meets the same error and knows what to do
                sent = 0
            if sent == len(payload):
                return
            payload = payload[sent:]
        transport.write(payload)

    def pause_reading(self, reason: str = "owner") -> None:
        """Stop taking frames from the client, until each reason to stop is gone again."""
        self._held.add(reason)
        self._transport.pauseProducing()

    def resume_reading(self, reason: str = "owner") -> None:
        if reason in self._held:
            self._held.discard(reason)
            if not self._held:
                self._transport.resumeProducing()
                self._protocol.consume_held()

    @property
    def is_held(self) -> bool:
        return bool(self._held)

    def close(self, code: int, reason: str = "") -> None:
        """Begin the closing handshake. Also with the codes (1001, 1012, 1013) that Autobahn keeps from applications."""
        if self.is_open:
            self._protocol.sendCloseFrame(code=code, reasonUtf8=reason.encode()[:123])

    def abort(self) -> None:
        """Drop the connection with whatever was still to be sent."""
        self._transport.abortConnection()

    # What the transport calls on the producer of its data (IPushProducer).

    def pauseProducing(self) -> None:
        self.is_full = True

    def resumeProducing(self) -> None:
        self.is_full = False
        if self.on_drain is not None:
            self.on_drain()

    def stopProducing(self) -> None:
        self.on_drain = None
