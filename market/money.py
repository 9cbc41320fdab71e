"""Money: whole numbers of the currency's smallest unit, beside the currency. Never a float, never "times 100"."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TypedDict

from babel.core import Locale, UnknownLocaleError
from babel.numbers import NumberFormatError, format_currency, parse_decimal
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

# ISO 4217: how many decimals the smallest unit stands behind. What is not here cannot be sold in.
EXPONENTS = {
    "AUD": 2, "BGN": 2, "BHD": 3, "BRL": 2, "CAD": 2, "CHF": 2, "CLP": 0, "CNY": 2, "CZK": 2, "DKK": 2, "EUR": 2,
    "GBP": 2, "HKD": 2, "HUF": 2, "IDR": 2, "ILS": 2, "INR": 2, "ISK": 0, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3,
    "KZT": 2, "MXN": 2, "MYR": 2, "NOK": 2, "NZD": 2, "OMR": 3, "PLN": 2, "RON": 2, "RSD": 2, "RUB": 2, "SEK": 2,
    "SGD": 2, "THB": 2, "TND": 3, "TRY": 2, "UAH": 2, "USD": 2, "VND": 0, "ZAR": 2,
}  # fmt: skip
MAX_MINOR = 10**12  # of one price or amount; sums stay far below 2**63
_TYPED = re.compile(r"[\d.,'’]{1,24}")
_PLAIN = re.compile(r"\d+(?:\.\d+)?", re.ASCII)


class MoneyJSON(TypedDict):
    """An amount. `text` is for people, in the language of the asker; reckon with `minor`."""

    minor: int
    currency: str
    text: str


def exponent(currency: str) -> int:
    """Raises Invalid("unknown_currency")."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise Invalid("unknown_currency", _("This currency is not supported."), field="currency") from None


def to_decimal(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-exponent(currency))


def format_minor(minor: int, currency: str, language: str | None = None) -> str:
    """For people: 1050 EUR is "€10.50", "10,50 €". Whole amounts keep their zeros: a price is a price."""
    return format_currency(to_decimal(minor, currency), currency, locale=_locale(language or get_language()))


def money_json(minor: int, currency: str) -> MoneyJSON:
    return {"minor": minor, "currency": currency, "text": format_minor(minor, currency)}


def optional_money_json(minor: int | None, currency: str) -> MoneyJSON | None:
    return None if minor is None else money_json(minor, currency)


def plain(minor: int, currency: str) -> str:
    """For fields, files and machines: 1050 EUR is "10.50", 1050 JPY is "1050"."""
    return f"{to_decimal(minor, currency):f}"


def parse_amount(text: str, currency: str, *, field: str = "price") -> int:
    """What a person typed ("10.50", "10,50", "1.200"), as their language writes it. Raises Invalid("bad_amount").

    Their language first: "1.050" is a thousand and fifty in German, and one in English. More decimals than the
    currency has are refused, not rounded.
    """
    cleaned = "".join(text.split())
    if not _TYPED.fullmatch(cleaned):
        raise bad_amount(field)
    try:
        value = parse_decimal(cleaned, _locale(get_language()), strict=True)
    except NumberFormatError as error:
        if not _PLAIN.fullmatch(cleaned):
            raise bad_amount(field) from error
        value = Decimal(cleaned)
    minor = value.scaleb(exponent(currency))
    if minor != minor.to_integral_value() or not 0 <= minor <= MAX_MINOR:
        raise bad_amount(field)
    return int(minor)


def bad_amount(field: str) -> Invalid:
    return Invalid("bad_amount", _("This is no amount of this currency."), field=field)


def check_minor(minor: int, *, field: str = "price_minor") -> int:
    """An amount as a client sent it: 0 to MAX_MINOR. Raises Invalid("bad_amount")."""
    if not 0 <= minor <= MAX_MINOR:
        raise bad_amount(field)
    return minor


def part(minor: int, basis_points: int) -> int:
    """So many basis points of an amount, half up. Amounts and rates are not negative."""
    return (minor * basis_points + 5_000) // 10_000


def split(minor: int, weights: Sequence[int]) -> list[int]:
    """The amount in whole parts as near to the weights as can be, which sum to it (largest remainder, Hamilton).

    Equal remainders go to the first. Without any weight all of it goes to the first part.
    """
    if not weights:
        return []
    total = sum(weights)
    if not total:
        return [minor, *[0] * (len(weights) - 1)]
    parts = [minor * weight // total for weight in weights]
    remainders = [minor * weight % total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -remainders[index])
    for index in by_remainder[: minor - sum(parts)]:
        parts[index] += 1
    return parts


def _locale(language: str | None) -> Locale:
    try:
        return Locale.parse((language or settings.LANGUAGE_CODE).replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(settings.LANGUAGE_CODE)
