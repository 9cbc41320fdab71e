"""What is answered when no view did: to programs as problem details like all else, to people as a page."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views import defaults

from core.errors import DomainError, NotFound


class ServerError(DomainError):
    code, status, detail = "server_error", 500, _("Something went wrong on our side.")


def is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith(("/_allauth/", "/api/"))


def problem(error: DomainError) -> JsonResponse:
    """Problem details, as core/errors.py answers them from inside the REST framework."""
    body = {"type": "about:blank", "title": error.code, "status": error.status, **error.as_json()}
    return JsonResponse(body, status=error.status, content_type="application/problem+json")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return problem(NotFound()) if is_for_programs(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    return problem(ServerError()) if is_for_programs(request) else defaults.server_error(request)
