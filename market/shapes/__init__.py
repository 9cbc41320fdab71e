"""The nouns of MarketSpace as JSON. One declaration each, used by REST, cards, pages, the OpenAPI and contract.js."""

from market.money import MoneyJSON
from market.shapes.listings import *  # noqa: F403
from market.shapes.orders import *  # noqa: F403

__all__ = ["MoneyJSON"]  # and all that the two declare
