"""Calls under one process: how soon it rings, what a ring and a call cost, and many calls at the same time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from bench.measure import ms, percentile, resident, row, usage
from bench.phones import Pair, connected
from bench.target import Target, verdict

ALONE, TOGETHER = 100, 500
RATE = 20.0  # calls a second that begin, are answered, find their way, end
PING_SECONDS, HELD_SECONDS = 10.0, 30.0
_WIDTHS = (34, 7, 9, 9, 9, 10, 10)


async def calls(target: Target, *, together: int = TOGETHER, alone: int = ALONE) -> bool:
    pairs = await connected(target, together + 1)
    spare = pairs.pop()
    await _one_after_another(target, spare, 10, is_shown=False)  # warm
    print(f"\ncalls: times in ms; CPU in ms per call; memory before: {resident(target.pid) / 2**20:.0f} MiB")
    print(row("", "calls", "p50", "p95", "max", "server", "postgres", widths=_WIDTHS), flush=True)
    await _one_after_another(target, spare, alone)
    print(f"  {together} pairs at {RATE:g} a second")
    pinging: set[asyncio.Task[None]] = set()
    await _phase(target, "call.start to ringing there", pairs, Pair.ring)
    await _phase(target, "call.answer to the caller", pairs, lambda pair: _answer_and_ping(pair, pinging))
    await _phase(target, "each of 14 signals", pairs, Pair.find_a_way)
    inside = await _hold(target, pairs)
    await _one_after_another(target, spare, alone, note=" beside them")
    inside = min(inside, await _inside(pairs))
    for task in pinging:
        task.cancel()
    await _phase(target, "call.hang_up to the other", pairs, Pair.hang_up)
    errors = [error for pair in [*pairs, spare] for phone in pair.phones for error in phone.errors]
    print(f"  refused or unanswered: {len(errors)} {sorted(set(errors))[:5]}")
    for pair in [*pairs, spare]:
        for phone in pair.phones:
            phone.client.drop()  # type: ignore[union-attr]
    return verdict("calls at the same time", inside, at_least=together) and not errors


async def _one_after_another(target: Target, pair: Pair, count: int, *, note: str = "", is_shown: bool = True) -> None:
    """Of a pair that has the server to itself, or all that others leave."""
    rings: list[float] = []
    heard: list[float] = []
    answers: list[float] = []
    before = usage(target.pid)
    for _ in range(count):
        there, back = await pair.ring()
        rings.append(there)
        heard.append(back)
        answers.append(await pair.answer())
        await pair.hang_up()
    if is_shown:
        spent = usage(target.pid) - before
        _show(f"one pair{note}: start to ringing", rings)
        _show("… to 'it rings' at the caller", heard)
        _show("… answer to the caller", answers)
        _show("… ring, answer, hang up", [], count, spent.server, spent.postgres)


async def _phase(
    target: Target, name: str, pairs: Sequence[Pair], act: Callable[[Pair], Awaitable[float | Sequence[float]]]
) -> None:
    """All pairs do it, RATE a second; it is over when the last one is done."""
    before, started = usage(target.pid), time.perf_counter()

    async def one(number: int) -> list[float]:
        await asyncio.sleep(max(0.0, started + number / RATE - time.perf_counter()))
        result = await act(pairs[number])
        return [result] if isinstance(result, float) else list(result)

    done = await asyncio.gather(*(one(number) for number in range(len(pairs))))
    spent = usage(target.pid) - before
    times = [result[0] for result in done] if act is Pair.ring else [value for result in done for value in result]
    _show(name, times, len(pairs), spent.server, spent.postgres)


async def _answer_and_ping(pair: Pair, pinging: set[asyncio.Task[None]]) -> float:
    took = await pair.answer()
    for phone in pair.phones:
        pinging.add(asyncio.create_task(_keep_pinging(phone.ping)))
    return took


async def _keep_pinging(ping: Callable[[], Awaitable[bool]]) -> None:
    while True:
        await asyncio.sleep(PING_SECONDS)
        await ping()


async def _hold(target: Target, pairs: Sequence[Pair]) -> int:
    """Nothing but pings: what calls cost that go on. Answers how many are still there."""
    before = usage(target.pid)
    await asyncio.sleep(HELD_SECONDS)
    spent = usage(target.pid) - before
    print(
        f"  {len(pairs)} calls go on: {spent.server / HELD_SECONDS * 100:.1f} % of a core, PostgreSQL "
        f"{spent.postgres / HELD_SECONDS * 100:.1f} %; memory {resident(target.pid) / 2**20:.0f} MiB",
        flush=True,
    )
    return await _inside(pairs)


async def _inside(pairs: Sequence[Pair]) -> int:
    """Calls in which both sides are."""
    answers = await asyncio.gather(*(phone.ping() for pair in pairs for phone in pair.phones))
    return sum(one and other for one, other in zip(answers[::2], answers[1::2], strict=True))


def _show(name: str, times: list[float], count: int = 0, server: float = 0.0, postgres: float = 0.0) -> None:
    cells = [ms(percentile(times, 0.5)), ms(percentile(times, 0.95)), ms(max(times))] if times else ["", "", ""]
    cells += [f"{server / count * 1000:.2f}", f"{postgres / count * 1000:.2f}"] if count else ["", ""]
    print(row(name, count or len(times), *cells, widths=_WIDTHS), flush=True)
