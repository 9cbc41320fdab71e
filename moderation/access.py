"""Is this person sanctioned right now? May this one moderate?"""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core.errors import Forbidden
from moderation.models import Sanction

MODERATE = "moderation.moderate"
MODERATORS = "Moderators"  # the group, made by a migration


def running_sanctions() -> QuerySet[Sanction]:
    return Sanction.objects.filter(Q(until=None) | Q(until__gt=timezone.now()), lifted_at=None)


def active_sanction(user: User, kind: str) -> Sanction | None:
    """The sanction of that kind ("mute", "suspend") that lasts longest, or None."""
    return running_sanctions().filter(user=user, kind=kind).order_by(F("until").desc(nulls_first=True)).first()


def sanctioned_ids(user_ids: Iterable[int], kind: str) -> set[int]:
    """Those among `user_ids` under a running sanction of that kind. One query."""
    return set(running_sanctions().filter(user__in=set(user_ids), kind=kind).values_list("user_id", flat=True))


def require_moderator(by: User) -> None:
    if not (by.is_active and by.is_staff and by.has_perm(MODERATE)):
        raise Forbidden("moderator_needed")


def require_power_over(by: User, user: User) -> None:
    """Moderators act on each other only through an administrator, and nobody on themselves."""
    require_moderator(by)
    if user.pk == by.pk or ((user.is_staff or user.is_superuser) and not by.is_superuser):
        raise Forbidden("is_moderator")
