"""Parts of the market's forms: {% load market_forms %}."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import segno
from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from market.models import DeliveryOption
from market.money import format_minor, plain

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """What makes a form act once, however often it is sent (market/pages/once.py)."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid.uuid4().hex)


@register.filter
def of(values: Mapping[Any, Any] | None, key: Any) -> Any:
    """values[key], or "" when it is not there."""
    return "" if not values else values.get(key, "")


@register.simple_tag
def qr(text: str) -> str:
    """The address of a picture (data:) with this text as QR code; light and dark alike on white."""
    return segno.make(text, error="m", micro=False).svg_data_uri(scale=6, border=2, light="#fff", dark="#111")


@register.inclusion_tag("market/components/_error.html")
def error_of(errors: Mapping[str, Any] | None, name: str) -> dict[str, Any]:
    """What is wrong with a field, below it; the field names it by aria-describedby="<name>-error"."""
    return {"text": (errors or {}).get(name, ""), "name": name}


@register.simple_tag
def invalid(errors: Mapping[str, Any] | None, name: str) -> SafeString | str:
    """The attributes of a field that has an error."""
    if not (errors or {}).get(name):
        return ""
    return format_html('aria-invalid="true" aria-describedby="{}-error"', name)


@register.filter
def count_to(number: int) -> range:
    """0, 1 … number; at most a hundred choices."""
    return range(min(int(number), 100) + 1)


@register.filter
def pieces_left(line: Mapping[str, Any]) -> range:
    """How many pieces of an order's line can still be refunded: 0 to all of them."""
    return count_to(line["quantity"] - line["refunded_quantity"])


@register.filter
def typed_amount(minor: int | None, currency: str) -> str:
    """An amount as it stands in a field: "4.90"."""
    return "" if minor in (None, "") else plain(int(minor), currency)


@register.filter
def amount(minor: int | None, currency: str) -> str:
    """An amount for people."""
    return "" if minor in (None, "") else format_minor(int(minor), currency)


@register.filter
def way_price(way: DeliveryOption, currency: str) -> str:
    """What a way of delivery costs, in words."""
    return format_minor(way.price_minor, currency) if way.price_minor else pgettext("delivery", "free")


@register.filter
def percent(basis_points: int) -> str:
    """1250 basis points are "12.5"."""
    return str(number_format(Decimal(basis_points) / 100, use_l10n=True))
