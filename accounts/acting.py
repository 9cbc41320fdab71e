"""How a settings page acts: do it, say how it went, and show the page again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from core.errors import DomainError


class PersonalRequest(HttpRequest):
    """For type checkers: a request that login_required has let through."""

    user: User  # type: ignore[assignment]


def act(request: HttpRequest, action: Callable[[], Any], *, done: str, then: str) -> HttpResponse:
    """Run one action; what it refuses is told on the page `then`, instead of a page of its own."""
    try:
        action()
    except DomainError as error:
        messages.error(request, str(error.detail))
    else:
        messages.success(request, done)
    return redirect(then)


def attempt(form: Form, action: Callable[[], Any]) -> bool:
    """Run one action for a form; what it refuses becomes the form's error, at the field it names."""
    try:
        action()
    except DomainError as error:
        field = error.extra.get("field")
        form.add_error(field if field in form.fields else None, str(error.detail))
        return False
    return True
