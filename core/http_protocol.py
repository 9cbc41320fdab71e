"""HTTP as this server takes it: absolute deadlines, bodies judged at their headers, answers at the reader's pace."""

import asyncio
import ipaddress
import json
from collections import Counter
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from django.utils.translation import gettext_lazy as _
from twisted.web import http

from core.addresses import address_block

HEADERS_WITHIN = 10  # s, from the first byte of a request to the end of its headers
IDLE_BEFORE_REQUEST = 20  # s, a new connection that says nothing at all
SLOWEST_BODY = 8 * 1024  # bytes/s, on average, below which a body is given up
STALL = 60  # s without a single byte taken by the reader of an answer
LINGER = 2  # s to let a refused client read why


class Channel(http.HTTPChannel):
    """One connection. Deadlines are absolute: a byte now and then does not extend them."""

    factory: "Factory"
    length: int | None  # announced; None: in chunks
    timeOut = 75  # s idle between two requests; proxies keep theirs for 60
    _deadline: Any = None
    _is_refused = False
    _waiter: "asyncio.Future[None] | None" = None
    is_full = False

    def connectionMade(self) -> None:
        super().connectionMade()
        self._expect_within(IDLE_BEFORE_REQUEST)

    def connectionLost(self, reason: Any) -> None:
        self._stop_deadline()
        self._release_waiter()
        self.factory.connection_closed(self.transport.getPeer())
        super().connectionLost(reason)

    def dataReceived(self, data: bytes) -> None:
        super().dataReceived(data)
        is_amid_request = (self.requests or self._buffer) and not self._handlingRequest
        if is_amid_request and self._deadline is None and not self._is_refused:
            self._expect_within(HEADERS_WITHIN)

    def allHeadersReceived(self) -> None:
        self._stop_deadline()
        cap = self.factory.body_cap(self._command, self._path)
        self.requests[-1].body_cap = cap
        if self.length is not None and self.length > cap:
            self.refuse(413, "too_large", _("That is too large."), limit=cap)
            self.length = None  # leads into raw mode, where what still comes is thrown away
            return
        if self.length != 0:
            self._expect_within(HEADERS_WITHIN + (cap if self.length is None else self.length) / SLOWEST_BODY)
        super().allHeadersReceived()

    def allContentReceived(self) -> None:
        self._stop_deadline()
        super().allContentReceived()

    def rawDataReceived(self, data: bytes) -> None:
        if not self._is_refused:
            super().rawDataReceived(data)

    def refuse(self, status: int, code: str, detail: Any, **extra: Any) -> None:
        """Answer before the request is complete, close, and read on for a moment so that the answer arrives."""
        if self._is_refused:
            return
        self._is_refused = True
        title = http.RESPONSES.get(status, b"Error")
        problem = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": str(detail), **extra}
        body = json.dumps(problem).encode()
        head = b"HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\n" % (status, title)
        self.transport.write(head + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
        self._networkProducer.unregisterProducer()
        self.transport.loseWriteConnection()
        self._stop_deadline()
        self._deadline = self.callLater(LINGER, self.transport.abortConnection)

    def _expect_within(self, seconds: float) -> None:
        self._stop_deadline()
        self._deadline = self.callLater(seconds, self._deadline_passed)

    def _stop_deadline(self) -> None:
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()
        self._deadline = None

    def _deadline_passed(self) -> None:
        self._deadline = None
        if self.requests or self._buffer:
            self.refuse(408, "too_slow", _("The request took too long to arrive."))
        else:
            self.transport.abortConnection()

    # The transport's calls when the reader of our answers falls behind, and when it has caught up.

    def pauseProducing(self) -> None:
        self.is_full = True
        super().pauseProducing()

    def resumeProducing(self) -> None:
        self.is_full = False
        self._release_waiter()
        super().resumeProducing()

    async def drained(self) -> None:
        """Return when the reader has taken what was written, or is gone."""
        if self.is_full and self.transport.connected:
            if self._waiter is None:
                self._waiter = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._waiter)

    def _release_waiter(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)


class Request(WebRequest):
    """Daphne's request, without its second reading of forms, and with a body that cannot outgrow its cap."""

    body_cap = 0
    _received = 0
    _buffered_before = -1
    _moved_at = 0.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parsePOSTFormSubmission = False  # Django parses forms; twice is work and memory for an attacker to order

    def handleContentChunk(self, data: bytes) -> None:
        self._received += len(data)
        if self._received > self.body_cap:  # only a chunked body gets here, its length was not announced
            self.channel.refuse(413, "too_large", _("That is too large."), limit=self.body_cap)
        else:
            super().handleContentChunk(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        if not self.channel._is_refused:
            super().requestReceived(command, path, version)

    def process(self) -> Any:
        self.requestHeaders.removeHeader(b"daphne-root-path")  # anybody could set it, and reach /x/admin/ as /admin/
        return super().process()

    def check_timeouts(self) -> None:
        """Every 2 s: give up on a reader that has not taken a byte of its answer for a minute."""
        super().check_timeouts()
        channel = getattr(self, "channel", None)  # Twisted deletes it at the end of the answer
        if channel is None or not channel.is_full:
            self._buffered_before = -1
            return
        transport = channel.transport
        buffered = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
        now = asyncio.get_running_loop().time()
        if buffered != self._buffered_before:
            self._buffered_before, self._moved_at = buffered, now
        elif now - self._moved_at > STALL:
            transport.abortConnection()


class Factory(HTTPFactory):
    """Makes connections, and refuses those above the number one address, or all together, may hold."""

    protocol = Channel
    noisy = False

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.body_cap = server.body_cap
        self._open: Counter[str] = Counter()
        self.open_connections = 0

    def buildProtocol(self, addr: Any) -> Channel | None:
        group = address_group(addr)
        if self.open_connections >= self.server.max_connections:
            return None
        if group and self._open[group] >= self.server.max_connections_per_address:
            return None
        self._open[group] += 1
        self.open_connections += 1
        channel: Any = http.HTTPFactory.buildProtocol(self, addr)
        channel.requestFactory = Request
        channel.timeOut = Channel.timeOut
        return channel

    def connection_closed(self, addr: Any) -> None:
        group = address_group(addr)
        self.open_connections -= 1
        self._open[group] -= 1
        if self._open[group] <= 0:
            del self._open[group]

    def acceptableProtocols(self) -> list[bytes]:
        return [b"http/1.1"]


def address_group(addr: Any) -> str:
    """The address that a connection counts for: a /64 of IPv6; "" for this machine, which is not limited."""
    host = getattr(addr, "host", "")
    try:
        is_here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        return ""
    return "" if is_here else address_block(host)
