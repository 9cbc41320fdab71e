"""The cart, addresses and coupons as JSON."""

from collections.abc import Sequence

from accounts.models import User
from accounts.serializers import timestamp
from market.models import Address, Coupon
from market.money import money_json, optional_money_json
from market.queries.cart import CartItem, cart_of
from market.queries.listings import common_options
from market.serializers.listings import delivery_option_json, listing_cards_json, shop_card_json
from market.shapes.listings import ListingCardJSON
from market.shapes.orders import AddressJSON, BasketJSON, CartJSON, CartLineJSON, CartPartJSON, CouponJSON


def cart_json(by: User) -> CartJSON:
    """At most thirteen queries, however much is in it."""
    return items_json(cart_of(by))


def items_json(items: Sequence[CartItem]) -> CartJSON:
    cards = listing_cards_json([item.listing for item in items])
    baskets: dict[str, dict[int, list[tuple[CartItem, ListingCardJSON]]]] = {}
    for item, card in zip(items, cards, strict=True):
        baskets.setdefault(item.listing.currency, {}).setdefault(item.shop.pk, []).append((item, card))
    return {
        "baskets": [_basket_json(currency, list(parts.values())) for currency, parts in baskets.items()],
        "count": sum(item.line.quantity for item in items),
    }


def _basket_json(currency: str, parts: list[list[tuple[CartItem, ListingCardJSON]]]) -> BasketJSON:
    shown = [_part_json(currency, part) for part in parts]
    total = sum(part["items"]["minor"] for part in shown)
    return {"currency": currency, "parts": shown, "items": money_json(total, currency)}


def _part_json(currency: str, part: list[tuple[CartItem, ListingCardJSON]]) -> CartPartJSON:
    """`items` is the sum of what can be bought now."""
    items = [item for item, _card in part]
    worth = sum(item.subtotal_minor for item in items if item.can_be_bought)
    options = common_options([item.listing for item in items])
    return {
        "shop": shop_card_json(items[0].shop),
        "lines": [cart_line_json(item, card) for item, card in part],
        "items": money_json(worth, currency),
        "delivery": [delivery_option_json(option, currency) for option in options],
    }


def cart_line_json(item: CartItem, card: ListingCardJSON) -> CartLineJSON:
    currency = item.listing.currency
    return {
        "id": item.line.pk,
        "listing": card,
        "variant": item.variant.pk,
        "variant_name": item.variant.name,
        "quantity": item.line.quantity,
        "unit_price": money_json(item.unit_price_minor, currency),
        "seen": money_json(item.line.seen_price_minor, currency),
        "subtotal": money_json(item.subtotal_minor, currency),
        "available": item.available,
        "problem": item.problem or None,
    }


def address_json(address: Address) -> AddressJSON:
    return {
        "id": address.pk,
        "name": address.name,
        "line1": address.line1,
        "line2": address.line2,
        "postcode": address.postcode,
        "city": address.city,
        "region": address.region,
        "country": address.country,
        "phone": address.phone,
        "is_default": address.is_default,
    }


def coupon_json(coupon: Coupon) -> CouponJSON:
    """For the seller. Needs `shop` loaded."""
    is_percent = coupon.kind == Coupon.Kind.PERCENT
    return {
        "id": coupon.pk,
        "code": coupon.code,
        "kind": coupon.kind,  # type: ignore[typeddict-item]
        "percent_bp": coupon.value if is_percent else None,
        "amount": optional_money_json(None if is_percent else coupon.value, coupon.shop.currency),
        "min_items": money_json(coupon.min_items_minor, coupon.shop.currency),
        "max_uses": coupon.max_uses,
        "per_buyer": coupon.per_buyer,
        "use_count": coupon.use_count,
        "valid_from": timestamp(coupon.valid_from) if coupon.valid_from else None,
        "valid_until": timestamp(coupon.valid_until) if coupon.valid_until else None,
        "is_active": coupon.is_active,
    }
