"""Where hits are, for a drawn map: counts per hexagon."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from h3.api import basic_int as h3

from accounts.models import User
from core.errors import Invalid
from market.finding.near import MAX_RADIUS_KM, Spot, cells_around
from market.finding.query import ListingQuery
from market.finding.search import Search

_MOST = 400  # hexagons of one map


@dataclass(frozen=True)
class MapCell:
    """`boundary`: (latitude, longitude) of its five or six corners, in order."""

    cell: str
    latitude: float
    longitude: float
    count: int
    boundary: tuple[tuple[float, float], ...]


def cells_near(query: ListingQuery, *, by: User | None = None) -> list[MapCell]:
    """The hits around `query.near`, in cells that suit the radius; the fullest first.

    Raises Invalid("place_needed"), and what search_listings() raises.
    """
    if query.near is None:
        raise Invalid("place_needed", _("Choose a place first."), field="near")
    column = map_column(query.near, query.radius_km)
    search = Search(query, by)
    with search.matching(search.text, search.conditions) as rows:
        found = (
            rows.exclude(**{column: None})
            .order_by()
            .values_list(column)
            .annotate(count=Count("pk"))
            .order_by("-count", column)[:_MOST]
        )
        return [_cell(cell, count) for cell, count in found]


def map_column(near: Spot, radius_km: float | None) -> str:
    return cells_around(near.latitude, near.longitude, radius_km or MAX_RADIUS_KM).column


def _cell(cell: int, count: int) -> MapCell:
    latitude, longitude = h3.cell_to_latlng(cell)
    corners = tuple((round(lat, 5), round(lon, 5)) for lat, lon in h3.cell_to_boundary(cell))
    return MapCell(h3.int_to_str(cell), round(latitude, 5), round(longitude, 5), count, corners)
