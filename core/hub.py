"""One hub per process: who is connected here, and who of them hears of which chat.

All state belongs to the event loop's thread. The kernel knows chats only as numbered rooms; the messenger tells it
how to find a person's rooms (set_rooms_loader), and membership events that pass through keep them current.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core import jsontext, metrics, runtime
from core.events import Event
from core.gather import Gather
from core.limits import BIG_CHAT
from core.mailbox import Mailbox, frame

HEAD_SECONDS = 3.0  # at most one coalesced head per large chat in this time
_YIELD_EVERY = 200  # sockets


@dataclass(eq=False, slots=True)
class Connection:
    """A socket as the hub sees it."""

    user_id: int
    session_key: str
    mailbox: Mailbox
    close: Callable[[int, str], None]  # code, reason
    rooms: set[int] = field(default_factory=set)
    open_rooms: frozenset[int] = frozenset()
    is_loading: bool = True


@dataclass(slots=True)
class Envelope:
    """An event on its way: encoded once, in a form that also travels between processes."""

    name: str
    payload: bytes
    chat: int | None
    users: Sequence[int]
    is_droppable: bool
    is_only_open: bool
    modseq: int | None
    last_seq: int | None
    instructions: dict[str, Any]
    sent_at: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, event: Event) -> "Envelope":
        return cls(
            name=event.name,
            payload=jsontext.encode(event.frame()),
            chat=event.chat,
            users=event.users,
            is_droppable=event.droppable,
            is_only_open=event.only_open,
            modseq=event.modseq,
            last_seq=event.last_seq,
            instructions=event.hub,
        )

    def pack(self) -> list[Any]:
        return [
            self.name, self.payload, self.chat, list(self.users), self.is_droppable, self.is_only_open, self.modseq,
            self.last_seq, self.instructions,
        ]  # fmt: skip

    @classmethod
    def unpack(cls, packed: list[Any]) -> "Envelope":
        return cls(*packed)


class Hub:
    def __init__(self) -> None:
        self.by_user: dict[int, set[Connection]] = defaultdict(set)
        self.by_room: dict[int, set[Connection]] = defaultdict(set)
        self.delivered_count = 0
        self._rooms: Gather[int, list[tuple[int, int]]] = Gather(lambda user_ids: [[] for _ in user_ids])
        self.member_counts: dict[int, int] = {}  # room -> members, as last heard
        self._heads: dict[int, dict[str, int]] = {}  # large rooms whose news wait to be told
        self._queue: asyncio.Queue[Sequence[Envelope]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def set_rooms_loader(self, load: Callable[[Sequence[int]], Sequence[list[tuple[int, int]]]]) -> None:
        """`load(user_ids)` answers each person's (chat id, member count) pairs; it runs in a database thread."""
        self._rooms = Gather(load, at_once=100)

    @property
    def connections(self) -> list[Connection]:
        return [connection for connections in self.by_user.values() for connection in connections]

    def note_size(self, room: int, member_count: int) -> None:
        self.member_counts[room] = member_count

    # --- connecting ---

    async def connect(self, connection: Connection) -> None:
        """Registered first, rooms read second: a membership that changes in between is not lost."""
        self.by_user[connection.user_id].add(connection)
        left: set[int] = set()
        connection.rooms = _Recorder(left)
        sizes = await self._rooms.ask(connection.user_id)
        for room, member_count in sizes:
            self.note_size(room, member_count)
        connection.rooms = ({room for room, _ in sizes} - left) | set(connection.rooms)
        connection.is_loading = False
        if connection.mailbox.is_closed:  # gone while we asked
            return
        for room in connection.rooms:
            self.by_room[room].add(connection)

    def disconnect(self, connection: Connection) -> None:
        connection.mailbox.close()
        self._discard(self.by_user, connection.user_id, connection)
        for room in connection.rooms:
            self._discard(self.by_room, room, connection)

    def _discard(self, index: dict[int, set[Connection]], key: int, connection: Connection) -> None:
        if (connections := index.get(key)) is not None:
            connections.discard(connection)
            if not connections:
                del index[key]
                if index is self.by_room:
                    self.member_counts.pop(key, None)

    def join(self, user_ids: Iterable[int], room: int) -> None:
        for user_id in user_ids:
            for connection in self.by_user.get(user_id, ()):
                connection.rooms.add(room)
                if not connection.is_loading:
                    self.by_room[room].add(connection)

    def leave(self, user_ids: Iterable[int], room: int) -> None:
        for user_id in user_ids:
            for connection in self.by_user.get(user_id, ()):
                connection.rooms.discard(room)
                connection.open_rooms -= {room}
                self._discard(self.by_room, room, connection)

    # --- delivering ---

    def accept(self, envelopes: Sequence[Envelope]) -> None:
        """From the bus, on the loop's thread. In order, one queue: fan-outs that yield must not overtake each other."""
        self._queue.put_nowait(envelopes)

    async def run(self) -> None:
        while True:
            for envelope in await self._queue.get():
                await self.deliver(envelope)

    async def deliver(self, envelope: Envelope) -> None:
        instructions = envelope.instructions
        if instructions:
            # People who leave must not hear the event of a chat they just left; those who join, must.
            self._obey(instructions, envelope.chat)
        targets = self._targets(envelope)
        if not targets:
            return
        payload = envelope.payload
        ready = frame(payload)
        is_droppable = envelope.is_droppable
        for count, connection in enumerate(targets, 1):
            connection.mailbox.put(payload, ready, is_droppable=is_droppable)
            if count % _YIELD_EVERY == 0:
                await asyncio.sleep(0)
        self.delivered_count += len(targets)
        metrics.deliveries.inc(len(targets))

    def _targets(self, envelope: Envelope) -> list[Connection]:
        if envelope.users:
            return [connection for user_id in envelope.users for connection in self.by_user.get(user_id, ())]
        room = envelope.chat
        if room is None:
            return []
        present = self.by_room.get(room, ())
        if envelope.is_only_open:
            return [connection for connection in present if room in connection.open_rooms]
        if envelope.modseq is not None and self.member_counts.get(room, 0) > BIG_CHAT:
            self._announce_head(room, envelope.modseq, envelope.last_seq)
            return [connection for connection in present if room in connection.open_rooms]
        return list(present)

    def _announce_head(self, room: int, modseq: int, last_seq: int | None) -> None:
        """For those who do not have the large chat open: how far it is, at most every few seconds."""
        if room not in self._heads:
            self._heads[room] = {}
            asyncio.get_running_loop().call_later(HEAD_SECONDS, self._send_head, room)
        self._heads[room]["modseq"] = modseq
        if last_seq is not None:
            self._heads[room]["last_seq"] = last_seq

    def _send_head(self, room: int) -> None:
        data = self._heads.pop(room, None)
        payload = jsontext.encode({"event": "chat.head", "chat": room, "data": data})
        ready = frame(payload)
        for connection in self.by_room.get(room, ()):
            if room not in connection.open_rooms:
                connection.mailbox.put(payload, ready, is_droppable=True)

    def _obey(self, instructions: dict[str, Any], chat: int | None) -> None:
        room = instructions.get("room", chat)
        if room is not None:
            self.join(instructions.get("join", ()), room)
            self.leave(instructions.get("leave", ()), room)
            if "size" in instructions:
                self.note_size(room, instructions["size"])
        for session_key in instructions.get("revoke", ()):
            self.close_sessions({session_key})
        for user_id in instructions.get("revoke_users", ()):
            for connection in list(self.by_user.get(user_id, ())):
                connection.close(4401, "revoked")

    def close_sessions(self, session_keys: Collection[str]) -> None:
        """The sockets of sessions that have ended."""
        for connection in self.connections:
            if connection.session_key in session_keys:
                connection.close(4401, "revoked")

    # --- the whole process ---

    def tell_all(self, payload: bytes) -> None:
        ready = frame(payload)
        for connection in self.connections:
            connection.mailbox.put(payload, ready)

    def resync_all(self, seconds: float) -> None:
        """Events may have been lost: ask every client to repair itself, spread over this time."""
        loop = asyncio.get_running_loop()
        payload = b'{"event":"resync","data":{}}'
        ready = frame(payload)
        everyone = self.connections
        for index, connection in enumerate(everyone):
            loop.call_later(seconds * index / len(everyone), connection.mailbox.put, payload, ready)

    async def start(self) -> None:
        self.by_user.clear()
        self.by_room.clear()
        self._heads.clear()
        self._queue = asyncio.Queue()
        self._task = asyncio.get_running_loop().create_task(self.run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None


class _Recorder(set[int]):
    """The rooms of a connection while they are being read: also remembers what was left meanwhile."""

    def __init__(self, left: set[int]) -> None:
        super().__init__()
        self._left = left

    def discard(self, room: object) -> None:
        super().discard(room)  # type: ignore[arg-type]
        if isinstance(room, int):
            self._left.add(room)


hub = Hub()
runtime.on_start(hub.start)
runtime.on_stop(hub.stop)
