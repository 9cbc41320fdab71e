"""Every address there is, from the resolver itself, so that none can be forgotten."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver, resolve

HTTP = ("get", "post", "put", "patch", "delete")
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def all_routes() -> list[tuple[str, tuple[str, ...]]]:
    """(path, methods); parameters as {name}. Functions answer methods of their own: () for those."""
    return sorted(set(_walk(get_resolver(), "/")))


def route_of(path: str) -> str:
    """The route behind a path of a table: "/market/orders/{done_order}?tab=x" is "/market/orders/{order_id}"."""
    route = resolve(re.sub(r"\{\w+\}", "1", path.split("?")[0])).route
    return "/" + _PARAMETER.sub(lambda found: "{" + (found[1] or found[2]) + "}", route)


def _walk(resolver: Any, prefix: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in resolver.url_patterns:
        pattern = str(entry.pattern)
        if pattern.startswith("^"):
            pattern = pattern.strip("^$").replace("\\/", "/")
        path = prefix + _PARAMETER.sub(lambda found: "{" + (found[1] or found[2]) + "}", pattern)
        if isinstance(entry, URLPattern):
            view = getattr(entry.callback, "view_class", None) or getattr(entry.callback, "cls", None)
            yield path, tuple(method for method in HTTP if view and hasattr(view, method))
        else:
            yield from _walk(entry, path)


def rest_routes() -> list[tuple[str, str]]:
    """(method, path under /api/v1/) of the REST API."""
    found = [(path.removeprefix("/api/v1/"), methods) for path, methods in all_routes() if path.startswith("/api/v1/")]
    return [(method, path) for path, methods in found for method in methods]
