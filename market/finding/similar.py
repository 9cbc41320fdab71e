"""What is like a listing: of its category, with words of its title, at about its price, not far away."""

import math
from collections.abc import Iterable

from accounts.models import User
from core.search import pipeline
from market.finding.conditions import blocked_owners
from market.finding.near import Spot
from market.models import Category, Listing
from market.queries.categories import ancestor_paths

_CANDIDATES = 200  # the newest of the category
_FAR_KM = 100


def similar_listings(
    listing: Listing, *, by: User | None = None, limit: int = 12, with_own_shop: bool = True
) -> list[Listing]:  # fmt: skip
    """Best first; what can be bought now. At most five queries. Needs `category` loaded."""
    candidates = _candidates(listing, by, with_own_shop, listing.category)
    if len(candidates) < limit and listing.category is not None and listing.category.parent_id:
        wider = Category.objects.filter(path=ancestor_paths(listing.category.path)[-2]).first()
        known = {one.pk for one in candidates}
        candidates += [one for one in _candidates(listing, by, with_own_shop, wider) if one.pk not in known]
    words = pipeline.broad_terms(listing.title)
    spot = Spot(listing.latitude, listing.longitude) if listing.latitude is not None else None  # type: ignore[arg-type]
    candidates.sort(key=lambda one: (-_likeness(listing, one, words, spot), -one.pk))
    return candidates[:limit]


def _candidates(listing: Listing, by: User | None, with_own_shop: bool, category: Category | None) -> list[Listing]:
    rows = Listing.objects.visible().filter(has_stock=True).exclude(pk=listing.pk)
    if category is None:
        rows = rows.filter(category=None)
    else:
        rows = rows.filter(category__in=list(Category.objects.filter(path__startswith=category.path)))
    if not with_own_shop:
        rows = rows.exclude(shop=listing.shop_id)
    if blocked := blocked_owners(by):
        rows = rows.exclude(shop__owner__in=blocked)
    rows = rows.select_related("shop__owner", "category").defer("description", "digital_text")
    return list(rows.order_by("-published_at", "-pk")[:_CANDIDATES])


def _likeness(listing: Listing, other: Listing, words: Iterable[str], spot: Spot | None) -> float:
    own, others = set(words), pipeline.broad_terms(other.title)
    score = 3.0 * len(own & others) / (len(own | others) or 1)
    score += 1.0 if other.category_id == listing.category_id else 0.0
    if listing.price_minor and other.price_minor and listing.currency == other.currency:
        score += max(0.0, 1.0 - abs(math.log(other.price_minor / listing.price_minor)))
    if spot is not None and other.latitude is not None and other.longitude is not None:
        score += max(0.0, 1.0 - spot.distance_km(other.latitude, other.longitude) / _FAR_KM)
    same = [key for key, value in listing.attributes.items() if other.attributes.get(key) == value]
    return score + 0.5 * len(same) / (len(listing.attributes) or 1)
