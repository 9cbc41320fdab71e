"""Many askers, one answer: who asks while one set is looked up is looked up with the next set.

No timer: a quiet process answers one at once, a busy one amortises its queries over all who came meanwhile. Only where
nobody waits for the answer it pays to be patient, and to let more come.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from core.executor import in_database

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Gather(Generic[Question, Answer]):
    """`answer_many` runs in a database thread and answers in the order of the questions; an Exception is an answer."""

    def __init__(
        self,
        answer_many: Callable[[Sequence[Question]], Sequence[Answer | Exception]],
        *,
        at_once: int = 50,
        patience: float = 0.0,  # s for which others may join
    ) -> None:
        self._answer_many = answer_many
        self._at_once = at_once
        self._patience = patience
        self._asked: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._task: asyncio.Task[None] | None = None

    def ask(self, question: Question) -> "asyncio.Future[Answer]":
        """On the loop's thread. The future raises what `answer_many` answered or raised."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._asked.append((question, future))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run())
        return future

    async def _run(self) -> None:
        while self._asked:
            if self._patience:
                await asyncio.sleep(self._patience)
            asked, self._asked = self._asked[: self._at_once], self._asked[self._at_once :]
            answers: Sequence[Answer | Exception]
            try:
                answers = await in_database(self._answer_many, [question for question, _future in asked])
            except Exception as error:  # the database is away: each hears it, and tries again
                answers = [error] * len(asked)
            for (_question, future), answer in zip(asked, answers, strict=True):
                if future.done():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)
