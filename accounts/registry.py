"""Where higher apps hang on to the life of an account: what belongs into its export, what follows its deletion."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from django.db import transaction

from accounts.models import User


class Archive(Protocol):
    """The zip that is being written. Paths are relative, with "/"."""

    def write_json(self, path: str, value: Any) -> None: ...

    def open_lines(self, path: str) -> Any:
        """A context manager that gives a function: write one JSON value as a line."""
        ...

    def write_file(self, path: str, file: Any) -> bool:
        """Copy a stored file; False when the storage has it no longer."""
        ...

    def report(self, fraction: float) -> None:
        """How much of this exporter's part is done, 0..1."""
        ...


Exporter = Callable[[User, Archive], None]
# (user, delete_messages) -> None. Runs in the worker, after the account is closed; safe to run twice.
Departure = Callable[[User, bool], None]
# (owner, blocked) by id -> None. Runs right after the commit of a new block.
Severance = Callable[[int, int], None]

exporters: dict[str, Exporter] = {}
departures: dict[str, Departure] = {}
severances: dict[str, Severance] = {}


def register_exporter(name: str, exporter: Exporter) -> None:
    exporters[name] = exporter


def register_departure(name: str, departure: Departure) -> None:
    departures[name] = departure


def register_severance(name: str, severance: Severance) -> None:
    severances[name] = severance


def follow_block(owner_id: int, blocked_id: int) -> None:
    """Inside the transaction that blocks."""
    for severance in severances.values():
        # Robust: the block stands, whatever becomes of it elsewhere; what fails is in the log.
        transaction.on_commit(partial(severance, owner_id, blocked_id), robust=True)
