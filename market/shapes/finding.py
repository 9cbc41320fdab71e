"""Searches, and what people come back to, as JSON."""

from typing import Literal, TypedDict

from market.money import MoneyJSON
from market.shapes.listings import ListingCardJSON


class FacetValueJSON(TypedDict):
    """One further choice. `value` is what the parameter takes; of ranges `min` and `max` are, null is no end."""

    value: str
    label: str
    count: int
    is_chosen: bool
    min: float | None
    max: float | None


class FacetJSON(TypedDict):
    """`key` is the parameter: "category", "condition", "price", "attr.color" … Ranges: `<key>.min` and `.max`, of
    prices price_min and price_max. Of "distance" each count holds the nearer ones too.
    """

    key: str
    label: str
    type: Literal["category", "choice", "range", "flag", "radius"]
    unit: str
    values: list[FacetValueJSON]


class CrumbJSON(TypedDict):
    path: str
    title: str


class SpotJSON(TypedDict):
    name: str
    latitude: float
    longitude: float


class ListingSearchJSON(TypedDict):
    """A page. `total` and `facets` come with the first page alone; `is_capped`: all counts mean "at least"."""

    results: list[ListingCardJSON]
    next: str | None
    total: int | None
    is_capped: bool
    is_repaired: bool  # some are there only because a word may have been mistyped
    facets: list[FacetJSON]
    crumbs: list[CrumbJSON]  # the category that is looked in and those above it
    near: SpotJSON | None  # the place as it was understood


class MapCellJSON(TypedDict):
    """A hexagon with so many hits. `boundary`: [latitude, longitude] of its corners."""

    cell: str  # H3 index
    latitude: float
    longitude: float
    count: int
    boundary: list[list[float]]


class ListingMapJSON(TypedDict):
    cells: list[MapCellJSON]
    near: SpotJSON


class FavouriteJSON(TypedDict):
    listing: ListingCardJSON
    marked_price: MoneyJSON | None  # when it was marked, or last told of
    dropped_by: MoneyJSON | None  # how much cheaper it is now
    wants_alert: bool
    created_at: str


class SavedSearchJSON(TypedDict):
    """`query`: parameters as the search takes them; `url`: its page."""

    id: int
    name: str
    query: dict[str, list[str]]
    url: str
    is_active: bool
    match_count: int
    last_match_at: str | None
    created_at: str
