"""Saving what the editor says: the listing, then its variants and numbers. What is refused is told at its field."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import DomainError
from market.actions.listings import edit_listing
from market.actions.variants import add_variant, edit_variant, set_stock
from market.models import Listing, Variant
from market.pages.selling.reading import Reading, read_form

# What the actions call it -> what the form calls it.
_FIELDS = {
    "price_minor": "price", "location": "town", "delivery_options": "option", "on_hand": "stock", "delivery": "option",
    "digital": "digital_text", "variants": "price",
}  # fmt: skip


def variants_of(listing: Listing) -> list[Variant]:
    return list(listing.variants.filter(is_active=True).select_related("stock"))


def save_form(by: User, listing: Listing, given: QueryDict) -> dict[str, Any]:
    """All that can be saved is; answers what could not, by field. Nothing is saved twice by sending it twice."""
    variants = variants_of(listing)
    reading = read_form(given, listing, variants)
    errors = reading.errors
    try:
        edit_listing(by=by, listing_id=listing.pk, **reading.fields)
    except DomainError as error:
        errors |= errors_of(error)
        return errors
    _save_variants(by, listing, reading, errors)
    return errors


def _save_variants(by: User, listing: Listing, reading: Reading, errors: dict[str, Any]) -> None:
    for pk, changes in reading.changes.items():
        try:
            edit_variant(by=by, variant_id=pk, **changes)
        except DomainError as error:
            errors[f"v-{pk}-{_FIELDS.get(str(error.extra.get('field')), error.extra.get('field') or 'name')}"] = (
                error.detail
            )
    for pk, count in reading.counts.items():
        try:
            set_stock(by=by, variant_id=pk, on_hand=count)
        except DomainError as error:
            errors["stock"] = errors[f"v-{pk}-stock"] = error.detail
    if reading.added and not any(name.startswith("v-new") for name in errors):
        try:
            add_variant(by=by, listing_id=listing.pk, **reading.added)
        except DomainError as error:
            if error.code != "variant_name_taken" or not _is_there(listing, reading.added):
                errors["v-new-name"] = error.detail


def _is_there(listing: Listing, added: dict[str, Any]) -> bool:
    """The same row sent twice."""
    wanted = {"name": added["name"], "price_minor": added.get("price_minor"), "is_active": True}
    return listing.variants.filter(**wanted).exists()


def errors_of(error: DomainError) -> dict[str, Any]:
    """What an action refused, by the form's fields; "top" when it belongs to none."""
    if error.code == "listing_incomplete":
        return {_named(name): missing_text(name) for name in error.extra["missing"]}
    if error.code in ("unknown_attribute", "bad_attribute"):
        return {f"attr-{error.extra.get('attribute')}": error.detail}
    field = str(error.extra.get("field") or "")
    if error.code == "prohibited" and error.extra.get("reason"):
        return {"top": f"{error.detail} {error.extra['reason']}"}
    return {_named(field) if field else "top": error.detail}


def _named(name: str) -> str:
    return _FIELDS.get(name) or name.replace("attributes.", "attr-")


def missing_text(name: str) -> str:
    """What to do about something that is missing before a listing can be seen."""
    if name.startswith("attributes."):
        return _("Buyers need to know this.")
    return {
        "title": _("Give it a title of at least three letters."),
        "category": _("Choose where people should find it."),
        "price": _("Say what it costs; 0 to give it away."),
        "variants": _("Say what it costs; 0 to give it away."),
        "delivery": _("Choose at least one way in which it reaches people."),
        "location": _("Say where it can be fetched: a town is enough."),
        "digital": _("Add a file, or write what the buyer gets."),
        "course_chat": _("Choose the class's chat: a group that you may add people to."),
    }.get(name, _("This is needed."))
