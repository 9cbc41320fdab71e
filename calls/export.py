"""The calls' part of "export my data": the person's own log."""

from typing import Any

from accounts.models import User
from accounts.registry import Archive
from calls.queries import log_of
from calls.serializers import log_json

_BATCH = 200  # calls in memory at a time


def export_calls(user: User, archive: Archive) -> None:
    """calls.json: newest first, as GET /api/v1/calls tells it."""
    rows, lines = log_of(user, "all"), list[Any]()
    oldest: int | None = None
    while batch := list((rows.filter(call__lt=oldest) if oldest else rows)[:_BATCH]):
        lines += log_json(batch)
        oldest = batch[-1].call_id
    archive.write_json("calls.json", lines)
