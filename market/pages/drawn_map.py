"""A map drawn by ourselves: hexagons by how much they hold, rings of distance, towns by name, oneself in the middle.

Nobody else's servers learn where people look. All of it is numbers for an <svg>; the template draws.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from h3.api import basic_int as h3

from market.finding.cellmap import MapCell
from market.finding.near import MAX_RADIUS_KM, Spot, cells_around
from market.places import towns_around

WIDTH, HEIGHT = 640, 460  # of the picture, its own units
_REACH = 208  # the radius asked for, in those
_KM_PER_DEGREE = 111.195
_NICE = (0.5, 1, 2, 5, 10, 25, 50, 100, 200)
_LABEL_WIDE, _LABEL_TALL = 7.0, 18.0  # room a letter, and a line, take
_READABLE = 24  # a hexagon at least so wide has its number written in it
_LEVELS = 5
_TOWNS, _NAMED = 60, 14  # looked at, and named

Corners = Iterable[tuple[float, float]]


@dataclass(frozen=True)
class View:
    """What is in the middle, and how many units a kilometre takes."""

    spot: Spot
    radius_km: float

    @property
    def scale(self) -> float:
        return _REACH / self.radius_km

    def point(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Flat enough for two hundred kilometres."""
        east = (longitude - self.spot.longitude + 180) % 360 - 180
        x = east * math.cos(math.radians(self.spot.latitude)) * _KM_PER_DEGREE * self.scale
        y = (self.spot.latitude - latitude) * _KM_PER_DEGREE * self.scale
        return round(WIDTH / 2 + x, 1), round(HEIGHT / 2 + y, 1)

    def path(self, corners: Corners) -> str:
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in (self.point(*corner) for corner in corners)) + "Z"


@dataclass(frozen=True)
class Hexagon:
    """`where`: in words, for those who do not see it."""

    cell: str
    path: str
    x: float
    y: float
    count: int
    level: int  # 1 to 5
    shows_count: bool
    where: str
    url: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class Label:
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Ring:
    radius: float
    label: str
    label_y: float
    is_limit: bool


@dataclass(frozen=True)
class DrawnMap:
    hexagons: list[Hexagon]
    blank: str  # path of all hexagons, also those that hold nothing
    rings: list[Ring]
    towns: list[Label]
    total: int = 0
    width: int = WIDTH
    height: int = HEIGHT
    middle: tuple[float, float] = (WIDTH / 2, HEIGHT / 2)


def draw_map(spot: Spot, radius_km: float | None, cells: Sequence[MapCell], *, chosen: str = "") -> DrawnMap:
    """Addresses of the hexagons are the page's affair."""
    view = View(spot, min(radius_km or MAX_RADIUS_KM, MAX_RADIUS_KM))
    most = max((cell.count for cell in cells), default=1)
    hexagons = [_hexagon(view, cell, most, chosen) for cell in cells]
    taken = [(one.x, one.y, 12.0) for one in hexagons if one.shows_count]
    towns = _readable(_towns(view), taken)
    return DrawnMap(hexagons, _blank(view), _rings(view), towns, sum(cell.count for cell in cells))


def draw_place(latitude: float, longitude: float, cell: str, name: str) -> DrawnMap:
    """Where one thing is: the hexagon it lies in somewhere, and what is around."""
    view = View(Spot(latitude, longitude, name), 6)
    corners = h3.cell_to_boundary(h3.str_to_int(cell))
    hexagon = Hexagon(cell, view.path(corners), *view.point(latitude, longitude), 1, 3, False, name)
    return DrawnMap([hexagon], _blank(view), _rings(view)[-1:], _readable(_towns(view), []))


def _hexagon(view: View, cell: MapCell, most: int, chosen: str) -> Hexagon:
    x, y = view.point(cell.latitude, cell.longitude)
    across = [view.point(*corner)[0] for corner in cell.boundary]
    level = 1 + math.floor((_LEVELS - 0.01) * math.log1p(cell.count - 1) / math.log1p(max(most - 1, 1)))
    return Hexagon(
        cell.cell, view.path(cell.boundary), x, y, cell.count, min(level, _LEVELS),
        max(across) - min(across) >= _READABLE, where_of(view.spot, cell.latitude, cell.longitude),
        is_chosen=cell.cell == chosen,
    )  # fmt: skip


def where_of(spot: Spot, latitude: float, longitude: float) -> str:
    """ "8 km to the north-east" """
    km = spot.distance_km(latitude, longitude)
    if km < 2:
        return _("right here")
    north = latitude - spot.latitude
    east = ((longitude - spot.longitude + 180) % 360 - 180) * math.cos(math.radians(spot.latitude))
    sector = round(math.degrees(math.atan2(east, north)) / 45) % 8
    return _DIRECTIONS()[sector] % {"km": f"{km:.0f}"}


def _DIRECTIONS() -> list[str]:
    return [
        _("%(km)s km to the north"), _("%(km)s km to the north-east"), _("%(km)s km to the east"),
        _("%(km)s km to the south-east"), _("%(km)s km to the south"), _("%(km)s km to the south-west"),
        _("%(km)s km to the west"), _("%(km)s km to the north-west"),
    ]  # fmt: skip


@lru_cache(maxsize=128)
def _blank(view: View) -> str:
    cells = cells_around(view.spot.latitude, view.spot.longitude, view.radius_km)
    return "".join(view.path(h3.cell_to_boundary(cell)) for cell in cells.cells)


def _rings(view: View) -> list[Ring]:
    """One at about half the way, and the limit itself."""
    inner = max((one for one in _NICE if one <= view.radius_km * 0.6), default=view.radius_km / 2)
    found = []
    for km in (inner, view.radius_km):
        radius = round(km * view.scale, 1)
        label = _("%(km)s km") % {"km": f"{km:g}"}
        found.append(Ring(radius, label, round(HEIGHT / 2 - radius + 4, 1), km == view.radius_km))
    return found


@lru_cache(maxsize=128)
def _towns(view: View) -> list[Label]:
    """All that lie in the picture, the largest first."""
    corner_km = math.hypot(WIDTH, HEIGHT) / 2 / view.scale
    towns = towns_around(view.spot.latitude, view.spot.longitude, corner_km, limit=_TOWNS)
    return [Label(town.name, *view.point(town.latitude, town.longitude)) for town in towns]


def _readable(towns: Sequence[Label], taken: list[tuple[float, float, float]]) -> list[Label]:
    """Those whose names lie on nothing that is `taken` (x, y, half of its width), on no other, nor on oneself."""
    taken = [*taken, (WIDTH / 2, HEIGHT / 2, 20.0)]
    found: list[Label] = []
    for town in towns:
        half = len(town.text) * _LABEL_WIDE / 2
        is_inside = half + 8 < town.x < WIDTH - half - 8 and 26 < town.y < HEIGHT - 16
        if is_inside and all(abs(town.x - x) > half + wide or abs(town.y - y) > _LABEL_TALL for x, y, wide in taken):
            taken.append((town.x, town.y, half))
            found.append(town)
    return found[:_NAMED]
