"""Cards of a listing follow it: at most one refresh every two seconds, however fast it sells."""

from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from core.tasks import task
from messenger.actions.cards import touch_cards

EVERY_SECONDS = 2.0


def refresh_soon(listing_id: int) -> None:
    """What has happened by then goes with one refresh. Inside or outside a transaction.

    The note that one is coming is gone when it runs, so nothing is missed; without the cache there are a few more.
    """
    key = _key(listing_id)
    if cache.get(key):
        return
    due = timezone.now() + timedelta(seconds=EVERY_SECONDS)
    refresh_listing_cards.using(run_after=due).enqueue(listing=listing_id)
    transaction.on_commit(lambda: cache.set(key, 1, EVERY_SECONDS * 0.9))


def _key(listing_id: int) -> str:
    return f"cards-coming:{listing_id}"


@task(retries=2)
def refresh_listing_cards(*, listing: int) -> None:
    cache.delete(_key(listing))  # first: what happens from now on may come too late for this one
    touch_cards("listing", listing)
