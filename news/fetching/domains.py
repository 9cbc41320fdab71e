"""A domain is asked one thing at a time, at least two seconds apart, and left alone while it says so.

Turns are won by a conditional UPDATE, so they hold for all workers on every database.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from news.models import FetchDomain

BETWEEN = timedelta(seconds=2)
CLAIM = timedelta(seconds=60)  # longer than any request; then its worker is dead


def take_turn(domain: str, now: datetime) -> datetime | None:
    """None: it is ours, until give_back(). Else when to look again."""
    FetchDomain.objects.get_or_create(domain=domain, defaults={"next_request_at": now})
    is_free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
    may = Q(next_request_at__lte=now) & (Q(paused_until=None) | Q(paused_until__lte=now))
    if FetchDomain.objects.filter(is_free, may, domain=domain).update(claimed_at=now):
        return None
    row = FetchDomain.objects.get(domain=domain)
    times = [now + BETWEEN, row.next_request_at, *([row.paused_until] if row.paused_until else [])]
    return max(times)


def give_back(domain: str, now: datetime, *, pause_seconds: int = 0) -> None:
    fields: dict[str, datetime | None] = {"claimed_at": None, "next_request_at": now + BETWEEN}
    if pause_seconds:
        fields["paused_until"] = now + timedelta(seconds=pause_seconds)
    FetchDomain.objects.filter(domain=domain).update(**fields)
