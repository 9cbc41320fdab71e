"""The cart: what lies in it by seller and currency, what stands in the way of each thing, and what to do about it."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.acting import PersonalRequest
from accounts.models import User
from core.errors import DomainError, NotFound
from market.access.listings import listing_for_viewing
from market.access.offers import cart_line_for_editing
from market.actions import cart as actions
from market.actions.favourites import mark_favourite
from market.models import Variant
from market.pages.frame import Context, answer, is_partial, market_page, next_of, signed_in_to_act
from market.queries.cart import piece_count
from market.serializers.cart import cart_json

URL = "/market/cart/"
_TEMPLATE, _PART = "market/cart/cart.html", "market/cart/_cart.html"


@login_required
@require_safe
def cart(request: PersonalRequest) -> HttpResponse:
    removed = _removed(request.user, number(request.GET.get("removed")), number(request.GET.get("quantity"), 1))
    return market_page(request, _TEMPLATE, {**_context(request.user), "removed": removed})


def _context(by: User) -> Context:
    """At most fourteen queries."""
    found: Any = cart_json(by)
    for basket in found["baskets"]:
        for part in basket["parts"]:
            part["is_ready"] = all(not line["problem"] for line in part["lines"])
        basket["is_ready"] = all(part["is_ready"] for part in basket["parts"])
        basket["has_new_prices"] = any(
            line["problem"] == "price_changed" for part in basket["parts"] for line in part["lines"]
        )
    return {"cart": found, "cart_count": found["count"]}


def _removed(by: User, variant_id: int, quantity: int) -> dict[str, Any] | None:
    """What was taken out a moment ago, so that it can be put back; nothing when one may not see what it is."""
    listing_id = Variant.objects.filter(pk=variant_id).values_list("listing", flat=True).first() if variant_id else None
    try:
        listing = listing_for_viewing(by, listing_id or 0)
    except NotFound:
        return None
    return {"variant": variant_id, "quantity": max(1, quantity), "title": listing.title}


@signed_in_to_act
def add(request: HttpRequest) -> HttpResponse:
    """From a listing's page, and what was removed by mistake."""
    by = cast(User, request.user)
    variant, quantity = number(request.POST.get("variant")), number(request.POST.get("quantity"), 1)
    try:
        actions.add_to_cart(by=by, variant_id=variant, quantity=quantity)
    except DomainError as error:
        return answer(request, said=str(error.detail), is_error=True)
    if request.POST.get("undo"):
        return _shown(request, _("It is back in your cart."))
    link = ("market/cart/_link.html", {"cart_count": piece_count(by), "is_new": True})
    return answer(request, said=_("It is in your cart."), part=link)


@signed_in_to_act
def set_quantity(request: HttpRequest, line_id: int) -> HttpResponse:
    by = cast(User, request.user)
    quantity = number(request.POST.get("quantity"))
    return _done(request, lambda: actions.set_quantity(by=by, line_id=line_id, quantity=quantity))


@signed_in_to_act
def remove(request: HttpRequest, line_id: int) -> HttpResponse:
    by = cast(User, request.user)
    line = cart_line_for_editing(by, line_id)
    actions.remove_line(by=by, line_id=line_id)
    if is_partial(request):
        return _shown(request, removed=_removed(by, line.variant_id, line.quantity))
    return answer(request, then=f"{URL}?removed={line.variant_id}&quantity={line.quantity}")


@signed_in_to_act
def keep_for_later(request: HttpRequest, line_id: int) -> HttpResponse:
    """Out of the cart, into the favourites."""
    by = cast(User, request.user)
    line = cart_line_for_editing(by, line_id)

    def keep() -> None:
        mark_favourite(by=by, listing_id=line.variant.listing_id)
        actions.remove_line(by=by, line_id=line_id)

    return _done(request, keep, _("It is among your favourites."))


@signed_in_to_act
def accept_prices(request: HttpRequest) -> HttpResponse:
    by = cast(User, request.user)
    return _done(request, lambda: actions.accept_prices(by=by), _("These are the prices of now."))


def _done(request: HttpRequest, action: Callable[[], Any], said: str = "") -> HttpResponse:
    try:
        action()
    except DomainError as error:
        return _shown(request, str(error.detail), is_error=True)
    return _shown(request, said)


def _shown(request: HttpRequest, said: str = "", *, is_error: bool = False, **more: Any) -> HttpResponse:
    part = (_PART, {**_context(cast(User, request.user)), "is_new": True, **more}) if is_partial(request) else None
    return answer(request, said=said, part=part, is_error=is_error, then="" if part else next_of(request, URL))


def number(text: str | None, default: int = 0) -> int:
    """A number as a form sends it; `default` for anything else."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else default
