"""What somebody looks for, as a value: made from parameters (parameters.py), asked of the database (search.py) and of
one listing in Python (conditions.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from market.finding.near import Spot

DEFAULT_CURRENCY = "EUR"
DEFAULT_RADIUS_KM = 25
PAGE = 24


class Sort(StrEnum):
    BEST = "best"  # words in the title first, then the newest
    NEWEST = "newest"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"
    NEAREST = "nearest"


class Delivery(StrEnum):
    SHIPPING = "shipping"
    IN_PERSON = "in_person"


@dataclass(frozen=True)
class Range:
    """Of numbers, both ends included; None: no end."""

    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class ListingQuery:
    """Every filter is and, several values of one filter are or. Prices are minor units of `currency`."""

    q: str = ""
    category: str = ""  # a path, "home/furniture/": it and all below it
    conditions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    currency: str = ""  # of prices that are filtered or sorted by; "": DEFAULT_CURRENCY
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # flags: "true"
    ranges: Mapping[str, Range] = field(default_factory=dict)  # of number attributes
    shop: int | None = None
    near: Spot | None = None
    radius_km: float | None = None  # without it `near` only sorts and tells the distance
    cell: str = ""  # an H3 index of resolution 4 to 7, as maps have them: only what is in it
    delivery: tuple[str, ...] = ()
    is_free: bool = False
    takes_offers: bool = False
    is_available: bool = False
    sort: Sort = Sort.BEST

    @property
    def price_currency(self) -> str:
        return self.currency or DEFAULT_CURRENCY

    @property
    def filters_price(self) -> bool:
        return self.price_min is not None or self.price_max is not None

    @property
    def is_only_category(self) -> bool:
        """Is everything in it wanted?"""
        return self == ListingQuery(category=self.category, sort=self.sort, currency=self.currency)
