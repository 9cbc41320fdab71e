"""Where buyers go to pay and come back from it: the sandbox's page, the return, and the webhooks of providers."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import PersonalRequest
from accounts.models import User
from core.errors import DomainError
from market import payments
from market.access.orders import group_for_paying
from market.actions.cancelling import expire_on_read
from market.actions.paying import payment_of, reconcile, start
from market.models import OrderGroup, Payment
from market.money import format_minor, money_json
from market.orders import State
from market.pages.frame import Context, is_partial, market_page
from market.payments import sandbox
from market.payments.base import ProviderError, ProviderRefused
from market.queries.orders import orders_of_group
from market.serializers.orders import order_cards_json

_OPEN = (Payment.State.CREATED, Payment.State.PENDING)
_UNPAID = (State.CREATED, State.EXPIRED)


def begin(request: PersonalRequest, group_id: int) -> HttpResponse:
    """To the provider's page; to that of what was ordered when there is nothing to pay, or nobody answers."""
    group = group_for_paying(request.user, group_id)
    if not group.total_minor:
        return redirect("market-paid", group_id)
    try:
        payment = start(by=request.user, payment_id=payment_of(by=request.user, group_id=group_id).pk)
    except DomainError as error:
        if error.code != "paid_already":
            messages.error(request, str(error.detail))
        return redirect("market-paid", group_id)
    if not payment.action_url:
        return redirect("market-paid", group_id)
    if url_has_allowed_host_and_scheme(payment.action_url, allowed_hosts={request.get_host()}):
        return redirect(payment.action_url)
    # Forms may lead nowhere else (form-action 'self'): a page between, that goes on by itself.
    return redirect("market-pay", group_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pay(request: PersonalRequest, group: int) -> HttpResponse:
    """POST begins the payment, or another after one that failed. GET leads on to the provider."""
    if request.method == "POST":
        return begin(request, group)
    found = group_for_paying(request.user, group)
    payment = found.payments.filter(state__in=_OPEN).exclude(action_url="").first()
    if payment is None:
        return redirect("market-paid", group)
    context = {"payment": payment, "amount": format_minor(payment.amount_minor, payment.currency)}
    return market_page(request, "market/checkout/leaving.html", context)


@login_required
@require_safe
@never_cache
def paid(request: HttpRequest, group: int) -> HttpResponse:
    """Back from paying, whatever happened there: ask the provider, and show the orders."""
    found = group_for_paying(cast(User, request.user), group)
    for order in found.orders.all():
        expire_on_read(order)
    payment = found.payments.order_by("-pk").first()
    if payment is not None and payment.state in _OPEN and payment.reference is not None:
        try:
            payment = reconcile(payment)
        except (ProviderError, ProviderRefused):
            payment.refresh_from_db()  # the webhook, or the sweeper, will know
    context = _outcome(found, payment)
    template = "market/checkout/_paid.html" if is_partial(request) else "market/checkout/paid.html"
    return market_page(request, template, context)


def _outcome(group: OrderGroup, payment: Payment | None) -> Context:
    """`state`: paid, free, pending, failed (may be tried again), refunded (paid when it was over), over."""
    orders = orders_of_group(group)
    is_waiting = any(order.state == State.CREATED for order in orders)
    is_paid = payment is not None and payment.state == Payment.State.SUCCEEDED
    is_under_way = payment is not None and payment.state == Payment.State.PENDING and payment.reference is not None
    if payment is None and not group.total_minor:
        state = "free"
    elif is_paid:
        state = "refunded" if all(order.state in _UNPAID for order in orders) else "paid"
    elif is_waiting:
        state = "pending" if is_under_way else "failed"
    else:
        state = "over"
    cards: Any = order_cards_json(orders)
    return {
        "group": group,
        "state": state,
        "payment": payment,
        "orders": cards,
        "total": money_json(group.total_minor, group.currency),
        "pay_by": min(
            (order.due_at for order in orders if order.state == State.CREATED and order.due_at), default=None
        ),
    }


# --- the sandbox's side of the street -------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sandbox_page(request: HttpRequest, reference: str) -> HttpResponse:
    """As if it were another company's: knows nothing of who is signed in here, only of its own charge."""
    charge = sandbox.charge_for_page(reference) if payments.is_enabled("sandbox") else None
    if charge is None:
        raise Http404
    if request.method == "POST":
        given = request.POST.get("answer", "")
        card = str(charge.data.get("card", "")) if given else request.POST.get("card", "ok")
        if card in sandbox.CARDS:
            sandbox.pay(reference, card, is_confirmed=None if not given else given == "yes")
        charge = sandbox.charge_for_page(reference) or charge
    back = str(charge.data.get("return_url") or "/market/")
    if charge.status != "pending" or charge.data.get("capture_at"):
        return redirect(back)
    context = {
        "charge": charge,
        "amount": format_minor(charge.amount_minor, charge.currency),
        "cards": sandbox.CARDS,
        "needs_challenge": bool(charge.data.get("needs_challenge")),
        "back": back,
    }
    return render(request, "market/checkout/sandbox.html", context)
