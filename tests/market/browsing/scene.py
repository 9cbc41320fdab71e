"""Listings on the shelf, and browsers with and without anybody signed in."""

from django.test import Client

from market.finding.index import index_listings
from market.models import Listing
from market.places import spot_at

BERLIN = {"latitude": 52.52, "longitude": 13.405}


HTMX = {"HX-Request": "true"}


def put(listing: Listing, latitude: float = 52.52, longitude: float = 13.405, place: str = "Berlin") -> Listing:
    """Somewhere, and found by its words."""
    spot = spot_at(latitude, longitude)
    Listing.objects.filter(pk=listing.pk).update(place=place, **spot._asdict())
    index_listings([listing.pk])
    listing.refresh_from_db()
    return listing


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def browser(user=None) -> Client:
    client = Client(headers={"User-Agent": "Mozilla/5.0 Firefox"})
    if user is not None:
        client.force_login(user)
    return client
