"""Headers of every answer: a strict content security policy with a nonce per request. Errors of pages."""

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, Invalid
from core.fallbacks import is_for_programs, problem

_PERMISSIONS = (
    "microphone=(self), camera=(self), display-capture=(self), speaker-selection=(self), geolocation=(self), payment=()"
)
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class SecurityHeaders:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", policy(nonce))
        response.setdefault("Permissions-Policy", _PERMISSIONS)
        if getattr(request, "user", None) is not None and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response


class NoNulls:
    """No text that people write has a NUL character, and PostgreSQL keeps none: refused before any view, once for all.

    REST is not its business: the serializers there refuse them with the field.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if is_for_programs(request):  # REST has answers of its own
            return None
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "") or self._is_in_form(request):
            return refusal(request, Invalid("bad_text", _("There is a character in it that no text has.")))
        return None

    @staticmethod
    def _is_in_form(request: HttpRequest) -> bool:
        """Of forms alone: reading another body here would take it from the view."""
        if request.method != "POST" or request.content_type not in _FORMS:
            return False
        return any("\0" in value for _name, values in request.POST.lists() for value in values)


class DomainErrors:
    """What an action refuses reaches pages and allauth's views too: as a page, or as problem details to programs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        return refusal(request, error)


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """As a page, or as problem details to programs."""
    response: HttpResponse
    if is_for_programs(request) or not request.accepts("text/html"):
        response = problem(error)
    else:
        response = render(request, "error.html", {"error": error}, status=error.status)
    if "retry_after" in error.extra:
        response["Retry-After"] = str(error.extra["retry_after"])
    return response


def policy(nonce: str) -> str:
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            " ".join(("connect-src 'self'", *map(_origin, settings.CONNECT_TO))),
            "worker-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
