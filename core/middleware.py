"""Headers of every answer: a strict content security policy with a nonce per request. Errors of pages."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import DomainError
from core.fallbacks import is_for_programs, problem


class SecurityHeaders:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", policy(nonce))
        response.setdefault("Permissions-Policy", "microphone=(self), camera=(self), geolocation=(self), payment=()")
        if getattr(request, "user", None) is not None and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response


class DomainErrors:
    """What an action refuses reaches pages and allauth's views too: as a page, or as problem details to programs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        headers = {"Retry-After": str(error.extra["retry_after"])} if "retry_after" in error.extra else {}
        response: HttpResponse
        if is_for_programs(request) or not request.accepts("text/html"):
            response = problem(error)
        else:
            response = render(request, "error.html", {"error": error}, status=error.status)
        for name, value in headers.items():
            response[name] = value
        return response


def policy(nonce: str) -> str:
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "worker-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
