"""Clients that keep a journal of what was acknowledged and what they were shown, and the oracle that reads it.

They behave as the app does: a message stays in the outbox until it is acknowledged and is sent again under the same
client_id; an event is applied when its modseq is the next, dropped when it is known, and leads to the chat's changes
when there is a gap.
"""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from itertools import pairwise

from bench.client import Client, connect
from tests.faults.world import World

RETRY = 0.2  # s between attempts to connect
PING = 1.0  # s; the app pings every 30


@dataclass
class Journal:
    acknowledged: dict[str, int] = field(default_factory=dict)  # client_id -> seq
    shown: list[tuple[int, int]] = field(default_factory=list)  # (seq, message id), in the order they appeared
    ack_times: list[float] = field(default_factory=list)
    events: int = 0  # messages that came as a push, rather than by asking


class Person:
    def __init__(self, world: World, number: int, port: int) -> None:
        self.world, self.number, self.port = world, number, port
        self.journal = Journal()
        self.outbox: dict[str, str] = {}  # client_id -> text, in order
        self._modseq = 0
        self._client: Client | None = None
        self._asked: dict[str, tuple[str, float]] = {}  # frame id -> client_id, when
        self._catching_up: asyncio.Task[None] | None = None
        self._tasks = [asyncio.create_task(self._stay_connected())]

    async def stop(self) -> None:
        for task in [*self._tasks, *([self._catching_up] if self._catching_up else [])]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            self._client.drop()

    async def connected(self) -> None:
        while self._client is None or not self._client.is_open:
            await asyncio.sleep(0.02)

    def write(self, text: str) -> None:
        client_id = str(uuid.uuid4())
        self.outbox[client_id] = text
        self._send(client_id)

    def _send(self, client_id: str) -> None:
        if self._client is None or not self._client.is_open:
            return
        frame_id = uuid.uuid4().hex
        self._asked[frame_id] = client_id, time.monotonic()
        self._ask(frame_id, "message.send", chat=self.world.group, client_id=client_id, text=self.outbox[client_id])

    def _ask(self, frame_id: str, command: str, **arguments: object) -> None:
        self._client.send(json.dumps({"id": frame_id, "do": command, **arguments}).encode())

    async def _stay_connected(self) -> None:
        while True:
            try:
                url = f"http://127.0.0.1:{self.port}"
                self._client = await connect(url, self.world.session(self.number), self._on_text)
            except OSError:
                await asyncio.sleep(RETRY)
                continue
            self._catch_up()
            for client_id in list(self.outbox):
                self._send(client_id)
            while self._client.is_open:
                await asyncio.sleep(PING)
                if self._client.is_open:
                    self._ask("ping", "ping", open={str(self.world.group): self._modseq})

    def _on_text(self, client: Client, payload: bytes) -> None:
        body = json.loads(payload)
        if "re" in body:
            self._on_answer(body)
        elif body["event"] == "message.created" and body["chat"] == self.world.group:
            self.journal.events += 1
            if body["modseq"] == self._modseq + 1:
                self._show(body["data"])
                self._modseq += 1
            elif body["modseq"] > self._modseq:
                self._catch_up()
        elif body["event"] == "resync":
            self._catch_up()

    def _on_answer(self, body: dict) -> None:
        if body["re"] == "ping":
            if body.get("ok", {}).get("behind"):
                self._catch_up()
            return
        client_id, since = self._asked.pop(body["re"])
        if "ok" in body:
            seq = body["ok"]["message"]["seq"]
            assert self.journal.acknowledged.setdefault(client_id, seq) == seq, "acknowledged at two places"
            self.journal.ack_times.append(time.monotonic() - since)
            self.outbox.pop(client_id, None)
        else:  # the database was away, or the like: the app would wait as well
            asyncio.get_running_loop().call_later(RETRY, lambda: client_id in self.outbox and self._send(client_id))

    def _show(self, message: dict) -> None:
        self.journal.shown.append((message["seq"], message["id"]))

    def _catch_up(self) -> None:
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.create_task(self._fetch_changes())

    async def _fetch_changes(self) -> None:
        while True:
            path = f"/api/v1/chats/{self.world.group}/changes?after={self._modseq}"
            try:
                changes = await asyncio.to_thread(self.world.get, self.port, path, self.number)
            except OSError:
                return  # an outsider's 404, or the server is away: the next connection asks again
            # Pushes may have been shown while we asked.
            for message in sorted(changes["messages"], key=lambda message: message["seq"]):
                if message["modseq"] > self._modseq:
                    self._show(message)
            self._modseq = max(self._modseq, changes["modseq"])
            if not changes["has_more"]:
                return


async def until(condition, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.05)


async def write_steadily(people: list[Person], count: int, rate: float) -> None:
    """`count` messages from these people in turn, `rate` a second."""
    started = time.monotonic()
    for number in range(count):
        people[number % len(people)].write(f"message {number}")
        await asyncio.sleep(max(0.0, started + (number + 1) / rate - time.monotonic()))


async def all_have_all(people: list[Person], count: int, seconds: float = 30) -> None:
    await until(lambda: not any(person.outbox for person in people), seconds, "not everything was acknowledged")
    await until(
        lambda: all(len(person.journal.shown) >= count for person in people), seconds, "somebody misses messages"
    )


def judge(world: World, port: int, people: list[Person], outsider: Person, count: int) -> None:
    """The oracle: nothing acknowledged is lost, nothing stands twice, all see one order, outsiders nothing."""
    stored = world.stored(port)
    assert [message["seq"] for message in stored] == list(range(1, len(stored) + 1)), "seqs are not dense"
    by_client_id = {message["client_id"]: message for message in stored}
    assert len(by_client_id) == len(stored) == count, "something was stored twice or not at all"
    for person in people:
        for client_id, seq in person.journal.acknowledged.items():
            assert by_client_id[client_id]["seq"] == seq, "acknowledged, and not there"
    order = [(message["seq"], message["id"]) for message in stored]
    for person in people:
        assert sorted(person.journal.shown) == order, f"{person.number} was shown something else than what is stored"
        assert all(before < after for before, after in pairwise(person.journal.shown)), "shown out of order"
    assert outsider.journal.shown == []
    assert outsider.journal.events == 0
