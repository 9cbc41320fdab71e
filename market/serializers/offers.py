"""Offers and quotes as JSON, alike for both sides: for REST, pages, cards and events."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.serializers import sender_json, timestamp
from market.actions.offer_rules import moves_of
from market.models import Offer, OfferStep, Quote
from market.money import money_json, optional_money_json
from market.serializers.listings import listing_cards_json
from market.shapes.listings import ListingCardJSON
from market.shapes.orders import OfferJSON, OfferStepJSON, QuoteJSON


def offer_step_json(step: OfferStep, currency: str) -> OfferStepJSON:
    return {
        "side": step.side,  # type: ignore[typeddict-item]
        "act": step.act,
        "amount": optional_money_json(step.amount_minor, currency),
        "note": step.note,
        "at": timestamp(step.created_at),
    }


def offer_json(offer: Offer) -> OfferJSON:
    return offers_json([offer])[0]


def offers_json(offers: Sequence[Offer]) -> list[OfferJSON]:
    """At most thirteen queries, however many."""
    prefetch_related_objects(list(offers), "buyer", "variant", "listing__shop__owner", "steps", "quote")
    cards = listing_cards_json([offer.listing for offer in offers])
    return [_offer_json(offer, card) for offer, card in zip(offers, cards, strict=True)]


def _offer_json(offer: Offer, card: ListingCardJSON) -> OfferJSON:
    amount = offer.amount_minor
    quote = getattr(offer, "quote", None)
    return {
        "id": offer.pk,
        "kind": offer.kind,  # type: ignore[typeddict-item]
        "state": _state_of(offer),  # type: ignore[typeddict-item]
        "turn": offer.turn,  # type: ignore[typeddict-item]
        "listing": card,
        "variant": offer.variant_id,
        "variant_name": offer.variant.name,
        "quantity": offer.quantity,
        "amount": optional_money_json(amount, offer.currency),
        "total": optional_money_json(None if amount is None else amount * offer.quantity, offer.currency),
        "buyer": sender_json(offer.buyer),
        "seller": sender_json(offer.listing.shop.owner),
        "chat": offer.chat_id,
        "quote": quote.pk if quote else None,
        "steps": [offer_step_json(step, offer.currency) for step in offer.steps.all()],
        "moves": moves_of(offer),
        "expires_at": timestamp(offer.expires_at),
        "created_at": timestamp(offer.created_at),
    }


def quote_json(quote: Quote) -> QuoteJSON:
    return quotes_json([quote])[0]


def quotes_json(quotes: Sequence[Quote]) -> list[QuoteJSON]:
    """At most eleven queries, however many."""
    prefetch_related_objects(list(quotes), "variant__listing__shop__owner")
    cards = listing_cards_json([quote.variant.listing for quote in quotes])
    return [_quote_json(quote, card) for quote, card in zip(quotes, cards, strict=True)]


def _quote_json(quote: Quote, card: ListingCardJSON) -> QuoteJSON:
    return {
        "id": quote.pk,
        "state": _state_of(quote),  # type: ignore[typeddict-item]
        "source": quote.source,  # type: ignore[typeddict-item]
        "listing": card,
        "variant": quote.variant_id,
        "variant_name": quote.variant.name,
        "quantity": quote.quantity,
        "unit_price": money_json(quote.unit_price_minor, quote.currency),
        "total": money_json(quote.unit_price_minor * quote.quantity, quote.currency),
        "expires_at": timestamp(quote.expires_at),
        "order": quote.order_id,
    }


def _state_of(thing: Offer | Quote) -> str:
    """What has run out is over, whether or not the worker has come by."""
    is_over = thing.state == "open" and thing.expires_at <= timezone.now()
    return "expired" if is_over else thing.state
