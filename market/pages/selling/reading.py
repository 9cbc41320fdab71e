"""What the editor's form says, as the fields that edit_listing() takes; and what is wrong, by the name of its field.

Everything is looked at, so that all that is wrong is told at once. What is wrong is left out of `fields`: a draft that
saves itself keeps the rest.
"""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.errors import DomainError, Invalid
from market.attributes import cleaned
from market.models import Attribute, Listing, Variant
from market.money import parse_amount
from market.pages.cart import number
from market.places import find_places
from market.queries.categories import attributes_of_paths

_CHARS = {"title": 120, "description": 10_000, "digital_text": 10_000, "external_id": 64}


@dataclass
class Reading:
    """`counts` and `changes` are by variant; `added` is a further variant, None when none was filled in."""

    fields: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Any] = field(default_factory=dict)
    counts: dict[int, int | None] = field(default_factory=dict)
    changes: dict[int, dict[str, Any]] = field(default_factory=dict)
    added: dict[str, Any] | None = None


def read_form(given: QueryDict, listing: Listing, variants: list[Variant]) -> Reading:
    reading = Reading()
    _texts(given, reading)
    _choices(given, listing, reading)
    _attributes(given, reading)
    _place(given, listing, reading)
    if len(variants) == 1 and "price" in given:
        _amount(given, "price", listing, reading, "price_minor")
        _count(given, "stock", variants[0], reading)
    _variants(given, listing, variants, reading)
    return reading


def _texts(given: QueryDict, reading: Reading) -> None:
    for name, most in _CHARS.items():
        if name not in given:
            continue
        text = given.get(name, "").strip()
        if len(text) > most:
            reading.errors[name] = _("This is too long: at most %(limit)s characters.") % {"limit": most}
        else:
            reading.fields[name] = text


def _choices(given: QueryDict, listing: Listing, reading: Reading) -> None:
    fields = reading.fields
    if given.get("kind") in Listing.Kind.values and listing.published_at is None:
        fields["kind"] = given["kind"]
    if "category" in given:
        fields["category"] = given["category"] or None
    if given.get("condition", "") in ("", *Listing.Condition.values):
        fields["condition"] = given.get("condition", "")
    if "has_options" in given:
        fields["delivery_options"] = [number(one) for one in given.getlist("option")[:50] if number(one)]
    if "has_offers" in given:
        fields["takes_offers"] = bool(given.get("takes_offers"))
    if "course_chat" in given:
        fields["course_chat"] = number(given.get("course_chat")) or None
    if "max_per_buyer" in given:
        _max_per_buyer(given.get("max_per_buyer", "").strip(), reading)


def _max_per_buyer(text: str, reading: Reading) -> None:
    if text and not 1 <= number(text) <= 1_000_000:
        reading.errors["max_per_buyer"] = _("A whole number from 1, or nothing.")
    else:
        reading.fields["max_per_buyer"] = number(text) or None


def _attributes(given: QueryDict, reading: Reading) -> None:
    path = reading.fields.get("category")
    if not path:
        return
    known = attributes_of_paths([path.strip("/") + "/"]).get(path.strip("/") + "/", [])
    values = {one.key: _typed(one, given.get(f"attr-{one.key}", "")) for one in known if f"attr-{one.key}" in given}
    while True:
        try:
            reading.fields["attributes"] = cleaned(known, values)
            return
        except Invalid as error:
            key = str(error.extra.get("attribute"))
            reading.errors[f"attr-{key}"] = error.detail
            if values.pop(key, None) is None:
                return


def _typed(attribute: Attribute, text: str) -> Any:
    if attribute.type == Attribute.Type.FLAG:
        return {"yes": True, "no": False}.get(text)
    return text.strip()


def _place(given: QueryDict, listing: Listing, reading: Reading) -> None:
    """A position that the browser has rounded, else the town that was typed; what has not changed stays."""
    if "town" not in given:
        return
    town, latitude, longitude = (
        given.get("town", "").strip()[:80],
        given.get("latitude", ""),
        given.get("longitude", ""),
    )
    if latitude and longitude:
        try:
            reading.fields["location"] = {"name": town, "latitude": float(latitude), "longitude": float(longitude)}
        except ValueError:
            reading.errors["town"] = _("There is no such place.")
    elif not town:
        reading.fields["location"] = None
    elif town != listing.place:
        found = town_named(town)
        if found is None:
            reading.errors["town"] = _("No town of this name is known. Try one nearby.")
        else:
            reading.fields["location"] = found


def town_named(text: str) -> dict[str, Any] | None:
    """ "Berlin", or as it is suggested: "Halle, Saxony-Anhalt, DE"."""
    name, _comma, rest = text.partition(",")
    wanted = [part.strip().casefold() for part in rest.split(",") if part.strip()]
    for town in find_places(name.strip(), limit=50):
        if all(part in (town.region.casefold(), town.country.casefold()) for part in wanted):
            return {"name": town.name, "latitude": town.latitude, "longitude": town.longitude}
    return None


# --- variants -------------------------------------------------------------------------------------


def _variants(given: QueryDict, listing: Listing, variants: list[Variant], reading: Reading) -> None:
    for variant in variants:
        prefix = f"v-{variant.pk}-"
        if f"{prefix}name" not in given:
            continue
        changes: dict[str, Any] = {"name": " ".join(given.get(f"{prefix}name", "").split())[:80]}
        if f"{prefix}sku" in given:
            changes["sku"] = given.get(f"{prefix}sku", "").strip()[:64]
        if f"{prefix}low_stock_at" in given:
            changes["low_stock_at"] = min(number(given.get(f"{prefix}low_stock_at")), 1_000_000)
        if f"{prefix}photo" in given:
            changes["photo_id"] = number(given.get(f"{prefix}photo")) or None
        if f"{prefix}price" in given:
            changes |= _amount(given, f"{prefix}price", listing, reading)
            _count(given, f"{prefix}stock", variant, reading)
        different = {name: value for name, value in changes.items() if getattr(variant, name) != value}
        if "photo_id" in different:
            different["photo"] = different.pop("photo_id")  # compared by id: the photo itself need not be loaded
        if different:
            reading.changes[variant.pk] = different
    name = " ".join(given.get("v-new-name", "").split())[:80]
    if name:
        _added(given, name, listing, variants, reading)


def _added(given: QueryDict, name: str, listing: Listing, variants: list[Variant], reading: Reading) -> None:
    added: dict[str, Any] = {"name": name, "on_hand": _whole(given.get("v-new-stock", ""), "v-new-stock", reading)}
    if given.get("v-new-price", "").strip():
        added |= _amount(given, "v-new-price", listing, reading)
    else:
        added["price_minor"] = variants[0].price_minor if variants else None
    reading.added = added


def _amount(
    given: QueryDict, name: str, listing: Listing, reading: Reading, column: str = ""
) -> dict[str, int | None]:  # fmt: skip
    """Also put into the listing's own fields when a column is named."""
    text = given.get(name, "").strip()
    try:
        minor = parse_amount(text, listing.currency) if text else None
    except DomainError as error:
        reading.errors[name] = error.detail
        return {}
    if column:
        reading.fields[column] = minor
    return {"price_minor": minor}


def _count(given: QueryDict, name: str, variant: Variant, reading: Reading) -> None:
    """Only when it was changed: what is sold meanwhile must not come back by saving a title."""
    if name not in given or given.get(name, "").strip() == given.get(f"{name}_was", "").strip():
        return
    before = len(reading.errors)
    count = _whole(given.get(name, ""), name, reading)
    if len(reading.errors) == before:
        reading.counts[variant.pk] = count


def _whole(text: str, name: str, reading: Reading) -> int | None:
    """Nothing means: not counted."""
    text = text.strip()
    if text and number(text, -1) < 0:
        reading.errors[name] = _("A whole number, or nothing if there is no end of it.")
    return number(text) if text else None
