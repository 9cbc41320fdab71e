"""Fixtures of MarketSpace. The short way to shops and listings: tests/market/scenes.py."""

import pytest
from django.core.cache import cache

from market import taxonomy
from market.models import Attribute, Category, CommissionRule


@pytest.fixture(autouse=True)
def nothing_cached():
    """Counts of categories are cached for a minute; no test may see those of another."""
    cache.clear()


@pytest.fixture
def categories(db):
    """The tree of a new service, also behind tests that have emptied the database."""
    taxonomy.plant(Category, Attribute, CommissionRule)
