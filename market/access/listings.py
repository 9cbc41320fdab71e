"""Who may see, sell and buy which listing; whose shop it is. Unknown and forbidden look the same from outside."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from accounts.access import is_blocked
from accounts.models import User
from core.errors import Conflict, Forbidden, Invalid, NotFound
from market.models import Listing, Shop, Variant
from moderation.access import MODERATE, running_sanctions
from moderation.models import Sanction

Viewer = User | AnonymousUser | None

_MAX_ID = 2**63 - 1
# Whoever has the link still reads what it was, with its state in the answer: "no longer available".
_READABLE = frozenset({Listing.State.PUBLISHED, Listing.State.PAUSED, Listing.State.SOLD, Listing.State.EXPIRED})


def _checked(value: int, code: str) -> int:
    if not 0 < value <= _MAX_ID:
        raise NotFound(code)
    return value


def is_moderator(by: Viewer) -> bool:
    return isinstance(by, User) and by.is_active and by.is_staff and by.has_perm(MODERATE)


def listing_for_viewing(by: Viewer, listing_id: int) -> Listing:
    """The listing, its shop, owner and category loaded. Raises NotFound("listing_not_found").

    Everybody sees what is published, and by its link what no longer is; the seller also drafts and removed ones.
    Moderators see all but drafts and deleted ones. People who block each other see nothing of each other's.
    """
    listing = (
        Listing.objects.select_related("shop__owner", "category")
        .filter(pk=_checked(listing_id, "listing_not_found"))
        .exclude(state=Listing.State.DELETED)
        .first()
    )
    if listing is None or not _may_view(by, listing):
        raise NotFound("listing_not_found")
    return listing


def _may_view(by: Viewer, listing: Listing) -> bool:
    owner = listing.shop.owner
    if isinstance(by, User) and by.pk == owner.pk:
        return True
    if listing.state == Listing.State.DRAFT:
        return False
    if is_moderator(by):
        return True
    if listing.state not in _READABLE or listing.shop.closed_at is not None:
        return False
    return not (isinstance(by, User) and is_blocked(by, owner))


def listing_for_selling(by: User, listing_id: int) -> Listing:
    """One's own, in any state but deleted, its shop loaded. Raises NotFound("listing_not_found")."""
    listing = (
        Listing.objects.select_related("shop__owner", "category")
        .filter(pk=_checked(listing_id, "listing_not_found"), shop__owner=by)
        .exclude(state=Listing.State.DELETED)
        .first()
    )
    if listing is None:
        raise NotFound("listing_not_found")
    return listing


def variant_for_selling(by: User, variant_id: int) -> Variant:
    """An active variant of one's own listing, which is loaded. Raises NotFound("variant_not_found")."""
    variant = (
        Variant.objects.select_related("listing__shop__owner", "listing__category")
        .filter(pk=_checked(variant_id, "variant_not_found"), listing__shop__owner=by, is_active=True)
        .exclude(listing__state=Listing.State.DELETED)
        .first()
    )
    if variant is None:
        raise NotFound("variant_not_found")
    return variant


def variant_for_buying(by: User, variant_id: int) -> Variant:
    """A variant that `by` may order now, listing, shop and owner loaded. Whether there is stock, the stock says.

    Raises NotFound("variant_not_found"), Invalid("own_listing"), Conflict("not_available" or "on_holiday").
    """
    variant = (
        Variant.objects.select_related("listing__shop__owner", "listing__category")
        .filter(pk=_checked(variant_id, "variant_not_found"))
        .exclude(listing__state=Listing.State.DELETED)
        .first()
    )
    if variant is None or not _may_view(by, variant.listing):
        raise NotFound("variant_not_found")
    require_buyable(by, variant)
    return variant


def require_buyable(by: User, variant: Variant) -> None:
    """As variant_for_buying(), of a variant that is there with listing, shop and owner loaded. No query."""
    listing, shop = variant.listing, variant.listing.shop
    if shop.owner_id == by.pk:
        raise Invalid("own_listing", _("That is yours."))
    if not (variant.is_active and listing.is_visible and shop.owner.is_active):
        raise Conflict("not_available", _("This is no longer available."), variant=variant.pk)
    if shop.is_on_holiday:
        until = shop.holiday_until.isoformat() if shop.holiday_until else None
        raise Conflict("on_holiday", _("The shop is on holiday."), until=until)


def shop_for_viewing(by: Viewer, shop_id: int) -> Shop:
    """A shop that is there, its owner loaded. Raises NotFound("shop_not_found")."""
    shop = Shop.objects.select_related("owner").filter(pk=_checked(shop_id, "shop_not_found")).first()
    if shop is None or not _may_view_shop(by, shop):
        raise NotFound("shop_not_found")
    return shop


def _may_view_shop(by: Viewer, shop: Shop) -> bool:
    if is_moderator(by) or (isinstance(by, User) and by.pk == shop.owner_id):
        return True
    return shop.closed_at is None and not (isinstance(by, User) and is_blocked(by, shop.owner))


def own_shop(by: User) -> Shop:
    """Raises NotFound("shop_not_found") when the person has never sold."""
    shop = Shop.objects.select_related("owner").filter(owner=by).first()
    if shop is None:
        raise NotFound("shop_not_found")
    return shop


def require_may_sell(by: User) -> None:
    """Raises Forbidden("sanctioned") while a mute or a suspension runs."""
    if running_sanctions().filter(user=by, kind__in=(Sanction.Kind.MUTE, Sanction.Kind.SUSPEND)).exists():
        raise Forbidden("sanctioned", _("Moderators have restricted your account."))
