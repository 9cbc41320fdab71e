"""Finding listings: which, in what order, page by page, and how many further choices would leave.

What is searched for is fetched in phases, each in an order of its own that an index or a small set can serve: words in
titles, then words anywhere, then words that may have been mistyped; or the price, then what has none; or ring by ring
around a place. The cursor names the phase and the last row, so pages neither repeat nor skip while listings come.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.lookups import GreaterThan

from accounts.models import User
from core.errors import Invalid
from core.paging import encode_cursor
from core.search import Query, Word, parse_query, vocabulary
from market.finding.conditions import (
    Condition,
    Scope,
    attribute_columns,
    blocked_owners,
    conditions_of,
    scope_of,
    within,
)
from market.finding.cursors import Cursor, Order, read_cursor
from market.finding.document import title_term
from market.finding.facets import CAP, Counts, count_hits
from market.finding.index import index
from market.finding.near import MAX_RADIUS_KM, RADII, haversine_of, km_of
from market.finding.query import PAGE, ListingQuery, Sort
from market.finding.words import KIND
from market.models import Listing

_ENOUGH = 5  # hits; with fewer, words that may be mistyped are repaired
_COUNTED = 2 * CAP  # hits of the words that are looked at for counting


@dataclass(frozen=True)
class Found:
    """A page. `counts` and `scope` are for facets; None on later pages, and when they were not asked for."""

    listings: list[Listing]
    next: str | None
    distances: dict[int, float]  # km by id, when the query is near a place
    counts: Counts | None = None
    scope: Scope = field(default_factory=Scope)
    is_repaired: bool = False  # some hits are there only because a word may have been mistyped

    @property
    def total(self) -> int | None:
        return self.counts.total if self.counts else None


def search_listings(
    query: ListingQuery, *, by: User | None = None, limit: int = PAGE, cursor: str = "", with_counts: bool = True
) -> Found:
    """Published listings of open shops, those of people who block each other with `by` left out.

    Counts come with the first page alone. Raises Invalid: bad_cursor, unknown_category, unknown_attribute,
    category_needed, place_needed.
    """
    if query.sort == Sort.NEAREST and query.near is None:
        raise Invalid("place_needed", field="near")
    search = Search(query, by)
    return search.next_page(cursor, limit) if cursor else search.first_page(limit, with_counts=with_counts)


@dataclass(frozen=True)
class _Phase:
    text: Query | None
    order: Order
    where: Q = field(default_factory=Q)


class Search:
    def __init__(self, query: ListingQuery, by: User | None) -> None:
        self.query = query
        self.scope = scope_of(query)
        self.conditions = conditions_of(query, self.scope)
        self.blocked = blocked_owners(by)
        parsed = parse_query(query.q)
        self.text = None if parsed.is_empty else parsed

    def first_page(self, limit: int, *, with_counts: bool) -> Found:
        counts = self.count(self.text) if with_counts or self.text else None
        repaired = None
        if counts and self.text and counts.total < _ENOUGH and (repaired := vocabulary.repaired(KIND, self.text)):
            counts = self.count(replace(repaired, unless=()))
        return self._page(
            limit, Cursor(self.query.sort, repaired is not None), repaired, counts if with_counts else None
        )

    def next_page(self, cursor: str, limit: int) -> Found:
        start = read_cursor(cursor, self.query.sort)
        repaired = vocabulary.repaired(KIND, self.text) if self.text and start.is_repaired else None
        return self._page(limit, start, repaired, None)

    def count(self, text: Query | None) -> Counts:
        rows = self._rows([condition for condition in self.conditions if not condition.facet])
        count = 0
        if text is not None:
            hits, count = index.some(self._narrowed(text), _COUNTED)
            rows = rows.filter(pk__in=hits)
        return count_hits(rows, self.query, self.scope, self.conditions, is_sample=count == _COUNTED)

    def _page(self, limit: int, start: Cursor, repaired: Query | None, counts: Counts | None) -> Found:
        phases = list(self._phases(repaired))
        if start.phase >= len(phases):
            raise Invalid("bad_cursor")
        rows: list[tuple[int, Listing]] = []
        for place in range(start.phase, len(phases)):
            key = start.key if place == start.phase else ()
            rows += ((place, row) for row in self._fetch(phases[place], key, limit + 1 - len(rows)))
            if len(rows) > limit:
                break
        following = None
        if len(rows) > limit:
            rows = rows[:limit]
            place, last = rows[-1]
            following = encode_cursor(*replace(start, phase=place, key=phases[place].order.key_of(last)).values())
        listings = [row for _place, row in rows]
        return Found(listings, following, self._distances(listings), counts, self.scope, repaired is not None)

    def _fetch(self, phase: _Phase, key: tuple[Any, ...], limit: int) -> list[Listing]:
        with self.matching(phase.text, self.conditions) as rows:
            if phase.order.needs_distance:
                assert self.query.near is not None
                rows = rows.annotate(distance=self.query.near.expression())
            rows = rows.filter(phase.where)
            if key:
                rows = rows.filter(phase.order.beyond(key))
            rows = rows.select_related("shop__owner", "category").defer("description", "digital_text")
            return list(rows.order_by(*phase.order.fields)[:limit])

    @contextmanager
    def matching(self, text: Query | None, conditions: Iterable[Condition]) -> "Iterator[QuerySet[Listing]]":
        """What everybody may see that meets the conditions and the words; to be evaluated inside the `with`."""
        rows = self._rows(conditions)
        if text is None:
            yield rows
        else:
            with index.matching(self._narrowed(text)) as matching:
                yield rows.filter(pk__in=matching)

    def _narrowed(self, text: Query) -> Query:
        """By what the index knows as well, so that common words have few hits."""
        return text.tagged(*(condition.tags for condition in self.conditions if condition.tags))

    def _rows(self, conditions: Iterable[Condition]) -> "QuerySet[Listing]":
        rows = Listing.objects.visible()
        if self.blocked:
            rows = rows.exclude(shop__owner__in=self.blocked)
        rows = rows.alias(**attribute_columns(self.query))
        for condition in conditions:
            rows = rows.filter(condition.where)
        return rows

    # --- in what order ---

    def _phases(self, repaired: Query | None) -> Iterator[_Phase]:
        if self.text is None:
            yield from self._sorted(None)
            return
        if self.query.sort == Sort.BEST:
            in_title = _in_title(self.text)
            yield _Phase(in_title, Order.NEWEST)
            yield _Phase(replace(self.text, unless=(in_title,)), Order.NEWEST)
        else:
            yield from self._sorted(self.text)
        if repaired is not None and self.query.sort == Sort.BEST:
            in_title = _in_title(repaired)
            yield _Phase(in_title, Order.NEWEST)
            yield _Phase(replace(repaired, unless=(self.text, replace(in_title, unless=()))), Order.NEWEST)
        elif repaired is not None:
            yield from self._sorted(repaired)

    def _sorted(self, text: Query | None) -> Iterator[_Phase]:
        sort = self.query.sort
        if sort in (Sort.CHEAPEST, Sort.DEAREST):
            order = Order.CHEAPEST if sort == Sort.CHEAPEST else Order.DEAREST
            comparable = Q(currency=self.query.price_currency, price_minor__isnull=False)
            yield _Phase(text, order, comparable)
            if not self.query.filters_price and not self.query.is_free:
                yield _Phase(text, Order.NEWEST, ~comparable)
        elif sort == Sort.NEAREST:
            yield from self._rings(text)
        else:
            yield _Phase(text, Order.NEWEST)

    def _rings(self, text: Query | None) -> Iterator[_Phase]:
        """Near ones are found without measuring the way to all the others."""
        assert self.query.near is not None
        most = self.query.radius_km or MAX_RADIUS_KM
        before = None
        for radius in [*(radius for radius in RADII if radius < most), most]:
            where = within(self.query, radius).where
            if before is not None:
                where &= Q(GreaterThan(self.query.near.expression(), Value(haversine_of(before))))
            yield _Phase(text, Order.NEAREST, where)
            before = radius
        if self.query.radius_km is None:
            far = Q(GreaterThan(self.query.near.expression(), Value(haversine_of(most))))
            yield _Phase(text, Order.NEWEST, far | Q(latitude=None))

    def _distances(self, listings: Iterable[Listing]) -> dict[int, float]:
        near = self.query.near
        if near is None:
            return {}
        return {
            one.pk: round(km_of(near.haversine(one.latitude, one.longitude)), 1)
            for one in listings
            if one.latitude is not None and one.longitude is not None
        }


def _in_title(text: Query) -> Query:
    return replace(text, words=tuple(_title_word(word) for word in text.words))


def _title_word(word: Word) -> Word:
    return Word(frozenset(map(title_term, word.forms)), frozenset(map(title_term, word.prefixes)))
