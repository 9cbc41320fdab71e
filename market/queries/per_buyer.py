"""How much of a listing one person has taken already: what `max_per_buyer` counts."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict
from market.models import Listing, Order, OrderLine, Quote

# Orders that came to nothing. Unpaid ones count: they may be paid in a moment.
_UNDONE = (Order.State.EXPIRED, Order.State.CANCELLED, Order.State.REFUNDED)


def taken_by(buyer: User, listings: Iterable[int], *, but: Quote | None = None) -> dict[int, int]:
    """Pieces of each listing in the buyer's open quotes (`but` left out) and orders; refunded ones do not count.

    Two queries. What has to hold against two devices asks after lock_buyer().
    """
    ids = set(listings)
    taken: Counter[int] = Counter()
    if not ids:
        return taken
    quotes = Quote.objects.filter(buyer=buyer, variant__listing__in=ids, state=Quote.State.OPEN)
    quotes = quotes.filter(expires_at__gt=timezone.now())
    if but is not None:
        quotes = quotes.exclude(pk=but.pk)
    held = quotes.values_list("variant__listing_id").annotate(pieces=Sum("quantity")).order_by()
    lines = OrderLine.objects.filter(order__buyer=buyer, listing__in=ids).exclude(order__state__in=_UNDONE)
    kept = Sum(F("quantity") - F("refunded_quantity"))
    bought = lines.values_list("listing_id").annotate(pieces=kept).order_by()
    for listing, quantity in [*held, *bought]:
        taken[listing] += quantity
    return taken


def require_within_max(buyer: User, listing: Listing, quantity: int, *, but: Quote | None = None) -> None:
    """Raises Conflict("max_per_buyer", limit=…, left=…). Nothing is asked for a listing without a maximum."""
    if listing.max_per_buyer is None:
        return
    left = max(0, listing.max_per_buyer - taken_by(buyer, [listing.pk], but=but).get(listing.pk, 0))
    if quantity > left:
        detail = _("The seller lets everybody have so many of it only.")
        raise Conflict("max_per_buyer", detail, limit=listing.max_per_buyer, left=left)


def lock_buyer(buyer: User) -> None:
    """One after the other: what this person buys from several devices at once. Inside a transaction, before all else.

    Without the key: rows that name the person need not wait.
    """
    User.objects.select_for_update(no_key=True).filter(pk=buyer.pk).values_list("pk", flat=True).first()
