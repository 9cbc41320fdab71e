"""Things of other apps that can be shown inside a chat: a registry, so that the messenger knows none of them.

An app registers how to load the live state of its cards; the message itself keeps kind, id and a frozen snapshot.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Loader = Callable[[Iterable[int]], Mapping[int, dict[str, Any]]]
_loaders: dict[str, Loader] = {}


def register(kind: str, load_live: Loader) -> None:
    """`load_live(ids)` answers {id: what everybody may see now}, in a constant number of queries."""
    _loaders[kind] = load_live


def is_known(kind: str) -> bool:
    return kind in _loaders


def live(kind: str, ids: Iterable[int]) -> Mapping[int, dict[str, Any]]:
    """Live overlays of cards; empty for a kind that is not installed (its snapshot still shows)."""
    return _loaders[kind](ids) if kind in _loaders else {}
