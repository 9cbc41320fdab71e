"""What stands before Django: a cap on requests in flight, an honest and early no, the health of the process.

Django runs each synchronous view in a thread of its own, as many as requests come. Above some tens of them the
database has no connection left, and everybody waits for everybody. So a request waits here, briefly and without a
thread, until it is its turn, or is told when to come back.
"""

import asyncio
import json
import random
import re
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from django.utils.translation import gettext as _

from core import health, metrics
from core.limits import AVATAR_BYTES, IMPORT_BYTES, PHOTO_BYTES, UPLOAD_CHUNK_BYTES

IN_FLIGHT = 32  # requests that Django works on at once, in one process
RESERVED = 8  # of them for urgent ones only
QUEUE = 64
WAIT = 0.5  # s

FORM = 256 * 1024  # bytes around and beside a file in a form
BODY_CAP = UPLOAD_CHUNK_BYTES + FORM
# Larger ones come whole: pictures before they are made small, and spreadsheets.
BODY_CAPS: tuple[tuple[re.Pattern[bytes], int], ...] = (
    (re.compile(rb"/api/v1/(me|chats/\d+)/photo$"), AVATAR_BYTES + FORM),
    (re.compile(rb"/settings/"), AVATAR_BYTES + FORM),
    (re.compile(rb"/api/v1/market/my-shop/photo$"), AVATAR_BYTES + FORM),
    (re.compile(rb"/api/v1/market/listings/\d+/photos$"), PHOTO_BYTES + FORM),
    (re.compile(rb"/api/v1/market/imports$"), IMPORT_BYTES + FORM),
)

# Sending, catching up and leaving are what people do when everything else is on fire.
URGENT = re.compile(
    r"/api/v1/(chats/\d+/(messages|changes|read)|sync|socket-ticket|me/devices(/\w+)?)$"
    r"|/accounts/logout/$|/_allauth/\w+/v1/auth/session$"
)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def body_cap(method: bytes, target: bytes) -> int:
    """The largest body that a request to this target may bring, in bytes."""
    path = target.partition(b"?")[0]
    return next((cap for pattern, cap in BODY_CAPS if pattern.match(path)), BODY_CAP)


class Admission:
    """Who may go on to Django now. Urgent requests may use all places, others leave the reserved ones free."""

    def __init__(self, *, places: int = IN_FLIGHT, reserved: int = RESERVED, queue: int = QUEUE) -> None:
        self.in_flight = 0
        self._places, self._reserved, self._queue = places, reserved, queue
        self._waiting: dict[bool, deque[asyncio.Future[bool]]] = {True: deque(), False: deque()}

    @property
    def queued(self) -> int:
        return sum(len(line) for line in self._waiting.values())

    def _has_place(self, is_urgent: bool) -> bool:
        return self.in_flight < self._places - (0 if is_urgent else self._reserved)

    async def enter(self, is_urgent: bool, wait: float = WAIT) -> bool:
        """True: a place is taken, leave() must follow. False: there was none in time."""
        line = self._waiting[is_urgent]
        if self._has_place(is_urgent) and not line:
            self.in_flight += 1
            return True
        if self.queued >= self._queue:
            return False
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[bool] = loop.create_future()
        line.append(turn)
        timer = loop.call_later(wait, _settle, turn, False)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                self.leave()
            raise
        finally:
            timer.cancel()
            if turn in line:
                line.remove(turn)

    def leave(self) -> None:
        self.in_flight -= 1
        for is_urgent in (True, False):
            line = self._waiting[is_urgent]
            while line and self._has_place(is_urgent):
                turn = line.popleft()
                if not turn.done():
                    self.in_flight += 1
                    turn.set_result(True)


def _settle(turn: "asyncio.Future[bool]", value: bool) -> None:
    if not turn.done():
        turn.set_result(value)


class Guard:
    def __init__(self, application: Any) -> None:
        self.application = application
        self.admission = Admission()
        self._running: set[asyncio.Task[None]] = set()
        metrics.in_flight.set_function(lambda: self.admission.in_flight)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        path = scope["path"]
        if answer := await health.answer(scope):
            await _reply(send, *answer)
            return
        if not await self.admission.enter(bool(URGENT.match(path))):
            metrics.rejected.inc()
            await _refuse(send)
            return
        passage = Passage(receive, send, self.admission.leave)
        task = asyncio.ensure_future(self._run(scope, passage))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        # Shielded: a client that leaves, or a server in a hurry, must not stop a view between two of its steps.
        await asyncio.shield(task)

    async def _run(self, scope: dict[str, Any], passage: "Passage") -> None:
        try:
            await self.application(scope, passage.receive, passage.send)
        finally:
            passage.leave()


class Passage:
    """One admitted request: keeps its place until the view is done, not until the last byte of a download is read."""

    def __init__(self, receive: Receive, send: Send, leave: Callable[[], None]) -> None:
        self._receive, self._send, self._leave = receive, send, leave
        self._has_left = False
        self._is_answering = asyncio.Event()

    def leave(self) -> None:
        if not self._has_left:
            self._has_left = True
            self._leave()

    async def receive(self) -> dict[str, Any]:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            # Django cancels the view on this. Work that began is finished; only an answer may be cut short.
            await self._is_answering.wait()
        return message

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._is_answering.set()
        elif message.get("more_body"):
            self.leave()
        await self._send(message)


async def _reply(
    send: Send, status: int, content_type: str, body: bytes, extra: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _refuse(send: Send) -> None:
    seconds = random.randint(1, 4)  # noqa: S311  (jitter, no secret)
    problem = {
        "type": "about:blank", "title": "overloaded", "status": 503, "code": "overloaded",
        "detail": _("Very many people are here right now. Trying again in a moment."), "retry_after": seconds,
    }  # fmt: skip
    retry = (b"retry-after", b"%d" % seconds)
    await _reply(send, 503, "application/problem+json", json.dumps(problem).encode(), (retry,))
