"""Telephones for the load generator: a pair rings, answers, finds a way for its sound, and keeps saying it is there."""

import asyncio
import itertools
import json
import time
import uuid
from collections import defaultdict
from typing import Any

from bench.client import Client, connect_all
from bench.target import Target

PATIENCE = 15.0  # s for an answer or an event
BATCHES = 6  # of candidates, each way
# About as long as what a browser says of one sound and one picture.
_SDP = "v=0\r\n" + "a=fmtp:111 minptime=10;useinbandfec=1 and what else stands in two kilobytes of it\r\n" * 30
_CANDIDATE = {
    "candidate": "candidate:842163049 1 udp 1677729535 198.51.100.7 46154 typ srflx raddr 10.0.0.17 rport 46154",
    "sdpMid": "0",
    "sdpMLineIndex": 0,
}

_references = itertools.count(1)


class Phone:
    def __init__(self) -> None:
        self.client: Client | None = None
        self.device = str(uuid.uuid4())
        self.call = 0
        self.sent = 0
        self.errors: list[str] = []
        self._asked: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._told: dict[str, asyncio.Future[float]] = {}
        self._counted: dict[str, int] = defaultdict(int)

    def take(self, payload: bytes) -> None:
        if payload.startswith(b'{"re":"'):
            body = json.loads(payload)
            future = self._asked.pop(body["re"], None)
            if future is not None and not future.done():
                future.set_result(body)
        elif payload.startswith(b'{"event":"call.changed"'):
            data = json.loads(payload)["data"]
            self._note("rings" if data["state"] == "ringing" and data["rang_at"] else data["state"])
        elif payload.startswith(b'{"event":"call.signal"'):
            self._note("signal")

    def _note(self, what: str) -> None:
        waiting = self._told.pop(what, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(time.perf_counter())

    def hears(self, what: str) -> asyncio.Future[float]:
        """When it next hears that."""
        return self._told.setdefault(what, asyncio.get_running_loop().create_future())

    async def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        assert self.client is not None
        reference = f"c{next(_references)}"
        future = self._asked[reference] = asyncio.get_running_loop().create_future()
        self.client.send(json.dumps({"id": reference, "do": do, **arguments}).encode())
        try:
            body = await asyncio.wait_for(future, PATIENCE)
        except TimeoutError:
            body = {"error": {"code": "no answer"}}
        if "error" in body:
            self.errors.append(f"{do}: {body['error']['code']}")
        return body.get("ok", {})

    async def ping(self) -> bool:
        return (await self.ask("call.ping", call=self.call, device=self.device)).get("is_in", False)

    async def signal(self, to: "Phone", **body: Any) -> float:
        """Seconds until the other one has it."""
        heard, started = to.hears("signal"), time.perf_counter()
        self.sent += 1
        await self.ask("call.signal", call=self.call, device=self.device, to_device=to.device, n=self.sent, **body)
        return await asyncio.wait_for(heard, PATIENCE) - started


class Pair:
    def __init__(self, chat: int) -> None:
        self.chat = chat
        self.caller, self.callee = Phone(), Phone()

    async def ring(self) -> tuple[float, float]:
        """Seconds until the other telephone rings, and until the caller hears that it does."""
        self.caller, self.callee = _again(self.caller), _again(self.callee)
        ringing, rings = self.callee.hears("ringing"), self.caller.hears("rings")
        started = time.perf_counter()
        entry = await self.caller.ask("call.start", chat=self.chat, device=self.caller.device)
        self.caller.call = self.callee.call = entry["call"]["id"]
        rang = await asyncio.wait_for(ringing, PATIENCE)
        await self.callee.ask("call.rings", call=self.callee.call)
        return rang - started, await asyncio.wait_for(rings, PATIENCE) - started

    async def answer(self) -> float:
        """Seconds until the caller knows."""
        active, started = self.caller.hears("active"), time.perf_counter()
        await self.callee.ask("call.answer", call=self.callee.call, device=self.callee.device)
        return await asyncio.wait_for(active, PATIENCE) - started

    async def find_a_way(self) -> list[float]:
        """Offer, answer, candidates both ways at the same time."""
        times = [await self.caller.signal(self.callee, description={"type": "offer", "sdp": _SDP})]
        times.append(await self.callee.signal(self.caller, description={"type": "answer", "sdp": _SDP}))
        for _ in range(BATCHES):
            both = (
                self.caller.signal(self.callee, candidates=[_CANDIDATE] * 2),
                self.callee.signal(self.caller, candidates=[_CANDIDATE] * 2),
            )
            times += await asyncio.gather(*both)
        return times

    async def hang_up(self) -> float:
        ended, started = self.callee.hears("ended"), time.perf_counter()
        await self.caller.ask("call.hang_up", call=self.caller.call, device=self.caller.device)
        return await asyncio.wait_for(ended, PATIENCE) - started

    @property
    def phones(self) -> tuple[Phone, Phone]:
        return self.caller, self.callee


def _again(phone: Phone) -> Phone:
    """For the next call: nothing is waited for, and its signals count anew."""
    phone.sent = 0
    phone._told.clear()
    return phone


async def connected(target: Target, count: int) -> list[Pair]:
    """So many pairs, all on the socket."""
    pairs = [Pair(target.seed["direct"][number]) for number in range(count)]
    phones: dict[Client, Phone] = {}
    clients = await connect_all(
        target.url,
        target.sessions(2 * count),
        lambda client, payload: client in phones and phones[client].take(payload),
    )
    for number, client in enumerate(clients):
        phone = pairs[number // 2].phones[number % 2]
        phone.client, phones[client] = client, phone
    return pairs
