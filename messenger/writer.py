"""Group commit: what arrives while one batch commits is the next batch, one transaction for all of it.

No timer: a quiet server commits one message at once, a busy one amortises the commit over many. One writer per
process, on a thread of its own; the order of submission is the order in every chat.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import TimeoutError as FutureTimeout

from core import metrics, runtime
from core.errors import DomainError, Unavailable
from core.executor import with_connection_care, writer_pool
from core.failpoints import failpoint
from messenger.actions.outgoing import Outgoing, Sent
from messenger.actions.sending import Outcome, send_messages

MAX_BATCH = 200
MAX_WAITING = 5_000  # beyond it, an honest "later" beats a long silence
WAIT_SECONDS = 20.0


class Writer:
    """Belongs to the event loop; only `send_messages` runs elsewhere."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Outgoing, asyncio.Future[Sent], float]] = deque()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_writing = False
        self.batch_count = 0
        self.message_count = 0
        self.last_wait = 0.0  # seconds the newest batch's first message waited before its commit began

    @property
    def depth(self) -> int:
        return len(self._waiting)

    def submit(self, outgoing: Outgoing) -> "asyncio.Future[Sent]":
        """On the loop's thread. The future holds what was stored, or raises the DomainError. Raises Unavailable."""
        if len(self._waiting) >= MAX_WAITING:
            raise Unavailable("busy", retry_after=2)
        future: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        self._waiting.append((outgoing, future, time.monotonic()))
        self._wake.set()
        return future

    async def submit_and_wait(self, outgoing: Outgoing) -> Sent:
        return await self.submit(outgoing)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            taken = [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
            self.last_wait = time.monotonic() - taken[0][2]
            batch = [outgoing for outgoing, _future, _since in taken]
            self._is_writing = True
            try:
                outcomes: list[Outcome] = await loop.run_in_executor(
                    writer_pool(), with_connection_care, send_messages, batch
                )
            except Exception as error:  # the database is away: each sender hears it, and tries again with the same id
                for _outgoing, future, _since in taken:
                    if not future.done():
                        future.set_exception(error)
                continue
            finally:
                self._is_writing = False
            failpoint("send.before_ack")
            self._count(taken)
            for (_outgoing, future, _since), outcome in zip(taken, outcomes, strict=True):
                if future.done():
                    continue
                if isinstance(outcome, DomainError):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)

    def _count(self, taken: Sequence[tuple[Outgoing, asyncio.Future[Sent], float]]) -> None:
        self.batch_count += 1
        self.message_count += len(taken)
        metrics.batches.inc()
        metrics.batch_size.observe(len(taken))
        now = time.monotonic()
        for _outgoing, _future, since in taken:
            metrics.send_seconds.observe(now - since)

    async def start(self) -> None:
        self._waiting.clear()
        self._wake = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Finish what waits and what is being written, then stop."""
        while self._waiting or self._is_writing:
            await asyncio.sleep(0.01)
        if self._task is not None:
            self._task.cancel()


writer = Writer()
runtime.on_start(writer.start)
runtime.on_stop(writer.stop)


def send(outgoing: Outgoing) -> Sent:
    """From a request's thread: through this process's writer where there is one, else at once.

    Raises the DomainError that the send ended in. Unavailable: not known whether it was stored; the same
    client_id may safely be sent again.
    """
    loop = runtime.loop()
    if loop is None:
        outcome = send_messages([outgoing])[0]
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome
    future = asyncio.run_coroutine_threadsafe(writer.submit_and_wait(outgoing), loop)
    try:
        return future.result(timeout=WAIT_SECONDS)
    except FutureTimeout as error:
        raise Unavailable("busy", retry_after=2) from error
