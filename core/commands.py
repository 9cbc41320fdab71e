"""Commands of the socket, declared by a function's signature: checked, documented and called from it."""

import inspect
import types
import typing
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.errors import Invalid

_MAX_ITEMS = 1_000


@dataclass(frozen=True)
class Command:
    name: str
    run: Callable[..., Any]
    is_async: bool
    parameters: dict[str, inspect.Parameter]
    hints: dict[str, Any]
    answer: str  # what `ok` holds, in words, for docs/protocol.md
    errors: tuple[str, ...]  # codes beyond the ones every command can give

    @property
    def doc(self) -> str:
        return inspect.getdoc(self.run) or ""

    def arguments(self, frame: dict[str, Any]) -> dict[str, Any]:
        """The checked arguments. Raises Invalid("bad_argument") naming the field."""
        result = {}
        for name, parameter in self.parameters.items():
            if name in frame:
                result[name] = _checked(name, frame[name], self.hints[name])
            elif parameter.default is inspect.Parameter.empty:
                raise Invalid("bad_argument", f"{name} is missing", field=name)
        if unknown := frame.keys() - self.parameters.keys() - {"id", "do"}:
            raise Invalid("bad_argument", f"unknown: {min(unknown)[:40]}", field=min(unknown)[:40])
        return result


registry: dict[str, Command] = {}


def command(
    name: str, *, answer: str, errors: tuple[str, ...] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a command. The function takes the connection and keyword-only typed arguments.

    `async def` runs on the event loop and may not touch the database; plain `def` runs in a database thread.
    """

    def register(run: Callable[..., Any]) -> Callable[..., Any]:
        parameters = {
            key: value
            for key, value in inspect.signature(run).parameters.items()
            if value.kind is inspect.Parameter.KEYWORD_ONLY
        }
        hints = typing.get_type_hints(run)
        registry[name] = Command(name, run, inspect.iscoroutinefunction(run), parameters, hints, answer, errors)
        return run

    return register


@lru_cache(maxsize=256)
def _taken_apart(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """typing's own two functions cost more than the check; a program declares few types."""
    return typing.get_origin(hint), typing.get_args(hint)


def _checked(name: str, value: Any, hint: Any) -> Any:
    origin, arguments = _taken_apart(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        return _checked(name, value, next(one for one in arguments if one is not type(None)))
    if origin is typing.Literal:
        if isinstance(value, str) and value in arguments:
            return value
    elif origin is list:
        if isinstance(value, list) and len(value) <= _MAX_ITEMS:
            return [_checked(name, item, arguments[0]) for item in value]
    elif origin is dict:
        if isinstance(value, dict) and len(value) <= _MAX_ITEMS:
            return {_key(name, key, arguments[0]): _checked(name, item, arguments[1]) for key, item in value.items()}
    elif hint is uuid.UUID:
        if isinstance(value, str) and len(value) <= 40:
            try:
                return uuid.UUID(value)
            except ValueError:
                pass
    elif hint is int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    elif hint is Any or (isinstance(hint, type) and isinstance(value, hint)):
        return value
    raise Invalid("bad_argument", f"{name} has the wrong type", field=name)


def _key(name: str, key: str, hint: Any) -> Any:
    """Keys of JSON objects are strings; where we want numbers they must be plain ones."""
    if hint is not int:
        return key
    if key.isascii() and key.isdigit() and len(key) <= 19:
        return int(key)
    raise Invalid("bad_argument", f"{name} has a key that is no id", field=name)
