"""The record of what moderators did. Only ever added to."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from moderation.models import AuditEntry


def record(by: User | None, act: str, target_kind: str, target_id: int, **detail: Any) -> AuditEntry:
    """Inside the transaction of the act, so that neither stands without the other. `by` None: the service itself."""
    return AuditEntry.objects.create(by=by, act=act, target_kind=target_kind, target_id=target_id, detail=detail)


def record_reading(by: User, act: str, target_kind: str, target_id: int) -> None:
    """A look at what is not everybody's to see. Once an hour says it."""
    since = timezone.now() - timedelta(hours=1)
    same = AuditEntry.objects.filter(
        by=by, act=act, target_kind=target_kind, target_id=target_id, created_at__gte=since
    )
    if not same.exists():
        record(by, act, target_kind, target_id)
