"""What one row of an import does: find the listing by the seller's number, and make it as the row says."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict
from market import stock
from market.access.listings import listing_for_selling
from market.actions.listing_changes import changing, creating, note_change
from market.actions.listings import begin_listing, revise_listing
from market.actions.publishing import keep_publishable, reach_state
from market.actions.shops import shop_of
from market.actions.variants import count, insert_variant, revise_variant, stop_counting
from market.attributes import fitting_attributes
from market.import_rows import OWN_NUMBER, Row
from market.models import Listing, Variant


def apply_row(by: User, row: Row, *, reference: str) -> str:
    """The counter of ListingImport that it raises. Belongs into a transaction; raises what the actions raise."""
    listing = _meant(by, row.external_id)
    if listing is None:
        return _create(by, row)
    # Stock before the listing: whoever buys locks them in this order.
    is_changed = _recount(by, listing, row, reference)
    is_changed |= _update(by, listing.pk, row)
    is_changed |= bool(row.state) and reach_state(by, listing.pk, row.state)
    return "updated_count" if is_changed else "unchanged_count"


def _meant(by: User, number: str) -> Listing | None:
    """By the seller's number, or by ours as an export has it. Raises NotFound for one of ours that is not theirs."""
    if number.startswith(OWN_NUMBER) and (own := number.removeprefix(OWN_NUMBER)).isascii() and own.isdigit():
        return listing_for_selling(by, int(own[:19]))
    found = Listing.objects.filter(shop__owner=by, external_id=number).exclude(state=Listing.State.DELETED)
    return found.first()


def _create(by: User, row: Row) -> str:
    shop = shop_of(by)
    with creating(shop):
        listing = begin_listing(
            by,
            shop,
            {**row.fields, "external_id": row.external_id},
            {**row.variant_fields, "name": row.variant},
            on_hand=row.on_hand,
            is_counted=row.is_counted,
        )
    if row.state:
        reach_state(by, listing.pk, row.state)
    return "created_count"


def _variant(listing: Listing, row: Row) -> Variant | None:
    return listing.variants.filter(is_active=True, name=row.variant).select_related("stock").first()


def _recount(by: User, listing: Listing, row: Row, reference: str) -> bool:
    variant = _variant(listing, row)
    if variant is None or row.is_counted is None:
        return False
    if not row.is_counted:
        if not variant.is_stock_tracked:
            return False
        stop_counting(variant)
    elif row.on_hand is not None and (not variant.is_stock_tracked or _on_hand(variant) != row.on_hand):
        count(variant, row.on_hand, by=by, reference=reference)
    else:
        return False
    stock.refresh_listings([listing.pk])
    return True


def _on_hand(variant: Variant) -> int:
    found = getattr(variant, "stock", None)
    return found.on_hand if found else -1


def _update(by: User, listing_id: int, row: Row) -> bool:
    with changing(by, listing_id, is_limited=False) as listing:
        fields = {name: value for name, value in _wanted(listing, row).items() if value != _present(listing, name)}
        if fields:
            revise_listing(by, listing, fields)
        is_changed = _update_variant(by, listing, row) or bool(fields)
        if is_changed:
            note_change(listing, *fields, "variants")
            keep_publishable(by, listing)
    return is_changed


def _update_variant(by: User, listing: Listing, row: Row) -> bool:
    variant = _variant(listing, row)
    if variant is None:
        if not row.variant and not row.variant_fields and row.is_counted is None:
            return False  # of the listing as a whole
        if not row.variant:
            raise Conflict("has_variants", _("Name the variant that is meant."), field="variant")
        on_hand = None if row.is_counted is False else row.on_hand if row.on_hand is not None else 1
        insert_variant(by, listing, on_hand=on_hand, fields={**row.variant_fields, "name": row.variant})
        return True
    changes = {name: value for name, value in row.variant_fields.items() if getattr(variant, name) != value}
    if changes:
        revise_variant(listing, variant, changes)
    return bool(changes)


def _wanted(listing: Listing, row: Row) -> dict[str, Any]:
    wanted = dict(row.fields)
    if "attributes" in wanted and wanted.get("category") == _present(listing, "category"):
        wanted["attributes"] = {**fitting_attributes(listing.category, listing.attributes), **wanted["attributes"]}
    return wanted


def _present(listing: Listing, name: str) -> Any:
    """What the listing has now, in the form in which a row brings it."""
    if name == "category":
        return listing.category.path if listing.category else None
    if name == "delivery_options":
        return sorted(listing.delivery_options.filter(is_active=True).values_list("pk", flat=True))
    if name == "location":
        return {"name": listing.place, "cell": f"{listing.cell_7:x}"} if listing.cell_7 is not None else None
    return getattr(listing, name)
