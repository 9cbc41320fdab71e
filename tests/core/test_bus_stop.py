"""The bus stops, also where the library below has swallowed what should have stopped it."""

import asyncio
import time

from core import bus as buses


class Deaf:
    """A layer whose receiver does not hear the first cancellation, as redis-py's may not."""

    def __init__(self) -> None:
        self.cancelled = 0
        self.is_flushed = False

    async def receive(self) -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                self.cancelled += 1
                if self.cancelled > 1:
                    raise

    async def flush(self) -> None:
        receiver = asyncio.get_running_loop().create_task(self.receive())
        await asyncio.sleep(0)
        receiver.cancel()
        try:
            await receiver
        except asyncio.CancelledError:
            self.is_flushed = True


async def test_a_swallowed_cancellation_is_repeated(monkeypatch, settings):
    layer, bus = Deaf(), buses.Bus()
    settings.REDIS_URL = "redis://nowhere"
    monkeypatch.setattr(buses, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(buses, "STOP_SECONDS", 0.05)
    bus._tasks = [asyncio.get_running_loop().create_task(layer.receive())]
    await asyncio.sleep(0)
    began = time.monotonic()
    await asyncio.wait_for(bus.stop(), 5)
    assert layer.is_flushed
    assert time.monotonic() - began < 2
