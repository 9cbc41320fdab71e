"""Keyset paging: a cursor names the last row seen, so pages neither repeat nor skip while rows arrive."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from rest_framework.request import Request

from core.errors import Invalid
from core.limits import PAGE_MAX


def limit_of(request: Request, default: int = 50) -> int:
    """?limit=, clamped to 1..100. Raises Invalid("bad_limit")."""
    raw = request.query_params.get("limit", "")
    if not raw:
        return default
    if not raw.isascii() or not raw.isdigit():
        raise Invalid("bad_limit")
    return max(1, min(PAGE_MAX, int(raw[:6])))


def encode_cursor(*values: Any) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, count: int) -> list[Any]:
    """Raises Invalid("bad_cursor")."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise Invalid("bad_cursor") from error
    if not isinstance(values, list) or len(values) != count or not all(isinstance(v, str | int) for v in values):
        raise Invalid("bad_cursor")
    return values


def page(
    queryset: QuerySet[Any], request: Request, *, key: str = "-id", size: int = 50, serialize: Callable[[Any], Any]
) -> dict[str, Any]:
    """One page of `queryset` by `key` (a field, "-" for descending; ties are broken by id in the same direction)."""
    name, is_descending = key.lstrip("-"), key.startswith("-")
    fields = [name] if name in ("id", "pk") else [name, "id"]
    limit = limit_of(request, size)
    if cursor := request.query_params.get("cursor"):
        values = decode_cursor(cursor, len(fields))
        try:
            queryset = queryset.filter(_beyond(fields, values, is_descending))
        except (ValueError, TypeError, ValidationError) as error:  # of other types than the fields
            raise Invalid("bad_cursor") from error
    found = queryset.order_by(*(f"-{field}" if is_descending else field for field in fields))[: limit + 1]
    rows: Sequence[Any] = list(found)
    has_more = len(rows) > limit
    rows = rows[:limit]
    following = encode_cursor(*(_value(rows[-1], field) for field in fields)) if has_more else None
    return {"results": [serialize(row) for row in rows], "next": following}


def _value(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part)
    return row


def _beyond(fields: list[str], values: list[Any], is_descending: bool) -> Q:
    step = "lt" if is_descending else "gt"
    condition = Q(**{f"{fields[-1]}__{step}": values[-1]})
    if len(fields) == 2:
        condition = Q(**{f"{fields[0]}__{step}": values[0]}) | (Q(**{fields[0]: values[0]}) & condition)
    return condition
