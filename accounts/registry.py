"""Where higher apps hang on to the life of an account: what belongs into its export, what follows its deletion."""

from collections.abc import Callable
from typing import Any, Protocol

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

exporters: dict[str, Exporter] = {}
departures: dict[str, Departure] = {}


def register_exporter(name: str, exporter: Exporter) -> None:
    exporters[name] = exporter


def register_departure(name: str, departure: Departure) -> None:
    departures[name] = departure
