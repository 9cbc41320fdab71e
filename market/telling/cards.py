"""Tellers: the cards of listings follow their price and stock, and an offer is haggled over in the chat of the two."""

import uuid

from django.db.models import Prefetch

from accounts.models import User
from core.errors import Forbidden, NotFound
from core.events import publish
from market.cards import offer_live, offer_snapshot
from market.events import OfferChanged
from market.models import Offer, OfferStep, OutboxEvent
from market.tasks.cards import refresh_soon
from messenger.actions.cards import Card, post_card, touch_cards


def tell_listing_cards(event: OutboxEvent) -> None:
    if event.listing_id is not None and (event.kind.startswith("listing.") or event.kind == "stock.changed"):
        refresh_soon(event.listing_id)


def tell_offer(event: OutboxEvent) -> None:
    """Each step is a message of the one who made it; what runs out the service says."""
    if event.offer_id is None or not event.kind.startswith("offer."):
        return
    steps = Prefetch("steps", OfferStep.objects.order_by("number"))
    offer = Offer.objects.select_related("listing__shop__owner", "buyer").prefetch_related(steps).get(pk=event.offer_id)
    if offer.chat_id is not None:
        _post(event, offer)
        touch_cards("offer", offer.pk)
    live = offer_live([offer.pk])[offer.pk]
    users = (offer.buyer_id, offer.listing.shop.owner_id)
    publish(OfferChanged(users=users, data={"offer": offer.pk, "kind": event.kind, "live": live}))


def _post(event: OutboxEvent, offer: Offer) -> None:
    step = int(event.data.get("step") or offer.step_count)
    snapshot = offer_snapshot(offer, step)
    card = Card(kind="offer", id=offer.pk, snapshot=snapshot)
    note = next((one.note for one in offer.steps.all() if one.number == step), "")
    speaker = {"buyer": offer.buyer, "seller": offer.listing.shop.owner}.get(snapshot["side"])
    if snapshot["act"] == "expire" or speaker is None:
        speaker = None
    _say(offer, card, event.pk, note, speaker)


def _say(offer: Offer, card: Card, client_id: uuid.UUID, note: str, speaker: User | None) -> None:
    """Who blocks whom, or may not write at present, decides nothing about an offer that stands: then the service
    says what happened, without the words of anybody."""
    assert offer.chat_id is not None
    try:
        post_card(chat_id=offer.chat_id, card=card, client_id=client_id, text=note, by=speaker)
    except (Forbidden, NotFound):
        try:
            post_card(chat_id=offer.chat_id, card=card, client_id=client_id)
        except NotFound:  # the chat is gone
            return
