"""What every page of the market needs: the cart's count in the bar, compression, and how a POST answers."""

import functools
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import User
from core.compression import compressed_page
from core.errors import DomainError
from market.queries.cart import piece_count

Context = dict[str, Any]
View = Callable[..., HttpResponse]


def person(request: HttpRequest) -> User | None:
    """Who is signed in, if anybody."""
    return cast(User, request.user) if request.user.is_authenticated else None


def market_page(request: HttpRequest, template: str, context: Context | None = None, status: int = 200) -> HttpResponse:
    """A template that extends market/base_market.html, or for htmx a part of it. One query, for the cart."""
    by = person(request)
    count = piece_count(by) if by is not None and not is_partial(request) else 0
    response = render(
        request, template, {"cart_count": count, "is_signed_in": by is not None, **(context or {})}, status=status
    )
    patch_vary_headers(response, ["HX-Request"])  # the same address has a whole page and a part
    return response


def is_partial(request: HttpRequest) -> bool:
    """htmx asks for a part; when it restores the history it wants the whole page."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request


def public(view: View) -> View:
    """A page that everybody may read. Compressed: its one secret is the CSRF token, masked anew in each answer."""
    return compressed_page(view)


def signed_in_to_act(view: View) -> View:
    """A POST of the market: who is not signed in comes back afterwards to the page, not to the act."""

    @require_POST
    @functools.wraps(view)
    def acting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            sign_in = redirect_to_login(next_of(request))
            if getattr(request, "htmx", None):
                return HttpResponse(status=204, headers={"HX-Redirect": sign_in["Location"]})
            return sign_in
        return view(request, *args, **kwargs)

    return acting


def next_of(request: HttpRequest, default: str = "/market/") -> str:
    """Where a form wants to go afterwards: an address of ours, and no other."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if is_ours else default


def answer(
    request: HttpRequest,
    *,
    said: str = "",
    then: str = "",
    part: tuple[str, Context] | None = None,
    is_error: bool = False,
) -> HttpResponse:
    """After a POST. For htmx: `part` (template, context) in place of what was pressed, and `said` as a toast; without
    a script: back to where one was, with `said` as a message.
    """
    if not getattr(request, "htmx", None):
        if said:
            (messages.error if is_error else messages.success)(request, said)
        return redirect(then or next_of(request))
    if then:
        if said:
            (messages.error if is_error else messages.success)(request, said)
        return HttpResponse(status=204, headers={"HX-Redirect": then})
    html = render_to_string(part[0], part[1], request) if part else ""
    html += render_to_string("market/components/_toast.html", {"text": said, "is_error": is_error}) if said else ""
    response = HttpResponse(html)
    if part is None:
        response["HX-Reswap"] = "none"
    return response


def attempted(request: HttpRequest, action: Callable[[], Any], **done: Any) -> HttpResponse:
    """Do it and answer(**done); what the action refuses is told where one is."""
    try:
        action()
    except DomainError as error:
        return answer(request, said=str(error.detail), is_error=True)
    return answer(request, **done)
