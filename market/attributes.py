"""The typed facts of a listing: is what a seller says of the type that the category asks for?"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from market.models import Attribute, Category
from market.queries.categories import attributes_of

TEXT_CHARS = 80
_MAX_NUMBER = 10**9


def clean_attributes(category: Category | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """What of it the category knows, each in its type; empty values are left out. One query.

    Raises Invalid("unknown_attribute" or "bad_attribute", attribute=key).
    """
    return cleaned(attributes_of(category) if category else [], given)


def cleaned(attributes: Iterable[Attribute], given: Mapping[str, Any]) -> dict[str, Any]:
    """The same, of attributes that are loaded already."""
    known = {one.key: one for one in attributes}
    result: dict[str, Any] = {}
    for key, value in given.items():
        if value in (None, ""):
            continue
        if key not in known:
            raise Invalid("unknown_attribute", _("This category has no such fact."), field="attributes", attribute=key)
        result[key] = _clean(known[key], value)
    return result


def fitting_attributes(category: Category | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """As clean_attributes(), but what does not fit is left out: for a listing that moves to another category."""
    known = {one.key: one for one in attributes_of(category)} if category else {}
    result = {}
    for key, value in given.items():
        try:
            result[key] = _clean(known[key], value)
        except (KeyError, Invalid):
            continue
    return result


def missing_attributes(category: Category, given: Mapping[str, Any]) -> Sequence[str]:
    """The keys of what the category requires and is not there. One query."""
    return [one.key for one in attributes_of(category) if one.is_required and one.key not in given]


def _clean(attribute: Attribute, value: Any) -> Any:
    if attribute.type == Attribute.Type.FLAG and isinstance(value, bool):
        return value
    if attribute.type == Attribute.Type.NUMBER:
        return _number(attribute, value)
    if attribute.type == Attribute.Type.CHOICE and value in [one["value"] for one in attribute.choices]:
        return value
    if attribute.type == Attribute.Type.TEXT and isinstance(value, str):
        text = " ".join(value.split())
        if 0 < len(text) <= TEXT_CHARS:
            return text
    raise _bad(attribute)


def _number(attribute: Attribute, value: Any) -> int | float:
    """Whole ones as int, so that "54" and 54.0 are counted together."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _bad(attribute)
    try:
        number = float(value.strip().replace(",", ".") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        raise _bad(attribute) from None
    if not math.isfinite(number) or not 0 <= number <= _MAX_NUMBER:
        raise _bad(attribute)
    return int(number) if number.is_integer() else round(number, 3)


def _bad(attribute: Attribute) -> Invalid:
    return Invalid(
        "bad_attribute",
        _("“%(name)s” cannot have this value.") % {"name": attribute.title},
        field="attributes",
        attribute=attribute.key,
    )
