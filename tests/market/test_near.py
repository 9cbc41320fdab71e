"""The cells of a circle hold every listing that is in it, wherever on earth; the distance is the great circle."""

import math

import pytest
from h3.api import basic_int as h3
from hypothesis import given, settings
from hypothesis import strategies as st

from market.finding.near import MOST_CELLS, Spot, cells_around, haversine_of, km_of
from market.places import EARTH_KM, spot_at
from tests.market.finding_scenes import BERLIN, HAMBURG, POTSDAM, found_listing, haversine_km

latitudes, longitudes = st.floats(-89.9, 89.9), st.floats(-180, 180)


@given(latitudes, longitudes, st.sampled_from([1, 2, 5, 10, 25, 50, 100, 200]), st.floats(0, 1), st.floats(0, 360))
@settings(max_examples=400, deadline=None)
def test_every_cell_within_the_radius_is_among_them(latitude, longitude, radius, share, bearing):
    spot = Spot(latitude, longitude)
    cells = cells_around(latitude, longitude, radius)
    there = spot_at(*along(latitude, longitude, radius * share, bearing))
    if spot.distance_km(there.latitude, there.longitude) <= radius:
        assert getattr(there, cells.column) in cells.cells


@given(latitudes, longitudes, st.floats(1, 200))
@settings(max_examples=100, deadline=None)
def test_they_are_not_too_many(latitude, longitude, radius):
    cells = cells_around(latitude, longitude, radius)
    assert len(cells.cells) <= MOST_CELLS * 2  # cells differ in size: the target is of usual ones
    assert {h3.get_resolution(cell) for cell in cells.cells} == {cells.resolution}


def test_usual_circles_stay_below_the_target():
    for radius in (1, 5, 10, 25, 50, 100, 200):
        assert len(cells_around(*BERLIN, radius).cells) <= MOST_CELLS


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_the_great_circle(lat_1, lon_1, lat_2, lon_2):
    ours = Spot(lat_1, lon_1).distance_km(lat_2, lon_2)
    assert ours == pytest.approx(haversine_km((lat_1, lon_1), (lat_2, lon_2)), abs=1e-3)
    assert km_of(haversine_of(ours)) == pytest.approx(ours, abs=1e-3)


@pytest.mark.parametrize("radius", [1, 3, 10, 24, 26, 100, 200])
def test_a_search_finds_exactly_what_is_within(alice, api, radius):
    places = [BERLIN, POTSDAM, HAMBURG, (52.6, 13.4), (52.53, 13.41), (51.34, 12.37), (53.1, 12.9)]
    rows = [found_listing(alice, at=place) for place in places]
    body = api().get("/api/v1/market/listings/search", {"near": "52.52,13.405", "radius_km": radius}).json()
    within = {row.pk for row in rows if haversine_km(BERLIN, (row.latitude, row.longitude)) <= radius}
    assert {card["id"] for card in body["results"]} == within


def test_the_map_counts_hits_by_hexagon(alice, api):
    for place in (BERLIN, BERLIN, HAMBURG):
        found_listing(alice, at=place)
    found_listing(alice, at=BERLIN, condition="new")
    url = "/api/v1/market/listings/map"
    body = api().get(url, {"near": "Berlin", "radius_km": 25, "condition": "good"}).json()
    assert [cell["count"] for cell in body["cells"]] == [2]
    (cell,) = body["cells"]
    assert len(cell["boundary"]) == 6
    assert api().get(url).json()["code"] == "place_needed"
    inside = {"cell": cell["cell"], "condition": "good"}
    assert api().get("/api/v1/market/listings/search", inside).json()["total"] == 2


def along(latitude: float, longitude: float, km: float, bearing: float) -> tuple[float, float]:
    """Where one is after going so far in a direction."""
    angle, way = km / EARTH_KM, math.radians(bearing)
    lat, lon = math.radians(latitude), math.radians(longitude)
    there = math.asin(math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(way))
    turned = math.atan2(
        math.sin(way) * math.sin(angle) * math.cos(lat), math.cos(angle) - math.sin(lat) * math.sin(there)
    )
    return math.degrees(there), (math.degrees(lon + turned) + 540) % 360 - 180
