"""What is set in a search, each to be taken off with one press; the orders there are; ways on when nothing is found."""

from dataclasses import replace
from typing import NamedTuple

from django.utils.translation import gettext as _

from market.finding.near import RADII
from market.finding.parameters import query_string
from market.finding.query import ListingQuery, Range, Sort
from market.models import Listing
from market.money import format_minor
from market.pages.addresses import Address, search_url
from market.pages.filters import without
from market.shapes.finding import FacetJSON, ListingSearchJSON

_CONDITIONS = dict(Listing.Condition.choices)
_KINDS = dict(Listing.Kind.choices)


class Chip(NamedTuple):
    label: str
    url: str  # of the search without it
    icon: str = ""
    leads_away: bool = False  # to another page than this, whose form goes elsewhere


class WayOn(NamedTuple):
    label: str
    url: str
    icon: str


class SortChoice(NamedTuple):
    value: str
    label: str
    is_chosen: bool


def chips_of(address: Address, page: ListingSearchJSON) -> list[Chip]:
    query, facets = address.query, {facet["key"]: facet for facet in page["facets"]}
    chips = []
    if query.q:
        chips.append(Chip(query.q.strip(), address.url(q=""), "search"))
    if page["crumbs"]:
        above = page["crumbs"][-2]["path"] if len(page["crumbs"]) > 1 else ""
        label = page["crumbs"][-1]["title"]
        chips.append(Chip(label, address.url(category=above, attributes={}, ranges={}), leads_away=True))
    chips += _place_chips(address)
    for condition in query.conditions:
        rest = tuple(one for one in query.conditions if one != condition)
        chips.append(Chip(str(_CONDITIONS[condition]), address.url(conditions=rest)))
    for kind in query.kinds:
        chips.append(Chip(str(_KINDS[kind]), address.url(kinds=tuple(one for one in query.kinds if one != kind))))
    if query.filters_price:
        chips.append(Chip(_price(query), address.url(price_min=None, price_max=None)))
    for way in query.delivery:
        label = _("Shipping") if way == "shipping" else _("Hand-over in person")
        chips.append(Chip(label, address.url(delivery=tuple(one for one in query.delivery if one != way))))
    return chips + _flag_chips(address) + _fact_chips(address, facets)


def _place_chips(address: Address) -> list[Chip]:
    near = address.query.near
    if near is None:
        return [Chip(_("One area of the map"), address.url(cell=""), "hexagon")] if address.query.cell else []
    name = near.name or _("my position")
    radius = address.query.radius_km
    label = _("%(km)s km around %(place)s") % {"km": f"{radius:g}", "place": name} if radius else name
    sort = Sort.BEST if address.query.sort == Sort.NEAREST else address.query.sort
    chips = [Chip(label, address.url(near=None, radius_km=None, cell="", sort=sort), "map-pin")]
    if address.query.cell:
        chips.append(Chip(_("One area of the map"), address.url(cell=""), "hexagon"))
    return chips


def _flag_chips(address: Address) -> list[Chip]:
    labels = {"is_free": _("Free"), "takes_offers": _("Takes offers"), "is_available": _("Available now")}
    chips = [
        Chip(label, address.url(**{name: False})) for name, label in labels.items() if getattr(address.query, name)
    ]
    if address.query.shop is not None:
        chips.append(Chip(_("One shop"), address.url(shop=None), "store"))
    return chips


def _fact_chips(address: Address, facets: dict[str, FacetJSON]) -> list[Chip]:
    query, chips = address.query, []
    for key, values in query.attributes.items():
        facet = facets.get(f"attr.{key}")
        labels = {one["value"]: one["label"] for one in facet["values"]} if facet else {}
        for value in values:
            rest = tuple(one for one in values if one != value)
            kept = {name: one for name, one in query.attributes.items() if name != key} | ({key: rest} if rest else {})
            label = labels.get(value, value)
            if facet and facet["type"] == "flag":
                label = f"{facet['label']}: {label}"
            chips.append(Chip(label, address.url(attributes=kept)))
    for key, one in query.ranges.items():
        facet = facets.get(f"attr.{key}")
        label = f"{facet['label'] if facet else key}: {_ends(one)} {facet['unit'] if facet else ''}".strip()
        chips.append(Chip(label, address.url(ranges=without(query, key))))
    return chips


def _ends(one: Range) -> str:
    low, high = (None if end is None else f"{end:g}" for end in (one.lowest, one.highest))
    return _between(low, high)


def _price(query: ListingQuery) -> str:
    currency = query.price_currency
    ends = (None if end is None else format_minor(end, currency) for end in (query.price_min, query.price_max))
    return _between(*ends)


def _between(low: str | None, high: str | None) -> str:
    if low is None:
        return _("up to %(highest)s") % {"highest": high}
    return _("from %(lowest)s") % {"lowest": low} if high is None else f"{low} – {high}"


def sorts_of(address: Address) -> list[SortChoice]:
    query = address.query
    labels = {
        Sort.BEST: _("Best match") if query.q else _("Newest first"),
        Sort.NEWEST: _("Newest first"),
        Sort.CHEAPEST: _("Cheapest first"),
        Sort.DEAREST: _("Dearest first"),
        Sort.NEAREST: _("Nearest first"),
    }
    if not query.q:
        labels.pop(Sort.NEWEST if query.sort != Sort.NEWEST else Sort.BEST)
    if query.near is None:
        labels.pop(Sort.NEAREST)
    return [SortChoice(sort.value, label, sort == query.sort) for sort, label in labels.items()]


def ways_on(address: Address, page: ListingSearchJSON) -> list[WayOn]:
    """When there is nothing: wider, one step at a time, and nothing that would change nothing."""
    query, ways = address.query, []
    if query.radius_km is not None:
        wider = next((radius for radius in RADII if radius > query.radius_km), None)
        if wider:
            label = _("Look within %(km)s km") % {"km": wider}
            ways.append(WayOn(label, address.url(radius_km=wider, cell=""), "map-pin"))
        ways.append(
            WayOn(_("Look everywhere"), address.url(near=None, radius_km=None, cell="", sort=Sort.BEST), "globe")
        )
    bare = ListingQuery(q=query.q, category=query.category, near=query.near, radius_km=query.radius_km)
    if query_string(bare) != query_string(replace(query, sort=Sort.BEST)):
        ways.append(WayOn(_("Take all filters off"), search_url(bare, view=address.view), "list-x"))
    if query.category and query.q:
        ways.append(WayOn(_("Look in all categories"), search_url(ListingQuery(q=query.q)), "layout-grid"))
    if query.q and query.category:
        title = page["crumbs"][-1]["title"] if page["crumbs"] else ""
        ways.append(
            WayOn(
                _("See all of %(category)s") % {"category": title},
                search_url(ListingQuery(category=query.category)),
                "tag",
            )
        )
    return ways or [WayOn(_("See everything for sale"), search_url(ListingQuery()), "shopping-bag")]
