"""Who may do what over REST with searches, favourites, orders and their money: the member buys, the owner sells.

The referee is a moderator with the right to moderate: they see an order once it is in dispute, and no other.
"""

from typing import Any

from .market_table import NO_ORDER, NO_QUOTE, NO_REVIEW, NO_SHOP, buyer, seller
from .rest_table import MUTED, REPORT, Rule, anybody, inside, signed_in
from .selling_table import LISTING, NEEDS_KEY, NO_LISTING

NO_SEARCH, NO_PAYMENT, NO_RETURN = "404 saved_search_not_found", "404 payment_not_found", "404 return_not_found"
NOT_YOUR_MOVE, WRONG_STATE, NO_RIGHT = "403 not_your_move", "409 wrong_state", "403 moderator_needed"
ORDER, DISPUTED = "market/orders/{order}", "market/orders/{disputed}"
SHARED = {"client_ids": ["{new_uuid}"]}
RULING = {"outcome": "released", "decision": "It arrived."}


def two(member: int | str, owner: int | str) -> Rule:
    """For the two sides of an order; to all others it is unknown."""
    return signed_in(NO_ORDER, member=member, owner=owner)


def three(member: int | str, owner: int | str, referee: int | str) -> Rule:
    """Also for the moderator of its dispute."""
    return two(member, owner) | {"referee": referee}


TRADING: list[tuple[str, str, Any, Rule]] = [
    # --- finding
    ("get", "market/listings/search?q=bicycle", None, anybody(200)),
    ("get", "market/listings/map?near=52.5,13.4&radius_km=25", None, anybody(200)),
    ("get", LISTING + "/similar", None, anybody(200, blocked=NO_LISTING)),
    ("get", "market/recent", None, signed_in(200)),
    ("get", "market/favourites", None, signed_in(200)),
    ("put", "market/favourites/{listing}", {}, signed_in(200, blocked=NO_LISTING)),
    ("delete", "market/favourites/{listing}", None, signed_in(204)),
    ("get", "market/saved-searches", None, signed_in(200)),
    ("post", "market/saved-searches", {"query": {"q": "bicycle"}}, signed_in(201)),
    ("patch", "market/saved-searches/{saved_search}", {"is_active": False}, buyer(200, NO_SEARCH)),
    ("delete", "market/saved-searches/{saved_search}", None, signed_in(204)),
    # --- in chats
    (
        "post", LISTING + "/ask", {"text": "Is it there?"},
        signed_in(200, muted=MUTED, blocked=NO_LISTING, owner="400 own_listing"),
    ),
    ("post", LISTING + "/share", {"chats": ["{own_chat}"], **SHARED}, signed_in(201, blocked=NO_LISTING)),
    (
        "post", LISTING + "/share", {"chats": ["{chat}"], **SHARED},
        inside(201, "404 chat_not_found", muted=MUTED, blocked=NO_LISTING),
    ),
    ("post", "chats/{own_chat}/cards", {"kind": "listing", "id": "{listing}", "client_id": "{new_uuid}"},
     signed_in(201, blocked=NO_LISTING)),
    ("post", "chats/{own_chat}/cards", {"kind": "listing", "id": "{draft}", "client_id": "{new_uuid}"},
     signed_in(NO_LISTING)),
    ("post", "chats/{own_chat}/cards", {"kind": "order", "id": "{order}", "client_id": "{new_uuid}"},
     signed_in("404 card_not_found")),
    ("post", "chats/{own_chat}/cards", {"kind": "offer", "id": "{offer}", "client_id": "{new_uuid}"},
     signed_in("404 card_not_found")),
    (
        "post", "reports", {"target_kind": "listing", "listing": "{listing}", **REPORT},
        signed_in(201, blocked=NO_LISTING, owner="400 self"),
    ),
    ("post", "reports", {"target_kind": "listing", "listing": "{draft}", **REPORT},
     signed_in(NO_LISTING, owner="400 self")),
    ("post", "reports", {"target_kind": "review", "review": "{review}", **REPORT}, signed_in(201, member="400 self")),
    ("post", "reports", {"target_kind": "review", "review": "{secret_review}", **REPORT}, signed_in(NO_REVIEW)),
    # --- what is no longer for sale, or not yet
    ("get", "market/listings/{draft}", None, anybody(NO_LISTING, owner=200)),
    ("get", "market/listings/{removed}", None, anybody(NO_LISTING, owner=200, referee=200)),
    ("get", "market/listings/{deleted}", None, anybody(NO_LISTING)),
    ("put", "market/favourites/{draft}", {}, signed_in(NO_LISTING, owner=200)),
    ("put", "market/favourites/{removed}", {}, signed_in(NO_LISTING, owner=200, referee=200)),
    ("post", "market/listings/{draft}/ask", {}, signed_in(NO_LISTING, owner="400 own_listing")),
    ("post", "market/listings/{draft}/share", {"chats": ["{own_chat}"], **SHARED}, signed_in(NO_LISTING)),
    ("post", "market/quotes", {"variant": "{draft_variant}"},
     signed_in("404 variant_not_found", owner="400 own_listing")),
    ("post", "market/offers", {"variant": "{draft_variant}", "amount_minor": 8000},
     signed_in("404 variant_not_found", owner="400 own_listing", muted=MUTED)),
    # --- ordering and paying
    ("post", "market/checkout/preview", {}, buyer(200, "400 empty_cart")),
    ("post", "market/checkout/preview", {"quote": "{quote}"}, buyer(200, NO_QUOTE)),
    ("post", "market/checkout", {"expected_total_minor": 1}, signed_in(NEEDS_KEY)),
    ("get", "market/checkout/{group}", None, buyer(200, NO_ORDER)),
    ("post", "market/checkout/{group}/payment", None, buyer(200, NO_ORDER)),
    ("get", "market/payments/providers", None, signed_in(200)),
    ("get", "market/payments/{payment}", None, buyer(200, NO_PAYMENT)),
    ("post", "market/payments/{payment}/start", None, buyer(200, NO_PAYMENT)),
    ("post", "market/payments/{payment}/sandbox", {"card": "ok"}, buyer(200, NO_PAYMENT)),
    # --- orders
    ("get", "market/orders", None, signed_in(200)),
    ("get", "market/orders?role=seller", None, signed_in(200)),
    ("get", ORDER, None, two(200, 200)),
    ("get", DISPUTED, None, three(200, 200, 200)),
    ("get", "market/orders/{unpaid}", None, two(200, 200)),
    ("post", ORDER + "/moves", {"act": "ship"}, two(NOT_YOUR_MOVE, 200)),
    ("post", ORDER + "/moves", {"act": "decline"}, two(NOT_YOUR_MOVE, 200)),
    ("post", ORDER + "/moves", {"act": "cancel"}, two(WRONG_STATE, NOT_YOUR_MOVE)),
    ("post", ORDER + "/moves", {"act": "hand_over", "code": "1"}, two(NOT_YOUR_MOVE, WRONG_STATE)),
    ("post", "market/orders/{unpaid}/moves", {"act": "cancel"}, two(200, NOT_YOUR_MOVE)),
    ("post", "market/orders/{unpaid}/moves", {"act": "accept"}, two(NOT_YOUR_MOVE, WRONG_STATE)),
    ("post", DISPUTED + "/moves", {"act": "withdraw_dispute"}, three(200, NOT_YOUR_MOVE, NOT_YOUR_MOVE)),
    ("post", DISPUTED + "/moves", {"act": "confirm"}, three(WRONG_STATE, NOT_YOUR_MOVE, NOT_YOUR_MOVE)),
    (
        "put", DISPUTED + "/tracking", {"carrier": "DHL", "tracking_number": "2"},
        three(NOT_YOUR_MOVE, WRONG_STATE, NOT_YOUR_MOVE),
    ),
    ("post", ORDER + "/refunds", {"amount_minor": 100}, two(NOT_YOUR_MOVE, 201)),
    ("post", DISPUTED + "/refunds", {}, three(NOT_YOUR_MOVE, WRONG_STATE, NOT_YOUR_MOVE)),
    ("post", "market/orders/{done_order}/returns", {"lines": [], "reason": "x"}, two("409 too_late", NOT_YOUR_MOVE)),
    ("post", "market/returns/{return}/steps", {"act": "decline"}, seller(200, NO_RETURN, member=NOT_YOUR_MOVE)),
    ("post", "market/returns/{return}/steps", {"act": "withdraw"}, buyer(200, NO_RETURN, owner=NOT_YOUR_MOVE)),
    ("post", ORDER + "/dispute", {"reason": "damaged", "text": "x"}, two(WRONG_STATE, NOT_YOUR_MOVE)),
    ("post", ORDER + "/dispute/evidence", {"text": "x"}, two(WRONG_STATE, WRONG_STATE)),
    ("post", DISPUTED + "/dispute/evidence", {"text": "x"}, three(201, 201, 201)),
    (
        "post", DISPUTED + "/dispute/evidence", {"attachment": "{loose}"},
        three("404 attachment_not_found", 201, "404 attachment_not_found"),
    ),
    ("post", ORDER + "/dispute/decision", RULING, signed_in(NO_RIGHT, referee=NO_ORDER)),
    ("post", DISPUTED + "/dispute/decision", RULING, signed_in(NO_RIGHT, referee=200)),
    # --- the shop's money
    ("get", "market/balance", None, seller(200, NO_SHOP)),
    ("get", "market/balance/statement", None, seller(200, NO_SHOP)),
    ("get", "market/payouts", None, seller(200, NO_SHOP)),
    ("post", "market/payouts", {}, signed_in(NEEDS_KEY)),
]  # fmt: skip
