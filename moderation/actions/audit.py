"""The record of what moderators did. Only ever added to."""

from typing import Any

from accounts.models import User
from moderation.models import AuditEntry


def record(by: User | None, act: str, target_kind: str, target_id: int, **detail: Any) -> AuditEntry:
    """Inside the transaction of the act, so that neither stands without the other. `by` None: the service itself."""
    return AuditEntry.objects.create(by=by, act=act, target_kind=target_kind, target_id=target_id, detail=detail)
