"""Planned calls: reads, and their JSON."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.serializers import sender_json
from calls.models import PlannedCall
from calls.shapes import PlannedCallJSON
from messenger.models import Chat, Membership
from messenger.serializers import timestamp

_LINGERS = timedelta(hours=1)  # people come late


def to_come(chat: Chat) -> QuerySet[PlannedCall]:
    return PlannedCall.objects.filter(chat=chat, cancelled_at=None, starts_at__gt=timezone.now())


def plans_for(by: User, chat_id: int | None = None) -> QuerySet[PlannedCall]:
    """What is to come, and what has just begun, in all chats of theirs or in one."""
    chats = Membership.objects.filter(user=by, state=Membership.State.ACTIVE, chat__deleted_at=None).values("chat")
    rows = PlannedCall.objects.filter(
        chat__in=chats, cancelled_at=None, starts_at__gt=timezone.now() - _LINGERS
    )  # fmt: skip
    if chat_id is not None:
        rows = rows.filter(chat=chat_id)
    return rows.select_related("chat", "created_by")


def plan_json(plan: PlannedCall) -> PlannedCallJSON:
    """Needs `chat` and `created_by` loaded."""
    return {
        "id": plan.pk,
        "chat": plan.chat_id,
        "chat_title": "" if plan.chat.is_direct else plan.chat.title,
        "title": plan.title,
        "kind": plan.kind,  # type: ignore[typeddict-item]
        "starts_at": timestamp(plan.starts_at),
        "created_by": sender_json(plan.created_by) if plan.created_by else None,
        "is_cancelled": plan.cancelled_at is not None,
    }
