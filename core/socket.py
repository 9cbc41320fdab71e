"""The one WebSocket consumer: authenticate, dispatch declared commands, forward what the hub brings.

It has no channel layer of its own (the hub has one for the whole process), and no database work happens on the
event loop. A bad frame is answered, never fatal; only a flood closes the socket.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.http import HttpRequest
from django.utils import translation

from core import commands, jsontext, limits, runtime, tickets
from core.commands import Command
from core.errors import DomainError, Invalid, RateLimited, Unavailable, from_exception
from core.executor import in_database
from core.gather import Gather
from core.hub import Connection, hub
from core.mailbox import Mailbox, frame

logger = logging.getLogger(__name__)

FRAMES_PER_SECOND = 50.0
FRAME_BURST = 200.0
FLOOD = 1_000  # refused frames after which the socket is closed
CHECK_SECONDS = 5.0

# What other apps add to the greeting, and do when a socket comes or goes: called with the socket, on the loop.
hello_extras: list[Callable[["Socket"], dict[str, Any]]] = []
on_connected: list[Callable[["Socket"], None]] = []
on_disconnected: list[Callable[["Socket"], None]] = []


_identities: Gather[dict[str, Any], tickets.Identity | None] = Gather(tickets.identify_many)


class Socket(AsyncConsumer):
    connection: Connection | None = None
    user: Any = None
    language: str | None = None  # what refusals are said in

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.scope = scope
        self.base_send = send
        self._allowance = FRAME_BURST
        self._refused = 0
        self._last_frame = time.monotonic()
        await runtime.start()
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            self._leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.receive":
            await self.receive(message)
        elif message["type"] == "websocket.connect":
            await self.connect()
        elif message["type"] == "websocket.disconnect":
            raise StopConsumer()

    # --- coming and going ---

    async def connect(self) -> None:
        identity = None
        if tickets.is_same_origin(self.scope):
            identity = await _identities.ask(self.scope)
        if identity is None:
            await self.base_send({"type": "websocket.close", "code": 4401})
            return
        if not await self._is_admitted(identity.user.pk):
            await self.base_send({"type": "websocket.close", "code": 4429})
            return
        self.user = identity.user
        self.language = self.user.language or self._browser_language()
        wire = self.scope.get("extensions", {}).get("tenfold.wire")
        self.connection = Connection(
            user_id=self.user.pk,
            session_key=identity.session_key,
            mailbox=Mailbox(self.base_send, wire),
            close=self.close_soon,
        )
        await hub.connect(self.connection)
        await self.base_send({"type": "websocket.accept"})
        self.tell({"event": "hello", "data": self._hello()})
        for hook in on_connected:
            hook(self)

    @staticmethod
    async def _is_admitted(user_id: int) -> bool:
        """One person's devices are few: more sockets than that, or ever new ones, are no client of ours."""
        if len(hub.by_user.get(user_id, ())) >= limits.SOCKETS_PER_PERSON:
            return False
        return not await in_database(limits.take, "socket", user_id)

    def _browser_language(self) -> str:
        """The best of Accept-Language that is offered, as for pages."""
        request = HttpRequest()
        wanted = dict(self.scope["headers"]).get(b"accept-language", b"")
        request.META["HTTP_ACCEPT_LANGUAGE"] = wanted.decode("latin-1")
        return translation.get_language_from_request(request)

    def _hello(self) -> dict[str, Any]:
        assert self.connection is not None
        data: dict[str, Any] = {
            "user": self.user.pk,
            "version": 1,
            "ticket": tickets.issue(self.user.pk, self.connection.session_key),
            "limits": {"frame_bytes": limits.FRAME_BYTES, "frames_per_second": FRAMES_PER_SECOND},
            "level": 0,
        }
        for extra in hello_extras:
            data.update(extra(self))
        return data

    def close_soon(self, code: int, reason: str) -> None:
        """From the loop's thread: a last word, then the close. Nothing is delivered in between."""
        if self.connection is None or self.connection.mailbox.is_closed:
            return
        hub.disconnect(self.connection)
        self._closing = asyncio.get_running_loop().create_task(self._close(code, reason))

    async def _close(self, code: int, reason: str) -> None:
        # Past the mailbox, which is closed: whatever waited there is no longer this client's business.
        bye = jsontext.encode({"event": "bye", "data": {"reason": reason}})
        await self.base_send({"type": "websocket.send", "text": bye.decode()})
        await self.base_send({"type": "websocket.close", "code": code})

    def _leave(self) -> None:
        if self.connection is not None:
            hub.disconnect(self.connection)
            for hook in on_disconnected:
                hook(self)

    # --- frames ---

    async def receive(self, message: dict[str, Any]) -> None:
        text = message.get("text")
        if self.connection is None or self.connection.mailbox.is_closed:
            return
        reference = None
        try:
            if text is None:
                raise Invalid("bad_json", reason="text frames only")
            if len(text) > limits.FRAME_BYTES:
                raise Invalid("frame_too_large", limit=limits.FRAME_BYTES)
            body = jsontext.decode(text)
            reference = self._reference(body)
            self._take_allowance()
            await self._run(reference, body)
        except DomainError as error:
            self.answer_error(reference, error)

    def _take_allowance(self) -> None:
        now = time.monotonic()
        self._allowance = min(FRAME_BURST, self._allowance + (now - self._last_frame) * FRAMES_PER_SECOND)
        self._last_frame = now
        if self._allowance < 1:
            self._refused += 1
            if self._refused > FLOOD:
                self.close_soon(4429, "flood")
            raise RateLimited(retry_after=1)
        self._allowance -= 1

    @staticmethod
    def _reference(body: Any) -> str:
        if not isinstance(body, dict):
            raise Invalid("bad_json", reason="an object is expected")
        reference = body.get("id")
        if not isinstance(reference, str) or not 0 < len(reference) <= 64:
            raise Invalid("bad_argument", "id has the wrong type", field="id")
        return reference

    async def _run(self, reference: str, body: dict[str, Any]) -> None:
        name = body.get("do")
        command = commands.registry.get(name) if isinstance(name, str) else None
        if command is None:
            raise DomainError("unknown_command")
        arguments = command.arguments(body)
        try:
            if command.is_async:
                result = await command.run(self, **arguments)
            else:
                result = await in_database(command.run, self, **arguments)
        except Exception as error:
            self._answer_failure(reference, command, error)
        else:
            if isinstance(result, asyncio.Future):
                # The answer comes later (after a commit); meanwhile the next frame is read.
                result.add_done_callback(lambda done: self._answer_later(reference, command, done))
            else:
                self.answer(reference, result)

    def _answer_later(self, reference: str, command: Command, done: "asyncio.Future[Any]") -> None:
        if done.cancelled():
            self.answer_error(reference, Unavailable())
        elif (error := done.exception()) is not None:
            self._answer_failure(reference, command, error)
        else:
            self.answer(reference, done.result())

    def _answer_failure(self, reference: str, command: Command, error: BaseException) -> None:
        known = from_exception(error) if isinstance(error, Exception) else None
        if known is None:
            logger.error("socket: %s failed", command.name, exc_info=error)
            known = Unavailable("server_error")
        self.answer_error(reference, known)

    # --- telling ---

    def answer(self, reference: str, result: Any) -> None:
        self.tell({"re": reference, "ok": {} if result is None else result})

    def answer_error(self, reference: str | None, error: DomainError) -> None:
        with translation.override(self.language):
            said = error.as_json()
        self.tell({"re": reference, "error": said})

    def tell(self, body: dict[str, Any]) -> None:
        if self.connection is not None:
            payload = jsontext.encode(body)
            self.connection.mailbox.put(payload, frame(payload) if self.connection.mailbox.has_wire else None)


class Watchman:
    """Every few seconds: sockets whose session has ended, or that take nothing, are closed."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self.check()
            except Exception:
                logger.exception("socket: the session check failed; trying again in %.0f s", CHECK_SECONDS)

    async def check(self) -> None:
        now = time.monotonic()
        everyone = hub.connections
        for connection in everyone:
            if connection.mailbox.is_stalled(now):
                connection.mailbox.abort()
        keys = sorted({connection.session_key for connection in everyone})
        for start in range(0, len(keys), 500):
            asked = keys[start : start + 500]
            alive = await in_database(tickets.live_sessions, asked)
            if gone := set(asked) - alive:
                hub.close_sessions(gone)


watchman = Watchman()
runtime.on_start(watchman.start)
runtime.on_stop(watchman.stop)
