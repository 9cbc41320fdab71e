"""The column of facets: what the answer of a search offers, as controls of one form."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from market.finding.query import ListingQuery, Range
from market.money import plain
from market.pages.addresses import Address
from market.shapes.finding import FacetJSON, FacetValueJSON

Filter = dict[str, Any]
_OPEN = 5  # facets that are open without having been asked for


def filters_of(address: Address, facets: Sequence[FacetJSON]) -> list[Filter]:
    """Each with `type`: links (category), checks (choice, flag) or range; the place has a form of its own."""
    found = [_filter(address, facet) for facet in facets if facet["type"] != "radius"]
    found = [one for one in found if one["type"] != "checks" or one["is_set"] or len(one["values"]) > 1]  # no choice
    return [{**one, "is_open": place < _OPEN or one["is_set"]} for place, one in enumerate(found)]


def _filter(address: Address, facet: FacetJSON) -> Filter:
    base = {"key": facet["key"], "label": facet["label"], "unit": facet["unit"], "is_set": False}
    if facet["type"] == "category":
        links = [{**one, "url": in_category(address, one["value"])} for one in facet["values"]]
        return {**base, "type": "links", "values": links}
    if facet["type"] == "range":
        return {**base, **_range(address, facet)}
    is_set = any(one["is_chosen"] for one in facet["values"])
    return {**base, "type": "checks", "values": facet["values"], "is_set": is_set}


def in_category(address: Address, path: str) -> str:
    """Facts of one category mean nothing in another, but hold below it."""
    is_below = path.startswith(address.query.category)
    kept: dict[str, object] = {} if is_below else {"attributes": {}, "ranges": {}}
    return address.url(category=path, **kept)


def _range(address: Address, facet: FacetJSON) -> Filter:
    query = address.query
    if facet["key"] == "price":
        low, high = (
            None if one is None else plain(one, query.price_currency) for one in (query.price_min, query.price_max)
        )
        names = ("from", "to")
    else:
        chosen = query.ranges.get(facet["key"].removeprefix("attr."), Range())
        low, high = (None if one is None else f"{one:g}" for one in (chosen.lowest, chosen.highest))
        names = (f"{facet['key']}.min", f"{facet['key']}.max")
    values = [{**one, "url": _bucket_url(address, facet["key"], one)} for one in facet["values"]]
    return {
        "type": "range", "low": low or "", "high": high or "", "names": names, "values": values,
        "is_set": low is not None or high is not None,
    }  # fmt: skip


def _bucket_url(address: Address, key: str, value: FacetValueJSON) -> str:
    """Of one of the ranges that are offered; of a chosen one, without it."""
    low, high = (None, None) if value["is_chosen"] else (value["min"], value["max"])
    if key == "price":
        return address.url(price_min=_whole(low), price_max=_whole(high))
    return address.url(
        ranges=without(address.query, key) | ({} if value["is_chosen"] else {_name(key): Range(low, high)})
    )


def without(query: ListingQuery, key: str) -> dict[str, Range]:
    return {name: one for name, one in query.ranges.items() if name != _name(key)}


def _name(key: str) -> str:
    return key.removeprefix("attr.")


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def cleared(query: ListingQuery) -> ListingQuery:
    """What was searched for, without any filter."""
    return replace(ListingQuery(), q=query.q, category=query.category, sort=query.sort, near=query.near)
