"""Where a page ended: in which phase of which order, and after which row."""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from core.errors import Invalid
from core.paging import decode_cursor
from market.finding.query import Sort
from market.models import Listing

_MAX = 2**63


class Order(Enum):
    """The column, and whether it descends; equal ones by id in the same direction."""

    NEWEST = ("published_at", True)
    CHEAPEST = ("price_minor", False)
    DEAREST = ("price_minor", True)
    NEAREST = ("distance", False)

    @property
    def needs_distance(self) -> bool:
        return self is Order.NEAREST

    @property
    def fields(self) -> list[str]:
        column, is_descending = self.value
        return [f"-{column}", "-pk"] if is_descending else [column, "pk"]

    def key_of(self, row: Listing) -> tuple[Any, ...]:
        value = getattr(row, self.value[0])
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, float):
            value = value.hex()
        return value, row.pk

    def beyond(self, key: tuple[Any, ...]) -> Q:
        """What comes after the row of this key. Raises Invalid("bad_cursor") for a key of another order."""
        column, is_descending = self.value
        step = "lt" if is_descending else "gt"
        value, pk = self._read(key[0]), _whole(key[1])
        return Q(**{f"{column}__{step}": value}) | Q(**{column: value, f"pk__{step}": pk})

    def _read(self, written: Any) -> Any:
        if self in (Order.CHEAPEST, Order.DEAREST):
            return _whole(written)
        if not isinstance(written, str):
            raise Invalid("bad_cursor")
        try:
            value = float.fromhex(written) if self is Order.NEAREST else parse_datetime(written)
        except (ValueError, OverflowError) as error:
            raise Invalid("bad_cursor") from error
        if isinstance(value, float) and math.isfinite(value):
            return value
        if isinstance(value, datetime) and is_aware(value):
            return value
        raise Invalid("bad_cursor")


@dataclass(frozen=True)
class Cursor:
    sort: Sort
    is_repaired: bool
    phase: int = 0
    key: tuple[Any, ...] = ()  # of the phase's order; empty: from its beginning

    def values(self) -> list[Any]:
        return [self.sort.value, int(self.is_repaired), self.phase, *self.key]


def read_cursor(cursor: str, sort: Sort) -> Cursor:
    """Raises Invalid("bad_cursor")."""
    written, is_repaired, phase, *key = decode_cursor(cursor, 5)
    is_sound = written == sort.value and is_repaired in (0, 1)
    if not is_sound or not isinstance(phase, int) or not 0 <= phase < 100:
        raise Invalid("bad_cursor")
    return Cursor(sort, bool(is_repaired), phase, tuple(key))


def _whole(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value < _MAX:
        raise Invalid("bad_cursor")
    return value
