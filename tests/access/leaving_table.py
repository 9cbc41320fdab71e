"""Who may do what with what leaves the market over REST: webhooks of the owner's shop, an invoice of the two."""

from typing import Any

from .rest_table import UNKNOWN, Rule, mine, signed_in

_NO_SHOP = "409 shop_needed"
_HOOK = {"url": "https://shop.example/hook"}
_SPAN = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}

LEAVING: list[tuple[str, str, Any, Rule]] = [
    ("get", "market/webhooks", None, mine(200, _NO_SHOP)),
    ("post", "market/webhooks", _HOOK, mine(201, _NO_SHOP)),
    ("get", "market/webhooks/{webhook}", None, mine(200)),
    ("patch", "market/webhooks/{webhook}", {"kinds": ["order.*"]}, mine(200)),
    ("delete", "market/webhooks/{webhook}", None, mine(204)),
    ("post", "market/webhooks/{webhook}/secret", None, mine(200)),
    ("post", "market/webhooks/{webhook}/test", None, mine(202)),
    ("post", "market/webhooks/{webhook}/replay", _SPAN, mine(202)),
    ("get", "market/webhooks/{webhook}/deliveries", None, mine(200)),
    ("get", "market/webhooks/{webhook}/deliveries/{delivery}", None, mine(200)),
    ("post", "market/webhooks/{webhook}/deliveries/{delivery}/replay", None, mine(202)),
    ("get", "market/invoices/{invoice}.pdf", None, signed_in(UNKNOWN, owner=200, member=200)),
]
