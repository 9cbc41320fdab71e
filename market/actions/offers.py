"""Haggling: offers and counter-offers, requests for a service. What is agreed on becomes a quote that holds the stock.

Each act is one guarded update on (state, turn, step): of two devices one wins, the other hears "offer_changed".
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Conflict, DomainError, Invalid
from market import outbox
from market.access.listings import require_buyable, variant_for_buying
from market.access.offers import offer_for_viewing, offers_for_viewing, require_dealing, side_of
from market.actions.offer_rules import (
    check_amount,
    clean_note,
    kind_of,
    moves_of,
    require_no_agreement,
    require_room,
)
from market.actions.quotes import check_quantity, expire_overdue_quotes, hold, let_go
from market.models import Offer, OfferStep, Variant
from market.queries.per_buyer import lock_buyer, require_within_max
from messenger.actions.chats import open_direct
from messenger.actions.standing import require_unsanctioned
from messenger.models import Chat

STEP_LASTS = timedelta(hours=48)
AGREEMENT_LASTS = timedelta(hours=24)  # to pay for what was agreed on
_BATCH = 500
_TOLD = {
    "offer": "offer.made", "request": "offer.made", "counter": "offer.countered", "accept": "offer.accepted",
    "decline": "offer.declined", "withdraw": "offer.withdrawn", "expire": "offer.expired",
}  # fmt: skip
State, Side = Offer.State, Offer.Side


def make_offer(
    *, by: User, variant_id: int, amount_minor: int | None = None, quantity: int = 1, note: str = ""
) -> Offer:
    """`amount_minor` for one piece; None asks the seller of a service for a price.

    Raises what variant_for_buying() does, Forbidden("sanctioned"), and what market/actions/offer_rules.py says.
    """
    require_unsanctioned(by)
    check_quantity(quantity)
    limits.check("offer", by.pk)
    with transaction.atomic():
        lock_buyer(by)
        variant = variant_for_buying(by, variant_id)
        kind = kind_of(variant, amount_minor)
        note = clean_note(note, kind=kind)
        check_amount(kind, Side.BUYER, amount_minor, variant)
        _expire(Offer.objects.filter(buyer=by, listing=variant.listing_id))
        require_room(by, variant, quantity)
        require_within_max(by, variant.listing, quantity)
        limits.check("offer_same", by.pk, variant.listing_id)
        offer = Offer.objects.create(
            listing=variant.listing, variant=variant, buyer=by, kind=kind, quantity=quantity, amount_minor=amount_minor,
            currency=variant.listing.currency, step_count=1, expires_at=timezone.now() + STEP_LASTS,
            chat=_chat_of(by, variant.listing.shop.owner_id),
        )  # fmt: skip
        _say(offer, Side.BUYER, kind.value, amount_minor, note)
    return offer_for_viewing(by, offer.pk)


def move_offer(
    *, by: User, offer_id: int, act: str, amount_minor: int | None = None, note: str = "", seen: int | None = None
) -> Offer:
    """Counter, accept, decline or withdraw. `seen`: how many steps the mover had before their eyes.

    The same act again (its answer was lost) changes nothing. Raises NotFound, Conflict("offer_changed", state=…,
    step_count=…), ("not_your_turn"), and what the act itself may raise.
    """
    limits.check("offer_move", by.pk)
    offer = offer_for_viewing(by, offer_id)
    side = side_of(offer, by)
    note = clean_note(note)
    if act == "counter" and amount_minor is None:
        raise Invalid("amount_needed", _("Name your price."), field="amount_minor")
    if _is_repeated(offer, side, act, amount_minor):
        return offer
    if not offer.is_open or seen not in (None, offer.step_count):
        raise _changed(offer)
    if act not in moves_of(offer)[side]:
        if act == "counter" and offer.step_count >= limits.OFFER_STEPS:
            raise Conflict("too_many_steps", _("Enough haggled: accept or decline."), limit=limits.OFFER_STEPS)
        raise Conflict("not_your_turn", _("It is not your turn."), turn=offer.turn)
    with transaction.atomic():
        if act == "accept":
            _accept(offer, by, side, note)
        elif act == "counter":
            _counter(offer, by, side, amount_minor, note)
        else:
            _advance(offer, side, act, note=note, state=State.DECLINED if act == "decline" else State.WITHDRAWN)
    return offer_for_viewing(by, offer.pk)


def expire_overdue_offers() -> int:
    """What nobody answered in time. Answers how many."""
    return _expire(Offer.objects.all())


def end_offers(user: User) -> None:
    """The person is gone for good: what they offered is taken back, what they were offered is declined."""
    for offer in offers_for_viewing(user, state=State.OPEN).order_by("pk"):
        side = side_of(offer, user)
        is_declined = side == Side.SELLER and offer.turn == Side.SELLER
        act, state = ("decline", State.DECLINED) if is_declined else ("withdraw", State.WITHDRAWN)
        try:
            with transaction.atomic():
                _advance(offer, side, act, state=state)
        except Conflict:  # it ran out, or the other side was faster
            continue


# --- the acts ---------------------------------------------------------------------------------


def _counter(offer: Offer, by: User, side: str, amount_minor: int | None, note: str) -> None:
    variant = _variant_to_deal(offer, by)
    check_amount(offer.kind, side, amount_minor, variant)
    if amount_minor == offer.amount_minor:
        raise Invalid("same_amount", _("That is what the other side said: accept it."), field="amount_minor")
    turn = Side.SELLER if side == Side.BUYER else Side.BUYER
    until = timezone.now() + STEP_LASTS
    _advance(offer, side, "counter", note=note, amount_minor=amount_minor, turn=turn, expires_at=until)


def _accept(offer: Offer, by: User, side: str, note: str) -> None:
    """When there is not enough left everything stays as it was: the offer stands, and can be accepted later."""
    lock_buyer(offer.buyer)
    variant = _variant_to_deal(offer, by)
    if offer.amount_minor is None:  # moves_of() lets nobody accept that
        raise _changed(offer)
    _advance(offer, side, "accept", note=note, state=State.ACCEPTED)
    expire_overdue_quotes(buyer=offer.buyer)
    require_no_agreement(offer.buyer, variant)
    let_go(offer.buyer, variant)
    require_within_max(offer.buyer, variant.listing, offer.quantity)
    hold(
        offer.buyer, variant, offer.quantity, offer.amount_minor, until=timezone.now() + AGREEMENT_LASTS, offer=offer
    )  # fmt: skip


def _variant_to_deal(offer: Offer, by: User) -> Variant:
    """As it is now. Raises Conflict("not_available", "on_holiday"), Forbidden("sanctioned", "privacy" …)."""
    require_unsanctioned(by)
    seller = offer.listing.shop.owner
    require_dealing(by, seller if by.pk == offer.buyer_id else offer.buyer)
    variant = Variant.objects.select_related("listing__shop__owner").get(pk=offer.variant_id)
    require_buyable(offer.buyer, variant)
    return variant


def _is_repeated(offer: Offer, side: str, act: str, amount_minor: int | None) -> bool:
    last = OfferStep.objects.filter(offer=offer, number=offer.step_count).first()
    if last is None or (last.side, last.act) != (side, act):
        return False
    return act != "counter" or last.amount_minor == amount_minor


def _advance(offer: Offer, side: str, act: str, *, note: str = "", **changes: object) -> None:
    """The guarded update, the step, and the word to the other side. Raises Conflict("offer_changed")."""
    now = timezone.now()
    same = Offer.objects.filter(pk=offer.pk, state=State.OPEN, turn=offer.turn, step_count=offer.step_count)
    same = same.filter(expires_at__lte=now) if act == "expire" else same.filter(expires_at__gt=now)
    if not same.update(step_count=offer.step_count + 1, changed_at=now, **changes):
        offer.refresh_from_db()
        raise _changed(offer)
    offer.step_count += 1
    for name, value in changes.items():
        setattr(offer, name, value)
    _say(offer, side, act, offer.amount_minor if act in ("counter", "accept") else None, note)


def _say(offer: Offer, side: str, act: str, amount_minor: int | None, note: str) -> None:
    OfferStep.objects.create(
        offer=offer, number=offer.step_count, side=side, act=act, amount_minor=amount_minor, note=note
    )
    outbox.put(_TOLD[act], offer=offer, data={"step": offer.step_count, "side": str(side), "act": act})


def _changed(offer: Offer) -> Conflict:
    is_over = offer.state == State.OPEN and not offer.is_open
    state = State.EXPIRED.value if is_over else offer.state
    return Conflict("offer_changed", _("This offer has changed meanwhile."), state=state, step_count=offer.step_count)


def _expire(offers: QuerySet[Offer]) -> int:
    overdue = offers.filter(state=State.OPEN, expires_at__lte=timezone.now()).order_by("pk")
    count = 0
    for offer in list(overdue[:_BATCH]):
        try:
            with transaction.atomic():
                _advance(offer, offer.turn, "expire", state=State.EXPIRED)
        except Conflict:  # the other worker was faster
            continue
        count += 1
    return count


def _chat_of(buyer: User, seller_id: int) -> Chat | None:
    """Of the two, when privacy lets the buyer open one; an offer stands without it too."""
    try:
        with transaction.atomic():
            return open_direct(by=buyer, user_id=seller_id)[0].chat
    except DomainError:
        return None
