"""What a person has marked."""

from django.db.models import QuerySet

from accounts.models import User
from market.models import Favourite, Listing

_GONE = (Listing.State.DELETED, Listing.State.REMOVED, Listing.State.DRAFT)


def favourites_of(by: User) -> QuerySet[Favourite]:
    """Whatever became of them; what was taken away, or is of people who block each other with `by`, is gone."""
    return (
        Favourite.objects.filter(user=by, listing__shop__closed_at=None)
        .exclude(listing__state__in=_GONE)
        .exclude(listing__shop__owner__blocks__user=by)
        .exclude(listing__shop__owner__blocked_by__owner=by)
        .select_related("listing__shop__owner", "listing__category")
    )
