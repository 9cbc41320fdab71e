"""What can be reported: each app registers its kinds here ("user", "message", "chat", later "listing")."""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from accounts.models import User
from core.errors import Invalid


@dataclass(frozen=True)
class Target:
    """One thing that is being reported, as its app sees it."""

    id: int  # in the app's own table; reports of one thing are counted by it
    subject: User | None  # the person behind it
    evidence: dict[str, Any]  # JSON: the thing as it is now, enough to judge after it changed or went
    label: str = ""  # how moderators read it in a list


class Reportable(Protocol):
    kind: ClassVar[str]
    can_remove: ClassVar[bool]

    def fetch_for_reporting(self, by: User, data: dict[str, Any]) -> Target:
        """`data` is the body of the report (chat, seq, user …). Raises NotFound unless `by` can see the thing."""
        ...

    def remove(self, by: User, target_id: int) -> None:
        """Take the thing away for everybody. Safe to run twice."""
        ...


registry: dict[str, Reportable] = {}


def register(reportable: Reportable) -> None:
    """Called from the ready() of the app whose thing it is."""
    registry[reportable.kind] = reportable


def reportable(kind: str) -> Reportable:
    try:
        return registry[kind]
    except KeyError:
        raise Invalid("unknown_target_kind", kind=kind) from None
