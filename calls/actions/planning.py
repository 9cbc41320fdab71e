"""Calls agreed on for later: a card in the chat, and a word shortly before."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls import access, cards, plans
from calls.models import PlannedCall
from core import limits
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.failpoints import failpoint
from messenger.access import membership_for_reading
from messenger.actions.cards import post_card, touch_cards
from messenger.models import Chat
from messenger.names import one_line

_LATE = timedelta(hours=1)  # no word is said about what began so long ago


def plan_call(*, by: User, chat_id: int, title: str, kind: str, starts_at: datetime) -> tuple[PlannedCall, bool]:
    """The plan, and whether it is new: the same again by the same person is the same plan.

    Posted in the chat as a message of theirs, under their rights. Raises NotFound, Forbidden("no_calls_here",
    "right_needed", "sanctioned", "blocked"), Invalid("title_too_long", "starts_in_the_past", "too_far_ahead"),
    Conflict("too_many_plans"), RateLimited.
    """
    limits.check("call_plan", by.pk)
    title = one_line(title)
    _check(title, starts_at)
    access.chat_for_calling(by, chat_id)
    with transaction.atomic():
        chat = Chat.objects.select_for_update().get(pk=chat_id)
        coming = plans.to_come(chat)
        same = coming.filter(created_by=by, title=title, kind=kind, starts_at=starts_at).first()
        if same is not None:
            return same, False
        if coming.count() >= limits.PLANS_PER_CHAT:
            raise Conflict("too_many_plans", _("Cancel a planned call first."), limit=limits.PLANS_PER_CHAT)
        now = timezone.now()
        is_soon = starts_at <= now + timedelta(seconds=limits.REMIND_SECONDS)
        plan = PlannedCall.objects.create(
            chat=chat, title=title, kind=kind, starts_at=starts_at, created_by=by, created_at=now,
            reminded_at=now if is_soon else None,  # its card is word enough
        )  # fmt: skip
        post_card(chat_id=chat.pk, card=cards.card_of_plan(plan), client_id=_message_id(plan, "plan"), by=by)
    return plan, True


def _check(title: str, starts_at: datetime) -> None:
    if len(title) > limits.PLAN_TITLE_CHARS:
        raise Invalid("title_too_long", field="title", limit=limits.PLAN_TITLE_CHARS)
    now = timezone.now()
    if starts_at <= now:
        raise Invalid("starts_in_the_past", _("That time has passed."), field="starts_at")
    if starts_at > now + timedelta(days=limits.PLAN_DAYS):
        raise Invalid("too_far_ahead", field="starts_at", limit=limits.PLAN_DAYS)


def cancel_plan(*, by: User, plan_id: int) -> PlannedCall:
    """By whoever made it, or a host of the chat. Twice is once. NotFound("plan_not_found"), Forbidden."""
    plan = PlannedCall.objects.select_related("chat", "created_by").filter(pk=plan_id).first()
    if plan is None:
        raise NotFound("plan_not_found")
    try:
        membership = membership_for_reading(by, plan.chat_id)
    except NotFound:
        raise NotFound("plan_not_found") from None
    if plan.created_by_id != by.pk and not access.is_host(membership):
        raise Forbidden("right_needed", right="ban")
    if PlannedCall.objects.filter(pk=plan.pk, cancelled_at=None).update(cancelled_at=timezone.now()):
        touch_cards(cards.PLAN, plan.pk)
    return plan


def remind_due(now: datetime | None = None) -> int:
    """Says in each chat what is about to begin: once, however many do this at the same time. Answers how many."""
    now = now or timezone.now()
    due = PlannedCall.objects.filter(
        reminded_at=None, cancelled_at=None, starts_at__lte=now + timedelta(seconds=limits.REMIND_SECONDS)
    )
    return sum(_remind(plan, now) for plan in due.select_related("chat")[:200])


def _remind(plan: PlannedCall, now: datetime) -> bool:
    with transaction.atomic():
        mine = PlannedCall.objects.filter(pk=plan.pk, reminded_at=None, cancelled_at=None).update(reminded_at=now)
        if not mine or plan.starts_at < now - _LATE or plan.chat.deleted_at is not None:
            return False
        failpoint("call.before_reminder_commit")
        post_card(chat_id=plan.chat_id, card=cards.reminder_of(plan), client_id=_message_id(plan, "reminder"))
    return True


def _message_id(plan: PlannedCall, what: str) -> uuid.UUID:
    """There is one such message, whoever posts it."""
    return uuid.uuid5(cards.NAMESPACE, f"{what}:{plan.pk}")
