"""Finding listings: a page whose address says all of the search. htmx swaps its results; links do without."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from core.errors import Invalid
from market.feeds import base_of
from market.finding.cellmap import cells_near
from market.finding.near import RADII
from market.finding.parameters import parameters_of, query_string
from market.finding.query import DEFAULT_RADIUS_KM, ListingQuery
from market.finding.search import Found, search_listings
from market.pages.addresses import Address, read_address, search_url
from market.pages.chips import chips_of, sorts_of, ways_on
from market.pages.drawn_map import DrawnMap, draw_map
from market.pages.filters import filters_of
from market.pages.frame import Context, is_partial, market_page, person, public
from market.pages.place import place_of
from market.serializers.finding import search_json
from market.shapes.finding import ListingSearchJSON
from market.structured import list_structured


@require_safe
@public
def search(request: HttpRequest, category: str = "") -> HttpResponse:
    if category and not category.endswith("/"):
        return redirect(request.get_full_path().replace(request.path, f"{request.path}/", 1), permanent=True)
    by, address = person(request), read_address(request, category)
    cursor = request.GET.get("cursor", "")
    found = _find(address, by, cursor)
    if found is None:  # an old link into pages that are no longer there
        return redirect(address.url())
    page = search_json(found, address.query, by)
    context = _context(address, page, by)
    if is_partial(request) and request.htmx.target == "more":  # type: ignore[attr-defined]
        return market_page(request, "market/_search_more.html", context)
    context |= _place_context(request, address)
    context |= {"is_later": bool(cursor), "map": _map(address, by) if address.view == "map" and not cursor else None}
    if not is_partial(request):
        context["structured"] = list_structured(page["results"], page["crumbs"], base_of(request))
        return market_page(request, "market/search.html", context)
    response = market_page(request, "market/_search_part.html", context)
    response["HX-Push-Url"] = address.url()
    return response


def _find(address: Address, by: User | None, cursor: str) -> Found | None:
    """What is wrong with the category is told, as with every other parameter."""
    for _try in range(3):
        try:
            return search_listings(address.query, by=by, cursor=cursor)
        except Invalid as error:
            if error.code == "bad_cursor":
                return None
            if error.code == "place_needed":
                address.query = replace(address.query, sort=ListingQuery().sort)
            elif error.code == "unknown_category":
                address.query = replace(address.query, category="", attributes={}, ranges={})
            else:
                address.query = replace(address.query, attributes={}, ranges={})
            address.problems.append(str(error.detail))
    return search_listings(ListingQuery(), by=by)


def _context(address: Address, page: ListingSearchJSON, by: User | None) -> Context:
    query = address.query
    return {
        "query": query,
        "address": address,
        "page": page,
        "title": _title(query, page),
        "filters": filters_of(address, page["facets"]),
        "chips": chips_of(address, page),
        "sorts": sorts_of(address),
        "views": [(name, address.url(view=name)) for name in ("grid", "list", "map")],
        "ways_on": ways_on(address, page) if page["total"] == 0 else [],
        "next": search_url(query, view=address.view, cursor=page["next"]) if page["next"] else "",
        "first_url": address.url(),
        "radii": RADII,
        "radius": round(query.radius_km or DEFAULT_RADIUS_KM),
        "is_list": address.view == "list",
        "search_value": query_string(query),
        "near_value": next(iter(parameters_of(query).get("near", [])), ""),
    }


def _place_context(request: HttpRequest, address: Address) -> Context:
    """Where one was before, to be taken up again; and the rest of the search, for the form that asks where."""
    hidden = [
        (name, value)
        for name, values in parameters_of(address.query).items()
        if name not in ("near", "radius_km", "category")
        for value in values
    ]
    spot = place_of(request)
    if spot is None or address.query.near is not None:
        return {"hidden": hidden}
    url = address.url(near=spot, radius_km=DEFAULT_RADIUS_KM)
    return {"hidden": hidden, "remembered": spot.name or _("my position"), "remembered_url": url}


def _title(query: ListingQuery, page: ListingSearchJSON) -> str:
    if query.q:
        return _("“%(words)s”") % {"words": query.q.strip()}
    if page["crumbs"]:
        return page["crumbs"][-1]["title"]
    if query.is_free:
        return _("Free things")
    return _("Everything for sale")


def _map(address: Address, by: User | None) -> DrawnMap | None:
    """The chosen hexagon among the others, each with the address that chooses it, or lets it go."""
    query = replace(address.query, cell="")
    if query.near is None:
        return None
    drawn = draw_map(query.near, query.radius_km, cells_near(query, by=by), chosen=address.query.cell)
    hexagons = [replace(one, url=address.url(cell="" if one.is_chosen else one.cell)) for one in drawn.hexagons]
    return replace(drawn, hexagons=hexagons)
