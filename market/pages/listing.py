"""One listing: what it is, what it costs, who sells it, and everything one can do about it."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from core.addresses import address_block, client_address
from market.access.listings import listing_for_viewing
from market.feeds import base_of
from market.finding.similar import similar_listings
from market.finding.views import recent_listings, record_view
from market.models import Listing
from market.pages.drawn_map import draw_place, where_of
from market.pages.frame import Context, market_page, person, public
from market.pages.place import place_of
from market.queries.reviews import reviews_of_shop
from market.serializers.finding import crumbs_json
from market.serializers.listings import listing_cards_json, listing_json, listing_url, shop_json
from market.serializers.reviews import reviews_json
from market.shapes.listings import ListingJSON
from market.structured import listing_structured, open_graph, preview_of

_REVIEWS = 3
_TILES = 12  # variants shown as tiles; more become a list
_SIMILAR = _RECENT = 12


@require_safe
@public
def listing(request: HttpRequest, listing_id: int, slug: str = "") -> HttpResponse:
    by = person(request)
    found = listing_for_viewing(by, listing_id)
    address = listing_url(found)
    if quote(request.path) != address:
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address, permanent=found.state != Listing.State.DRAFT)
    visitor = address_block(client_address(request))
    record_view(found, by, user_agent=request.headers.get("User-Agent", ""), visitor=visitor)
    data, crumbs = listing_json(found, by), crumbs_json(found.category)
    shop = shop_json(found.shop, by)
    similar, recent = _others(found, by)
    context: Context = {
        "listing": data,
        "shop": shop,
        "crumbs": crumbs,
        "reviews": reviews_json(list(reviews_of_shop(found.shop)[:_REVIEWS])) if shop["rating_count"] else [],
        "similar": similar,
        "recent": recent,
        "state": _state(data),
        "choice": choice_of(data, request.GET.get("variant", "")),
        "summary": preview_of(data),
        "open_graph": open_graph(data, base_of(request)),
        "structured": listing_structured(data, crumbs, base_of(request)),
        "page_url": request.build_absolute_uri(address),
        **_place(request, data),
    }
    return market_page(request, "market/listing.html", context)


def _others(found: Listing, by: User | None) -> tuple[list[Any], list[Any]]:
    """Cards of what is like it, and of what was looked at before it; loaded together."""
    similar = similar_listings(found, by=by, limit=_SIMILAR)
    recent = [one for one in recent_listings(by, _RECENT + 1) if one.pk != found.pk][:_RECENT] if by else []
    cards = listing_cards_json([*similar, *recent], by)
    return cards[: len(similar)], cards[len(similar) :]


def _state(data: ListingJSON) -> dict[str, str]:
    """Why it cannot be bought, in words; nothing when it can."""
    words = {
        "sold": _("This has been sold."),
        "paused": _("The seller has paused this. It may come back."),
        "expired": _("This listing has run out."),
        "draft": _("This is a draft: only you can see it."),
        "removed": _("Moderators have removed this: only you can see it."),
    }
    if text := words.get(data["state"]):
        return {"text": text, "kind": "warning" if data["state"] in ("draft", "paused") else "danger"}
    if data["shop"]["is_on_holiday"]:
        return {
            "text": _("The shop is on holiday. You can ask and keep this among your favourites."),
            "kind": "warning",
        }
    if not data["is_available"]:
        return {"text": _("All of it is sold out, or held for somebody else at the moment."), "kind": "warning"}
    return {}


def choice_of(data: ListingJSON, wanted: str = "") -> dict[str, Any]:
    """Which variant is chosen at first (`wanted`, if it is there), and how many one may take of it."""
    variants = data["variants"]
    chosen = next((one for one in variants if str(one["id"]) == wanted), None)
    chosen = chosen or next((one for one in variants if one["available"] != 0), variants[0] if variants else None)
    most = [one for one in (data["max_per_buyer"], chosen["available"] if chosen else 0) if one is not None]
    is_single = data["kind"] in ("digital", "course", "service")
    return {
        "variant": chosen,
        "has_variants": len(variants) > 1 or bool(variants and variants[0]["name"]),
        "as_tiles": len(variants) <= _TILES,
        "most": 1 if is_single else min([*most, 99]),
        "can_buy": bool(data["is_available"] and not data["is_mine"] and chosen and chosen["price"] is not None),
        "is_request": data["kind"] == "service" and (chosen is None or chosen["price"] is None),
    }


def _place(request: HttpRequest, data: ListingJSON) -> Context:
    location = data["location"]
    if location is None:
        return {"map": None, "distance": ""}
    spot = place_of(request)
    drawn = draw_place(location["latitude"], location["longitude"], location["cell"], location["name"])
    return {
        "map": drawn,
        "distance": where_of(spot, location["latitude"], location["longitude"]) if spot else "",
        "spot": spot,
    }
