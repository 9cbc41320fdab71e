"""The market's front page, what is suggested while one types, and where one is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from market.finding.near import Spot
from market.finding.query import DEFAULT_RADIUS_KM, ListingQuery, Sort
from market.finding.search import search_listings
from market.finding.views import recent_listings
from market.models import Listing
from market.pages.frame import Context, answer, market_page, next_of, person, public
from market.pages.place import forget_place, place_of, remember_place
from market.places import find_places, spot_at
from market.queries import browsing
from market.queries.categories import active_categories, category_counts
from market.serializers.listings import category_json, listing_cards_json

_SUGGESTED = 8
_SAVED = 6  # searches on the front page


@require_safe
@public
def home(request: HttpRequest) -> HttpResponse:
    by, spot = person(request), place_of(request)
    shelves, distances = _shelves(by, spot)
    cards = iter(listing_cards_json([row for rows in shelves.values() for row in rows], by))
    shown = {name: [next(cards) for _row in rows] for name, rows in shelves.items()}
    for card in shown["near"]:
        card["distance_km"] = distances.get(card["id"], 0.0)
    context: Context = {
        "categories": main_categories(),
        "place": spot,
        "shelves": shown,
        "is_empty": not any(shown.values()),
        "saved_searches": browsing.saved_searches_of(by)[:_SAVED] if by else [],
    }
    return market_page(request, "market/home.html", context)


def _shelves(by: User | None, spot: Spot | None) -> tuple[dict[str, list[Listing]], dict[int, float]]:
    """Listings by shelf, and how far the near ones are, in km."""
    near, distances = [], {}
    if spot is not None:
        query = ListingQuery(near=spot, radius_km=DEFAULT_RADIUS_KM, sort=Sort.NEAREST, is_available=True)
        found = search_listings(query, by=by, limit=browsing.SHELF, with_counts=False)
        near, distances = found.listings, found.distances
    shelves = {"near": near, "new": browsing.newest(by), "free": browsing.free(by)}
    shelves["followed"] = browsing.of_followed_shops(by) if by else []
    shelves["recent"] = recent_listings(by, browsing.SHELF) if by else []
    return shelves, distances


def main_categories() -> list[Any]:
    """Those at the top of the tree, with how many things are in each."""
    counts = category_counts()
    tops = [category for category in active_categories() if category.parent_id is None]
    return [category_json(category, count=counts.get(category.path, 0)) for category in tops]


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """For the field in the bar: categories and titles that begin like it."""
    text = request.GET.get("q", "").strip()[:80]
    if len(text) < 2:
        return HttpResponse("")
    wanted = text.casefold()
    named = [one for one in active_categories() if any(w.startswith(wanted) for w in one.title.casefold().split())]
    found = search_listings(ListingQuery(q=text), by=person(request), limit=_SUGGESTED, with_counts=False)
    titles = list(dict.fromkeys(row.title for row in found.listings))
    context = {"text": text, "categories": named[:3], "titles": titles[: _SUGGESTED - 3]}
    return market_page(request, "market/_suggestions.html", context)


@require_POST
def set_place(request: HttpRequest) -> HttpResponse:
    """A town by name, or a position that the browser has rounded; or neither: forget it. No account is needed."""
    town, then = request.POST.get("town", "").strip(), next_of(request)
    spot = _position(request) or _town(town)
    response = answer(
        request, then=then, is_error=bool(town) and spot is None,
        said=_("No town of this name is known. Try one nearby.") if town and spot is None else "",
    )  # fmt: skip
    if spot is not None:
        remember_place(response, spot, is_secure=request.is_secure())
    elif not town:
        forget_place(response)
    return response


def _position(request: HttpRequest) -> Spot | None:
    try:
        latitude, longitude = (float(request.POST[name]) for name in ("latitude", "longitude"))
    except (KeyError, ValueError):
        return None
    blurred = spot_at(latitude, longitude)
    return Spot(blurred.latitude, blurred.longitude)


def _town(name: str) -> Spot | None:
    town = next(iter(find_places(name, limit=1)), None)
    return Spot(town.latitude, town.longitude, town.name) if town else None
