"""Listings that can be found, the short way; and what the same search finds when it is done the long way."""

import math
from typing import Any

from django.core.cache import cache

from accounts.models import User
from market.finding.index import index_listings
from market.finding.words import learn_words
from market.models import Listing
from market.places import EARTH_KM, spot_at
from tests.market.scenes import make_listing

BERLIN, POTSDAM, HAMBURG = (52.52, 13.405), (52.39, 13.065), (53.551, 9.994)


def found_listing(owner: User, *, at: tuple[float, float] | None = None, **extra: Any) -> Listing:
    """Published and indexed, its words learnt."""
    place = spot_at(*at)._asdict() if at else {}
    listing = make_listing(owner, **place, **extra)
    index_listings([listing.pk])
    learn_words([listing.pk])
    cache.clear()
    listing.refresh_from_db()
    return listing


def haversine_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Written once more, to check the one in the code."""
    (lat1, lon1), (lat2, lon2) = ((math.radians(a), math.radians(b)) for a, b in (one, other))
    a = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.atan2(math.sqrt(a), math.sqrt(1 - a))
