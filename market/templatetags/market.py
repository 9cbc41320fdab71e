"""How nouns of the market are drawn: {% load market %}. Markup is in templates/market/components/."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from market.money import MoneyJSON, plain
from market.shapes.listings import ListingCardJSON, PhotoJSON

register = template.Library()

_STAR = "l2.6 5.3 5.8.8-4.2 4.1 1 5.8L{x} 14.9l-5.2 2.7 1-5.8L{left} 7.7l5.8-.8z"
_STARS = "".join(f"M{x} 1.6" + _STAR.format(x=x, left=x - 8.4) for x in range(10, 100, 20))
_JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
_KIND_ICONS = {"goods": "package", "service": "handshake", "digital": "file-down", "course": "graduation-cap"}


@register.inclusion_tag("market/components/_stars.html")
def stars(value: float | None, size: str = "") -> dict[str, object]:
    """Five stars, as full as `value` says (1.0 to 5.0). `size`: large."""
    width = round(20 * float(value or 0), 1)
    return {"path": _STARS, "width": width, "text": number_format(round(float(value or 0), 1), 1), "size": size}


@register.inclusion_tag("market/components/_rating.html")
def rating(value: float | None, count: int = 0) -> dict[str, object]:
    """Stars with the number and how many said so, or that nobody has yet."""
    return {"value": value, "text": number_format(round(value, 1), 1) if value else "", "count": count}


@register.inclusion_tag("market/components/_photo.html")
def photo(photo: PhotoJSON | None, sizes: str = "13rem", alt: str | None = None, **options: Any) -> dict[str, object]:
    """A photo in the best size for `sizes` (as in <img sizes>). Options: kind (of the listing, for when there is none),
    eager (what is seen first), whole (not cut), tiny (a thumbnail).
    """
    found = photo["sizes"] if photo else {}
    order = [found[name] for name in ("tiny", "small", "medium", "large") if name in found]
    is_tiny = bool(options.get("tiny"))
    usual = next((found[name] for name in ("small", "tiny", "medium", "large") if name in found), None)
    return {
        "photo": photo,
        "alt": (photo["alt"] if photo else "") if alt is None else alt,
        "source": (order[0] if order else None) if is_tiny else usual,
        "srcset": "" if is_tiny else ", ".join(f"{one['url']} {one['width']}w" for one in order),
        "sizes": sizes,
        "icon_name": _KIND_ICONS.get(options.get("kind", ""), "image"),
        **{name: bool(options.get(name)) for name in ("eager", "whole", "tiny")},
    }


@register.inclusion_tag("market/components/_listing_card.html", takes_context=True)
def listing_card(context: Context, card: ListingCardJSON, level: int = 3, eager: bool = False) -> dict[str, object]:
    """A card of the grid. `level`: of its heading. Needs the page's #act form for the heart without a script."""
    request = context.get("request")
    return {"card": card, "level": level, "eager": eager, "request": request, "is_signed_in": is_signed_in(context)}


@register.inclusion_tag("market/components/_shelf.html", takes_context=True)
def shelf(
    context: Context, title: str, cards: Sequence[ListingCardJSON], more: str = "", note: str = ""
) -> dict[str, object]:
    """A titled row of cards; nothing when there are none. `more`: the address of all of them."""
    return {"title": title, "cards": cards, "more": more, "note": note, "request": context.get("request")}


def is_signed_in(context: Context) -> bool:
    user = getattr(context.get("request"), "user", None)
    return bool(user is not None and user.is_authenticated)


@register.simple_tag
def stock_words(available: int | None) -> str:
    """What there is of it, as one says it."""
    if available is None:
        return _("Available")
    if available == 0:
        return _("Sold out")
    if available == 1:
        return _("The last one")
    if few(available):
        return ngettext("%(count)s left", "%(count)s left", available) % {"count": available}
    return _("In stock")


@register.simple_tag
def json_ld(data: dict[str, Any] | None) -> SafeString:
    """Facts for search engines; nothing for None."""
    if not data:
        return SafeString("")
    text = json.dumps(data, ensure_ascii=False).translate(_JSON_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308  (escaped above)


@register.filter
def plain_amount(money: MoneyJSON) -> str:
    """For machines: "10.50"."""
    return plain(money["minor"], money["currency"])


@register.filter
def largest(photo: PhotoJSON) -> str:
    return next((photo["sizes"][name]["url"] for name in ("large", "medium", "small") if name in photo["sizes"]), "")


@register.filter
def moment(text: str | None) -> datetime | None:
    """The time in a JSON value, for the filters of time."""
    return parse_datetime(text) if text else None


@register.filter
def day(text: str | None) -> object:
    return parse_date(text[:10]) if text else None


@register.filter
def few(available: int | None) -> bool:
    """So few that one says how many."""
    return available is not None and 0 < available <= 10


@register.filter
def tint(number: int) -> int:
    """One of the eight hues of tokens.css."""
    return number % 8
