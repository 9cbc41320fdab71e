"""How many hits each further choice would leave.

One statement for all facets: the candidates once, each with the number of chosen facet filters it fails. A candidate
counts for a facet when it fails nothing, or nothing but that facet's own filter; so who has chosen "good" still sees
how many are "new". Not so for the place: its rings tell what is within the chosen radius, since candidates beyond it
would cost what the radius saves. At most CAP candidates are looked at; then every number means "at least".
"""
# ruff: noqa: S608  (what is put together here is numbers and names of our own; every value is a parameter)

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Expression, F, QuerySet, SmallIntegerField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from market.finding.conditions import Condition, Scope, facet_of
from market.finding.near import RADII, haversine_of
from market.finding.query import Delivery, ListingQuery
from market.models import Listing
from market.money import exponent

CAP = 3_000
_TOO_FEW = 200  # to say "200 or more" of what may be thousands
_STEPS = (1, 2, 5)  # of price limits: 1, 2, 5, 10, 20, 50 … whole units of the currency
_DECADES = 6
_COLUMNS = ("category_id", "condition", "kind", "is_shipped", "is_handed_over", "price_minor", "currency")


@dataclass
class Counts:
    """Raw numbers: facet -> value -> hits. Prices by the index of their range, places by the radius they are within."""

    total: int = 0
    is_capped: bool = False  # there are more: every number means "at least"
    by_facet: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))


@dataclass(frozen=True)
class _Dimension:
    name: str
    value: str  # SQL, of the candidates' columns; must be NULL for what does not count
    facet: str = ""  # whose filter is disregarded, if it is not the name


def price_limits(currency: str) -> list[int]:
    """Between the finest price ranges, in minor units."""
    unit = 10 ** exponent(currency)
    return [unit * step * 10**decade for decade in range(_DECADES) for step in _STEPS]


def count_hits(
    rows: QuerySet[Listing], query: ListingQuery, scope: Scope, conditions: Sequence[Condition], *, is_sample: bool
) -> Counts:
    """`rows`: what passes everything but the conditions that have a facet. `is_sample`: there are more of them."""
    chosen = [condition for condition in conditions if condition.facet]
    candidates = _candidates(rows, query, scope, chosen)
    try:
        sql, parameters = candidates.query.sql_with_params()
    except EmptyResultSet:  # no words are found, no category is left
        return Counts()
    counted = _statement(_dimensions(query, scope), {condition.facet for condition in chosen})
    with connection.cursor() as cursor:
        cursor.execute(f"WITH hit AS MATERIALIZED ({sql}) {counted}", parameters)
        found = cursor.fetchall()
    counts = Counts(is_capped=is_sample)
    candidate_count = 0
    for name, value, count in found:
        if name == "candidates":
            candidate_count = count
        elif name == "total":
            counts.total = count
        elif value is not None:
            counts.by_facet[name][value] = count
    if candidate_count > CAP:
        counts.is_capped = True
        if chosen and counts.total < _TOO_FEW:
            # Hardly any of the candidates passed all: the hits lie among those that were not looked at.
            for condition in chosen:
                rows = rows.filter(condition.where)
            counts.total = rows[: CAP + 1].count()
        counts.total = min(counts.total, CAP)
    return counts


def _candidates(
    rows: QuerySet[Listing], query: ListingQuery, scope: Scope, chosen: Sequence[Condition]
) -> "QuerySet[Listing, dict]":
    names = [f"fails_{condition.facet}" for condition in chosen]
    failing: dict[str, Expression] = {
        name: Case(When(condition.where, then=0), default=1, output_field=SmallIntegerField())
        for name, condition in zip(names, chosen, strict=True)
    }
    values = {facet_of(attribute.key): KeyTextTransform(attribute.key, "attributes") for attribute in scope.facets}
    rows = rows.order_by().annotate(**values, **failing)
    rows = rows.annotate(failures=sum((F(name) for name in names), Cast(Value(0), SmallIntegerField())))
    if chosen:
        rows = rows.filter(failures__lte=1)
    if query.near is not None:
        rows = rows.annotate(distance=query.near.expression())
        names.append("distance")
    return rows.values("pk", *_COLUMNS, "failures", *names, *values)[: CAP + 1]


def _dimensions(query: ListingQuery, scope: Scope) -> list[_Dimension]:
    currency = query.price_currency  # of our own table: exponent() has seen it
    limits = price_limits(currency)
    ranges = " ".join(f"WHEN price_minor < {limit} THEN {place}" for place, limit in enumerate(limits))
    found = [
        _Dimension("category", "category_id"),
        _Dimension("condition", "NULLIF(condition, '')"),
        _Dimension("kind", "kind"),
        _Dimension(
            "price",
            f"CASE WHEN price_minor IS NULL OR currency <> '{currency}' THEN NULL {ranges} ELSE {len(limits)} END",
        ),
        _Dimension(Delivery.SHIPPING, "CASE WHEN is_shipped THEN 1 END", "delivery"),
        _Dimension(Delivery.IN_PERSON, "CASE WHEN is_handed_over THEN 1 END", "delivery"),
    ]
    if query.near is not None:
        rings = " ".join(f"WHEN distance <= {haversine_of(radius)!r} THEN {radius}" for radius in RADII)
        found.append(_Dimension("distance", f"CASE {rings} END"))
    found += [_Dimension(facet_of(attribute.key), facet_of(attribute.key)) for attribute in scope.facets]
    return found


def _statement(dimensions: Sequence[_Dimension], chosen: set[str]) -> str:
    parts = [
        "SELECT 'candidates', CAST(NULL AS text), COUNT(*) FROM hit",
        "SELECT 'total', NULL, COUNT(*) FROM hit WHERE failures = 0",
    ]
    for dimension in dimensions:
        facet = dimension.facet or dimension.name
        passes = f'failures = "fails_{facet}"' if facet in chosen else "failures = 0"
        parts.append(
            f"SELECT '{dimension.name}', CAST({dimension.value} AS text), COUNT(*) FROM hit WHERE {passes} GROUP BY 2"
        )
    return " UNION ALL ".join(parts)


# --- as people see them ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Bucket:
    """Both ends included; None: no end."""

    lowest: float | None
    highest: float | None
    count: int


def merged(fine: Sequence[Bucket], most: int) -> list[Bucket]:
    """At most so many ranges of about equal weight, made of neighbours; empty ends are left out."""
    filled = [place for place, bucket in enumerate(fine) if bucket.count]
    if not filled:
        return []
    fine = fine[filled[0] : filled[-1] + 1]
    share = sum(bucket.count for bucket in fine) / most
    result: list[Bucket] = []
    for bucket in fine:
        if result and (len(result) == most or result[-1].count + bucket.count / 2 <= share):
            last = result[-1]
            result[-1] = Bucket(last.lowest, bucket.highest, last.count + bucket.count)
        else:
            result.append(bucket)
    return result


def price_buckets(counts: Mapping[str, int], currency: str, most: int = 6) -> list[Bucket]:
    """Minor units."""
    limits = price_limits(currency)
    lowest, highest = [None, *limits], [*(limit - 1 for limit in limits), None]
    fine = [Bucket(lowest[place], highest[place], counts.get(str(place), 0)) for place in range(len(lowest))]
    return merged(fine, most)


def number_buckets(counts: Mapping[str, int], most: int = 8) -> list[Bucket]:
    """Of a number attribute: each value by itself while they are few, else ranges."""
    values: dict[float, int] = defaultdict(int)
    for written, count in counts.items():
        try:
            values[float(written)] += count
        except ValueError:  # the attribute had another type once
            continue
    single = [Bucket(value, value, count) for value, count in sorted(values.items())]
    return single if len(single) <= most else merged(single, most)
