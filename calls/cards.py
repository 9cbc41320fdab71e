"""Calls inside chats: the line "Missed call", the bar "Call in progress", and calls agreed on for later."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from calls.models import Call, PlannedCall
from core import cards
from messenger.actions.cards import Card
from messenger.serializers import timestamp

CALL = "call"
PLAN = "call_plan"
NAMESPACE = uuid.UUID("6f1a3c1e-5e0a-4f5e-9c37-2d6f0d2a8c11")


def card_of(call: Call) -> Card:
    """`title` is what stands where there is no room for a card, in the language of search: none."""
    return Card(kind=CALL, id=call.pk, snapshot={"title": "", "kind": call.kind, "caller": call.caller_id})


def message_id(call_id: int) -> uuid.UUID:
    """The client_id of the call's message: there is one in the chat, whoever posts it."""
    return uuid.uuid5(NAMESPACE, str(call_id))


def card_of_plan(plan: PlannedCall) -> Card:
    return Card(
        kind=PLAN,
        id=plan.pk,
        snapshot={"title": plan.title, "kind": plan.kind, "starts_at": timestamp(plan.starts_at)},
    )


def reminder_of(plan: PlannedCall) -> Card:
    """The same card again, shortly before: whoever draws it says so."""
    card = card_of_plan(plan)
    return Card(kind=card.kind, id=card.id, snapshot={**card.snapshot, "is_reminder": True})


def live_calls(ids: Iterable[int]) -> Mapping[int, dict[str, Any]]:
    """One query: counts of people and all."""
    rows = Call.objects.filter(pk__in=list(ids)).annotate(
        people=Count("parties", filter=Q(parties__was_in=True)),
    )
    return {
        call.pk: {
            "id": call.pk,
            "kind": call.kind,
            "state": call.state,
            "reason": call.reason,
            "caller": call.caller_id,
            "is_group": call.is_group,
            "is_answered": call.answered_at is not None,
            "created_at": timestamp(call.created_at),
            "duration_seconds": call.duration_seconds if not call.is_running else 0,
            "people": call.people,
        }
        for call in rows
    }


def live_plans(ids: Iterable[int]) -> Mapping[int, dict[str, Any]]:
    return {
        plan.pk: {
            "id": plan.pk,
            "title": plan.title,
            "kind": plan.kind,
            "starts_at": timestamp(plan.starts_at),
            "is_cancelled": plan.cancelled_at is not None,
            "created_by": plan.created_by_id,
        }
        for plan in PlannedCall.objects.filter(pk__in=list(ids))
    }


def describe_call(snapshot: Mapping[str, Any]) -> str:
    return _("Video call") if snapshot.get("kind") == Call.Kind.VIDEO else _("Call")


def describe_plan(snapshot: Mapping[str, Any]) -> str:
    title = str(snapshot.get("title") or "")
    if snapshot.get("is_reminder"):
        return _("A call begins soon: {title}").format(title=title) if title else _("A call begins soon")
    return _("Planned call: {title}").format(title=title) if title else _("Planned call")


def register() -> None:
    cards.register(CALL, live_calls, is_forwardable=False, describe=describe_call)
    cards.register(PLAN, live_plans, is_forwardable=False, describe=describe_plan)
