"""What the buyer's browser sends."""

from tests.market.market_web import key_of, total_of

PLACE = "/market/checkout/place"


def form(page, **more):
    """The checkout's form as it stands, with some fields changed."""
    return {"once": key_of(page), "expected_total_minor": total_of(page), **more}
