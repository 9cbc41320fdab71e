"""Chats for the cast: alice and bob talk, alice has a group with bob; charlie is in none."""

import json
import uuid
from contextlib import asynccontextmanager

import pytest
from channels.testing import WebsocketCommunicator
from django.test import Client

from config.asgi import application
from core import events, executor, runtime
from messenger.models import Chat, Membership, Right

GROUP_RIGHTS = Right.WRITE | Right.MEDIA | Right.REACT | Right.INVITE


def make_chat(kind, *members, title="", owner=None, **extra) -> Chat:
    if kind == "direct":
        low, high = sorted(member.pk for member in members)
        extra["pair_key"] = f"{low}:{high}"
    chat = Chat.objects.create(
        kind=kind,
        title=title,
        created_by=owner or members[0],
        member_count=len(members),
        default_rights=extra.pop("default_rights", GROUP_RIGHTS),
        **extra,
    )
    for member in members:
        role = "owner" if member == (owner or members[0]) and kind in ("group", "channel") else "member"
        Membership.objects.create(chat=chat, user=member, role=role)
    return chat


@pytest.fixture
def direct(alice, bob) -> Chat:
    return make_chat("direct", alice, bob)


@pytest.fixture
def group(alice, bob) -> Chat:
    return make_chat("group", alice, bob, title="Friends")


@pytest.fixture
def send(api):
    """send(alice, chat, "hi", …) through REST; answers the response."""

    def post(user, chat, text="hello", client_id=None, **rest):
        body = {"client_id": str(client_id or uuid.uuid4()), "text": text, **rest}
        return api(user).post(f"/api/v1/chats/{chat.pk}/messages", body, format="json")

    return post


class Device:
    """A client on the socket, as a mobile app would be."""

    def __init__(self, communicator):
        self.communicator = communicator
        self.events = []
        self.count = 0

    async def next(self, timeout=3):
        return json.loads(await self.communicator.receive_from(timeout))

    async def ask(self, do, **arguments):
        """The whole answer; events that come before it are kept in `events`."""
        self.count += 1
        reference = str(self.count)
        await self.communicator.send_to(json.dumps({"id": reference, "do": do, **arguments}))
        while True:
            frame = await self.next()
            if frame.get("re") == reference:
                return frame
            self.events.append(frame)

    async def raw(self, text):
        await self.communicator.send_to(text)
        return await self.next()

    async def event(self, name, timeout=3):
        """The next event of that name."""
        for index, frame in enumerate(self.events):
            if frame.get("event") == name:
                return self.events.pop(index)
        while True:
            frame = await self.next(timeout)
            if frame.get("event") == name:
                return frame
            self.events.append(frame)

    async def silence(self, seconds=0.3):
        """Everything that arrives within this time."""
        found, self.events = self.events, []
        # Not by a timeout of next(): that would cancel the consumer.
        while not await self.communicator.receive_nothing(seconds):
            found.append(await self.next())
        return found


def cookie_of(user) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


@pytest.fixture
async def device(transactional_db):
    """async with device(cookie) as alice: a connected socket, past its hello."""

    @asynccontextmanager
    async def connect(cookie, *, query="", headers=()):
        scope_headers = [(b"host", b"testserver"), *headers]
        if cookie:
            scope_headers.append((b"cookie", f"sessionid={cookie}".encode()))
        communicator = WebsocketCommunicator(application, f"/ws/v1{query}", headers=scope_headers)
        is_accepted, _code = await communicator.connect(timeout=5)
        if not is_accepted:
            raise PermissionError("refused")
        one = Device(communicator)
        one.hello = await one.event("hello")
        try:
            yield one
        finally:
            await communicator.disconnect()

    yield connect
    await runtime.stop()
    executor.shut_down()


@pytest.fixture
def heard(transactional_db):
    """heard("chat.added"): the events of that name that were published (after commit), in order; all without a name."""
    told = []
    events.add_sender(told.extend)
    yield lambda name=None: [event for event in told if name in (None, event.name)]
    events.remove_sender(told.extend)
