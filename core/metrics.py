"""What this process counts, for Prometheus. Hot paths count in batches: one call per fan-out, not per socket."""

import asyncio

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from core import runtime

disable_created_metrics()
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

sockets = Gauge("tenfold_sockets", "Open sockets of people who are signed in.")
mailbox_depth = Gauge("tenfold_mailbox_events", "Events that wait for slow sockets.")
deliveries = Counter("tenfold_deliveries", "Events handed to sockets.")
batches = Counter("tenfold_batches", "Transactions of the group commit writer.")
batch_size = Histogram("tenfold_batch_messages", "Messages per transaction.", buckets=_SIZES)
send_seconds = Histogram("tenfold_send_seconds", "From a message's arrival at the writer to its commit.", buckets=_FAST)
loop_lag = Histogram("tenfold_loop_lag_seconds", "How late the event loop gets to what is due.", buckets=_FAST)
in_flight = Gauge("tenfold_requests_in_flight", "Requests that Django is working on.")
rejected = Counter("tenfold_requests_rejected", "Requests told to come back later.")
tasks_waiting = Gauge("tenfold_tasks_waiting", "Background tasks that are due and not yet started.", ["queue"])

LAG_EVERY = 0.25  # s


def render() -> bytes:
    return generate_latest(REGISTRY)


class LagMeter:
    """Sleeps for a moment, again and again, and notes by how much it overslept."""

    def __init__(self) -> None:
        self.last = 0.0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_EVERY
            await asyncio.sleep(LAG_EVERY)
            self.last = max(0.0, loop.time() - due)
            loop_lag.observe(self.last)


lag_meter = LagMeter()
runtime.on_start(lag_meter.start)
runtime.on_stop(lag_meter.stop)
