"""From the process where something happened to every process with sockets.

In the own process events go straight to the hub, whatever Redis does. Other processes get them through the channel
layer: a fixed number of lanes, one publish per lane and batch. That layer delivers at most once, so each process
counts what it sent, tells the count every few seconds, and a receiver that counted less asks its clients to repair.
"""

import asyncio
import logging
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from core import events, runtime
from core.events import Event
from core.hub import Envelope, hub

logger = logging.getLogger(__name__)

PUBLISH_TIMEOUT = 0.5
BREAKER_SECONDS = 2.0  # after a failed publish nothing is tried for this long
BEAT_SECONDS = 5.0
RESYNC_SPREAD_SECONDS = 15.0
STOP_SECONDS = 2.0  # after which what should end is told so again


class Bus:
    def __init__(self) -> None:
        self.origin = uuid.uuid4().hex[:12]
        self.is_healthy = True
        self._sent = 0
        self._received: dict[str, int] = {}  # origin -> how many of its messages came here since its first beat
        self._broken_until = 0.0
        self._tasks: list[asyncio.Task[None]] = []
        self._outbox: asyncio.Queue[Sequence[Envelope]] | None = None
        self._thread_loop: asyncio.AbstractEventLoop | None = None

    @property
    def is_shared(self) -> bool:
        return bool(settings.REDIS_URL)

    def send(self, happened: Sequence[Event]) -> None:
        """Any thread. Never raises and never waits for Redis: the act it tells of is already done."""
        envelopes = [Envelope.of(event) for event in happened]
        loop = runtime.loop()
        if loop is not None:
            loop.call_soon_threadsafe(self._send_on_loop, envelopes)
        elif self.is_shared:
            # A worker or a command: no sockets here, but others have some.
            asyncio.run_coroutine_threadsafe(self._publish(envelopes), self._background_loop())

    def _send_on_loop(self, envelopes: Sequence[Envelope]) -> None:
        hub.accept(envelopes)
        if self._outbox is not None:
            self._outbox.put_nowait(envelopes)

    def _background_loop(self) -> asyncio.AbstractEventLoop:
        if self._thread_loop is None:
            self._thread_loop = asyncio.new_event_loop()
            threading.Thread(target=self._thread_loop.run_forever, name="bus", daemon=True).start()
        return self._thread_loop

    # --- to other processes ---

    async def _run_outbox(self) -> None:
        assert self._outbox is not None
        while True:
            envelopes = list(await self._outbox.get())
            while not self._outbox.empty():  # whatever gathered while the last publish ran goes in one
                envelopes.extend(self._outbox.get_nowait())
            await self._publish(envelopes)

    async def _publish(self, envelopes: Sequence[Envelope]) -> None:
        lanes: dict[int, list[Any]] = defaultdict(list)
        for envelope in envelopes:
            key = envelope.chat if envelope.chat is not None else next(iter(envelope.users), 0)
            lanes[key % settings.BUS_LANES].append(envelope.pack())
        for lane, packed in lanes.items():
            self._sent += 1
            await self._publish_one(lane, {"type": "bus", "origin": self.origin, "events": packed})

    async def _publish_one(self, lane: int, message: dict[str, Any]) -> None:
        if time.monotonic() < self._broken_until:
            return
        try:
            layer = get_channel_layer()
            await asyncio.wait_for(layer.group_send(f"lane.{lane}", message), PUBLISH_TIMEOUT)
            self.is_healthy = True
        except Exception as error:  # whatever Redis does, sending goes on; receivers notice by the count
            self.is_healthy = False
            self._broken_until = time.monotonic() + BREAKER_SECONDS
            logger.warning("bus: publish failed, pausing %.0f s: %s", BREAKER_SECONDS, type(error).__name__)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self._publish_one(0, {"type": "beat", "origin": self.origin, "sent": self._sent})

    # --- from other processes ---

    async def _receive(self) -> None:
        while True:
            try:
                layer = get_channel_layer()
                channel = await layer.new_channel()
                for lane in range(settings.BUS_LANES):
                    await layer.group_add(f"lane.{lane}", channel)
                while True:
                    self._handle(await layer.receive(channel))
            except asyncio.CancelledError:
                raise
            except Exception as error:
                self.is_healthy = False
                logger.warning("bus: subscription lost, trying again: %s", type(error).__name__)
                await asyncio.sleep(BREAKER_SECONDS)
                hub.resync_all(RESYNC_SPREAD_SECONDS)

    def _handle(self, message: dict[str, Any]) -> None:
        origin = message["origin"]
        if origin == self.origin:
            return
        if message["type"] == "bus":
            if origin in self._received:
                self._received[origin] += 1
            hub.accept([Envelope.unpack(packed) for packed in message["events"]])
        elif message["type"] == "beat":
            missed = message["sent"] - self._received.get(origin, message["sent"])
            self._received[origin] = message["sent"]
            if missed > 0:
                logger.warning("bus: %d messages of %s were lost; clients repair themselves", missed, origin)
                hub.resync_all(RESYNC_SPREAD_SECONDS)

    # --- life ---

    async def start(self) -> None:
        if not self.is_shared:
            return
        self._outbox = asyncio.Queue()
        self._received.clear()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(run()) for run in (self._receive, self._run_outbox, self._beat)]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        # Waited for: a receiver that is still unsubscribing would open the connection again that flush() closes.
        await _end(self._tasks)
        self._tasks = []
        self._outbox = None
        if self.is_shared:
            await _end([asyncio.get_running_loop().create_task(get_channel_layer().flush())])


async def _end(tasks: Sequence["asyncio.Task[Any]"]) -> None:
    """Until all are done, whatever comes of them. A cancellation that meets a timeout inside redis-py is swallowed
    (seen with Python 3.11.2), and the process would never stop: so again, and again.
    """
    pending = set(tasks)
    while pending:
        _done, pending = await asyncio.wait(pending, timeout=STOP_SECONDS)
        for task in pending:
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


bus = Bus()
events.add_sender(bus.send)
runtime.on_start(bus.start)
runtime.on_stop(bus.stop)
