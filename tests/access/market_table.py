"""Who may do what in the market over REST. The rows of rest_table.py go on here; the owner sells, the member buys."""

from typing import Any

from .rest_table import MUTED, Rule, anybody, signed_in

ADDRESS = {"name": "Me", "line1": "Oak Street 1", "city": "Berlin", "country": "DE"}
COUPON = {"code": "NEW", "kind": "fixed", "value": 100}
NO_ORDER, NO_REVIEW, NO_SHOP = "404 order_not_found", "404 review_not_found", "404 shop_not_found"


def buyer(status: int | str, others: int | str, **some: int | str) -> Rule:
    """For the member who buys."""
    return signed_in(others, member=status, **some)


def seller(status: int | str, others: int | str, **some: int | str) -> Rule:
    return signed_in(others, owner=status, **some)


def strangers_to_shop(everybody: int | str, **some: int | str) -> Rule:
    """Everybody but the seller, and whom the seller has blocked."""
    return signed_in(everybody, owner="400 own_listing", blocked="404 variant_not_found", **some)


NO_QUOTE, NO_OFFER, NO_LINE = "404 quote_not_found", "404 offer_not_found", "404 cart_line_not_found"
NO_ADDRESS, NO_COUPON = "404 address_not_found", "404 coupon_not_found"

BUYING: list[tuple[str, str, Any, Rule]] = [
    ("get", "market/quotes", None, signed_in(200)),
    ("post", "market/quotes", {"variant": "{variant}"}, strangers_to_shop(201)),
    ("get", "market/quotes/{quote}", None, buyer(200, NO_QUOTE)),
    ("delete", "market/quotes/{quote}", None, buyer(200, NO_QUOTE)),
    ("get", "market/offers", None, signed_in(200)),
    (
        "post", "market/offers", {"variant": "{variant}", "amount_minor": 8000},
        strangers_to_shop(201, member="409 offer_open", muted=MUTED),
    ),
    ("get", "market/offers/{offer}", None, buyer(200, NO_OFFER, owner=200)),
    ("post", "market/offers/{offer}/steps", {"act": "accept"}, buyer("409 not_your_turn", NO_OFFER, owner=200)),
    ("get", "market/cart", None, signed_in(200)),
    ("delete", "market/cart", None, signed_in(200)),
    ("post", "market/cart/lines", {"variant": "{variant}"}, signed_in("400 idempotency_key_needed")),
    ("patch", "market/cart/lines/{cart_line}", {"quantity": 1}, buyer(200, NO_LINE)),
    ("delete", "market/cart/lines/{cart_line}", None, buyer(200, NO_LINE)),
    ("post", "market/cart/prices", None, signed_in(200)),
    ("get", "market/addresses", None, signed_in(200)),
    ("post", "market/addresses", ADDRESS, signed_in(201)),
    ("get", "market/addresses/{address}", None, buyer(200, NO_ADDRESS)),
    ("patch", "market/addresses/{address}", {"city": "Bonn"}, buyer(200, NO_ADDRESS)),
    ("delete", "market/addresses/{address}", None, buyer(204, NO_ADDRESS)),
    ("get", "market/coupons", None, seller(200, NO_SHOP)),
    ("post", "market/coupons", COUPON, seller(201, NO_SHOP, muted=MUTED)),
    ("get", "market/coupons/{coupon}", None, seller(200, NO_COUPON)),
    ("patch", "market/coupons/{coupon}", {"value": 600}, seller(200, NO_COUPON, muted=MUTED)),
    ("delete", "market/coupons/{coupon}", None, seller(204, NO_COUPON)),
    ("post", "market/orders/{done_order}/review", {"stars": 5}, seller(201, NO_ORDER, member=201, muted=MUTED)),
    ("post", "market/reviews/{review}/answer", {"text": "Thanks"}, seller(200, NO_REVIEW, muted=MUTED)),
    ("get", "market/shops/{shop}/reviews", None, anybody(200, blocked=NO_SHOP)),
    ("get", "market/users/{member_id}/reviews", None, seller(200, "404 user_not_found", member=200, referee=200)),
]  # fmt: skip
