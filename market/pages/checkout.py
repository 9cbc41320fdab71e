"""From the cart, or from a quote, to an order: address, delivery, coupons, what it comes to; then to the payment."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import PersonalRequest
from accounts.models import User
from core.errors import Conflict, DomainError, NotFound
from market.access.offers import quote_for_viewing
from market.actions import checkout as ordering
from market.actions.addresses import create_address
from market.actions.quotes import cancel_quote, make_quote
from market.countries import countries
from market.models import Address
from market.money import format_minor, money_json
from market.pages import wishes
from market.pages.cart import URL as CART_URL
from market.pages.cart import number
from market.pages.frame import Context, answer, attempted, market_page, signed_in_to_act
from market.pages.once import once
from market.pages.paying import begin
from market.plans import Plan, Wish
from market.serializers.cart import address_json
from market.serializers.checkout import checkout_json
from market.serializers.offers import quote_json

_TEMPLATE = "market/checkout/checkout.html"
_OVER = ("quote_expired", "quote_cancelled")


@login_required
@require_safe
@never_cache
def checkout(request: PersonalRequest) -> HttpResponse:
    return _shown(request, wishes.wish_of(request.user, request.GET))


@login_required
@require_POST
@never_cache
def totals(request: PersonalRequest) -> HttpResponse:
    """The same page with what was chosen, nothing ordered; for htmx the amounts alone."""
    return _shown(request, wishes.wish_of(request.user, request.POST))


@login_required
@require_POST
@never_cache
def save_address(request: PersonalRequest) -> HttpResponse:
    """A new address, chosen at once; the rest of the form stays as it is."""
    by, given = request.user, request.POST.copy()
    try:
        address = create_address(by=by, **wishes.new_address(given))
    except DomainError as error:
        return _shown(request, wishes.wish_of(by, given), given=given, errors=_at_field(error), status=error.status)
    for name in wishes.ADDRESS_FIELDS:
        given.pop(f"new-{name}", None)
    given["address"] = str(address.pk)
    return _shown(request, wishes.wish_of(by, given), given=given)


@login_required
@require_POST
@never_cache
def place(request: PersonalRequest) -> HttpResponse:
    """Order and pay. The same form twice orders once, and leads to the same payment."""
    by, given = request.user, request.POST
    try:
        group, is_new = once(by, given.get("once", ""), lambda: _place(by, given))
    except DomainError as error:
        return _refused(request, error)
    if not is_new:
        messages.info(request, _("This was ordered already."))
        return redirect("market-paid", group)
    return begin(request, int(group))


def _place(by: User, given: QueryDict) -> int:
    wish = wishes.wish_of(by, given)
    if wishes.is_new_address(given) and ordering.preview(by=by, wish=wish).needs_address:
        address = create_address(by=by, **wishes.new_address(given))
        wish = Wish(**{**vars(wish), "address": address.pk})
    group, _payment = ordering.place_order(
        by=by, wish=wish, expected_total_minor=number(given.get("expected_total_minor"), -1)
    )
    return group.pk


def _refused(request: PersonalRequest, error: DomainError) -> HttpResponse:
    """The page once more, as it stands now, with what is in the way."""
    by, given = request.user, request.POST
    code, extra = error.code, error.extra
    if code == "quote_used" and extra.get("order"):
        return redirect("market-order", extra["order"])
    shown: dict[str, Any] = {"given": given, "status": error.status}
    if code == "price_changed" and "expected" in extra:
        shown["changed"] = (extra["expected"], extra["total"])
    elif code in ("empty_cart", *_OVER):
        pass  # _shown() tells it
    elif extra.get("field") in wishes.ADDRESS_FIELDS or code == "too_many_addresses":
        shown["errors"] = _at_field(error)
    elif "problems" not in extra:
        shown["errors"] = {"top": error.detail}
    return _shown(request, wishes.wish_of(by, given), **shown)


def _at_field(error: DomainError) -> dict[str, Any]:
    field = error.extra.get("field")
    return {f"new-{field}" if field in wishes.ADDRESS_FIELDS else "address": error.detail}


# --- the page -----------------------------------------------------------------------------------


def _shown(
    request: PersonalRequest,
    wish: Wish,
    *,
    given: QueryDict | None = None,
    errors: dict[str, Any] | None = None,
    changed: tuple[int, int] | None = None,
    status: int = 200,
) -> HttpResponse:
    by = request.user
    try:
        plan = ordering.preview(by=by, wish=wish)
    except NotFound as error:
        if error.code == "address_not_found":
            return redirect(f"{reverse('market-checkout')}?{_query(wish)}")
        raise
    except DomainError as error:
        return _nothing_to_order(request, wish, error)
    context = {**_context(by, wish, plan, given), "errors": errors or {}, "status": status}
    if changed is not None:
        before, now = (format_minor(minor, plan.currency) for minor in changed)
        context["changed"] = {"before": before, "now": now, "is_more": changed[1] > changed[0]}
    is_part = getattr(request, "htmx", None) and request.htmx.target == "checkout-summary"  # type: ignore[attr-defined]
    return market_page(request, "market/checkout/_totals.html" if is_part else _TEMPLATE, context, status=status)


def _context(by: User, wish: Wish, plan: Plan, given: QueryDict | None) -> Context:
    shown: Any = checkout_json(plan)
    for part, planned in zip(shown["parts"], plan.parts, strict=True):
        part["note"] = planned.note
        part["coupon_works"] = planned.coupon is not None
        part["return_days"] = planned.shop.return_days
        part["ship_within_days"] = planned.shop.ship_within_days
    addresses = [address_json(one) for one in Address.objects.filter(user=by)]
    typed = wishes.new_address(given) if given is not None else {"name": by.display_name}
    return {
        "checkout": shown,
        "quote": quote_json(plan.quote) if plan.quote else None,
        "addresses": addresses,
        "wants_new": not addresses or (given is not None and wishes.is_new_address(given)),
        "typed": {**typed, "country": typed.get("country") or plan.parts[0].shop.country},
        "countries": countries(),
        "problems": wishes.problems_by_place(_without_address(plan, given)),
        "hidden": wishes.hidden_fields(wish),
        "sums": _sums(plan),
    }


def _without_address(plan: Plan, given: QueryDict | None) -> list[dict[str, Any]]:
    """Nobody is blamed for not having typed an address on a page they have just opened."""
    if given is not None and not wishes.is_new_address(given):
        return plan.problems
    return [problem for problem in plan.problems if problem["code"] != "address_needed"]


def _sums(plan: Plan) -> dict[str, Any]:
    def money(name: str) -> Any:
        return money_json(sum(getattr(part, name) for part in plan.parts), plan.currency)

    return {"items": money("items_minor"), "delivery": money("delivery_minor"), "discount": money("discount_minor")}


def _nothing_to_order(request: PersonalRequest, wish: Wish, error: DomainError) -> HttpResponse:
    if error.code == "quote_used" and error.extra.get("order"):
        return redirect("market-order", error.extra["order"])
    if error.code in _OVER and wish.quote is not None:
        quote = quote_json(quote_for_viewing(request.user, wish.quote))
        return market_page(request, "market/checkout/over.html", {"quote": quote, "why": error.detail}, status=409)
    if isinstance(error, Conflict) or error.code in ("empty_cart", "several_currencies"):
        messages.warning(request, str(error.detail))
        return redirect(CART_URL)
    raise error


def _query(wish: Wish) -> str:
    return "&".join(f"{name}={value}" for name, value in wishes.hidden_fields(wish))


# --- the Buy button -----------------------------------------------------------------------------


@signed_in_to_act
def buy(request: HttpRequest) -> HttpResponse:
    """Hold it for a quarter of an hour, and go to the checkout."""
    by = cast(User, request.user)
    variant, quantity = number(request.POST.get("variant")), number(request.POST.get("quantity"), 1)
    try:
        quote, _is_new = make_quote(by=by, variant_id=variant, quantity=quantity)
    except DomainError as error:
        return answer(request, said=str(error.detail), is_error=True)
    return answer(request, then=f"{reverse('market-checkout')}?quote={quote.pk}")


@signed_in_to_act
def let_go(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Not wanted after all: the pieces are free again."""
    by = cast(User, request.user)
    said = _("It is no longer held for you.")
    return attempted(request, lambda: cancel_quote(by=by, quote_id=quote_id), said=said, then="/market/")
