"""Delivered marks, gathered for a second and written with one statement: they come with every message."""

import asyncio
import logging

from core import runtime
from core.executor import in_database
from messenger.actions.reading import note_delivered

logger = logging.getLogger(__name__)

INTERVAL = 1.0  # seconds
MAX_MARKS = 20_000  # more than that waiting: the oldest are dropped, a later mark covers them
_BATCH = 300


class Receipts:
    def __init__(self) -> None:
        self._marks: dict[tuple[int, int], int] = {}
        self._task: asyncio.Task[None] | None = None

    def add(self, user_id: int, chats: dict[int, int]) -> None:
        for chat, seq in chats.items():
            if len(self._marks) >= MAX_MARKS:
                return
            if 0 < chat < 2**63 and self._marks.get((user_id, chat), 0) < seq < 2**63:
                self._marks[user_id, chat] = seq

    async def flush(self) -> None:
        marks, self._marks = self._marks, {}
        items = sorted(marks.items())  # one order of row locks for all processes
        for start in range(0, len(items), _BATCH):
            await in_database(note_delivered, dict(items[start : start + _BATCH]))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            try:
                await self.flush()
            except Exception:
                # A delivered mark is a courtesy: the read mark that follows covers it.
                logger.exception("receipts: a batch of delivered marks was lost")

    async def start(self) -> None:
        self._marks.clear()
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()


receipts = Receipts()
runtime.on_start(receipts.start)
runtime.on_stop(receipts.stop)
