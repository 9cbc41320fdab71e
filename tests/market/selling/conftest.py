"""The seller's browser."""

import pytest

from tests.market.market_web import web


@pytest.fixture
def seller(alice):
    return web(alice)
