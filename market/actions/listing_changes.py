"""What every change of a listing begins and ends with: the seller's right, the row's lock, the revision, the event."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import limits
from core.errors import Conflict
from market import outbox
from market.access.listings import listing_for_selling, require_may_sell
from market.finding.index import index_listings
from market.models import Listing, Shop


@contextmanager
def changing(by: User, listing_id: int, *, revision: int | None = None, is_limited: bool = True) -> Iterator[Listing]:
    """A change of one's own listing, one at a time. `revision`: what the seller saw; Conflict("listing_changed") if it
    is another by now. What moderators removed stays as it is: Conflict("listing_removed"). Forbidden("sanctioned").

    `is_limited` False: one of many, as an import makes them. Inside, the stock of variants that others may buy is not
    touched: whoever buys locks the stock first.
    """
    listing_for_selling(by, listing_id)  # outsiders never take the lock
    require_may_sell(by)
    if is_limited:
        limits.check("listing_edit", by.pk)
    with transaction.atomic():
        Listing.objects.select_for_update(no_key=True).get(pk=listing_id)
        listing = listing_for_selling(by, listing_id)
        if listing.state == Listing.State.REMOVED:
            raise Conflict("listing_removed", _("Moderators have removed this listing."))
        if revision is not None and revision != listing.revision:
            raise Conflict("listing_changed", _("The listing has changed meanwhile."), revision=listing.revision)
        yield listing
        index_listings([listing_id])


def note_change(listing: Listing, *fields: str) -> None:
    """Raise the revision; tell those who watch what is or was published."""
    now = timezone.now()
    Listing.objects.filter(pk=listing.pk).update(revision=F("revision") + 1, updated_at=now)
    listing.revision, listing.updated_at = listing.revision + 1, now
    if listing.published_at is not None:
        outbox.put("listing.changed", listing=listing, data={"fields": sorted(fields), "revision": listing.revision})


@contextmanager
def creating(shop: Shop) -> Iterator[None]:
    """A transaction in which the shop's listings are counted: it holds the shop's lock. Raises too_many_listings."""
    with transaction.atomic():
        Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)
        if Listing.objects.filter(shop=shop).exclude(state=Listing.State.DELETED).count() >= limits.LISTINGS_PER_SHOP:
            raise Conflict("too_many_listings", limit=limits.LISTINGS_PER_SHOP)
        yield
