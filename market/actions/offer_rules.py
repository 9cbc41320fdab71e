"""What may be offered, and whose move it is: the rules of haggling, without a write."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Conflict, Invalid
from market.models import Listing, Offer, Quote, Variant
from market.money import MAX_MINOR, bad_amount, money_json
from market.serializers.listings import available
from messenger.names import paragraph

LEAST_PART = 5  # a buyer offers at least one fifth of the price

ACTS = ("counter", "accept", "decline", "withdraw")


def moves_of(offer: Offer) -> dict[str, list[str]]:
    """What each side may do now: {"buyer": [...], "seller": [...]}.

    Whose turn it is counters, accepts or declines. The buyer takes an offer back at any time; the seller only what
    the seller named last, which is no longer their turn.
    """
    moves: dict[str, list[str]] = {side: [] for side in Offer.Side.values}
    if not offer.is_open:
        return moves
    answers = ["accept"] if offer.amount_minor is not None else []
    if offer.step_count < limits.OFFER_STEPS:
        answers.append("counter")
    moves[offer.turn] = [*answers, "decline"]
    moves[Offer.Side.BUYER].append("withdraw")
    if offer.turn == Offer.Side.BUYER:
        moves[Offer.Side.SELLER].append("withdraw")
    return moves


def kind_of(variant: Variant, amount_minor: int | None) -> Offer.Kind:
    """A request asks the seller of a service for a price; an offer names one for what has one.

    Raises Invalid("amount_needed"), Conflict("no_offers", "price_on_request").
    """
    listing = variant.listing
    if amount_minor is None:
        if listing.kind != Listing.Kind.SERVICE:
            raise Invalid("amount_needed", _("Name your price."), field="amount_minor")
        return Offer.Kind.REQUEST
    if not listing.takes_offers:
        raise Conflict("no_offers", _("The seller takes no offers for this."))
    if variant.price_minor is None:
        raise Conflict("price_on_request", _("The seller names a price when asked."))
    return Offer.Kind.OFFER


def check_amount(kind: str, side: str, amount_minor: int | None, variant: Variant) -> None:
    """For one piece. What the seller of a service names is only an amount; the rest is measured by the price.

    Raises Invalid("bad_amount", "just_buy", "not_below_price", "offer_too_low").
    """
    if amount_minor is None:
        return
    if not 0 < amount_minor <= MAX_MINOR:
        raise bad_amount("amount_minor")
    price = variant.price_minor
    if kind == Offer.Kind.REQUEST or price is None:
        return
    told = money_json(price, variant.listing.currency)
    if amount_minor >= price:
        if side == Offer.Side.BUYER:
            raise Invalid("just_buy", _("It costs no more than that: just buy it."), field="amount_minor", price=told)
        raise Invalid("not_below_price", _("That is not below your price."), field="amount_minor", price=told)
    if side == Offer.Side.BUYER and amount_minor * LEAST_PART < price:
        least = money_json(-(-price // LEAST_PART), variant.listing.currency)
        detail = _("Offer at least %(least)s.") % {"least": least["text"]}
        raise Invalid("offer_too_low", detail, field="amount_minor", minimum=least)


def clean_note(note: str, *, kind: str = Offer.Kind.OFFER) -> str:
    """A request says what is wanted. Raises Invalid("note_too_long", "note_needed")."""
    note = paragraph(note)
    if len(note) > limits.OFFER_NOTE_CHARS:
        raise Invalid("note_too_long", field="note", limit=limits.OFFER_NOTE_CHARS)
    if not note and kind == Offer.Kind.REQUEST:
        raise Invalid("note_needed", _("Say what you need."), field="note")
    return note


def require_room(buyer: User, variant: Variant, quantity: int) -> None:
    """Nothing of this is under way already, and there is enough of it now (which promises nothing).

    Raises Conflict("offer_open", offer=…), ("quote_open", quote=…), ("out_of_stock", available=…).
    """
    running = Offer.objects.filter(listing=variant.listing_id, buyer=buyer, state=Offer.State.OPEN).first()
    if running is not None:
        raise Conflict("offer_open", _("You have an offer for this already."), offer=running.pk)
    require_no_agreement(buyer, variant)
    left = available(variant)
    if left is not None and left < quantity:
        detail = _("That many are no longer there.")
        raise Conflict("out_of_stock", detail, variant=variant.pk, available=left)


def require_no_agreement(buyer: User, variant: Variant) -> None:
    """Raises Conflict("quote_open", quote=…) while what was agreed before waits for the buyer's payment."""
    agreed = Quote.objects.filter(buyer=buyer, variant=variant, source=Quote.Source.OFFER, state=Quote.State.OPEN)
    waiting = agreed.filter(expires_at__gt=timezone.now()).first()
    if waiting is not None:
        raise Conflict("quote_open", _("A price is agreed on already."), quote=waiting.pk)
