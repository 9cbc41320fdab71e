"""What the market's home shows, and the lists of one's own: one query each, as listings to be made cards of."""

from django.db.models import QuerySet

from accounts.models import User
from market.finding.conditions import blocked_owners
from market.models import Listing, SavedSearch, ShopFollow
from market.queries import favourites

SHELF = 12  # cards of one shelf


def _shown(by: User | None) -> QuerySet[Listing]:
    rows = Listing.objects.visible().filter(has_stock=True)
    hidden = blocked_owners(by)
    return rows.exclude(shop__owner__in=hidden) if hidden else rows


def newest(by: User | None, count: int = SHELF) -> list[Listing]:
    return list(_shown(by).order_by("-published_at", "-pk")[:count])


def free(by: User | None, count: int = SHELF) -> list[Listing]:
    return list(_shown(by).filter(price_minor=0).order_by("-published_at", "-pk")[:count])


def of_followed_shops(by: User, count: int = SHELF) -> list[Listing]:
    followed = ShopFollow.objects.filter(user=by).values("shop")
    return list(_shown(by).filter(shop__in=followed).order_by("-published_at", "-pk")[:count])


def favourites_of(by: User) -> QuerySet[Listing]:
    """As market/queries/favourites.py has them, the last marked first, as listings."""
    marked = favourites.favourites_of(by).values("pk")
    return Listing.objects.filter(favourites__in=marked).order_by("-favourites__pk")


def saved_searches_of(by: User) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(user=by).order_by("-pk")
