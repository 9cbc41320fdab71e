"""A bicycle for sale, and the browser of who buys it."""

import pytest

from tests.market.market_web import HOSTILE, web
from tests.market.scenes import make_listing


@pytest.fixture
def bicycle(alice):
    return make_listing(alice, title=f"Bicycle {HOSTILE}", price=10_000, stock=3)


@pytest.fixture
def buyer(bob):
    return web(bob)
