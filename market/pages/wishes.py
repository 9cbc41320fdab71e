"""What a checkout form asks for, read from its fields: `delivery-<shop>`, `coupon-<shop>`, `note-<shop>`, `address`.

Who has said nothing yet gets what is likely: the default address, and the shop's first way of delivery.
"""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from accounts.models import User
from market.models import Address
from market.pages.cart import number
from market.plans import Wish

ADDRESS_FIELDS = ("name", "line1", "line2", "postcode", "city", "region", "country", "phone")
NEW = "new"


def wish_of(by: User, given: QueryDict) -> Wish:
    return Wish(
        currency=given.get("currency", "").replace("\x00", "").upper()[:3],
        quote=number(given.get("quote")) or None,
        shops=tuple(number(one) for one in given.getlist("shop")[:50] if number(one)),
        address=_address(by, given),
        delivery={shop: number(text) for shop, text in _by_shop(given, "delivery").items() if number(text)},
        coupons={shop: text[:64] for shop, text in _by_shop(given, "coupon").items()},
        notes={shop: text[:500] for shop, text in _by_shop(given, "note").items()},
    )


def _address(by: User, given: QueryDict) -> int | None:
    if chosen := number(given.get("address")):
        return chosen
    if given.get("address") == NEW:
        return None
    return Address.objects.filter(user=by).values_list("pk", flat=True).first()


def _by_shop(given: QueryDict, name: str) -> dict[int, str]:
    found = {}
    for field in list(given)[:300]:
        start, _dash, shop = field.partition("-")
        if start == name and number(shop):
            found[number(shop)] = given.get(field, "").replace("\x00", "").strip()
    return found


def new_address(given: QueryDict) -> dict[str, Any]:
    """As it was typed: `new-name`, `new-line1` …"""
    return {name: given.get(f"new-{name}", "") for name in ADDRESS_FIELDS}


def is_new_address(given: QueryDict) -> bool:
    return given.get("address") == NEW or (not given.get("address") and bool(given.get("new-line1", "").strip()))


def hidden_fields(wish: Wish) -> list[tuple[str, Any]]:
    """What is not asked in the form, but said by its address."""
    pairs: list[tuple[str, Any]] = [("shop", shop) for shop in wish.shops]
    if wish.quote is not None:
        pairs.append(("quote", wish.quote))
    if wish.currency:
        pairs.append(("currency", wish.currency))
    return pairs


def problems_by_place(problems: list[dict[str, Any]]) -> Mapping[str, Any]:
    """Where each is told: at the shop's delivery, its coupon, a line, the address; the rest at the top."""
    placed: dict[str, Any] = {"top": [], "shops": {}, "coupons": {}, "lines": {}, "address": []}
    for problem in problems:
        code, shop = problem["code"], problem.get("shop")
        if code in ("address_needed", "address_not_found"):
            placed["address"].append(problem)
        elif code.startswith("coupon") or problem.get("field") == "coupon" or code == "rate_limited":
            placed["coupons"].setdefault(shop, problem)
        elif problem.get("line"):
            placed["lines"].setdefault(problem["line"], problem)
        elif shop is not None:
            placed["shops"].setdefault(shop, []).append(problem)
        else:
            placed["top"].append(problem)
    return placed
