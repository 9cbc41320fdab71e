"""A plan as JSON: what ordering would cost, and what stands in the way."""

from market.models import Order, OrderGroup, Payment
from market.money import money_json
from market.plans import Line, Part, Plan
from market.queries.orders import orders_of_group
from market.serializers.cart import address_json
from market.serializers.listings import available, delivery_option_json, listing_cards_json, shop_card_json
from market.serializers.orders import order_cards_json, payment_json
from market.shapes.listings import ListingCardJSON
from market.shapes.orders import CartLineJSON, CheckoutJSON, CheckoutPartJSON, PlacedJSON


def checkout_json(plan: Plan) -> CheckoutJSON:
    """At most ten queries, however much is ordered."""
    lines = [line for part in plan.parts for line in part.lines]
    cards = dict(zip(map(id, lines), listing_cards_json([line.variant.listing for line in lines]), strict=True))
    return {
        "currency": plan.currency,
        "quote": plan.quote.pk if plan.quote else None,
        "parts": [_part_json(plan, part, [cards[id(line)] for line in part.lines]) for part in plan.parts],
        "needs_address": plan.needs_address,
        "address": address_json(plan.address) if plan.address else None,
        "total": money_json(plan.total_minor, plan.currency),
        "problems": plan.problems,
    }


def _part_json(plan: Plan, part: Part, cards: list[ListingCardJSON]) -> CheckoutPartJSON:
    currency = plan.currency
    return {
        "shop": shop_card_json(part.shop),
        "lines": [_line_json(line, card, currency) for line, card in zip(part.lines, cards, strict=True)],
        "delivery_options": [delivery_option_json(option, currency) for option in part.options],
        "delivery_option": part.option.pk if part.option else None,
        "needs_address": part.needs_address,
        "coupon": part.coupon_code,
        "items": money_json(part.items_minor, currency),
        "delivery": money_json(part.delivery_minor, currency),
        "discount": money_json(part.discount_minor, currency),
        "total": money_json(part.total_minor, currency),
    }


def _line_json(line: Line, card: ListingCardJSON, currency: str) -> CartLineJSON:
    return {
        "id": line.cart_line or 0,
        "listing": card,
        "variant": line.variant.pk,
        "variant_name": line.variant.name,
        "quantity": line.quantity,
        "unit_price": money_json(line.unit_price_minor, currency),
        "seen": money_json(line.seen_minor, currency),
        "subtotal": money_json(line.subtotal_minor, currency),
        "available": available(line.variant),
        "problem": line.problem,
    }


def placed_json(group: OrderGroup, payment: Payment | None) -> PlacedJSON:
    found: list[Order] = orders_of_group(group)
    return {
        "group": group.pk,
        "total": money_json(group.total_minor, group.currency),
        "orders": order_cards_json(found),
        "payment": payment_json(payment) if payment else None,
    }
