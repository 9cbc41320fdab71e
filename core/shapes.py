"""TypedDicts as JSON Schema: the nouns are declared once, in Python, and described from there."""

import types
import typing
from typing import Any, Literal, NotRequired, TypedDict

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    Any: {},
    type(None): {"type": "null"},
}

registry: dict[str, type] = {}  # component name -> TypedDict, everything that was referred to


def component_name(shape: type) -> str:
    return shape.__name__.removesuffix("JSON")


def reference(shape: type) -> dict[str, Any]:
    """A $ref to the component of this TypedDict, which is registered with all it refers to."""
    name = component_name(shape)
    if registry.get(name) is not shape:
        registry[name] = shape
        properties(shape)  # registers what it refers to
    return {"$ref": f"#/components/schemas/{name}"}


def properties(shape: type) -> dict[str, dict[str, Any]]:
    hints = typing.get_type_hints(shape, include_extras=True)
    return {name: of_hint(hint) for name, hint in hints.items()}


def schema_of(shape: type) -> dict[str, Any]:
    """The JSON Schema of one TypedDict."""
    schema: dict[str, Any] = {"type": "object", "properties": properties(shape)}
    if required := sorted(getattr(shape, "__required_keys__", ())):
        schema["required"] = required
    if shape.__doc__ and not shape.__doc__.startswith("dict("):
        schema["description"] = " ".join(shape.__doc__.split())
    return schema


def of_hint(hint: Any) -> dict[str, Any]:
    """The JSON Schema of a type hint. Raises TypeError for what JSON does not know."""
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if typing.is_typeddict(hint):
        return reference(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is NotRequired:
        return of_hint(arguments[0])
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": of_hint(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": of_hint(arguments[1])}
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [of_hint(argument) for argument in arguments]}
    raise TypeError(f"no JSON for {hint!r}")


class ProblemJSON(TypedDict):
    """An error (RFC 9457). `code` is stable; further members depend on it, such as retry_after or fields."""

    type: str
    title: str
    status: int
    code: str
    detail: str


class EmptyJSON(TypedDict):
    pass


def page_of(name: str, shape: type) -> type:
    """A TypedDict for a page of a list: {"results", "next"}."""
    return TypedDict(name, {"results": list[shape], "next": str | None})  # type: ignore
