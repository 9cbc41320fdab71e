"""Errors with a stable code: one family, one face for REST (problem details, RFC 9457) and one for the socket."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf
from rest_framework.response import Response


class DomainError(Exception):
    """Something a user did that cannot be done. `code` is part of the public interface and never changes."""

    code = "invalid"
    status = 400
    detail: Any = _("That is not possible.")

    def __init__(self, code: str | None = None, detail: Any = None, **extra: Any) -> None:
        self.code = code or self.code
        self.detail = self.detail if detail is None else detail
        self.extra = extra  # JSON values a client can act on: retry_after (seconds), field, limit, …
        super().__init__(self.code)

    def as_json(self) -> dict[str, Any]:
        """The socket's `error` and the core of the REST body."""
        return {"code": self.code, "detail": str(self.detail), **self.extra}


class Invalid(DomainError):
    pass


class NotFound(DomainError):
    """Also for what exists but is none of the asker's business: both look the same from outside."""

    code, status, detail = "not_found", 404, _("Not found.")


class Forbidden(DomainError):
    code, status, detail = "forbidden", 403, _("You may not do that.")


class Conflict(DomainError):
    code, status, detail = "conflict", 409, _("That has changed meanwhile.")


class Gone(DomainError):
    code, status, detail = "gone", 410, _("That is no longer there.")


class TooLarge(DomainError):
    code, status, detail = "too_large", 413, _("That is too large.")


class RateLimited(DomainError):
    code, status, detail = "rate_limited", 429, _("Too many at once. Try again in a moment.")


class Unavailable(DomainError):
    code, status, detail = "unavailable", 503, _("Not available right now. Try again in a moment.")


_DRF_CODES: Mapping[type[Exception], str] = {
    drf.ParseError: "bad_json",
    drf.NotAuthenticated: "not_authenticated",
    drf.AuthenticationFailed: "not_authenticated",
    drf.PermissionDenied: "forbidden",
    drf.NotFound: "not_found",
    drf.MethodNotAllowed: "method_not_allowed",
    drf.UnsupportedMediaType: "unsupported_media_type",
    drf.NotAcceptable: "not_acceptable",
    drf.Throttled: "rate_limited",
}


def from_exception(error: Exception) -> DomainError | None:
    """The DomainError that stands for an exception of Django or DRF; None for a bug of ours."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, Http404 | ObjectDoesNotExist):
        return NotFound()
    if isinstance(error, PermissionDenied):
        return Forbidden()
    result: DomainError
    if isinstance(error, drf.ValidationError):
        result = Invalid("invalid", _("Some fields are not right."), fields=_field_errors(error.detail))
        result.status = error.status_code
        return result
    if isinstance(error, drf.APIException):
        extra = {"retry_after": int(getattr(error, "wait", None) or 1)} if isinstance(error, drf.Throttled) else {}
        result = DomainError(_DRF_CODES.get(type(error), "invalid"), error.detail, **extra)
        result.status = error.status_code
        return result
    return None


def _field_errors(detail: Any) -> dict[str, Any]:
    if isinstance(detail, Mapping):
        return {name: value if isinstance(value, list) else [value] for name, value in detail.items()}
    return {"non_field_errors": detail if isinstance(detail, list) else [detail]}


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: application/problem+json with `type`, `title`, `status`, `code` and `detail`."""
    domain = from_exception(error)
    if domain is None:
        return None
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if "retry_after" in domain.extra:
        headers["Retry-After"] = str(domain.extra["retry_after"])
    body = {"type": "about:blank", "title": domain.code, "status": domain.status, **domain.as_json()}
    return Response(body, status=domain.status, headers=headers, content_type="application/problem+json")
