"""Who may fetch which picture of the market. Keys are random, so that a picture is found only by who was shown it."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import User
from core.errors import NotFound
from market.access.listings import Viewer, is_moderator
from market.models import Listing, ListingPhoto, OrderLine, Shop
from market.rules import KIND
from moderation.models import Report

_OPEN_TO_ALL = (Listing.State.PUBLISHED, Listing.State.PAUSED, Listing.State.SOLD, Listing.State.EXPIRED)


def photo_for_viewing(by: Viewer, key: str) -> bool:
    """Raises NotFound unless `by` may see the listing's photo of this key; True when everybody may.

    Beside those who see the listing: both sides of an order that has it, and moderators while it is reported.
    """
    photo = ListingPhoto.objects.select_related("listing__shop").filter(key=key).first()
    if photo is not None:
        listing = photo.listing
        if listing.state in _OPEN_TO_ALL and listing.shop.closed_at is None:
            return True
        if isinstance(by, User) and by.pk == listing.shop.owner_id and listing.state != Listing.State.DELETED:
            return False
    if isinstance(by, User) and (lines_with([key]).filter(Q(order__buyer=by) | Q(order__shop__owner=by)).exists()):
        return False
    if is_moderator(by) and (lines_with([key]).exists() or is_evidence(key)):
        return False
    raise NotFound()


def shop_photo_for_viewing(by: Viewer, name: str) -> bool:
    """By the stored name ("shop-photos/…"). Raises NotFound; True when everybody may."""
    shop = Shop.objects.filter(photo=name).first() if name else None
    if shop is None:
        raise NotFound()
    if shop.closed_at is None:
        return True
    if is_moderator(by) or (isinstance(by, User) and by.pk == shop.owner_id):
        return False
    raise NotFound()


def lines_with(keys: Iterable[str]) -> QuerySet[OrderLine]:
    """What was ordered by one of these pictures: it stays for the two."""
    return OrderLine.objects.filter(photo_key__in=list(keys))


def is_evidence(key: str) -> bool:
    """Is a listing that shows it reported, and not decided on? The key stands in the addresses of its photos."""
    open_reports = Report.objects.filter(target_kind=KIND, state=Report.State.OPEN)
    return open_reports.annotate(kept=Cast("evidence", TextField())).filter(kept__contains=key).exists()
