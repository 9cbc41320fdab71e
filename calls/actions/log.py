"""What somebody does to their own call log. The others keep theirs, and the chats their lines."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from calls import events
from calls.models import Call
from calls.queries import news_of, own_log
from core.errors import NotFound
from core.events import publish

_MAX_ID = 2**63 - 1


def see_log(*, by: User) -> None:
    """They have looked: what they missed is no longer news."""
    with transaction.atomic():
        if news_of(by).update(seen_at=timezone.now()):
            _tell(by)


def forget_call(*, by: User, call_id: int) -> None:
    """Out of their log. Twice is once. NotFound("call_not_found") for a call that never was in it."""
    own = own_log(by).filter(call=min(call_id, _MAX_ID))
    if not own.exists():
        raise NotFound("call_not_found")
    with transaction.atomic():
        now = timezone.now()
        if own.filter(removed_at=None).update(removed_at=now, seen_at=now):
            _tell(by)


def clear_log(*, by: User) -> None:
    """Everything that is over."""
    with transaction.atomic():
        now = timezone.now()
        own = own_log(by).filter(removed_at=None, call__state=Call.State.ENDED)
        if own.update(removed_at=now, seen_at=now):
            _tell(by)


def _tell(user: User) -> None:
    publish(events.CallLogChanged(users=(user.pk,), data={"missed_count": news_of(user).count()}))
