"""Messages at a steady rate, and how long each took to be stored and to arrive."""

import asyncio
import itertools
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.client import Client
from bench.measure import Usage, percentile, usage

TICK = 0.002  # s between looks at what is due
PATIENCE = 10.0  # s for the last answers


@dataclass
class Result:
    offered: float  # messages/s
    seconds: float = 0.0
    acknowledged: int = 0
    refused: int = 0
    delivered: int = 0
    ack_times: list[float] = field(default_factory=list)
    delivery_times: list[float] = field(default_factory=list)
    cpu: Usage = field(default_factory=lambda: Usage(0, 0, 0))

    @property
    def rate(self) -> float:
        return self.acknowledged / self.seconds

    @property
    def delivery_rate(self) -> float:
        return self.delivered / self.seconds

    def p(self, share: float) -> float:
        return percentile(self.ack_times, share)

    def delivery_p(self, share: float) -> float:
        return percentile(self.delivery_times, share)


class Traffic:
    """Give `on_text` to the clients; run() sends for a while and waits until everything has been answered.

    The clock of a message starts when it was due, not when the generator got to it: a server that stalls is not
    spared the messages that would have come meanwhile.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._numbers = itertools.count(1)
        self._due: dict[bytes, float] = {}
        self._result = Result(0)
        self._last_arrival = 0.0

    def on_text(self, client: Client, payload: bytes) -> None:
        if payload.startswith(b'{"re":"'):
            now = time.perf_counter()
            due = self._due.pop(payload[7 : payload.index(b'"', 7)], None)
            if due is not None:
                if b'"error"' in payload[:40]:
                    self._result.refused += 1
                else:
                    self._result.acknowledged += 1
                    self._result.ack_times.append(now - due)
                self._last_arrival = now
        elif payload.startswith(b'{"event":"message.created"'):
            now = time.perf_counter()
            start = payload.index(b'"text":"at ') + 11
            self._result.delivered += 1
            self._result.delivery_times.append(now - float(payload[start : payload.index(b" ", start)]))
            self._last_arrival = now

    async def run(self, rate: float, seconds: float, choose: Callable[[int], tuple[Client, int]]) -> Result:
        """`choose(n)` answers who sends the n-th message, and into which chat."""
        result = self._result = Result(rate)
        before = usage(self._pid)
        started = time.perf_counter()
        total = int(rate * seconds)
        sent = 0
        while sent < total:
            elapsed = time.perf_counter() - started
            for number in range(sent, min(total, int(elapsed * rate) + 1)):
                self._send(*choose(number), started + number / rate)
            sent = max(sent, min(total, int(elapsed * rate) + 1))
            await asyncio.sleep(TICK)
        deadline = time.perf_counter() + PATIENCE
        while self._due and time.perf_counter() < deadline:
            await asyncio.sleep(0.01)
        await self._settle()
        result.seconds = max(self._last_arrival - started, seconds)
        result.cpu = usage(self._pid) - before
        return result

    async def _settle(self) -> None:
        """Until nothing has arrived for a moment."""
        while time.perf_counter() - self._last_arrival < 0.25:
            await asyncio.sleep(0.05)

    def _send(self, client: Client, chat: int, due: float) -> None:
        number = b"%d" % next(self._numbers)
        self._due[number] = due
        client.send(
            b'{"id":"%b","do":"message.send","chat":%d,"client_id":"%b","text":"at %.6f I am at the station, come"}'
            % (number, chat, str(uuid.uuid4()).encode(), due)
        )
