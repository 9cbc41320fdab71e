"""What is measured. Each scenario prints a table and answers whether the target was met."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from typing import Any

from bench.calls import calls
from bench.client import Client, connect_all
from bench.market import market
from bench.measure import ms, resident, row, us, usage
from bench.target import Target, verdict
from bench.traffic import Traffic


async def one_to_one(target: Target, *, pairs: int = 100, seconds: float = 5.0, top: int = 6_000) -> bool:
    """Both sides of each pair write to each other, at a rate that rises until the server falls behind."""
    traffic = Traffic(target.pid)
    clients = await connect_all(target.url, target.sessions(pairs * 2), traffic.on_text)
    await traffic.run(200, 2, lambda number: _of_pair(target, clients, number))  # warm
    widths = (8, 9, 9, 9, 10, 10, 10, 10, 9)
    print(f"\none-to-one: {pairs} pairs, durable; times in ms from when a message was due")
    print(
        row(
            "offered/s",
            "acked/s",
            "p50 ack",
            "p99 ack",
            "p50 deliv",
            "p99 deliv",
            "server us",
            "pg us",
            "refused",
            widths=widths,
        )
    )
    best = 0.0
    for rate in [500, 1000, 1500, 2000, 2250, 2500, 3000, 3500, 4000, 5000, 6000]:
        if rate > top:
            break
        result = await traffic.run(rate, seconds, lambda number: _of_pair(target, clients, number))
        count = result.acknowledged or 1
        print(
            row(
                rate, f"{result.rate:.0f}", ms(result.p(0.5)), ms(result.p(0.99)), ms(result.delivery_p(0.5)),
                ms(result.delivery_p(0.99)), us(result.cpu.server / count), us(result.cpu.postgres / count),
                result.refused, widths=widths,
            ),
            flush=True,
        )  # fmt: skip
        if result.p(0.99) < 0.1 and result.rate > rate * 0.95:
            best = max(best, result.rate)
        elif result.p(0.99) > 0.5 or result.rate < rate * 0.9:
            break
    _drop(clients)
    return verdict("durable messages/s at p99 < 100 ms", best, at_least=2_000)


def _of_pair(target: Target, clients: list[Client], number: int) -> tuple[Client, int]:
    index = number % len(clients)
    return clients[index], target.seed["direct"][index // 2]


async def fan_out(target: Target, *, members: int = 200, seconds: float = 5.0) -> bool:
    """Everybody in one group, at a rate that rises until the server falls behind."""
    traffic = Traffic(target.pid)
    clients = await connect_all(target.url, target.sessions(members), traffic.on_text)
    group = target.seed["group"]
    await traffic.run(20, 2, lambda number: (clients[number % members], group))
    widths = (8, 12, 10, 10, 10, 14)
    print(f"\nfan-out: a group of {members}, all connected; times in ms from when a message was due")
    print(row("msg/s", "deliveries/s", "p50 ack", "p50 deliv", "p99 deliv", "us/delivery", widths=widths))
    best = 0.0
    for rate in [50, 100, 150, 175, 200, 225, 250, 300, 350]:
        result = await traffic.run(rate, seconds, lambda number: (clients[number % members], group))
        print(
            row(
                rate, f"{result.delivery_rate:.0f}", ms(result.p(0.5)), ms(result.delivery_p(0.5)),
                ms(result.delivery_p(0.99)), us(result.cpu.server / (result.delivered or 1)), widths=widths,
            ),
            flush=True,
        )  # fmt: skip
        if result.delivered < result.acknowledged * members:
            print(f"  lost: {result.acknowledged * members - result.delivered} deliveries")
        best = max(best, result.delivery_rate)
        if result.delivery_p(0.99) > 1:
            break
    _drop(clients)
    return verdict("deliveries/s", best, at_least=30_000)


async def idle(target: Target, *, sockets: int = 2_000, seconds: float = 20.0) -> bool:
    """Sockets that only listen: what each holds in memory, and what all of them cost per second."""
    await asyncio.sleep(2)
    before = resident(target.pid)
    started = time.perf_counter()
    clients = await connect_all(target.url, target.sessions(sockets), lambda client, payload: None)
    connected = time.perf_counter() - started
    await asyncio.sleep(3)
    per_socket = (resident(target.pid) - before) / sockets / 1024
    cpu = usage(target.pid)
    await asyncio.sleep(seconds)
    spent = (usage(target.pid) - cpu).server / seconds
    print(f"\nidle: {sockets} sockets, connected in {connected:.1f} s ({sockets / connected:.0f}/s)")
    print(f"  memory per socket {per_socket:.1f} KiB; all of them together {spent * 100:.1f} % of a core")
    still = sum(client.is_open for client in clients)
    print(f"  still open: {still} of {sockets}")
    _drop(clients)
    return verdict("KiB per idle socket", per_socket, at_most=60) and still == sockets


class Returning:
    """Clients that keep their sync token and what they have, and resume as a real one does."""

    def __init__(self) -> None:
        self.tokens: dict[Client, str] = {}
        self.seqs: dict[Client, int] = {}
        self.waiting: dict[Client, asyncio.Future[None]] = {}

    def on_text(self, client: Client, payload: bytes) -> None:
        if payload.startswith(b'{"re":"r"'):
            answer = json.loads(payload)["ok"]
            self.tokens[client] = answer["token"]
            for head in answer["heads"]:
                if head["chat"]["kind"] == "direct":
                    self.seqs[client] = head["chat"]["last_seq"]
            self.waiting.pop(client).set_result(None)

    async def resume(self, client: Client, token: str | None) -> None:
        self.waiting[client] = asyncio.get_running_loop().create_future()
        client.send(json.dumps({"id": "r", "do": "resume", **({"token": token} if token else {})}).encode())
        await self.waiting[client]


async def reconnect(target: Target, *, count: int = 1_000) -> bool:
    """All are cut off at once, are written to while away, and come back at once: until each knows what it missed."""
    returning = Returning()
    sessions = target.sessions(count)
    clients = await connect_all(target.url, sessions, returning.on_text)
    for client in clients:
        await returning.resume(client, None)
    tokens = [returning.tokens[client] for client in clients]
    before = [returning.seqs.get(client, 0) for client in clients]
    _drop(clients)
    await asyncio.sleep(3)
    await _write_to_all(target, count)
    print(f"\nreconnect: {count} clients at once, each with a message waiting")
    cpu = usage(target.pid)
    started = time.perf_counter()
    times: list[float] = []
    complete = 0

    async def come_back(index: int) -> None:
        nonlocal complete
        (client,) = await connect_all(target.url, [sessions[index]], returning.on_text)
        await returning.resume(client, tokens[index])
        times.append(time.perf_counter() - started)
        complete += returning.seqs.get(client, 0) > before[index]
        clients[index] = client

    await asyncio.gather(*(come_back(index) for index in range(count)))
    took = max(times)
    spent = (usage(target.pid) - cpu).server
    print(f"  first after {min(times):.2f} s, half after {sorted(times)[count // 2]:.2f} s, last after {took:.2f} s")
    print(f"  complete: {complete} of {count}; server CPU {spent / count * 1000:.2f} ms each")
    _drop(clients)
    return verdict("s until all are back", took, at_most=5) and complete == count


async def _write_to_all(target: Target, count: int) -> None:
    """A message into the direct chat of each pair, by one who stays connected for it: the odd one of the pair."""
    traffic = Traffic(target.pid)
    writers = await connect_all(target.url, target.sessions(count)[1::2], traffic.on_text)
    chats = target.seed["direct"]
    await traffic.run(1000, count / 2 / 1000, lambda number: (writers[number], chats[number]))
    _drop(writers)
    await asyncio.sleep(1)


def _drop(clients: list[Client]) -> None:
    for client in clients:
        client.drop()


SCENARIOS: dict[str, Callable[[Target], Coroutine[Any, Any, bool]]] = {
    "one-to-one": one_to_one,
    "fan-out": fan_out,
    "idle": idle,
    "reconnect": reconnect,
    "market": market,
    "calls": calls,
}
BIG = {"market"}  # filling the database for these takes minutes, so they run when they are named
