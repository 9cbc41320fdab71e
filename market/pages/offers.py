"""Haggling without the chat: my offers and those made to me, each with the moves that are mine now."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import PersonalRequest
from core.errors import DomainError, Invalid
from market.access.offers import offer_for_viewing, offers_for_viewing
from market.actions import offers as actions
from market.actions.offer_rules import ACTS
from market.models import Offer
from market.money import parse_amount
from market.pages.cart import number
from market.pages.frame import market_page
from market.serializers.offers import offers_json

PER_PAGE = 20
_ROLES = ("", "buyer", "seller")


@login_required
@require_safe
@never_cache
def offers(request: PersonalRequest) -> HttpResponse:
    return _shown(request)


def _shown(request: PersonalRequest, *, failed: int = 0, error: DomainError | None = None) -> HttpResponse:
    role = request.GET.get("role", "")
    role = role if role in _ROLES else ""
    waiting = request.GET.get("state") == "open"
    rows = offers_for_viewing(request.user, role=role, state="open" if waiting else "")
    page = Paginator(rows.order_by("-changed_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    shown: list[Any] = list(offers_json(list(page.object_list)))
    for one, row in zip(shown, page.object_list, strict=True):
        one["side"] = "buyer" if row.buyer_id == request.user.pk else "seller"
        one["can"] = one["moves"][one["side"]]
        one["state_label"] = Offer.State(one["state"]).label
        for step in one["steps"]:
            step["label"] = act_label(step["act"])
    context = {
        "page": page,
        "offers": shown,
        "role": role,
        "is_waiting": waiting,
        "failed": failed,
        "error": error.detail if error else "",
        "typed": request.POST,
    }
    return market_page(request, "market/offers/offers.html", context, status=error.status if error else 200)


def act_label(act: str) -> str:
    return {
        "offer": pgettext("a step of haggling", "Offered"),
        "request": pgettext("a step of haggling", "Asked for a price"),
        "counter": pgettext("a step of haggling", "Countered"),
        "accept": pgettext("a step of haggling", "Accepted"),
        "decline": pgettext("a step of haggling", "Declined"),
        "withdraw": pgettext("a step of haggling", "Withdrawn"),
        "expire": pgettext("a step of haggling", "Not answered in time"),
    }.get(act, act)


@login_required
@require_POST
@never_cache
def move(request: PersonalRequest, offer_id: int) -> HttpResponse:
    """Counter, accept, decline or withdraw. The same act again changes nothing."""
    offer = offer_for_viewing(request.user, offer_id)
    try:
        act = request.POST.get("act", "")
        if act not in ACTS:
            raise Invalid("unknown_act", _("That is not possible."))
        moved = actions.move_offer(
            by=request.user, offer_id=offer.pk, act=act, amount_minor=_amount(request, offer, act),
            note=request.POST.get("note", "")[:1000], seen=number(request.POST.get("seen")) or None,
        )  # fmt: skip
    except DomainError as error:
        return _shown(request, failed=offer.pk, error=error)
    quote = getattr(moved, "quote", None)
    if moved.state == Offer.State.ACCEPTED and moved.buyer_id == request.user.pk and quote is not None:
        return redirect(f"{reverse('market-checkout')}?quote={quote.pk}")
    messages.success(request, said_of(act))
    return redirect(reverse("market-offers") + f"#offer-{offer.pk}")


def said_of(act: str) -> str:
    return {
        "counter": _("Your price is on the table. They have 48 hours to answer."),
        "accept": _("Agreed. The buyer has 24 hours to pay; until then it is held."),
        "decline": _("Declined."),
        "withdraw": _("Withdrawn."),
    }[act]


def _amount(request: HttpRequest, offer: Offer, act: str) -> int | None:
    if act != "counter":
        return None
    return parse_amount(request.POST.get("amount", ""), offer.currency, field="amount")
