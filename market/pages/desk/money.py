"""The shop's money: what is there, what is held, what moved it, and out to the bank with it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.acting import PersonalRequest
from core.errors import DomainError
from market.actions.payout_accounts import set_payout_account
from market.actions.payouts import request_payout
from market.models import Payout, Shop
from market.money import parse_amount, plain
from market.pages.desk.frame import act_of_seller, desk_page, done, of_seller
from market.pages.once import once
from market.queries.orders import balance_json, masked, payout_json, statement_entries, statement_line_json

PER_PAGE = 30
_PAYOUTS = 10
URL = "/market/desk/money/"


@of_seller
def money(request: PersonalRequest, shop: Shop) -> HttpResponse:
    return _shown(request, shop)


def _shown(request: PersonalRequest, shop: Shop, error: DomainError | None = None) -> HttpResponse:
    page = Paginator(statement_entries(shop).order_by("-id"), PER_PAGE).get_page(request.GET.get("page"))
    balance = balance_json(shop)
    payouts = shop.payouts.order_by("-pk")[:_PAYOUTS]
    labels = dict(Payout.State.choices)
    context = {
        "page": page,
        "balance": balance,
        "entries": [statement_line_json(entry, shop.currency) for entry in page.object_list],
        "payouts": [{**payout_json(one), "state_label": labels[one.state]} for one in payouts],
        "account": masked(shop.payout_account),
        "available": plain(max(0, balance["available"]["minor"]), shop.currency),
        "error": error.detail if error else "",
        "error_field": error.extra.get("field", "amount") if error else "",
        "typed": request.POST,
    }
    return desk_page(request, shop, "money", context, status=error.status if error else 200)


@act_of_seller
def pay_out(request: PersonalRequest, shop: Shop) -> HttpResponse:
    """Once for each form that was shown, however often it is sent."""
    by, text = request.user, request.POST.get("amount", "").strip()

    def ask() -> int:
        amount = parse_amount(text, shop.currency, field="amount") if text else None
        return request_payout(by=by, amount_minor=amount).pk

    try:
        once(by, request.POST.get("once", ""), ask)
    except DomainError as error:
        return _shown(request, shop, error)
    return done(request, lambda: None, said=_("The money is on its way to your bank."), then=URL)


@act_of_seller
def account(request: PersonalRequest, shop: Shop) -> HttpResponse:
    try:
        set_payout_account(by=request.user, account=request.POST.get("account", "")[:200])
    except DomainError as error:
        return _shown(request, shop, error)
    return done(request, lambda: None, said=_("Payouts go there from now on."), then=URL)
