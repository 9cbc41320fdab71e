"""Keeping what finds listings in step with them: in the transaction that writes the listing.

Actions call index_listings(ids) after every change of what people see or search by: title, text, category, attributes,
variants, state, place, delivery options (of the shop too), the shop's name. It costs a constant number of queries.
"""

from collections.abc import Iterable

from django.db import transaction

from core.search import Index
from core.tasks import task
from market.finding.document import document_of
from market.finding.loading import load, surroundings
from market.finding.tasks import listings_changed
from market.finding.words import KIND
from market.models import DeliveryOption, Listing

index = Index(KIND)
_AT_ONCE = 500


def index_listings(ids: Iterable[int]) -> None:
    """Those that everybody may see are found from now on as they are, the others no longer.

    Belongs into the transaction that wrote them. Searches saved and words learnt follow behind it, in the worker.
    """
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _AT_ONCE):
        _index(wanted[start : start + _AT_ONCE])


def forget_listings(ids: Iterable[int]) -> None:
    """They are found no more; for what is deleted for good."""
    index.forget(ids)


@task()
def index_shop(shop: int) -> None:
    """All of a shop's listings, behind the change of its name or its ways of delivery."""
    with transaction.atomic():
        index_listings(Listing.objects.visible().filter(shop=shop).values_list("pk", flat=True))


def _index(ids: list[int]) -> None:
    listings = list(load(ids))
    _note_delivery(listings)
    shown = [listing for listing in listings if listing.is_visible]
    around = surroundings(shown)
    index.put([document_of(listing, around) for listing in shown])
    hidden = set(ids) - {listing.pk for listing in shown}
    if hidden:
        index.forget(sorted(hidden))
    if shown:
        listings_changed.enqueue(ids=[listing.pk for listing in shown])


def _note_delivery(listings: Iterable[Listing]) -> None:
    changed: dict[tuple[bool, bool], list[int]] = {}
    for listing in listings:
        ways = set() if listing.is_delivered_online else {option.kind for option in listing.delivery_options.all()}
        now = (DeliveryOption.Kind.SHIPPING in ways, DeliveryOption.Kind.IN_PERSON in ways)
        if now != (listing.is_shipped, listing.is_handed_over):
            changed.setdefault(now, []).append(listing.pk)
            listing.is_shipped, listing.is_handed_over = now
    for (is_shipped, is_handed_over), pks in sorted(changed.items()):
        Listing.objects.filter(pk__in=pks).update(is_shipped=is_shipped, is_handed_over=is_handed_over)
