"""static/js/core/contract.js from the Python declarations: events, commands, limits, error codes, shapes."""

import ast
import inspect
import json
import types
import typing
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, NotRequired

from django.apps import apps
from django.conf import settings
from django.urls import get_resolver

from core import commands, errors, events, idempotency, limits

_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", Any: "any", type(None): "null"}
# What the socket answers to any command, besides the codes of the families; see core/protocol.py.
_ANY_COMMAND = {"bad_json", "bad_argument", "frame_too_large", "unknown_command", "rate_limited", "server_error"}
_DECLARING = ("shapes", "serializers", "invite_serializers", "events", "commands")


def path() -> Path:
    return Path(settings.BASE_DIR) / "static" / "js" / "core" / "contract.js"


def text() -> str:
    """The whole file; the same declarations always make the same text."""
    modules = list(_modules())
    parts = [
        "/** Made by `manage.py contract` from the Python declarations. Do not edit: a test compares. */\n",
        _names("EventName", {name: _first_line(event) for name, event in sorted(events.registry.items())}),
        _names("CommandName", {name: ", ".join(one.parameters) for name, one in sorted(commands.registry.items())}),
        "/** Sizes a client should know before it asks. @type {Record<string, number>} */",
        _constant("LIMITS", limits.for_clients()),
        "/** Error code -> HTTP status, over the socket; the others are 400. @type {Record<string, number>} */",
        _constant("ERRORS", _socket_errors()),
        *(_typedef(shape) for shape in _shapes(modules)),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _constant(name: str, value: Any) -> str:
    return f"export const {name} = Object.freeze({json.dumps(value, indent=2, ensure_ascii=False)});\n"


def _names(name: str, values: dict[str, str]) -> str:
    """The names as a type, with a word on each: nothing of it reaches browsers."""
    lines = [f" * - `{value}`: {meaning}".rstrip(": ") for value, meaning in values.items()]
    union = "|".join(json.dumps(value) for value in values)
    return "\n".join(["/**", *lines, f" * @typedef {{{union}}} {name}", " */\n"])


def _first_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").split("\n")[0]


def _own_apps() -> list[Any]:
    root = Path(settings.BASE_DIR)
    return [config for config in apps.get_app_configs() if Path(config.path).parent == root]


def _modules() -> Iterator[types.ModuleType]:
    """Loading them fills the registries of events and commands."""
    for config in _own_apps():
        for name in _DECLARING:
            if find_spec(f"{config.name}.{name}"):
                yield import_module(f"{config.name}.{name}")


def _shapes(modules: list[types.ModuleType]) -> list[type]:
    found = {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if typing.is_typeddict(value) and name.endswith("JSON")
    }
    return [found[name] for name in sorted(found)]


def _typedef(shape: type) -> str:
    lines = ["/**"]
    if shape.__doc__ and not shape.__doc__.startswith("dict("):
        lines += [f" * {' '.join(shape.__doc__.split())}"]
    lines += [f" * @typedef {{object}} {shape.__name__}"]
    for name, hint in typing.get_type_hints(shape, include_extras=True).items():
        is_optional = typing.get_origin(hint) is NotRequired
        lines.append(f" * @property {{{_type(hint)}}} {f'[{name}]' if is_optional else name}")
    return "\n".join([*lines, " */\n"])


def _type(hint: Any) -> str:
    """A type hint as JSDoc. Raises TypeError for what JSON does not know."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if typing.is_typeddict(hint):
        return str(hint.__name__)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is NotRequired:
        return _type(arguments[0])
    if origin is Literal:
        return "|".join(json.dumps(value) for value in arguments)
    if origin is list:
        inner = _type(arguments[0])
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if origin is dict:
        return f"Record<string, {_type(arguments[1])}>"
    if origin in (typing.Union, types.UnionType):
        return "|".join(_type(argument) for argument in arguments)
    raise TypeError(f"no JSON for {hint!r}")


def _socket_errors() -> dict[str, int]:
    """What a command says it may answer, and what any may, but for 400, which the rest is: every browser fetches this
    at start, so no more of it.
    """
    codes = _error_codes()  # first: it loads whatever declares errors
    declared = {code for command in commands.registry.values() for code in command.errors}
    general = {family.code for family in _families(errors.DomainError)}
    wanted = declared | general | _ANY_COMMAND
    return {code: status for code, status in codes.items() if code in wanted and status != 400}


def _error_codes() -> dict[str, int]:
    """Read from the source: every DomainError that is raised with a code written out."""
    get_resolver().check()  # loads every view, and with them every family of errors
    assert idempotency  # no view uses it yet, but its errors are declared
    families = {family.__name__: family for family in _families(errors.DomainError)}
    codes = {family.code: family.status for family in families.values()}
    for config in _own_apps():
        for file in sorted(Path(config.path).rglob("*.py")):
            for name, code in _raised(ast.parse(file.read_text())):
                if name in families:
                    codes[code] = max(families[name].status, codes.get(code, 0))
    return dict(sorted(codes.items()))


def _families(family: type[errors.DomainError]) -> Iterator[type[errors.DomainError]]:
    yield family
    for child in family.__subclasses__():
        yield from _families(child)


def _raised(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if isinstance(node.args[0].value, str):
            yield name, node.args[0].value
