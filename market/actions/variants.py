"""The variants of a listing: what is actually bought, each with its own price, photo and stock.

The listing's own prices are those of its cheapest and dearest active variant, written here in the same transaction.
Stock is counted outside the listing's lock: whoever buys locks first the stock and then the listing.
"""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import one_line
from core import limits
from core.errors import Conflict, Invalid
from market import outbox, stock
from market.access.listings import variant_for_selling
from market.actions.listing_changes import changing, note_change
from market.actions.publishing import keep_publishable
from market.models import Listing, Stock, Variant
from market.money import check_minor

EDITABLE = frozenset({"name", "sku", "price_minor", "photo", "low_stock_at", "position"})


def add_variant(*, by: User, listing_id: int, on_hand: int | None = 1, **fields: Any) -> Variant:
    """`on_hand` None: not counted, any number can be sold. Raises Conflict("variant_name_taken", "sku_taken",
    "too_many_variants"), Invalid("bad_amount", "price_needed", "bad_quantity", "photo_not_found").
    """
    _check_count(on_hand)
    with changing(by, listing_id) as listing:
        variant = insert_variant(by, listing, on_hand=on_hand, fields=fields)
        note_change(listing, "variants")
        keep_publishable(by, listing)
    return variant_for_selling(by, variant.pk)


def insert_variant(by: User, listing: Listing, *, on_hand: int | None, fields: dict[str, Any]) -> Variant:
    """Inside changing(); the caller notes the change. Its stock is new, so nobody waits for it."""
    active = listing.variants.filter(is_active=True)
    if active.count() >= limits.VARIANTS_PER_LISTING:
        raise Conflict("too_many_variants", limit=limits.VARIANTS_PER_LISTING)
    last = active.aggregate(last=Max("position"))["last"]
    variant = Variant(listing=listing, position=0 if last is None else last + 1, is_stock_tracked=on_hand is not None)
    _apply(variant, fields)
    _store(variant)
    if on_hand is not None:
        stock.set_on_hand(variant, on_hand, by=by, reference=f"new:{variant.pk}")
    stock.refresh_listings([listing.pk])
    sync_prices(listing)
    return variant


def edit_variant(*, by: User, variant_id: int, **changes: Any) -> Variant:
    """Not the stock: set_stock(). Raises as add_variant()."""
    found = variant_for_selling(by, variant_id)
    with changing(by, found.listing_id) as listing:
        revise_variant(listing, Variant.objects.get(pk=variant_id), changes)
        note_change(listing, "variants")
        keep_publishable(by, listing)
    return variant_for_selling(by, variant_id)


def revise_variant(listing: Listing, variant: Variant, changes: dict[str, Any]) -> None:
    """Inside changing(); the caller notes the change."""
    variant.listing = listing
    _apply(variant, changes)
    _store(variant)
    sync_prices(listing)


def remove_variant(*, by: User, variant_id: int) -> None:
    """It stays for the orders that have it, and can no longer be bought. Raises Conflict("last_variant")."""
    found = variant_for_selling(by, variant_id)
    with changing(by, found.listing_id) as listing:
        if listing.variants.filter(is_active=True).exclude(pk=variant_id).count() == 0:
            raise Conflict("last_variant", _("A listing needs at least one variant."))
        Variant.objects.filter(pk=variant_id).update(is_active=False)
        sync_prices(listing)
        note_change(listing, "variants")
        stock.refresh_listings([listing.pk])


def set_stock(*, by: User, variant_id: int, on_hand: int | None) -> Variant:
    """So many are there now; None: they are not counted. Raises Invalid("bad_quantity"), Conflict("stock_in_use")."""
    variant = variant_for_selling(by, variant_id)
    _check_count(on_hand)
    limits.check("listing_edit", by.pk)
    with transaction.atomic():
        if on_hand is None:
            stop_counting(variant)
        else:
            count(variant, on_hand, by=by, reference=f"count:{uuid.uuid4()}")
        stock.refresh_listings([variant.listing_id])
    return variant_for_selling(by, variant_id)


def count(variant: Variant, on_hand: int, *, by: User, reference: str) -> None:
    """From now on its pieces are counted. `reference` names the act: it counts once."""
    stock.set_on_hand(variant, on_hand, by=by, reference=reference)
    Variant.objects.filter(pk=variant.pk, is_stock_tracked=False).update(is_stock_tracked=True)


def stop_counting(variant: Variant) -> None:
    """Any number can be sold from now on. Raises Conflict("stock_in_use")."""
    if Stock.objects.filter(pk=variant.pk, reserved__gt=0).exists():
        raise Conflict("stock_in_use", _("Somebody is about to buy some of it."))
    if Stock.objects.filter(pk=variant.pk, allocated__gt=0).exists():
        raise Conflict("stock_in_use", _("Some are sold and not sent yet."))
    if Variant.objects.filter(pk=variant.pk, is_stock_tracked=True).update(is_stock_tracked=False):
        outbox.put("stock.changed", listing=variant.listing)


def _check_count(on_hand: int | None) -> None:
    if on_hand is not None and not 0 <= on_hand <= stock.MAX_ON_HAND:
        raise Invalid("bad_quantity", _("That is not a possible number of pieces."), field="on_hand")


def _apply(variant: Variant, fields: dict[str, Any]) -> None:
    if unknown := fields.keys() - EDITABLE:
        raise Invalid("unknown_field", fields=sorted(unknown))
    if "photo" in fields:
        variant.photo = _photo(variant.listing, fields["photo"])
    for name, value in fields.items():
        if name == "photo":
            continue
        setattr(variant, name, one_line(value) if isinstance(value, str) else value)
    check_price(variant.listing, variant.price_minor)


def _photo(listing: Listing, photo_id: int | None) -> Any:
    if photo_id is None:
        return None
    photo = listing.photos.filter(pk=photo_id).first()
    if photo is None:
        raise Invalid("photo_not_found", _("The listing has no such photo."), field="photo")
    return photo


def check_price(listing: Listing, price_minor: int | None) -> None:
    """Raises Invalid("bad_amount"); "price_needed" when something published, but for services, has none."""
    if price_minor is not None:
        check_minor(price_minor)
    elif listing.kind != Listing.Kind.SERVICE and listing.state == Listing.State.PUBLISHED:
        raise Invalid("price_needed", _("Only services can be without a price."), field="price_minor")


def _store(variant: Variant) -> None:
    """Names and article numbers are there once in a listing: the constraints say which was taken."""
    others = Variant.objects.filter(listing=variant.listing, is_active=True).exclude(pk=variant.pk)
    if others.filter(name=variant.name).exists():
        raise Conflict("variant_name_taken", _("There is a variant of this name."), field="name")
    if variant.sku and others.filter(sku=variant.sku).exists():
        raise Conflict("sku_taken", _("Another variant has this number."), field="sku")
    try:
        with transaction.atomic():
            variant.save()
    except IntegrityError:  # another request, in the moment between
        raise Conflict("variant_name_taken", _("There is a variant of this name."), field="name") from None


def sync_prices(listing: Listing) -> None:
    """Keep the listing's prices in step with its variants. Belongs into the transaction that changed them."""
    before = listing.price_minor
    prices = listing.variants.filter(is_active=True).aggregate(low=Min("price_minor"), high=Max("price_minor"))
    listing.price_minor, listing.price_max_minor = prices["low"], prices["high"]
    if listing.price_minor == before:
        Listing.objects.filter(pk=listing.pk).update(price_max_minor=listing.price_max_minor)
        return
    Listing.objects.filter(pk=listing.pk).update(
        price_minor=listing.price_minor, price_max_minor=listing.price_max_minor
    )
    if listing.state != Listing.State.PUBLISHED:
        return
    data = {"from": before, "to": listing.price_minor, "currency": listing.currency}
    is_drop = before is not None and listing.price_minor is not None and listing.price_minor < before
    outbox.put("listing.price_dropped" if is_drop else "listing.price_changed", listing=listing, data=data)
