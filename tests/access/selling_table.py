"""Who may do what with listings and shops over REST: the owner sells, the others look."""

from typing import Any

from .market_table import NO_SHOP, seller
from .rest_table import MUTED, Rule, anybody, signed_in

NO_LISTING, NO_VARIANT, NO_OPTION = "404 listing_not_found", "404 variant_not_found", "404 delivery_option_not_found"
NEEDS_KEY, NEEDS_FORM = "400 idempotency_key_needed", "415 unsupported_media_type"
LISTING = "market/listings/{listing}"
WAY = {"kind": "shipping", "name": "Cargo bike"}

SELLING: list[tuple[str, str, Any, Rule]] = [
    ("get", "market/categories", None, anybody(200)),
    ("get", "market/categories/{category}", None, anybody(200)),
    ("get", "market/places?q=ber", None, anybody(200)),
    # --- listings
    ("get", "market/listings", None, signed_in(200)),
    ("post", "market/listings", {"title": "Mine"}, signed_in(NEEDS_KEY)),
    ("get", LISTING, None, anybody(200, blocked=NO_LISTING)),
    ("patch", LISTING, {"description": "new"}, seller(200, NO_LISTING)),
    ("delete", LISTING, None, seller(204, NO_LISTING)),
    ("post", LISTING + "/publication", None, seller(200, NO_LISTING)),
    ("delete", LISTING + "/publication", None, seller(200, NO_LISTING)),
    ("post", LISTING + "/sale", None, seller(200, NO_LISTING)),
    ("post", LISTING + "/renewal", None, seller(200, NO_LISTING)),
    ("post", LISTING + "/copies", None, signed_in(NEEDS_KEY)),
    ("put", LISTING + "/files", {"attachments": []}, seller("400 not_digital", NO_LISTING)),
    ("post", LISTING + "/photos", {}, seller(NEEDS_FORM, NO_LISTING)),
    ("put", LISTING + "/photos/order", {"photos": ["{photo}"]}, seller(200, NO_LISTING)),
    ("patch", LISTING + "/photos/{photo}", {"alt": "new"}, seller(200, NO_LISTING)),
    ("delete", LISTING + "/photos/{photo}", None, seller(204, NO_LISTING)),
    ("post", LISTING + "/variants", {"name": "Red", "price_minor": 1}, seller(201, NO_LISTING)),
    ("patch", "market/variants/{variant}", {"price_minor": 1}, seller(200, NO_VARIANT)),
    ("delete", "market/variants/{variant}", None, seller("409 last_variant", NO_VARIANT)),
    ("put", "market/variants/{variant}/stock", {"on_hand": 9}, seller(200, NO_VARIANT)),
    # --- shops
    ("get", "market/shops/{shop}", None, anybody(200, blocked=NO_SHOP)),
    ("get", "market/shops/{shop}/listings", None, anybody(200, blocked=NO_SHOP)),
    ("put", "market/shops/{shop}/follow", None, signed_in(200, owner="400 own_shop", blocked=NO_SHOP)),
    ("delete", "market/shops/{shop}/follow", None, signed_in(204)),
    ("get", "market/my-shop", None, seller(200, NO_SHOP)),
    ("patch", "market/my-shop", {"about": "new"}, signed_in(200, muted=MUTED)),
    ("put", "market/my-shop/photo", {}, signed_in(NEEDS_FORM)),
    ("delete", "market/my-shop/photo", None, seller(200, NO_SHOP)),
    ("get", "market/my-shop/delivery-options", None, seller(200, NO_SHOP)),
    ("post", "market/my-shop/delivery-options", WAY, signed_in(201, muted=MUTED)),
    ("patch", "market/my-shop/delivery-options/{option}", {"price_minor": 1}, seller(200, NO_OPTION)),
    ("delete", "market/my-shop/delivery-options/{option}", None, seller(204, NO_OPTION)),
    ("get", "market/my-shop/quick-replies", None, seller(200, NO_SHOP)),
    ("post", "market/my-shop/quick-replies", {"title": "No", "text": "It is sold."}, signed_in(201, muted=MUTED)),
    ("patch", "market/my-shop/quick-replies/{reply}", {"text": "new"}, seller(200, NO_SHOP)),
    ("delete", "market/my-shop/quick-replies/{reply}", None, seller(204, NO_SHOP)),
    # --- spreadsheets
    ("get", "market/imports", None, seller(200, NO_SHOP)),
    ("post", "market/imports", {}, signed_in(NEEDS_FORM)),
    ("get", "market/imports/{listing_import}", None, seller(200, NO_SHOP)),
    ("post", "market/imports/{listing_import}/run", None, seller(202, NO_SHOP, muted=MUTED)),
    ("delete", "market/imports/{listing_import}", None, seller(200, NO_SHOP)),
    ("get", "market/exports/listings.csv", None, seller(200, NO_SHOP)),
]  # fmt: skip
