"""Favourites that became cheaper."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.tasks import task
from market.finding.alerts import alert, apart, speaking_to
from market.models import Favourite, Listing, OutboxEvent
from market.money import format_minor

_AT_ONCE = 200


def tell_price_drop(event: OutboxEvent) -> None:
    """A teller of the outbox."""
    if event.kind == "listing.price_dropped" and event.listing_id is not None:
        alert_price_drop.enqueue(listing=event.listing_id)


@task()
def alert_price_drop(listing: int) -> None:
    """Whoever marked it at a higher price, or was last told of one. The price of now counts, not that of the event."""
    row = Listing.objects.visible().select_related("shop__owner").filter(pk=listing).first()
    if row is None or row.price_minor is None:
        return
    waiting = Favourite.objects.filter(
        listing=row, wants_alert=True, price_minor__gt=row.price_minor, user__is_active=True, user__deleted_at=None
    )
    favourites = list(waiting.select_related("user").order_by("pk")[:_AT_ONCE])
    hidden = apart([favourite.user_id for favourite in favourites], row.shop.owner_id)
    for favourite in favourites:
        _alert(favourite, row, is_hidden=favourite.user_id in hidden)
    if len(favourites) == _AT_ONCE:
        alert_price_drop.enqueue(listing=listing)


def _alert(favourite: Favourite, listing: Listing, *, is_hidden: bool) -> None:
    before, now = favourite.price_minor, listing.price_minor
    assert before is not None
    assert now is not None
    with transaction.atomic():
        # Moving the price is the claim: who comes second finds another price there.
        if not Favourite.objects.filter(pk=favourite.pk, price_minor=before).update(price_minor=now) or is_hidden:
            return
        with speaking_to(favourite.user):
            text = _("One of your favourites is cheaper: %(now)s, it was %(before)s.") % {
                "now": format_minor(now, listing.currency),
                "before": format_minor(before, listing.currency),
            }
            alert(favourite.user, [listing], text, "drop", favourite.pk, now)
