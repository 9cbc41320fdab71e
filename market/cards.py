"""Listings, offers and orders inside chats: what a card says when it is sent, and what it says now.

All readers of a chat get the same live data, whatever their language: it holds codes and amounts, and no words. The
browser has the words (templates/market/_templates_cards.html).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.serializers import sender_json, timestamp
from core import cards
from core.errors import NotFound
from market.access.listings import listing_for_viewing
from market.models import Listing, Offer, Order, OrderLine, Quote
from market.money import format_minor
from market.orders import BUYER, MODERATOR, SELLER, moves_of
from market.serializers.listings import PHOTO_FOLDER, listing_cards_json
from market.serializers.offers import offers_json
from market.shapes.listings import ListingCardJSON
from messenger.actions.outgoing import Card

_SHAREABLE = frozenset({Listing.State.PUBLISHED, Listing.State.PAUSED, Listing.State.SOLD, Listing.State.EXPIRED})
_HIDDEN = frozenset({Listing.State.REMOVED, Listing.State.DELETED, Listing.State.DRAFT})
_PHOTO_SIZES = ("medium", "small", "large", "tiny")  # best for a bubble first

Money = dict[str, Any]


def amount(minor: int | None, currency: str) -> Money | None:
    """Without words: {"minor", "currency"}."""
    return None if minor is None else {"minor": minor, "currency": currency}


def _wordless(money: Mapping[str, Any] | None) -> Money | None:
    return None if money is None else {"minor": money["minor"], "currency": money["currency"]}


# --- listings -----------------------------------------------------------------------------------


def listing_live(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Ten queries. Of what may no longer be seen only that it is gone."""
    listings = list(Listing.objects.filter(pk__in=ids).select_related("shop__owner"))
    shown = [one for one in listings if one.state not in _HIDDEN and one.shop.closed_at is None]
    live: dict[int, dict[str, Any]] = {one.pk: {"state": "removed", "is_available": False} for one in listings}
    for listing, card in zip(shown, listing_cards_json(shown) if shown else [], strict=True):
        live[listing.pk] = _listing_live(listing, card)
    return live


def _listing_live(listing: Listing, card: ListingCardJSON) -> dict[str, Any]:
    variants = list(listing.variants.all())  # active ones, loaded with their stock
    counted = [one.stock.on_hand for one in variants if one.is_stock_tracked and hasattr(one, "stock")]
    return {
        "state": card["state"],
        "kind": card["kind"],
        "title": card["title"],
        "url": card["url"],
        "price": _wordless(card["price"]),
        "price_max": _wordless(card["price_max"]),
        "condition": card["condition"],
        "available": card["available"],
        "total": None if card["available"] is None else sum(counted),
        "is_available": card["is_available"],
        "photo": _photo(card),
        "place": card["place"],
        "seller": listing.shop.owner_id,
        "shop": {"id": listing.shop_id, "name": listing.shop.name, "is_on_holiday": listing.shop.is_on_holiday},
        "takes_offers": card["takes_offers"],
        "is_shipped": card["is_shipped"],
        "is_handed_over": card["is_handed_over"],
        "variant": variants[0].pk if len(variants) == 1 else None,  # bought at once; of several one is chosen first
    }


def _photo(card: ListingCardJSON) -> dict[str, Any] | None:
    photo = card["photo"]
    sizes = photo["sizes"] if photo else {}
    best = next((sizes[name] for name in _PHOTO_SIZES if name in sizes), None)
    return {**best, "thumb": photo["thumb"], "alt": photo["alt"]} if photo and best else None


def listing_snapshot(listing: Listing) -> dict[str, Any]:
    """Needs `shop` with its owner loaded."""
    live = _listing_live(listing, listing_cards_json([listing])[0])
    kept = ("kind", "price", "price_max", "photo", "place", "condition", "available", "url", "seller")
    return {"title": listing.title, "shop": listing.shop.name, **{name: live[name] for name in kept}}


def _snapshot_for(by: User, pk: int) -> dict[str, Any]:
    listing = listing_for_viewing(by, pk)
    if listing.state not in _SHAREABLE:
        raise NotFound("listing_not_found")
    return listing_snapshot(listing)


def listing_card(by: User, listing_id: int) -> Card:
    """What `by` may show of a listing. NotFound("listing_not_found"), also for drafts."""
    return Card(kind="listing", id=listing_id, snapshot=_snapshot_for(by, listing_id))


def _describe_listing(snapshot: Mapping[str, Any]) -> str:
    price = snapshot.get("price")
    if price is None:
        return str(snapshot.get("title", ""))
    shown = format_minor(**price) if price["minor"] else pgettext("a price", "Free")
    return f"{snapshot.get('title', '')} · {shown}"


# --- offers -------------------------------------------------------------------------------------


def offer_live(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Fifteen queries."""
    offers = list(Offer.objects.filter(pk__in=ids))
    shown = offers_json(offers) if offers else []  # loads the quotes, too
    return {
        offer.pk: _offer_live(data, getattr(offer, "quote", None), offer.currency)
        for offer, data in zip(offers, shown, strict=True)
    }


def _offer_live(offer: Mapping[str, Any], quote: Quote | None, currency: str) -> dict[str, Any]:
    plain = ("kind", "state", "turn", "variant_name", "quantity", "moves", "expires_at")
    return {
        **{name: offer[name] for name in plain},
        "quote": quote.pk if quote is not None and quote.is_open else None,
        "quote_until": timestamp(quote.expires_at) if quote is not None else None,
        "is_ordered": quote is not None and quote.state == Quote.State.USED,
        "currency": currency,
        "amount": _wordless(offer["amount"]),
        "total": _wordless(offer["total"]),
        "list_price": _wordless(offer["listing"]["price"]),
        "buyer": offer["buyer"]["id"],
        "seller": offer["seller"]["id"],
        "step": len(offer["steps"]),
        "listing": {
            "id": offer["listing"]["id"],
            "title": offer["listing"]["title"],
            "url": offer["listing"]["url"],
            "photo": _photo(offer["listing"]),
            "is_available": offer["listing"]["is_available"],
        },
    }


def offer_snapshot(offer: Offer, step: int) -> dict[str, Any]:
    """What happened in its `step`-th step. Needs `listing` and `steps`."""
    said = next((one for one in offer.steps.all() if one.number == step), None)
    minor = said.amount_minor if said and said.amount_minor is not None else offer.amount_minor
    return {
        "title": offer.listing.title,
        "act": said.act if said else "",
        "side": said.side if said else "",
        "step": step,
        "amount": amount(minor, offer.currency),
        "quantity": offer.quantity,
    }


def _describe_offer(snapshot: Mapping[str, Any]) -> str:
    money = snapshot.get("amount")
    shown = f" · {format_minor(**money)}" if money else ""
    words = {
        "offer": _("Offer"), "request": _("Request"), "counter": _("Counter-offer"), "accept": _("Offer accepted"),
        "decline": _("Offer declined"), "withdraw": _("Offer withdrawn"), "expire": _("Offer expired"),
    }  # fmt: skip
    return f"{words.get(str(snapshot.get('act')), _('Offer'))}{shown} · {snapshot.get('title', '')}"


# --- orders -------------------------------------------------------------------------------------


def order_live(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Three queries. Both sides and the moderator see it, so only what all of them may."""
    lines = Prefetch("lines", OrderLine.objects.order_by("pk"))
    orders = (
        Order.objects.filter(pk__in=ids).select_related("shop", "buyer", "seller").prefetch_related(lines, "reviews")
    )
    return {order.pk: _order_live(order) for order in orders}


def _order_live(order: Order) -> dict[str, Any]:
    lines = list(order.lines.all())
    photo = next((line.photo_key for line in lines if line.photo_key), "")
    return {
        "number": order.number,
        "url": f"/market/orders/{order.pk}",
        "state": order.state,
        "fulfilment": order.fulfilment,
        "title": lines[0].title if lines else order.number,
        "line_count": len(lines),
        "photo": f"/media/{PHOTO_FOLDER}/{photo}-small.webp" if photo else None,
        "total": amount(order.total_minor, order.currency),
        "refunded": amount(order.refunded_minor, order.currency),
        "buyer": sender_json(order.buyer),
        "seller": sender_json(order.seller),
        "moves": {role: moves_of(order, role) for role in (BUYER, SELLER, MODERATOR)},
        "reviewed": [review.side for review in order.reviews.all()],
        "carrier": order.carrier,
        "tracking_number": order.tracking_number,
        "group": order.group_id,
        "due_at": timestamp(order.due_at) if order.due_at else None,
    }


def order_title(order: Order) -> str:
    """Of its thread, in no language: "City bicycle +2"."""
    lines = list(order.lines.all())
    more = f" +{len(lines) - 1}" if len(lines) > 1 else ""
    return f"{lines[0].title}{more}" if lines else order.number


def _describe_order(snapshot: Mapping[str, Any]) -> str:
    states = dict(Order.State.choices)
    state = states.get(str(snapshot.get("state")), "")
    return " · ".join(str(part) for part in (state, snapshot.get("title", "")) if part)


def register() -> None:
    """Called from market/registrations.py."""
    cards.register("listing", listing_live, snapshot_for=_snapshot_for, describe=_describe_listing)
    cards.register("offer", offer_live, is_forwardable=False, describe=_describe_offer)
    cards.register("order", order_live, is_forwardable=False, describe=_describe_order)
    # What was bought, in the order's thread; and a shop's automatic answer. They say all they have to say when sent.
    cards.register("delivery", _nothing_live, is_forwardable=False)
    cards.register("notice", _nothing_live, is_forwardable=False)  # of the service, to the owner of a shop
    cards.register("away", _nothing_live, is_forwardable=False, describe=lambda snapshot: str(_("Automatic reply")))


def _nothing_live(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    return {}
