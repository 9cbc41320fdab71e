"""Near a place: the cells that a circle touches for the index, then the exact distance of each cell's centre.

A listing's place is the centre of an H3 cell of resolution 7 and nothing more exact is stored, so "exact" here is exact
for what people are shown. Distances are great circles on a sphere of 6371.0088 km (haversine), the same in Python and
in both databases.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Expression, F, FloatField, Value
from django.db.models.functions import Cos, Power, Radians, Sin
from h3.api import basic_int as h3

from market.places import EARTH_KM, RESOLUTIONS

RADII = (5, 10, 25, 50, 100, 200)  # km; what people choose from
MAX_RADIUS_KM = 200
MOST_CELLS = 150
MOST_TAGS = 16
# From a cell's centre to the farthest centre of resolution 7 that counts as inside it, in steps between neighbours.
_REACH = 0.8


@dataclass(frozen=True, slots=True)
class Spot:
    """Degrees; `name` as the person typed it, "" for coordinates."""

    latitude: float
    longitude: float
    name: str = ""

    def distance_km(self, latitude: float, longitude: float) -> float:
        return km_of(self.haversine(latitude, longitude))

    def haversine(self, latitude: float, longitude: float) -> float:
        """0 here, 1 on the other side of the earth; grows with the distance."""
        north = math.sin(math.radians(latitude - self.latitude) / 2) ** 2
        east = math.sin(math.radians(longitude - self.longitude) / 2) ** 2
        return north + math.cos(math.radians(self.latitude)) * math.cos(math.radians(latitude)) * east

    def expression(self) -> Expression:
        """haversine() of a Listing, for the database."""
        north = Power(Sin(Radians(F("latitude") - Value(self.latitude)) / 2.0), 2)
        east = Power(Sin(Radians(F("longitude") - Value(self.longitude)) / 2.0), 2)
        shrink = Cos(Radians(F("latitude"))) * Value(math.cos(math.radians(self.latitude)))
        return _float(north + shrink * east)


def _float(expression: Expression) -> Expression:
    expression.output_field = FloatField()  # type: ignore[misc]
    return expression


def km_of(haversine: float) -> float:
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, max(0.0, haversine))))


def haversine_of(km: float) -> float:
    return math.sin(min(km / EARTH_KM / 2, math.pi / 2)) ** 2


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one resolution in which everything lies that is within a radius."""

    resolution: int
    cells: tuple[int, ...]

    @property
    def column(self) -> str:
        return f"cell_{self.resolution}"


@lru_cache(maxsize=1_024)
def cells_around(latitude: float, longitude: float, radius_km: float, *, most: int = MOST_CELLS) -> Cells:
    """The finest resolution at which they are not too many to look up."""
    for resolution in RESOLUTIONS:
        centre = h3.latlng_to_cell(latitude, longitude, resolution)
        here = h3.cell_to_latlng(centre)
        steps = [_km(here, h3.cell_to_latlng(neighbour)) for neighbour in h3.grid_ring(centre, 1)]
        limit = radius_km + _REACH * max(steps) * 1.1
        if math.pi * limit**2 > most * 0.866 * min(steps) ** 2 and resolution != RESOLUTIONS[-1]:
            continue
        # Each ring is at least 0.75 of the shortest step further out: cells differ in size, rings have flat sides.
        rings = math.ceil((limit + max(steps)) / (0.75 * min(steps)))
        spot = (latitude, longitude)
        near = [cell for cell in h3.grid_disk(centre, rings) if _km(spot, h3.cell_to_latlng(cell)) <= limit]
        return Cells(resolution, tuple(sorted(near)))
    raise AssertionError


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    return Spot(*one).distance_km(*other)
