"""Things of other apps that can be shown inside a chat: a registry, so that the messenger knows none of them.

An app registers its kinds; the message itself keeps kind, id and a snapshot, frozen when it was sent. `title` in every
snapshot is what search finds and what stands where there is no room for a card.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import NotFound

Loader = Callable[[Iterable[int]], Mapping[int, dict[str, Any]]]
Snapshooter = Callable[[Any, int], dict[str, Any]]
Describer = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class CardKind:
    load_live: Loader
    is_forwardable: bool = True
    snapshot_for: Snapshooter | None = None
    describe: Describer | None = None


_kinds: dict[str, CardKind] = {}


def register(
    kind: str,
    load_live: Loader,
    *,
    is_forwardable: bool = True,
    snapshot_for: Snapshooter | None = None,
    describe: Describer | None = None,
) -> None:
    """`load_live(ids)` answers {id: what it is now}, in a constant number of queries: everybody who can read the
    message sees it, in every language, so it holds codes and not words.

    `is_forwardable`: False for what is between the people of one chat. `snapshot_for(by, id)` lets people send such
    cards themselves: the snapshot, or NotFound when `by` may not see the thing. `describe(snapshot)` is one line in
    the reader's language, for notifications; without it the title.
    """
    _kinds[kind] = CardKind(load_live, is_forwardable, snapshot_for, describe)


def is_known(kind: str) -> bool:
    return kind in _kinds


def is_forwardable(kind: str) -> bool:
    """False also for a kind that is not installed: nobody can say what it would give away."""
    return kind in _kinds and _kinds[kind].is_forwardable


def live(kind: str, ids: Iterable[int]) -> Mapping[int, dict[str, Any]]:
    """Live overlays of cards; empty for a kind that is not installed (its snapshot still shows)."""
    return _kinds[kind].load_live(ids) if kind in _kinds else {}


def snapshot(kind: str, by: Any, pk: int) -> dict[str, Any]:
    """What a card that `by` sends shall hold. NotFound for what they may not see, and for kinds nobody sends."""
    found = _kinds.get(kind)
    if found is None or found.snapshot_for is None:
        raise NotFound("card_not_found")
    return found.snapshot_for(by, pk)


def describe(kind: str, snapshot: Mapping[str, Any]) -> str:
    """One line in the language of now."""
    found = _kinds.get(kind)
    if found is not None and found.describe is not None:
        return found.describe(snapshot)
    return str(snapshot.get("title", ""))
