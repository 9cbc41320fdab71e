"""What a moderator can do to a person: mute, suspend, and lift both."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actions.devices import end_everything
from accounts.models import User
from moderation.access import require_moderator, require_power_over, running_sanctions
from moderation.actions.audit import record
from moderation.actions.reports import close_reports_of
from moderation.models import Report, Sanction


def suspend_user(
    *, by: User, user: User, reason: str, days: int | None = None, report: Report | None = None
) -> Sanction:
    """Signed out everywhere within a second, and no way in until it ends. `days` None: until lifted."""
    require_power_over(by, user)
    with transaction.atomic():
        sanction = _sanction(by, user, Sanction.Kind.SUSPEND, reason, days, report)
        User.objects.filter(pk=user.pk).update(is_active=False)
        end_everything(user)
    return sanction


def mute_user(*, by: User, user: User, reason: str, days: int | None = None, report: Report | None = None) -> Sanction:
    """May read, but not write."""
    require_power_over(by, user)
    with transaction.atomic():
        return _sanction(by, user, Sanction.Kind.MUTE, reason, days, report)


def _sanction(by: User, user: User, kind: str, reason: str, days: int | None, report: Report | None) -> Sanction:
    until = timezone.now() + timedelta(days=days) if days else None
    sanction = Sanction.objects.create(user=user, kind=kind, reason=reason[:500], by=by, until=until)
    record(by, f"user.{kind}", "user", user.pk, days=days, reason=reason[:500], report=report.pk if report else None)
    if report is not None:
        close_reports_of(by, report)
    return sanction


def lift_sanction(*, by: User, sanction: Sanction) -> None:
    """Ends it now. Twice is once."""
    require_moderator(by)
    with transaction.atomic():
        if Sanction.objects.filter(pk=sanction.pk, lifted_at=None).update(lifted_at=timezone.now()):
            record(by, "sanction.lifted", "user", sanction.user_id, sanction=sanction.pk, kind=sanction.kind)
            _let_in_again(sanction.user_id)


def lift_expired() -> int:
    """The service's own part: what has run out is lifted. Answers how many."""
    expired = Sanction.objects.filter(lifted_at=None, until__lte=timezone.now())
    lifted = 0
    for sanction in expired:
        with transaction.atomic():
            if Sanction.objects.filter(pk=sanction.pk, lifted_at=None).update(lifted_at=F("until")):
                record(None, "sanction.expired", "user", sanction.user_id, sanction=sanction.pk, kind=sanction.kind)
                _let_in_again(sanction.user_id)
                lifted += 1
    return lifted


def _let_in_again(user_id: int) -> None:
    """Unless another suspension still runs, or the account was deleted meanwhile."""
    if not running_sanctions().filter(user=user_id, kind=Sanction.Kind.SUSPEND).exists():
        User.objects.filter(pk=user_id, deleted_at=None).update(is_active=True)
