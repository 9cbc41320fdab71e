"""A search as parameters and back: of an address, of a saved search, of a link to a page. The one way to write it.

    q=bike&category=leisure/bicycles/&condition=good&condition=new&attr.color=red&attr.frame_size.min=54
    &price_max=20000&currency=EUR&near=52.52,13.405&radius_km=25&sort=cheapest

Attributes of a category are `attr.<key>`, numbers `attr.<key>.min` and `.max`.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

import h3
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.errors import Invalid
from core.limits import SEARCH_CHARS
from market.finding.near import MAX_RADIUS_KM, RESOLUTIONS, Spot
from market.finding.query import DEFAULT_RADIUS_KM, Delivery, ListingQuery, Range, Sort
from market.models import Listing
from market.money import EXPONENTS, MAX_MINOR
from market.places import find_places

Parameters = dict[str, list[str]]

_ATTRIBUTE = re.compile(r"attr\.([a-zA-Z0-9_-]{1,30})(?:\.(min|max))?", re.ASCII)
_COORDINATES = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*(?:,(.{0,80}))?", re.ASCII)
_CELL = re.compile(r"[0-9a-f]{15}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,10})?", re.ASCII)
_ATTRIBUTES, _VALUES = 20, 50  # in one search; of one attribute
_DECIMALS = 3  # of degrees: some hundred metres, nobody needs to say more exactly where they are


class SearchParameters(serializers.Serializer):
    """Also as the description of the operation. Fields that may stand several times are or, all others are and."""

    q = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=SEARCH_CHARS, trim_whitespace=False,
        help_text="Words; the last may be unfinished unless a space follows. Misspelt ones are repaired.",
    )  # fmt: skip
    category = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=160,
        help_text="Path of a category, such as `home/furniture/`: it and all below it.",
    )  # fmt: skip
    condition = serializers.MultipleChoiceField(choices=Listing.Condition.choices, required=False, default=set)
    kind = serializers.MultipleChoiceField(choices=Listing.Kind.choices, required=False, default=set)
    price_min = serializers.IntegerField(
        required=False, default=None, min_value=0, max_value=MAX_MINOR, help_text="Minor units of `currency`."
    )
    price_max = serializers.IntegerField(required=False, default=None, min_value=0, max_value=MAX_MINOR)
    currency = serializers.ChoiceField(
        [(code, code) for code in EXPONENTS], required=False, allow_blank=True, default="",
        help_text="In which prices are compared; EUR if left out.",
    )  # fmt: skip
    shop = serializers.IntegerField(required=False, default=None, min_value=1, max_value=2**63 - 1)
    near = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=120,
        help_text="`latitude,longitude` in degrees, or the name of a town.",
    )  # fmt: skip
    radius_km = serializers.IntegerField(
        required=False, default=None, min_value=1, max_value=MAX_RADIUS_KM,
        help_text=f"Around `near`; {DEFAULT_RADIUS_KM} if left out, unless the nearest are wanted first.",
    )  # fmt: skip
    cell = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=16,
        help_text="An H3 index of resolution 4 to 7, such as the map's: only what is in this hexagon.",
    )  # fmt: skip
    delivery = serializers.MultipleChoiceField(
        choices=[(way.value, way.value) for way in Delivery], required=False, default=set
    )
    free = serializers.BooleanField(required=False, default=False, help_text="Only what is given away.")
    offers = serializers.BooleanField(required=False, default=False, help_text="Only where offers are taken.")
    available = serializers.BooleanField(required=False, default=False, help_text="Only what can be bought now.")
    sort = serializers.ChoiceField(
        [(sort.value, sort.value) for sort in Sort], required=False, default=Sort.BEST.value,
        help_text="`best`: words in titles first, then the newest. `nearest` needs `near`.",
    )  # fmt: skip


def parse_parameters(given: Mapping[str, Any]) -> ListingQuery:
    """From a QueryDict, or a mapping of texts and lists of texts. What it does not know it passes over.

    Raises ValidationError (code "invalid"), Invalid: unknown_place, bad_range, bad_attribute.
    """
    parameters = given if isinstance(given, MultiValueDict) else _spread(given)
    serializer = SearchParameters(data=parameters)
    serializer.is_valid(raise_exception=True)
    data = serializer.validated_data
    attributes, ranges = _attributes(parameters)
    near = _spot(data["near"])
    radius = data["radius_km"]
    if near is not None and radius is None and data["sort"] != Sort.NEAREST:
        radius = DEFAULT_RADIUS_KM
    if data["price_min"] is not None and data["price_max"] is not None and data["price_min"] > data["price_max"]:
        raise _bad_range("price_max")
    category = data["category"].strip("/")
    return ListingQuery(
        q=data["q"],
        category=f"{category}/" if category else "",
        conditions=tuple(sorted(data["condition"])),
        kinds=tuple(sorted(data["kind"])),
        price_min=data["price_min"],
        price_max=data["price_max"],
        currency=data["currency"],
        attributes=attributes,
        ranges=ranges,
        shop=data["shop"],
        near=near,
        radius_km=radius if near is not None else None,
        cell=_cell(data["cell"]),
        delivery=tuple(sorted(data["delivery"])),
        is_free=data["free"],
        takes_offers=data["offers"],
        is_available=data["available"],
        sort=Sort(data["sort"]),
    )


def _spread(given: Mapping[str, Any]) -> "MultiValueDict[str, Any]":
    return MultiValueDict(
        {str(key): value if isinstance(value, list) else [value] for key, value in given.items() if value is not None}
    )


def _attributes(
    parameters: "MultiValueDict[str, Any]",
) -> tuple[dict[str, tuple[str, ...]], dict[str, Range]]:
    values: dict[str, tuple[str, ...]] = {}
    ends: dict[str, dict[str, float]] = {}
    names = [name for name in parameters if name.startswith("attr.")]
    if len(names) > _ATTRIBUTES:
        raise Invalid("bad_attribute", _("That are too many details at once."), limit=_ATTRIBUTES)
    for name in sorted(names):
        match = _ATTRIBUTE.fullmatch(name)
        written = [one for one in parameters.getlist(name) if one != ""]
        if match is None or len(written) > _VALUES:
            raise _bad_attribute(name)
        if not written:
            continue
        if match[2]:
            ends.setdefault(match[1], {})[match[2]] = _number(name, written[-1])
        else:
            values[match[1]] = tuple(sorted({_text(name, one) for one in written}))
    ranges = {key: Range(end.get("min"), end.get("max")) for key, end in ends.items()}
    for key, one in ranges.items():
        if one.lowest is not None and one.highest is not None and one.lowest > one.highest:
            raise _bad_range(f"attr.{key}.max")
    return values, ranges


def _text(name: str, value: Any) -> str:
    try:
        return serializers.CharField(max_length=100).run_validation(value)
    except serializers.ValidationError as error:
        raise _bad_attribute(name) from error


def _number(name: str, value: Any) -> float:
    text = str(value)
    if not _NUMBER.fullmatch(text):
        raise _bad_attribute(name)
    return float(text)


def _bad_attribute(name: str) -> Invalid:
    return Invalid("bad_attribute", _("This is no possible detail of goods."), field=name[:60])


def _bad_range(name: str) -> Invalid:
    return Invalid("bad_range", _("The smallest is larger than the largest."), field=name)


def _spot(text: str) -> Spot | None:
    text = text.strip()
    if not text:
        return None
    if match := _COORDINATES.fullmatch(text):
        latitude, longitude = round(float(match[1]), _DECIMALS), round(float(match[2]), _DECIMALS)
        if math.fabs(latitude) > 90 or math.fabs(longitude) > 180:
            raise _unknown_place()
        return Spot(latitude, longitude, (match[3] or "").strip())
    if not (towns := find_places(text, limit=1)):
        raise _unknown_place()
    return Spot(towns[0].latitude, towns[0].longitude, towns[0].name)


def _cell(text: str) -> str:
    if not text:
        return ""
    if not _CELL.fullmatch(text) or not h3.is_valid_cell(text) or h3.get_resolution(text) not in RESOLUTIONS:
        raise Invalid("unknown_place", _("There is no such place."), field="cell")
    return text


def _unknown_place() -> Invalid:
    return Invalid("unknown_place", _("There is no such place."), field="near")


def parameters_of(query: ListingQuery) -> Parameters:
    """What parse_parameters() makes the same query of, in one order, without what is left at its default."""
    near = query.near
    spot = [f"{near.latitude},{near.longitude}" + (f",{near.name}" if near.name else "")] if near else []
    found: dict[str, list[str]] = {
        "q": [query.q] if query.q else [],
        "category": [query.category] if query.category else [],
        "condition": [*query.conditions],
        "kind": [*query.kinds],
        "price_min": _plain(query.price_min),
        "price_max": _plain(query.price_max),
        "currency": [query.currency] if query.currency else [],
        "shop": _plain(query.shop),
        "near": spot,
        "radius_km": _plain(query.radius_km),
        "cell": [query.cell] if query.cell else [],
        "delivery": [*query.delivery],
        "free": ["true"] if query.is_free else [],
        "offers": ["true"] if query.takes_offers else [],
        "available": ["true"] if query.is_available else [],
        "sort": [query.sort.value] if query.sort != Sort.BEST else [],
    }
    for key, values in sorted(query.attributes.items()):
        found[f"attr.{key}"] = [*values]
    for key, one in sorted(query.ranges.items()):
        found[f"attr.{key}.min"] = _plain(one.lowest)
        found[f"attr.{key}.max"] = _plain(one.highest)
    return {name: values for name, values in found.items() if values}


def query_string(query: ListingQuery) -> str:
    """For links: what follows the question mark."""
    written = QueryDict(mutable=True)
    for name, values in parameters_of(query).items():
        written.setlist(name, values)
    return written.urlencode(safe="/,")


def _plain(value: float | None) -> list[str]:
    return (
        [] if value is None else [f"{value:.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)]
    )
