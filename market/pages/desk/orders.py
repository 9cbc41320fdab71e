"""Orders of the shop: by what is to do with them, one by one or several at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.acting import PersonalRequest
from core.errors import DomainError
from market.actions import fulfilment
from market.models import Order, Shop
from market.pages.cart import number
from market.pages.desk.frame import act_of_seller, desk_page, of_seller
from market.pages.frame import next_of
from market.pages.orders import PER_PAGE, tab_label
from market.queries.orders import find_orders, sold_orders
from market.serializers.orders import order_cards_json

TABS = ("to_do", "", "on_the_way", "delivered", "disputed", "done", "cancelled", "to_pay")
AT_ONCE = 50


@of_seller
def orders(request: PersonalRequest, shop: Shop) -> HttpResponse:
    tab = request.GET.get("tab", "to_do")
    tab = tab if tab in TABS else "to_do"
    text = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    rows = sold_orders(request.user, "" if text and "tab" not in request.GET else tab)
    if text:
        rows = find_orders(rows, text)
    order: tuple[Any, ...] = (F("due_at").asc(nulls_last=True), "pk") if tab == "to_do" and not text else ("-pk",)
    page = Paginator(rows.order_by(*order), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "orders": order_cards_json(list(page.object_list)),
        "tab": tab,
        "tabs": [(name, tab_label(name)) for name in TABS],
        "text": text,
    }
    return desk_page(request, shop, "orders", context)


@act_of_seller
def batch(request: PersonalRequest, shop: Shop) -> HttpResponse:
    """Accept, or send with the tracking numbers that were typed, all that are ticked. Each stands for itself."""
    by, given = request.user, request.POST
    ids = list(dict.fromkeys(number(one) for one in given.getlist("order")[:AT_ONCE] if number(one)))

    def ship(order_id: int) -> Order:
        carrier, tracking = given.get("carrier", "").strip()[:60], given.get(f"tracking-{order_id}", "").strip()[:80]
        return fulfilment.ship(by=by, order_id=order_id, carrier=carrier, tracking_number=tracking)

    acts: dict[str, Callable[[int], Order]] = {
        "accept": lambda order_id: fulfilment.accept(by=by, order_id=order_id),
        "ship": ship,
    }
    act = acts.get(given.get("act", ""))
    if act is None or not ids:
        messages.warning(request, _("Tick the orders first."))
    else:
        _all(request, ids, act)
    return redirect(next_of(request, "/market/desk/orders/"))


def _all(request: PersonalRequest, ids: list[int], act: Callable[[int], Order]) -> None:
    done = 0
    for order_id in ids:
        try:
            act(order_id)
        except DomainError as error:
            messages.error(request, f"T-{order_id:06d}: {error.detail}")
        else:
            done += 1
    if done:
        said = ngettext("%(count)d order is done.", "%(count)d orders are done.", done)
        messages.success(request, said % {"count": done})
