"""Each filter of a query twice: for the database, and for one listing at hand (saved searches, tests).

A condition that has a facet keeps its name, so that a facet's own filter does not shrink its own counts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from django.db.models import Q, Value
from django.db.models.fields.json import KeyTransform
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _
from h3.api import basic_int as h3

from accounts.models import Block, User
from core.errors import Invalid
from market.finding.document import category_tag, cell_tag, shop_tag
from market.finding.near import MOST_TAGS, cells_around, haversine_of
from market.finding.query import Delivery, ListingQuery, Range
from market.models import Attribute, Category, Listing
from market.queries.categories import attributes_of

_DELIVERY_COLUMNS = {Delivery.SHIPPING: "is_shipped", Delivery.IN_PERSON: "is_handed_over"}


@dataclass(frozen=True)
class Condition:
    where: Q
    holds: Callable[[Listing], bool]
    facet: str = ""  # whose counts it does not shrink
    tags: tuple[str, ...] = ()  # of documents in the index, of which every hit has one


@dataclass(frozen=True)
class Scope:
    """The category that is looked in, with its facts. Empty: all of them."""

    category: Category | None = None
    paths: Mapping[int, str] = field(default_factory=dict)  # of it and all below, by id
    below: tuple[Category, ...] = ()
    attributes: tuple[Attribute, ...] = ()

    @property
    def facets(self) -> list[Attribute]:
        return [attribute for attribute in self.attributes if attribute.is_facet]


def scope_of(query: ListingQuery) -> Scope:
    """Two queries, or one. Raises Invalid("unknown_category"), Invalid("unknown_attribute")."""
    if not query.category:
        if query.attributes or query.ranges:
            raise Invalid("category_needed", _("These details are those of a category: choose one."), field="category")
        return _scope(None, list(Category.objects.all()))
    found = list(Category.objects.filter(path__startswith=query.category))
    category = next((one for one in found if one.path == query.category), None)
    if category is None:
        raise Invalid("unknown_category", _("There is no such category."), field="category")
    attributes = attributes_of(category)
    types = {attribute.key: attribute.type for attribute in attributes}
    for key in (*query.attributes, *query.ranges):
        if key not in types or (key in query.ranges) != (types[key] == Attribute.Type.NUMBER):
            raise Invalid("unknown_attribute", _("Goods of this category have no such detail."), field=f"attr.{key}")
    return _scope(category, found, attributes)


def _scope(category: Category | None, found: Sequence[Category], attributes: Sequence[Attribute] = ()) -> Scope:
    inside = category.pk if category else None
    below = tuple(one for one in found if one.parent_id == inside and one.is_active)
    return Scope(category, {one.pk: one.path for one in found}, below, tuple(attributes))


def conditions_of(query: ListingQuery, scope: Scope) -> list[Condition]:
    """All but the words and blocks."""
    return [*_fixed(query, scope), *_chosen(query)]


def _fixed(query: ListingQuery, scope: Scope) -> Iterable[Condition]:
    if scope.category is not None:
        tags = (category_tag(scope.category.pk),)
        yield Condition(Q(category__in=[*scope.paths]), lambda listing: listing.category_id in scope.paths, tags=tags)
    if query.shop is not None:
        tags = (shop_tag(query.shop),)
        yield Condition(Q(shop=query.shop), lambda listing: listing.shop_id == query.shop, tags=tags)
    if query.is_free:
        yield Condition(Q(price_minor=0), lambda listing: listing.price_minor == 0)
    if query.takes_offers:
        yield Condition(Q(takes_offers=True), lambda listing: listing.takes_offers)
    if query.is_available:
        yield Condition(Q(has_stock=True), lambda listing: listing.has_stock)
    if query.near is not None and query.radius_km is not None:
        yield within(query, query.radius_km)
    if query.cell:
        yield _in_cell(query.cell)


def within(query: ListingQuery, radius_km: float) -> Condition:
    spot = query.near
    assert spot is not None
    cells = cells_around(spot.latitude, spot.longitude, radius_km)
    most = haversine_of(radius_km)

    def holds(listing: Listing) -> bool:
        if listing.latitude is None or listing.longitude is None:
            return False
        return spot.haversine(listing.latitude, listing.longitude) <= most

    where = Q(**{f"{cells.column}__in": cells.cells}) & Q(LessThanOrEqual(spot.expression(), Value(most)))
    # The index looks a few large cells up faster than many small ones, and is only asked for a beginning.
    large = cells_around(spot.latitude, spot.longitude, radius_km, most=MOST_TAGS).cells
    return Condition(where, holds, tags=tuple(map(cell_tag, large)) if len(large) <= MOST_TAGS else ())


def _in_cell(cell: str) -> Condition:
    column, number = f"cell_{h3.get_resolution(h3.str_to_int(cell))}", h3.str_to_int(cell)
    return Condition(
        Q(**{column: number}), lambda listing: getattr(listing, column) == number, tags=(cell_tag(number),)
    )


def _chosen(query: ListingQuery) -> Iterable[Condition]:
    if query.conditions:
        yield Condition(
            Q(condition__in=query.conditions), lambda listing: listing.condition in query.conditions, "condition"
        )
    if query.kinds:
        yield Condition(Q(kind__in=query.kinds), lambda listing: listing.kind in query.kinds, "kind")
    if query.filters_price:
        yield _price(query)
    if query.delivery:
        columns = [_DELIVERY_COLUMNS[Delivery(way)] for way in query.delivery]
        where = Q()
        for column in columns:
            where |= Q(**{column: True})
        yield Condition(where, lambda listing: any(getattr(listing, column) for column in columns), "delivery")
    for key, values in sorted(query.attributes.items()):
        yield _one_of(key, values)
    for key, range_ in sorted(query.ranges.items()):
        yield _between(key, range_)


def _price(query: ListingQuery) -> Condition:
    where = Q(currency=query.price_currency)
    if query.price_min is not None:
        where &= Q(price_minor__gte=query.price_min)
    if query.price_max is not None:
        where &= Q(price_minor__lte=query.price_max)

    def holds(listing: Listing) -> bool:
        price = listing.price_minor
        return (
            price is not None
            and listing.currency == query.price_currency
            and (query.price_min is None or price >= query.price_min)
            and (query.price_max is None or price <= query.price_max)
        )

    return Condition(where, holds, "price")


def as_text(value: object) -> str | None:
    """Of an attribute, as parameters write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else None


def _one_of(key: str, values: Sequence[str]) -> Condition:
    """Of texts, choices and flags."""
    stored = [*values, *(flag for name, flag in (("true", True), ("false", False)) if name in values)]
    where = Q(**{f"{_column(key)}__in": stored})
    return Condition(where, lambda listing: as_text(listing.attributes.get(key)) in values, facet_of(key))


def _between(key: str, range_: Range) -> Condition:
    where, column = Q(), _column(key)
    if range_.lowest is not None:
        where &= Q(**{f"{column}__gte": range_.lowest})
    if range_.highest is not None:
        where &= Q(**{f"{column}__lte": range_.highest})

    def holds(listing: Listing) -> bool:
        value = listing.attributes.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (range_.lowest is None or value >= range_.lowest) and (range_.highest is None or value <= range_.highest)

    return Condition(where, holds, facet_of(key))


def facet_of(key: str) -> str:
    """The name of an attribute's facet."""
    return f"attr_{blake2b(key.encode(), digest_size=6).hexdigest()}"  # keys may hold what no column's name may


def attribute_columns(query: ListingQuery) -> dict[str, KeyTransform]:
    """For alias(): what the conditions of the query name."""
    return {_column(key): KeyTransform(key, "attributes") for key in (*query.attributes, *query.ranges)}


def _column(key: str) -> str:
    return f"{facet_of(key)}_json"


def blocked_owners(by: User | None) -> frozenset[int]:
    """Whose listings this person does not see, and who does not see theirs. One query."""
    if by is None:
        return frozenset()
    pairs = Block.objects.filter(Q(owner=by) | Q(user=by)).values_list("owner_id", "user_id")
    return frozenset(other for pair in pairs for other in pair if other != by.pk)
