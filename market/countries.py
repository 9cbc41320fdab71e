"""Countries by their ISO 3166-1 code, and what they are called in the reader's language."""

from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

# CLDR's territories that are no country one can write to: parts of others, groups, and placeholders.
_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])


def countries() -> list[tuple[str, str]]:
    """(code, name) by name, for a choice."""
    return sorted(_names(get_language() or "en").items(), key=lambda pair: pair[1].casefold())


def country_name(code: str) -> str:
    """The code itself when there is no such country."""
    return _names(get_language() or "en").get(code, code)


def check_country(code: str, *, field: str = "country") -> str:
    """The code in upper case. Raises Invalid("unknown_country")."""
    code = code.strip().upper()
    if code not in _names("en"):
        raise Invalid("unknown_country", _("There is no such country."), field=field)
    return code


@lru_cache(maxsize=16)
def _names(language: str) -> dict[str, str]:
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en")
    names: dict[str, str] = {str(code): name for code, name in Locale.parse("en").territories.items()}
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES]
    return {code: locale.territories.get(code, names[code]) for code in codes}
