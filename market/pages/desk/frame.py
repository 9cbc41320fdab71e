"""What all pages of the desk share: the shop, the tabs, and how a form there acts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import PersonalRequest
from core.errors import DomainError, NotFound
from market.models import Shop
from market.pages.frame import Context, market_page
from market.queries.desk import shop_if_any

Page = Callable[..., HttpResponse]


def desk_page(request: PersonalRequest, shop: Shop, part: str, context: Context, status: int = 200) -> HttpResponse:
    """`part`: which tab is current; its template is market/desk/<part>.html."""
    shown = {"shop": shop, "part": part, "currency": shop.currency, **context}
    return market_page(request, f"market/desk/{part}.html", shown, status=status)


def of_seller(view: Page) -> Page:
    """A page to read. Who has no shop yet is told how one begins."""

    @login_required
    @require_safe
    @never_cache
    def reading(request: PersonalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shop = shop_if_any(request.user)
        if shop is None:
            return market_page(request, "market/desk/none.html")
        return view(request, shop, *args, **kwargs)

    return reading


def act_of_seller(view: Page) -> Page:
    """A POST. NotFound for who has no shop."""

    @login_required
    @require_POST
    @never_cache
    def acting(request: PersonalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shop = shop_if_any(request.user)
        if shop is None:
            raise NotFound("shop_not_found")
        return view(request, shop, *args, **kwargs)

    return acting


def done(request: PersonalRequest, action: Callable[[], Any], *, said: Any, then: str) -> HttpResponse:
    """Do it, say how it went, go there. What is not the person's own stays unknown: NotFound."""
    try:
        action()
    except NotFound:
        raise
    except DomainError as error:
        messages.error(request, str(error.detail))
    else:
        messages.success(request, str(said))
    return redirect(then)
