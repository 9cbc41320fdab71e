"""Listings whose time runs out, and those whose moderators have decided."""

from datetime import timedelta

from django.utils import timezone

from core.tasks import periodic, task
from market.actions import publishing
from market.models import Listing

REMIND_BEFORE = timedelta(days=3)
_BATCH = 500


@periodic(every=timedelta(minutes=5))
@task()
def expire_listings() -> None:
    """Each in a transaction of its own; a crash in between leaves the rest for the next run."""
    due = Listing.objects.filter(state=Listing.State.PUBLISHED, expires_at__lte=timezone.now())
    while batch := list(due.order_by("expires_at").values_list("pk", flat=True)[:_BATCH]):
        for listing in batch:
            publishing.expire_listing(listing)


@periodic(every=timedelta(hours=1))
@task()
def remind_of_expiry() -> None:
    soon = Listing.objects.filter(
        state=Listing.State.PUBLISHED,
        was_reminded=False,
        expires_at__gt=timezone.now(),
        expires_at__lte=timezone.now() + REMIND_BEFORE,
    )
    while batch := list(soon.order_by("expires_at").values_list("pk", flat=True)[:_BATCH]):
        for listing in batch:
            publishing.remind_of_expiry(listing)


@periodic(every=timedelta(minutes=1))
@task()
def settle_reviews() -> None:
    """What moderators let pass is published, as its seller asked (market/rules.py)."""
    waiting = Listing.objects.filter(is_in_review=True).select_related("shop__owner").order_by("pk")
    for listing in waiting.iterator(chunk_size=100):
        publishing.settle_review(listing)
