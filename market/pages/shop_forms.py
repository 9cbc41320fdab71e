"""Forms about a shop, read from what people type: amounts as amounts, countries as a list of codes."""

import re
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from core.errors import Invalid
from market.countries import check_country
from market.models import Coupon, DeliveryOption
from market.money import parse_amount
from market.pages.cart import number


def delivery_fields(given: QueryDict, currency: str) -> dict[str, Any]:
    """Fields `way-…` of a way of delivery. Raises Invalid with the name of the field."""
    kind = given.get("way-kind", DeliveryOption.Kind.SHIPPING)
    if kind not in DeliveryOption.Kind.values:
        raise Invalid("bad_kind", _("That is not possible."), field="kind")
    shipped = kind == DeliveryOption.Kind.SHIPPING
    free_from = given.get("way-free_from", "").strip()
    fields: dict[str, Any] = {
        "kind": kind,
        "name": given.get("way-name", "").strip()[:60],
        "price_minor": parse_amount(given.get("way-price", "").strip() or "0", currency, field="price_minor"),
        "extra_minor": parse_amount(given.get("way-extra", "").strip() or "0", currency, field="extra_minor"),
        "free_from_minor": parse_amount(free_from, currency, field="free_from_minor") if free_from else None,
        "countries": countries_in(given.get("way-countries", "")) if shipped else [],
        "days_min": min(number(given.get("way-days_min"), 1 if shipped else 0), 365),
        "days_max": min(number(given.get("way-days_max"), 5 if shipped else 0), 365),
    }
    if not fields["name"]:
        raise Invalid("name_needed", _("This needs a name."), field="name")
    return fields


def countries_in(text: str) -> list[str]:
    """Codes as one types them: "DE, AT CH"; nothing is anywhere."""
    found = [check_country(one, field="countries") for one in re.split(r"[\s,;]+", text.strip()[:600]) if one]
    return list(dict.fromkeys(found))


def coupon_fields(given: QueryDict, currency: str) -> dict[str, Any]:
    """All but the code. A percentage as "10" or "12.5"."""
    kind = given.get("kind", "")
    if kind not in Coupon.Kind.values:
        raise Invalid("bad_kind", _("Choose what it takes off."), field="kind")
    value = given.get("value", "").strip()
    least = given.get("min_items", "").strip()
    uses = given.get("max_uses", "").strip()
    if uses and not number(uses):
        raise Invalid("bad_count", _("A whole number from 1, or nothing."), field="max_uses")
    return {
        "kind": kind,
        "value": _basis_points(value) if kind == Coupon.Kind.PERCENT else parse_amount(value, currency, field="value"),
        "min_items_minor": parse_amount(least, currency, field="min_items_minor") if least else 0,
        "max_uses": number(uses) or None,
        "per_buyer": number(given.get("per_buyer"), 1),
        "valid_from": moment_in(given.get("valid_from", "")),
        "valid_until": moment_in(given.get("valid_until", ""), is_end=True),
    }


def _basis_points(text: str) -> int:
    match = re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?", text)
    if match is None:
        raise Invalid("bad_value", _("A percentage, such as 10."), field="value")
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))


def moment_in(text: str, *, is_end: bool = False) -> datetime | None:
    """A day, or a day and a time, in the person's own time zone. The end of a day is its last second."""
    text = text.strip()
    if not text:
        return None
    try:
        at, day = parse_datetime(text), parse_date(text[:10])
    except ValueError:
        at = day = None
    if at is None or len(text) <= 10:
        if day is None:
            raise Invalid("bad_period", _("This is no date."), field="valid_until" if is_end else "valid_from")
        clock = datetime.max.time().replace(microsecond=0) if is_end else datetime.min.time()
        at = datetime.combine(day, clock)
    return timezone.make_aware(at) if timezone.is_naive(at) else at
