"""The Buy button: a price that holds and the pieces with it, for a quarter of an hour.

Locks in one order: the buyer, the quote, then the stock.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Conflict, Invalid
from market import stock
from market.access.listings import variant_for_buying
from market.access.offers import closed, quote_for_viewing
from market.models import Offer, Order, Quote, Variant
from market.queries.per_buyer import lock_buyer, require_within_max

LASTS = timedelta(minutes=15)
_BATCH = 500


def check_quantity(quantity: int) -> int:
    """Raises Invalid("bad_quantity", limit=…)."""
    if not 1 <= quantity <= limits.PIECES:
        detail = _("Between 1 and %(limit)s pieces.") % {"limit": limits.PIECES}
        raise Invalid("bad_quantity", detail, field="quantity", limit=limits.PIECES)
    return quantity


def price_of(variant: Variant) -> int:
    """Raises Conflict("price_on_request")."""
    if variant.price_minor is None:
        raise Conflict("price_on_request", _("The seller names a price when asked."))
    return variant.price_minor


def make_quote(*, by: User, variant_id: int, quantity: int = 1) -> tuple[Quote, bool]:
    """Freeze the price and hold the pieces. Answers the quote and whether it is new.

    Pressing again finds the same one, unless the quantity is another or the price has fallen: then it is made anew.
    Raises what variant_for_buying() does, Conflict("out_of_stock", "max_per_buyer", "too_many_quotes").
    """
    check_quantity(quantity)
    limits.check("quote", by.pk)
    with transaction.atomic():
        lock_buyer(by)
        variant = variant_for_buying(by, variant_id)  # under the lock: at the price of now
        price = price_of(variant)
        expire_overdue_quotes(buyer=by)
        held = {one.variant_id: one for one in _open_of(by)}
        old = held.get(variant.pk)
        if old is not None and old.quantity == quantity and old.unit_price_minor <= price:
            return quote_for_viewing(by, old.pk), False
        if old is not None:
            _close(old, Quote.State.CANCELLED)
        elif len(held) >= limits.OPEN_QUOTES:
            detail = _("You hold several things already: buy them, or let one go.")
            raise Conflict("too_many_quotes", detail, limit=limits.OPEN_QUOTES)
        limits.check("quote_same", by.pk, variant.pk)
        require_within_max(by, variant.listing, quantity)
        quote = hold(by, variant, quantity, price, until=timezone.now() + LASTS)
    return quote_for_viewing(by, quote.pk), True


def hold(
    buyer: User, variant: Variant, quantity: int, price: int, *, until: datetime, offer: Offer | None = None
) -> Quote:
    """A quote with its stock, inside the caller's transaction. `price` in minor units, for one piece."""
    quote = Quote.objects.create(
        buyer=buyer, variant=variant, quantity=quantity, unit_price_minor=price, currency=variant.listing.currency,
        source=Quote.Source.OFFER if offer else Quote.Source.BUY, offer=offer, expires_at=until,
    )  # fmt: skip
    stock.reserve({variant.pk: quantity}, reference=quote.reference, until=quote.expires_at)
    return quote


def cancel_quote(*, by: User, quote_id: int) -> Quote:
    """Let the pieces go. Twice is once; what has expired is closed as such. Raises Conflict("quote_used")."""
    quote = quote_for_viewing(by, quote_id)
    is_over = quote.state == Quote.State.OPEN and not quote.is_open
    with transaction.atomic():
        _close(quote, Quote.State.EXPIRED if is_over else Quote.State.CANCELLED)
    quote.refresh_from_db(fields=["state", "order"])
    if quote.state == Quote.State.USED:
        raise closed(quote)
    return quote


def use_quote(quote: Quote, order: Order) -> None:
    """It became this order. Inside the caller's transaction, which hands over the stock (stock.transfer).

    Raises Conflict("quote_expired", "quote_used", "quote_cancelled").
    """
    still = Quote.objects.filter(pk=quote.pk, state=Quote.State.OPEN, expires_at__gt=timezone.now())
    if not still.update(state=Quote.State.USED, order=order):
        quote.refresh_from_db(fields=["state", "order"])
        raise closed(quote)
    quote.state, quote.order = Quote.State.USED, order


def expire_overdue_quotes(*, buyer: User | None = None) -> int:
    """Close what nobody paid for in time, of one buyer or of all. Answers how many."""
    overdue = Quote.objects.filter(state=Quote.State.OPEN, expires_at__lte=timezone.now())
    if buyer is not None:
        overdue = overdue.filter(buyer=buyer)
    closed_count = 0
    for quote in list(overdue.order_by("pk")[:_BATCH]):
        with transaction.atomic():
            closed_count += _close(quote, Quote.State.EXPIRED)
    return closed_count


def held_by(buyer: User, variant: Variant) -> Quote | None:
    """What the buyer holds of it by the Buy button."""
    mine = Quote.objects.filter(buyer=buyer, variant=variant, source=Quote.Source.BUY, state=Quote.State.OPEN)
    return mine.filter(expires_at__gt=timezone.now()).first()


def let_go(buyer: User, variant: Variant) -> None:
    """A cheaper price was agreed on: what they hold at the full one must not stand in its way."""
    if (quote := held_by(buyer, variant)) is not None:
        _close(quote, Quote.State.CANCELLED)


def cancel_open_quotes(buyer: User) -> None:
    """The buyer is gone for good: bought and agreed on, all is let go."""
    for quote in Quote.objects.filter(buyer=buyer, state=Quote.State.OPEN).order_by("pk"):
        with transaction.atomic():
            _close(quote, Quote.State.CANCELLED)


def _open_of(buyer: User) -> list[Quote]:
    return list(Quote.objects.filter(buyer=buyer, source=Quote.Source.BUY, state=Quote.State.OPEN))


def _close(quote: Quote, to: Quote.State) -> bool:
    """Leaving OPEN is guarded: of expiry, cancelling and ordering one wins, and only it moves the stock."""
    if not Quote.objects.filter(pk=quote.pk, state=Quote.State.OPEN).update(state=to):
        return False
    stock.release(quote.reference)
    return True
