"""Favourites: marking, letting go, and whether a lower price is told."""

from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from core import limits
from core.errors import Conflict, NotFound
from market.access.listings import listing_for_viewing
from market.models import Favourite, Listing


def mark_favourite(*, by: User, listing_id: int, wants_alert: bool | None = None) -> Favourite:
    """Twice is once; the price it was first marked at stays. Raises NotFound, Conflict("too_many_favourites")."""
    listing = listing_for_viewing(by, listing_id)
    limits.check("favourite", by.pk)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # so that the limit holds
        favourite = Favourite.objects.filter(user=by, listing=listing).first()
        if favourite is None:
            if Favourite.objects.filter(user=by).count() >= limits.FAVOURITES_PER_PERSON:
                raise Conflict("too_many_favourites", limit=limits.FAVOURITES_PER_PERSON)
            favourite = Favourite.objects.create(
                user=by, listing=listing, price_minor=listing.price_minor, wants_alert=wants_alert is not False
            )
            Listing.objects.filter(pk=listing.pk).update(favourite_count=F("favourite_count") + 1)
        elif wants_alert is not None and favourite.wants_alert != wants_alert:
            Favourite.objects.filter(pk=favourite.pk).update(**_alert(wants_alert, listing))
    return Favourite.objects.select_related("listing").get(pk=favourite.pk)


def _alert(wants_alert: bool, listing: Listing) -> dict[str, Any]:
    """Who turns alerts on again wants to hear of what becomes cheaper from now on."""
    return {"wants_alert": True, "price_minor": listing.price_minor} if wants_alert else {"wants_alert": False}


def unmark_favourite(*, by: User, listing_id: int) -> None:
    """Also of what one may no longer see. Twice is once."""
    if not 0 < listing_id < 2**63:
        raise NotFound("listing_not_found")
    with transaction.atomic():
        if Favourite.objects.filter(user=by, listing=listing_id).delete()[0]:
            Listing.objects.filter(pk=listing_id, favourite_count__gt=0).update(
                favourite_count=F("favourite_count") - 1
            )
