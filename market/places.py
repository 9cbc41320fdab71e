"""Where things are: never more exactly than an H3 cell of some five square kilometres.

A position that a person gives becomes the cell around it at once; the position itself is neither kept nor logged.
Towns and their names are from GeoNames (geonames.org, CC BY 4.0): market/data/towns.gz, made by `manage.py towns`,
loaded when first asked for.
"""

import gzip
import math
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import h3
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.search.pipeline import tokens, without_accents

RESOLUTIONS = (7, 6, 5, 4)  # edges of some 1.4, 3.7, 9.9 and 26 km
EARTH_KM = 6371.0088
PLACES = 8  # suggested at once
_SEARCH_CHARS = 60
_RANKED = 200  # of those that begin alike, before the country is looked at
TOWNS_FILE = Path(__file__).parent / "data" / "towns.gz"


class Spot(NamedTuple):
    """A place as listings keep it. Cells are H3 indexes as numbers; degrees are of the middle of the smallest."""

    cell_7: int
    cell_6: int
    cell_5: int
    cell_4: int
    latitude: float
    longitude: float


class Town(NamedTuple):
    name: str
    region: str
    country: str  # ISO 3166-1
    latitude: float
    longitude: float
    population: int


def spot_at(latitude: float, longitude: float) -> Spot:
    """Blurred at once. Raises Invalid("bad_place")."""
    if not (_is_within(latitude, 90) and _is_within(longitude, 180)):
        raise Invalid("bad_place", _("There is no such place."), field="location")
    return spot_of(h3.latlng_to_cell(latitude, longitude, RESOLUTIONS[0]))


def spot_of(cell: str) -> Spot:
    """By an H3 cell of resolution 7. Raises Invalid("bad_place")."""
    if not re.fullmatch("[0-9a-f]{15}", cell) or not h3.is_valid_cell(cell) or h3.get_resolution(cell) != 7:
        raise Invalid("bad_place", _("There is no such place."), field="location")
    latitude, longitude = h3.cell_to_latlng(cell)
    seven, six, five, four = (h3.str_to_int(h3.cell_to_parent(cell, resolution)) for resolution in RESOLUTIONS)
    return Spot(seven, six, five, four, round(latitude, 5), round(longitude, 5))


def _is_within(degrees: float, limit: int) -> bool:
    return math.isfinite(degrees) and -limit <= degrees <= limit


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """On the great circle between two (latitude, longitude) in degrees (haversine)."""
    (lat_1, lon_1), (lat_2, lon_2) = ((math.radians(a), math.radians(b)) for a, b in (one, other))
    half = math.sin((lat_2 - lat_1) / 2) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


# --- towns by name --------------------------------------------------------------------------------


def find_places(text: str, *, country: str = "", limit: int = PLACES) -> list[Town]:
    """Towns whose name, in any language we write, begins with this: those of `country` first, then the largest.

    Accents and case do not matter ("koln", "Кёльн", "KÖLN"). The first call takes a third of a second.
    """
    wanted = folded(text[:_SEARCH_CHARS])
    return _gazetteer().find(wanted, country.upper(), limit) if wanted else []


def towns_around(latitude: float, longitude: float, km: float, *, limit: int = 12) -> list[Town]:
    """The largest towns within so many km: names for a map. Away from the poles."""
    return _gazetteer().around(latitude, longitude, km)[:limit]


def folded(text: str) -> str:
    return " ".join(without_accents(token.text) for token in tokens(text))


class Gazetteer:
    """Towns as lines of text, and all their names as one sorted block of bytes that is searched by bisection.

    The file is the same: lines of towns, an empty line, then "folded name, tab, number of the town" in order.
    """

    def __init__(self, towns: list[str], names: Iterable[str]) -> None:
        self._towns = towns
        self._owners, self._starts, block, length = array("L"), array("L", [0]), [], 0
        for line in names:
            name, _tab, owner = line.partition("\t")
            block.append(name.encode())
            length += len(block[-1])
            self._owners.append(int(owner))
            self._starts.append(length)
        self._block = b"".join(block)

    def __len__(self) -> int:
        return len(self._owners)

    def __getitem__(self, index: int) -> bytes:
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._block[self._starts[index] : self._starts[index + 1]]

    def town(self, number: int) -> Town:
        name, region, country, latitude, longitude, population = self._towns[number].split("\t")
        return Town(name, region, country, float(latitude), float(longitude), int(population))

    @cached_property
    def _by_degree(self) -> dict[tuple[int, int], list[int]]:
        """Numbers of towns by whole degrees, the largest first. Made in a tenth of a second."""
        found: dict[tuple[int, int], list[int]] = {}
        for number, line in enumerate(self._towns):
            _name, _region, _country, latitude, longitude, _population = line.split("\t")
            found.setdefault((math.floor(float(latitude)), math.floor(float(longitude))), []).append(number)
        return found

    def around(self, latitude: float, longitude: float, km: float) -> list[Town]:
        north = km / 111
        east = min(180.0, north / max(0.05, math.cos(math.radians(latitude))))
        numbers = [
            number
            for degree in range(math.floor(latitude - north), math.floor(latitude + north) + 1)
            for other in range(math.floor(longitude - east), math.floor(longitude + east) + 1)
            for number in self._by_degree.get((degree, (other + 180) % 360 - 180), ())
        ]
        here = (latitude, longitude)
        towns = (self.town(number) for number in sorted(set(numbers)))
        return [town for town in towns if distance_km(here, (town.latitude, town.longitude)) <= km]

    def find(self, wanted: str, country: str, limit: int) -> list[Town]:
        prefix = wanted.encode()
        first = bisect_left(self, prefix)
        last = bisect_left(self, prefix + b"\xff", lo=first)
        exact = {self._owners[index] for index in range(first, last) if self[index] == prefix}
        # Numbered by size, the largest first, so nothing has to be read to rank them.
        found = sorted(set(self._owners[first:last]), key=lambda number: (number not in exact, number))
        towns = [self.town(number) for number in found[:_RANKED]]
        return sorted(towns, key=lambda town: town.country != country)[:limit]


@lru_cache(maxsize=1)
def _gazetteer() -> Gazetteer:
    with gzip.open(TOWNS_FILE, "rt", encoding="utf-8") as file:
        towns, names = file.read().split("\n\n", 1)
    return Gazetteer(towns.split("\n"), names.splitlines())
