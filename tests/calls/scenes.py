"""Groups that call: alice leads one, bob and others are in it, charlie is outside. And a client of Janus."""

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

import websockets

from accounts.models import User
from calls.actions.joining import join_call
from calls.actions.starting import start_call
from calls.models import Call
from messenger.models import Chat
from tests.conftest import make_user
from tests.messenger.conftest import make_chat


def make_class(alice: User, bob: User, others: int = 0) -> tuple[Chat, list[User]]:
    """A group led by alice, with bob and some more; and these."""
    more = [make_user(f"pupil{number}") for number in range(others)]
    return make_chat("group", alice, bob, *more, title="Class 7b"), more


def open_call(by: User, chat: Chat, *others: User, kind: str = "video") -> Call:
    """`by` opens the group's call, the others join it, each with a device of their own."""
    call = start_call(by=by, chat_id=chat.pk, kind=kind, device=uuid.uuid4()).call
    for other in others:
        call = join_call(by=other, call_id=call.pk, device=uuid.uuid4())
    return call


class JanusError(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def in_janus(url: str, token: str, act: Callable[["JanusClient"], Any]) -> Any:
    """`act(client)` with a session in the VideoRoom over WebSocket, as a browser has it."""

    async def run() -> Any:
        async with websockets.connect(url, subprotocols=["janus-protocol"], proxy=None) as socket:
            client = JanusClient(socket, token)
            await client.attach()
            return await act(client)

    return asyncio.run(asyncio.wait_for(run(), 15))


class JanusClient:
    def __init__(self, socket: Any, token: str) -> None:
        self.token = token
        self.events: list[dict[str, Any]] = []
        self._socket = socket
        self._session = self._handle = 0

    async def attach(self) -> None:
        self._session = (await self._ask(janus="create"))["data"]["id"]
        plugin = {"janus": "attach", "plugin": "janus.plugin.videoroom", "session_id": self._session}
        self._handle = (await self._ask(**plugin))["data"]["id"]

    async def ask(self, **body: Any) -> dict[str, Any]:
        """What the plugin answers. JanusError for what it, or the core, refuses."""
        ids = {"session_id": self._session, "handle_id": self._handle}
        answer = await self._ask(janus="message", body=body, **ids)
        data = answer["plugindata"]["data"]
        if "error_code" in data:
            raise JanusError(data["error_code"])
        return data

    async def join(self, room: str, pin: str, device: object) -> dict[str, Any]:
        return await self.ask(request="join", ptype="publisher", room=room, pin=pin, id=str(device))

    async def heard(self, what: str) -> dict[str, Any]:
        """The next event in whose data `what` stands."""
        while True:
            frame = self.events.pop(0) if self.events else json.loads(await self._socket.recv())
            data = frame.get("plugindata", {}).get("data", {})
            if what in data or data.get("videoroom") == what:
                return data

    async def _ask(self, **message: Any) -> dict[str, Any]:
        transaction = uuid.uuid4().hex
        await self._socket.send(json.dumps({**message, "transaction": transaction, "token": self.token}))
        while True:
            frame = json.loads(await self._socket.recv())
            if frame.get("transaction") != transaction:
                self.events.append(frame)
            elif frame["janus"] == "error":
                raise JanusError(frame["error"]["code"])
            elif frame["janus"] != "ack":
                return frame
