"""Pages of hits with their facets, favourites and saved searches as JSON."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.serializers import timestamp
from market.finding.cellmap import MapCell
from market.finding.conditions import Scope, facet_of
from market.finding.facets import Bucket, Counts, number_buckets, price_buckets
from market.finding.near import RADII, Spot
from market.finding.parameters import parameters_of, parse_parameters, query_string
from market.finding.query import Delivery, ListingQuery, Range
from market.finding.search import Found
from market.models import Attribute, Category, Favourite, Listing, SavedSearch
from market.money import format_minor, money_json, optional_money_json
from market.queries.categories import ancestor_paths, category_counts
from market.serializers.listings import choice_label, listing_cards_json
from market.shapes.finding import (
    CrumbJSON,
    FacetJSON,
    FacetValueJSON,
    FavouriteJSON,
    ListingMapJSON,
    ListingSearchJSON,
    SavedSearchJSON,
    SpotJSON,
)

_MOST_TEXTS = 30  # values of a facet, the most frequent


def search_json(found: Found, query: ListingQuery, by: User | None = None) -> ListingSearchJSON:
    cards = listing_cards_json(found.listings, by)
    for card in cards:
        if card["id"] in found.distances:
            card["distance_km"] = found.distances[card["id"]]
    return {
        "results": cards,
        "next": found.next,
        "total": found.total,
        "is_capped": found.counts is not None and found.counts.is_capped,
        "is_repaired": found.is_repaired,
        "facets": facets_json(query, found.scope, found.counts) if found.counts else [],
        "crumbs": crumbs_json(found.scope.category),
        "near": spot_json(query.near) if query.near else None,
    }


def spot_json(spot: Spot) -> SpotJSON:
    return {"name": spot.name, "latitude": spot.latitude, "longitude": spot.longitude}


def crumbs_json(category: Category | None) -> list[CrumbJSON]:
    """One query, or none."""
    if category is None:
        return []
    above = {one.path: one for one in Category.objects.filter(path__in=ancestor_paths(category.path))}
    return [{"path": path, "title": above[path].title} for path in ancestor_paths(category.path) if path in above]


# --- facets ---------------------------------------------------------------------------------------


def facets_json(query: ListingQuery, scope: Scope, counts: Counts) -> list[FacetJSON]:
    """In the order of the page; what offers no choice is left out."""
    by_facet = counts.by_facet
    facets = [
        _category_facet(query, scope, counts),
        _facet(
            "condition",
            _("Condition"),
            "choice",
            _labelled(Listing.Condition.choices, by_facet["condition"], query.conditions),
        ),
        _facet("kind", _("Kind"), "choice", _labelled(Listing.Kind.choices, by_facet["kind"], query.kinds)),
        _price_facet(query, by_facet["price"]),
        _delivery_facet(query, counts),
        _facet("distance", _("Distance"), "radius", _rings(query, by_facet["distance"]), unit="km"),
        *(_attribute_facet(query, attribute, by_facet[facet_of(attribute.key)]) for attribute in scope.facets),
    ]
    return [facet for facet in facets if facet["values"]]


def _facet(key: str, label: str, type_: str, values: Sequence[FacetValueJSON], unit: str = "") -> FacetJSON:
    return {"key": key, "label": label, "type": type_, "unit": unit, "values": list(values)}  # type: ignore[typeddict-item]


def _value(value: str, label: str, count: int, is_chosen: bool, bucket: Bucket | None = None) -> FacetValueJSON:
    return {
        "value": value,
        "label": label,
        "count": count,
        "is_chosen": is_chosen,
        "min": bucket.lowest if bucket else None,
        "max": bucket.highest if bucket else None,
    }


def _choices(
    key: str,
    label: str,
    choices: Iterable[tuple[str, object]],
    by_facet: Mapping[str, Mapping[str, int]],
    chosen: Sequence[str],
) -> FacetJSON:
    return _facet(key, label, "choice", _labelled(choices, by_facet.get(key, {}), chosen))


def _labelled(
    choices: Iterable[tuple[str, object]], counts: Mapping[str, int], chosen: Sequence[str]
) -> list[FacetValueJSON]:  # fmt: skip
    """In the order of the choices: those that leave something, and those that are chosen."""
    return [
        _value(value, str(label), counts.get(value, 0), value in chosen)
        for value, label in choices
        if counts.get(value) or value in chosen
    ]


def _category_facet(query: ListingQuery, scope: Scope, counts: Counts) -> FacetJSON:
    """The children of the category that is looked in, each with all below it."""
    inside: dict[str, int] = {}
    if counts.is_capped and query.is_only_category:
        inside = category_counts()
    else:
        for pk, count in counts.by_facet["category"].items():
            for path in ancestor_paths(scope.paths.get(int(pk), "")):
                inside[path] = inside.get(path, 0) + count
    values = [_value(one.path, one.title, inside[one.path], False) for one in scope.below if inside.get(one.path)]
    return _facet("category", _("Category"), "category", values)


def _price_facet(query: ListingQuery, counts: Mapping[str, int]) -> FacetJSON:
    currency = query.price_currency
    chosen = (query.price_min, query.price_max)
    values = [
        _value(
            f"{'' if bucket.lowest is None else bucket.lowest}-{'' if bucket.highest is None else bucket.highest}",
            _price_label(bucket, currency),
            bucket.count,
            (bucket.lowest, bucket.highest) == chosen,
            bucket,
        )
        for bucket in price_buckets(counts, currency)
    ]
    return _facet("price", _("Price"), "range", values, unit=currency)


def _price_label(bucket: Bucket, currency: str) -> str:
    lowest = None if bucket.lowest is None else format_minor(int(bucket.lowest), currency)
    highest = None if bucket.highest is None else format_minor(int(bucket.highest) + 1, currency)
    return _range_label(lowest, highest)


def _range_label(lowest: str | None, highest: str | None) -> str:
    if lowest is None:
        return _("under %(highest)s") % {"highest": highest}
    if highest is None:
        return _("from %(lowest)s") % {"lowest": lowest}
    return lowest if lowest == highest else f"{lowest} – {highest}"


def _delivery_facet(query: ListingQuery, counts: Counts) -> FacetJSON:
    labels = {Delivery.SHIPPING: _("Shipping"), Delivery.IN_PERSON: _("Hand-over in person")}
    found = {way.value: counts.by_facet[way.value].get("1", 0) for way in Delivery}
    return _facet("delivery", _("Delivery"), "choice", _labelled(labels.items(), found, query.delivery))


def _rings(query: ListingQuery, counts: Mapping[str, int]) -> list[FacetValueJSON]:
    values, total = [], 0
    for radius in RADII:
        total += counts.get(str(radius), 0)
        if query.radius_km is not None and radius > query.radius_km:
            break
        label = _("within %(radius)s km") % {"radius": radius}
        values.append(_value(str(radius), label, total, radius == query.radius_km))
    return values if total else []


def _attribute_facet(query: ListingQuery, attribute: Attribute, counts: Mapping[str, int]) -> FacetJSON:
    key, chosen = f"attr.{attribute.key}", query.attributes.get(attribute.key, ())
    if attribute.type == Attribute.Type.NUMBER:
        return _facet(key, attribute.title, "range", _number_values(query, attribute, counts), unit=attribute.unit)
    if attribute.type == Attribute.Type.CHOICE:
        labels = [(one["value"], choice_label(one)) for one in attribute.choices]
        return _facet(key, attribute.title, "choice", _labelled(labels, counts, chosen))
    if attribute.type == Attribute.Type.FLAG:
        flags = [("true", _("Yes")), ("false", _("No"))]
        return _facet(key, attribute.title, "flag", _labelled(flags, counts, chosen))
    most = sorted({*counts, *chosen}, key=lambda value: (-counts.get(value, 0), value))[:_MOST_TEXTS]
    return _facet(key, attribute.title, "choice", _labelled([(value, value) for value in most], counts, chosen))


def _number_values(query: ListingQuery, attribute: Attribute, counts: Mapping[str, int]) -> list[FacetValueJSON]:
    chosen = query.ranges.get(attribute.key, Range())
    return [
        _value(
            f"{bucket.lowest:g}-{bucket.highest:g}",
            _range_label(f"{bucket.lowest:g}", f"{bucket.highest:g}"),
            bucket.count,
            (bucket.lowest, bucket.highest) == (chosen.lowest, chosen.highest),
            bucket,
        )
        for bucket in number_buckets(counts)
    ]


# --- what people come back to ---------------------------------------------------------------------


def favourites_json(favourites: Sequence[Favourite], by: User) -> list[FavouriteJSON]:
    """Needs `listing` loaded."""
    cards = listing_cards_json([favourite.listing for favourite in favourites], by)
    return [_favourite(favourite, card) for favourite, card in zip(favourites, cards, strict=True)]


def _favourite(favourite: Favourite, card: object) -> FavouriteJSON:
    listing, marked = favourite.listing, favourite.price_minor
    now = listing.price_minor
    is_cheaper = marked is not None and now is not None and now < marked
    return {
        "listing": card,  # type: ignore[typeddict-item]
        "marked_price": optional_money_json(marked, listing.currency),
        "dropped_by": money_json(marked - now, listing.currency) if is_cheaper else None,  # type: ignore[operator]
        "wants_alert": favourite.wants_alert,
        "created_at": timestamp(favourite.created_at),
    }


def saved_search_json(search: SavedSearch) -> SavedSearchJSON:
    query = parse_parameters(search.query)
    return {
        "id": search.pk,
        "name": search.name,
        "query": parameters_of(query),
        "url": f"/market/search?{query_string(query)}",
        "is_active": search.is_active,
        "match_count": search.match_count,
        "last_match_at": timestamp(search.last_match_at) if search.last_match_at else None,
        "created_at": timestamp(search.created_at),
    }


def map_json(cells: Sequence[MapCell], query: ListingQuery) -> ListingMapJSON:
    assert query.near is not None
    return {
        "cells": [
            {
                "cell": one.cell,
                "latitude": one.latitude,
                "longitude": one.longitude,
                "count": one.count,
                "boundary": [[*corner] for corner in one.boundary],
            }
            for one in cells
        ],
        "near": spot_json(query.near),
    }
