"""Each person's own language and time zone, and the trace of their devices."""

import zoneinfo
from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation

from accounts.devices import note_activity


class UserLocale(LocaleMiddleware):
    """Django's locale middleware, where what the profile says wins over the browser. After authentication."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if request.user.is_authenticated:
            activate_for(request.user)
            request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        timezone.deactivate()
        return super().process_response(request, response)


class DeviceActivity:
    """Keeps when and where a browser's session was last used. Clients with a token: accounts/authentication.py."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            note_activity(request, request.user, request.session.session_key)
        return self.get_response(request)


def activate_for(user: object) -> None:
    """Switch the running thread to the language and the time zone of one person (pages, mails, pushes)."""
    if language := getattr(user, "language", ""):
        translation.activate(language)
    if zone := _zone(getattr(user, "time_zone", "")):
        timezone.activate(zone)


@lru_cache(maxsize=600)
def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    """None also for a zone that this machine's tables no longer know."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
