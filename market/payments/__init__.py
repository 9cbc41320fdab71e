"""Which providers there are, by settings. A provider's module is loaded when it is first asked for."""

from functools import lru_cache
from importlib import import_module

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import Unavailable
from market.payments.base import Provider

_MODULES = {"sandbox": "market.payments.sandbox", "stripe": "market.payments.stripe"}


def is_enabled(name: str) -> bool:
    if name == "sandbox":
        return bool(settings.MARKET_SANDBOX)
    return name == "stripe" and bool(settings.STRIPE_SECRET_KEY)


def enabled() -> list[str]:
    """The real ones first: who offers real money does not want the sandbox chosen by default."""
    return [name for name in ("stripe", "sandbox") if is_enabled(name)]


def default() -> str:
    """Raises Unavailable("no_payments") where no provider is set up."""
    names = enabled()
    if not names:
        raise Unavailable("no_payments", _("Payments are not set up here."))
    return names[0]


def provider(name: str) -> Provider:
    """Also one that is switched off now: its payments may still be asked about and refunded."""
    return _load(name)


@lru_cache(maxsize=4)
def _load(name: str) -> Provider:
    made: Provider = import_module(_MODULES[name]).make()
    return made
