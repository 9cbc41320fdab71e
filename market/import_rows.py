"""One row of an import, read: which listing is meant, and what is to be true of it. Nothing is written here.

Columns (docs/market-import.md): external_id is what a row is known by; an empty cell leaves things as they are, and
in a new listing as they begin.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.names import one_line, plain
from core.errors import DomainError, Invalid
from market import attributes
from market.models import Attribute, Category, Listing, Shop
from market.money import exponent
from market.places import find_places, spot_at
from market.queries.categories import attributes_of_paths
from market.shapes.listings import RowErrorJSON
from market.stock import MAX_ON_HAND

COLUMNS = (
    "external_id", "title", "description", "category", "kind", "condition", "price", "stock", "variant", "sku",
    "low_stock_at", "delivery", "place", "takes_offers", "max_per_buyer", "state",
)  # fmt: skip
ATTRIBUTE = "attribute:"  # "attribute:frame_size"
OWN_NUMBER = "#"  # "#12" is the listing 12, for those that have no number of their seller
STATES = ("draft", "published", "paused", "sold")
_YES, _NO = {"yes", "true", "1", "ja", "да"}, {"no", "false", "0", "nein", "нет"}
_AMOUNT = re.compile(r"(\d{1,13})(?:[.,](\d{1,3}))?", re.ASCII)


@dataclass
class Row:
    """What a row wants. `fields` as the actions take them; the rest is the variant's and the listing's state."""

    external_id: str
    fields: dict[str, Any] = field(default_factory=dict)
    variant: str = ""
    variant_fields: dict[str, Any] = field(default_factory=dict)
    on_hand: int | None = None
    is_counted: bool | None = None  # None: as it is, or as its kind begins
    state: str = ""


class RowReader:
    """Reads the rows of one shop. Everything it compares with is loaded once."""

    def __init__(self, shop: Shop, columns: list[str]) -> None:
        if "external_id" not in columns:
            raise Invalid("column_missing", _("The column external_id is missing."), column="external_id")
        self._shop, self._columns = shop, columns
        self._categories = {one.path: one for one in Category.objects.filter(is_active=True)}
        self._attributes: Mapping[str, list[Attribute]] = attributes_of_paths(self._categories)
        self._options = {one.name.casefold(): one.pk for one in shop.delivery_options.filter(is_active=True)}
        self._spots: dict[str, dict[str, Any]] = {}

    @property
    def unknown_columns(self) -> list[str]:
        return [one for one in self._columns if one and one not in COLUMNS and not one.startswith(ATTRIBUTE)]

    def read(self, cells: list[str]) -> tuple[Row, list[tuple[str, DomainError]]]:
        """The row, and what is wrong with it by column."""
        given = dict(zip(self._columns, cells, strict=False))
        row = Row(external_id=one_line(given.get("external_id", "")))
        problems: list[tuple[str, DomainError]] = []
        if len(cells) > len(self._columns):
            problems.append(("", Invalid("too_many_cells", _("This row has more cells than there are columns."))))
        for column in COLUMNS:
            text = given.get(column, "")
            if text or column == "external_id":
                try:
                    getattr(self, f"_read_{column}")(row, text)
                except DomainError as error:
                    problems.append((column, error))
        problems += self._read_attributes(row, given)
        return row, problems

    def _read_external_id(self, row: Row, text: str) -> None:
        if not 0 < len(row.external_id) <= 64:
            raise Invalid("external_id_needed", _("Each row needs a number of its own, of at most 64 characters."))

    def _read_title(self, row: Row, text: str) -> None:
        row.fields["title"] = _within(one_line(text), 120)

    def _read_description(self, row: Row, text: str) -> None:
        row.fields["description"] = _within(plain(text), 10_000)

    def _read_category(self, row: Row, text: str) -> None:
        path = text.strip("/").lower() + "/"
        if path not in self._categories:
            raise Invalid("category_not_found", _("There is no such category."))
        row.fields["category"] = path

    def _read_kind(self, row: Row, text: str) -> None:
        row.fields["kind"] = _one_of(text, Listing.Kind.values)

    def _read_condition(self, row: Row, text: str) -> None:
        row.fields["condition"] = _one_of(text, Listing.Condition.values)

    def _read_price(self, row: Row, text: str) -> None:
        """ "10.50" or "10,50", without thousands: a file means the same in every language."""
        match = _AMOUNT.fullmatch(text.replace(" ", "").replace("\u00a0", ""))
        decimals = exponent(self._shop.currency)
        if match is None or len((match[2] or "").rstrip("0")) > decimals:
            raise Invalid("bad_amount", _("This is no amount of this currency."))
        row.variant_fields["price_minor"] = int(match[1] + (match[2] or "").rstrip("0").ljust(decimals, "0"))

    def _read_stock(self, row: Row, text: str) -> None:
        if text.lower() in ("any", "∞"):
            row.is_counted = False
            return
        row.on_hand, row.is_counted = _number(text, 0, MAX_ON_HAND, "bad_quantity"), True

    def _read_variant(self, row: Row, text: str) -> None:
        row.variant = _within(one_line(text), 80)

    def _read_sku(self, row: Row, text: str) -> None:
        row.variant_fields["sku"] = _within(one_line(text), 64)

    def _read_low_stock_at(self, row: Row, text: str) -> None:
        row.variant_fields["low_stock_at"] = _number(text, 0, MAX_ON_HAND, "bad_quantity")

    def _read_delivery(self, row: Row, text: str) -> None:
        names = [name.strip().casefold() for name in text.split("|") if name.strip()]
        if any(name not in self._options for name in names):
            raise Invalid("delivery_option_not_found", _("The shop has no such delivery."))
        row.fields["delivery_options"] = sorted({self._options[name] for name in names})

    def _read_place(self, row: Row, text: str) -> None:
        if text not in self._spots:
            name, _comma, country = text.partition(",")
            towns = find_places(name, country=country.strip() or self._shop.country, limit=1)
            if not towns:
                raise Invalid("place_not_found", _("There is no such place."))
            spot = spot_at(towns[0].latitude, towns[0].longitude)
            self._spots[text] = {"name": one_line(name)[:80], "cell": f"{spot.cell_7:x}"}
        row.fields["location"] = self._spots[text]

    def _read_takes_offers(self, row: Row, text: str) -> None:
        if text.lower() not in _YES | _NO:
            raise Invalid("bad_choice", _("This can be yes or no."))
        row.fields["takes_offers"] = text.lower() in _YES

    def _read_max_per_buyer(self, row: Row, text: str) -> None:
        row.fields["max_per_buyer"] = _number(text, 1, 999, "bad_quantity")

    def _read_state(self, row: Row, text: str) -> None:
        row.state = _one_of(text, STATES)

    def _read_attributes(self, row: Row, given: dict[str, str]) -> list[tuple[str, DomainError]]:
        texts = {name.removeprefix(ATTRIBUTE): text for name, text in given.items() if name.startswith(ATTRIBUTE)}
        texts = {key: text for key, text in texts.items() if text}
        if not texts:
            return []
        if "category" not in row.fields:
            return [("category", Invalid("category_needed", _("Facts need the category beside them.")))]
        known = {one.key: one for one in self._attributes[row.fields["category"]]}
        problems: list[tuple[str, DomainError]] = []
        values: dict[str, Any] = {}
        for key, text in texts.items():
            try:
                values |= attributes.cleaned(known.values(), {key: _typed(known.get(key), text)})
            except DomainError as error:
                problems.append((f"{ATTRIBUTE}{key}", error))
        row.fields["attributes"] = values
        return problems


def _typed(attribute: Attribute | None, text: str) -> Any:
    """Flags are written as yes or no, choices by their value or as people read them."""
    if attribute is None or attribute.type in (Attribute.Type.TEXT, Attribute.Type.NUMBER):
        return text
    if attribute.type == Attribute.Type.FLAG:
        return {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}.get(text.lower(), text)
    for one in attribute.choices:
        if text.casefold() in {str(name).casefold() for name in (one["value"], one["name"], *one["names"].values())}:
            return one["value"]
    return text


def _within(text: str, limit: int) -> str:
    if len(text) > limit:
        raise Invalid("too_long", _("This may have at most %(limit)d characters.") % {"limit": limit})
    return text


def _one_of(text: str, values: Any) -> str:
    value = text.lower().replace(" ", "_")
    if value not in values:
        raise Invalid("bad_choice", _("This can be: %(values)s.") % {"values": ", ".join(values)})
    return value


def _number(text: str, low: int, high: int, code: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and low <= int(text) <= high):
        raise Invalid(code, _("That is not a possible number of pieces."))
    return int(text)


def error_json(number: int, column: str, error: DomainError) -> RowErrorJSON:
    missing = error.extra.get("missing")
    message = f"{error.detail} ({', '.join(missing)})" if missing else str(error.detail)
    return {"row": number, "column": column, "code": error.code, "message": message}
