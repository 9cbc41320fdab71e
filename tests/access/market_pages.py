"""Who sees which page of the market, and what its forms do for whom. Data, to be read.

PAGES: path -> status by role, or the address it leads to. Pages that only take forms answer 405 to who may send them.
ACTS: every form, with a body that works for the one whose it is.
"""

from typing import Any

from .rest_table import Rule, anybody, signed_in

LOGIN = "/accounts/login/"
ONCE = {"once": "{once}"}
_OPEN_ACT = anybody(405)  # who is not signed in is asked to when they press


def for_people(everybody: int | str = 200, **others: int | str) -> Rule:
    return signed_in(everybody, anonymous=LOGIN, **others)


def own(status: int | str, **others: int | str) -> Rule:
    """For the seller; to all others it is unknown."""
    return for_people(404, owner=status, **others)


_ACT, _SHOWN = for_people(405), anybody(200, blocked=404)
_TWO = for_people(404, member=200, owner=200)
_BUYER = for_people(404, member=200)
_TITLED = "/market/l/{listing}/green-bicycle"

PAGES: dict[str, Rule] = {
    # --- finding
    "/market/": anybody(200),
    "/market/suggest": anybody(200),
    "/market/place": _OPEN_ACT,
    "/market/search": anybody(200),
    "/market/c/{category}/": anybody(200),
    "/market/c/{category}": anybody("/market/c/leisure/bicycles/"),
    _TITLED: _SHOWN,
    "/market/l/{listing}": anybody(_TITLED, blocked=404),
    "/market/listings/{listing}": anybody(_TITLED, blocked=404),
    "/market/l/{draft}/secret-draft": anybody(404, owner=200),
    "/market/listings/{draft}": anybody(404, owner="/market/l/{draft}/secret-draft"),
    "/market/l/{removed}/secret-removed": anybody(404, owner=200, referee=200),
    "/market/l/{deleted}/secret-deleted": anybody(404),
    "/market/shops/{shop}": _SHOWN,
    "/market/shops/{shop}/reviews": _SHOWN,
    "/market/shops/{shop}/feed.xml": anybody(200),
    "/market/shops/{shop}/follow": _OPEN_ACT,
    "/market/feed/google.xml": anybody(200),
    "/market/sitemap.xml": anybody(200),
    "/market/sitemap-categories.xml": anybody(200),
    "/market/sitemap-{zero}.xml": anybody(200),
    "/robots.txt": anybody(200),
    # --- about a listing
    "/market/listings/{listing}/favourite": _OPEN_ACT,
    "/market/listings/{listing}/offer": for_people(200, blocked=404),
    "/market/listings/{listing}/ask": for_people(200, blocked=404),
    "/market/listings/{listing}/share": for_people(200, blocked=404),
    "/market/listings/{listing}/report": for_people(200, blocked=404),
    "/market/listings/{draft}/offer": own(200),
    "/market/listings/{draft}/ask": own(200),
    "/market/listings/{draft}/share": own(200),
    "/market/listings/{draft}/report": own(200),
    # --- one's own lists
    "/market/favourites/": for_people(),
    "/market/recent/": for_people(),
    "/market/recent/forget": _OPEN_ACT,
    "/market/saved-searches/": for_people(),
    "/market/saved-searches/save": _OPEN_ACT,
    "/market/saved-searches/{saved_search}/": for_people(404, member="/market/search"),
    "/market/saved-searches/{saved_search}/change": _OPEN_ACT,
    "/market/saved-searches/{saved_search}/delete": _OPEN_ACT,
    # --- buying
    "/market/cart/": for_people(),
    "/market/cart/add": _OPEN_ACT,
    "/market/cart/prices": _OPEN_ACT,
    "/market/cart/{cart_line}/quantity": _OPEN_ACT,
    "/market/cart/{cart_line}/remove": _OPEN_ACT,
    "/market/cart/{cart_line}/keep": _OPEN_ACT,
    "/market/buy": _OPEN_ACT,
    "/market/quotes/{quote}/let-go": _OPEN_ACT,
    "/market/checkout": for_people("/market/cart/", member=200),
    "/market/checkout?quote={quote}": for_people(404, member=200),
    "/market/checkout/totals": _ACT,
    "/market/checkout/address": _ACT,
    "/market/checkout/place": _ACT,
    "/market/pay/{group}": for_people(404, member=200),
    "/market/paid/{group}": _BUYER,
    "/market/pay/sandbox/{charge}": anybody(200),  # another company's page: who knows the address of a payment may pay
    "/market/pay/sandbox/nothing": anybody(404),
    "/market/hooks/sandbox": anybody(405),
    "/market/orders/": for_people(),
    "/market/orders/{order}": _TWO,
    "/market/orders/{unpaid}": _TWO,
    "/market/orders/{disputed}": _TWO | {"referee": 200},
    "/market/orders/{order}/move": _ACT,
    "/market/orders/{order}/refund": _ACT,
    "/market/orders/{order}/return": _ACT,
    "/market/orders/{order}/returns/{return}": _ACT,
    "/market/orders/{order}/evidence": _ACT,
    "/market/orders/{order}/review": _ACT,
    "/market/orders/{reviewed}/reviews/{review}": _ACT,
    "/market/offers/": for_people(),
    "/market/offers/{offer}/move": _ACT,
    # --- the editor
    "/market/sell/": for_people(),
    "/market/sell/new": _ACT,
    "/market/sell/attributes": for_people(),
    "/market/sell/towns": for_people(),
    "/market/sell/{listing}/": own(200),
    "/market/sell/{draft}/": own(200),
    "/market/sell/{listing}/photos/row": own(200),
    "/market/sell/{listing}/autosave": _ACT,
    "/market/sell/{listing}/live": _ACT,
    "/market/sell/{listing}/delivery": _ACT,
    "/market/sell/{listing}/files": _ACT,
    "/market/sell/{listing}/files/remove": _ACT,
    "/market/sell/{listing}/variants/{variant}": _ACT,
    "/market/sell/{listing}/photos": _ACT,
    "/market/sell/{listing}/photos/order": _ACT,
    "/market/sell/{listing}/photos/{photo}/move": _ACT,
    "/market/sell/{listing}/photos/{photo}/remove": _ACT,
    "/market/sell/{listing}/photos/{photo}/describe": _ACT,
    # --- the desk; who has no shop is told how one begins
    "/market/desk/": for_people(),
    "/market/desk/orders/": for_people(),
    "/market/desk/orders/batch": _ACT,
    "/market/desk/listings/": for_people(),
    "/market/desk/listings/batch": _ACT,
    "/market/desk/variants/{variant}/stock": _ACT,
    "/market/desk/money/": for_people(),
    "/market/desk/money/pay-out": _ACT,
    "/market/desk/money/account": _ACT,
    "/market/desk/insights/": for_people(),
    "/market/desk/shop/": for_people(),
    "/market/desk/shop/save": _ACT,
    "/market/desk/shop/photo": _ACT,
    "/market/desk/shop/ways": _ACT,
    "/market/desk/shop/ways/{option}": _ACT,
    "/market/desk/coupons/": for_people(),
    "/market/desk/coupons/add": _ACT,
    "/market/desk/coupons/{coupon}": _ACT,
    "/market/desk/replies/": for_people(),
    "/market/desk/replies/add": _ACT,
    "/market/desk/replies/{reply}": _ACT,
    "/market/desk/import/": for_people(),
    "/market/desk/import/check": _ACT,
    "/market/desk/import/{listing_import}/": own(200),
    "/market/desk/import/{listing_import}/run": _ACT,
    "/market/desk/webhooks/": for_people(),
    "/market/desk/webhooks/add": _ACT,
    "/market/desk/webhooks/{webhook}/": for_people(200),
    "/market/desk/webhooks/{webhook}/change": _ACT,
    "/market/desk/webhooks/{webhook}/deliveries/{delivery}": _ACT,
}

ACTS: list[tuple[str, dict[str, Any]]] = [
    ("/market/place", {"town": "Berlin"}),
    ("/market/shops/{shop}/follow", {}),
    ("/market/listings/{listing}/favourite", {}),
    ("/market/listings/{draft}/favourite", {}),
    ("/market/listings/{listing}/offer", {"variant": "{variant}", "amount": "80"}),
    ("/market/listings/{draft}/offer", {"variant": "{draft_variant}", "amount": "80"}),
    ("/market/listings/{listing}/ask", {"text": "Hello"}),
    ("/market/listings/{listing}/share", {"chat": "{chat}"}),
    ("/market/listings/{listing}/report", {"reason": "spam"}),
    ("/market/recent/forget", {}),
    ("/market/saved-searches/save", {"search": "q=brass"}),
    ("/market/saved-searches/{saved_search}/change", {"active": "0"}),
    ("/market/saved-searches/{saved_search}/delete", {}),
    ("/market/cart/add", {"variant": "{draft_variant}"}),
    ("/market/cart/prices", {}),
    ("/market/cart/{cart_line}/quantity", {"quantity": "3"}),
    ("/market/cart/{cart_line}/remove", {}),
    ("/market/cart/{cart_line}/keep", {}),
    ("/market/buy", {"variant": "{draft_variant}"}),
    ("/market/quotes/{quote}/let-go", {}),
    ("/market/checkout/totals", {"quote": "{quote}", "address": "{address}"}),
    ("/market/checkout/address", {"quote": "{quote}", "new-name": "Me", "new-line1": "Here 1", "new-city": "B"}),
    ("/market/checkout/place", {"quote": "{quote}", "address": "{address}", "expected_total_minor": "10000", **ONCE}),
    ("/market/pay/{group}", {}),
    ("/market/hooks/sandbox", {}),
    *(
        ("/market/orders/{order}/move", {"act": act, "code": "000000", "reason": "x"})
        for act in ("cancel", "decline", "accept", "ship", "track", "hand_over", "deliver", "confirm", "abandon")
    ),
    ("/market/orders/{unpaid}/move", {"act": "abandon"}),
    ("/market/orders/{disputed}/move", {"act": "withdraw_dispute"}),
    ("/market/orders/{order}/refund", {"what": "all", **ONCE}),
    ("/market/orders/{order}/return", {"reason": "x"}),
    ("/market/orders/{order}/returns/{return}", {"act": "decline"}),
    ("/market/orders/{order}/returns/{return}", {"act": "withdraw"}),
    ("/market/orders/{disputed}/evidence", {"text": "x", **ONCE}),
    ("/market/orders/{done_order}/review", {"stars": "1"}),
    ("/market/orders/{reviewed}/reviews/{review}", {"text": "x"}),
    *(("/market/offers/{offer}/move", {"act": act, "amount": "90"}) for act in ("counter", "accept", "withdraw")),
    ("/market/sell/{listing}/", {"title": "Mine now"}),
    ("/market/sell/{draft}/autosave", {"title": "Mine now"}),
    *(
        ("/market/sell/{listing}/live", {"act": act, **ONCE})
        for act in ("pause", "sold", "renew", "resume", "copy", "delete")
    ),
    ("/market/sell/{listing}/delivery", {"name": "Bike", "kind": "shipping", "price": "1", **ONCE}),
    ("/market/sell/{listing}/files", {}),
    ("/market/sell/{listing}/files/remove", {"file": "x"}),
    ("/market/sell/{listing}/variants/{variant}", {}),
    ("/market/sell/{listing}/photos", {}),
    ("/market/sell/{listing}/photos/order", {"order": "{photo}"}),
    ("/market/sell/{listing}/photos/{photo}/move", {"by": "1"}),
    ("/market/sell/{listing}/photos/{photo}/remove", {}),
    ("/market/sell/{listing}/photos/{photo}/describe", {"alt": "x"}),
    ("/market/desk/orders/batch", {"act": "accept", "order": "{order}"}),
    ("/market/desk/orders/batch", {"act": "ship", "order": "{order}"}),
    *(
        ("/market/desk/listings/batch", {"act": act, "listing": "{listing}"})
        for act in ("pause", "renew", "publish", "sold", "delete")
    ),
    ("/market/desk/variants/{variant}/stock", {"on_hand": "1"}),
    ("/market/desk/money/pay-out", {"amount": "1", **ONCE}),
    ("/market/desk/money/account", {"account": "DE89370400440532013000"}),
    ("/market/desk/shop/save", {"name": "Mine now"}),
    ("/market/desk/shop/photo", {"remove": "1"}),
    ("/market/desk/shop/ways", {"name": "Bike", "kind": "shipping", "price": "1", **ONCE}),
    ("/market/desk/shop/ways/{option}", {"name": "Bike", "price": "1"}),
    ("/market/desk/shop/ways/{option}", {"remove": "1"}),
    ("/market/desk/coupons/add", {"code": "MINE", "kind": "percent", "value": "5"}),
    ("/market/desk/coupons/{coupon}", {"act": "off"}),
    ("/market/desk/coupons/{coupon}", {"act": "delete"}),
    ("/market/desk/replies/add", {"title": "a", "text": "b"}),
    ("/market/desk/replies/{reply}", {"title": "a", "text": "b"}),
    ("/market/desk/replies/{reply}", {"remove": "1"}),
    ("/market/desk/import/check", {}),
    ("/market/desk/import/{listing_import}/run", {}),
    ("/market/desk/import/{listing_import}/run", {"act": "cancel"}),
    ("/market/desk/webhooks/add", {"url": "https://shop.example/other", **ONCE}),
    *(
        ("/market/desk/webhooks/{webhook}/change", {"act": act})
        for act in ("on", "off", "ping", "renew", "replay", "delete")
    ),
    ("/market/desk/webhooks/{webhook}/deliveries/{delivery}", {}),
]
