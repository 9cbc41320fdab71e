"""Where higher apps hang on to the life of a chat: what follows when people lose their place in it."""

from collections.abc import Callable, Sequence
from functools import partial

from django.db import transaction

# (chat id, user ids) -> None. Runs right after the commit; it reads the present state, and may find nothing to do.
Parting = Callable[[int, Sequence[int]], None]

partings: list[Parting] = []


def register_parting(parting: Parting) -> None:
    partings.append(parting)


def follow_parting(chat_id: int, user_ids: Sequence[int]) -> None:
    """They left, were put out, or the chat was dissolved. Inside the transaction that says so."""
    for parting in partings:
        # Robust: they are out, whatever becomes of it elsewhere; what fails is in the log.
        transaction.on_commit(partial(parting, chat_id, user_ids), robust=True)
