"""Orders: lists by tab, and the page of one, with exactly the buttons of who looks at it."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.acting import PersonalRequest
from core.errors import DomainError
from market.access.orders import order_for_reading
from market.actions.cancelling import expire_on_read
from market.actions.returns import return_until
from market.countries import country_name
from market.models import Dispute, Order, Return
from market.money import plain
from market.orders import BUYER, SELLER, State
from market.pages.frame import Context, market_page
from market.queries.orders import bought_orders, find_orders
from market.serializers.orders import order_cards_json, order_json

PER_PAGE = 20
BUYER_TABS = ("", "to_pay", "open", "on_the_way", "delivered", "done", "cancelled")


def tab_label(tab: str) -> str:
    return {
        "": pgettext("orders", "All"),
        "open": pgettext("orders", "Under way"),
        "to_pay": pgettext("orders", "To pay"),
        "to_do": pgettext("orders", "To do"),
        "on_the_way": pgettext("orders", "Sent"),
        "delivered": pgettext("orders", "Delivered"),
        "disputed": pgettext("orders", "In dispute"),
        "done": pgettext("orders", "Completed"),
        "cancelled": pgettext("orders", "Cancelled"),
    }[tab]


@login_required
@require_safe
@never_cache
def bought(request: PersonalRequest) -> HttpResponse:
    tab = request.GET.get("tab", "")
    tab = tab if tab in BUYER_TABS else ""
    rows = bought_orders(request.user, tab)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    if text:
        rows = find_orders(rows, text)
    page = Paginator(rows.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context: Context = {
        "page": page,
        "orders": order_cards_json(list(page.object_list)),
        "tab": tab,
        "tabs": [(name, tab_label(name)) for name in BUYER_TABS],
        "text": text,
    }
    return market_page(request, "market/orders/list.html", context)


@login_required
@require_safe
@never_cache
def order(request: PersonalRequest, order_id: int) -> HttpResponse:
    return show_order(request, order_id)


def show_order(
    request: PersonalRequest, order_id: int, *, act: str = "", error: DomainError | None = None
) -> HttpResponse:
    """The page of an order. After an `act` that was refused: with its form open, what was typed, and why."""
    found, role = order_for_reading(request.user, order_id)
    expire_on_read(found)
    shown: Any = order_json(found, request.user, role)
    status = error.status if error is not None else 200
    context: Context = {
        "order": shown,
        "role": role,
        "moves": shown["moves"].get(role, []),
        "failed": act,
        "errors": {act: _words(error)} if error is not None else {},
        "typed": request.POST,
        "code": request.GET.get("code", "")[:12],
        "progress": progress_of(found, shown),
        "headline": headline(found, role),
        "return_until": return_until(found),
        "reasons": Dispute.Reason.choices,
        "return_states": dict(Return.State.choices),
        "country": country_name(found.address.get("country", "")) if found.address else "",
        "lines_by_id": {line["id"]: line for line in shown["lines"]},
        "refundable": plain(found.total_minor - found.refunded_minor, found.currency),
        "stars": range(5, 0, -1),
    }
    if "handover_code" in shown:
        path = reverse("market-order", args=[found.pk])
        context["qr_text"] = request.build_absolute_uri(f"{path}?code={shown['handover_code']}")
    return market_page(request, "market/orders/order.html", context, status=status)


def _words(error: DomainError) -> str:
    """What went wrong, with what helps."""
    words = str(error.detail)
    if error.code == "wrong_code":
        left = error.extra.get("tries_left", 0)
        words += " " + _("Tries left: %(count)s.") % {"count": left}
    return words


# --- where it stands ------------------------------------------------------------------------------

_WAYS: dict[str, tuple[str, ...]] = {
    Order.Fulfilment.SHIPPING: (State.PAID, State.ACCEPTED, State.SHIPPED, State.DELIVERED, State.COMPLETED),
    Order.Fulfilment.IN_PERSON: (State.PAID, State.ACCEPTED, State.COMPLETED),
    Order.Fulfilment.ONLINE: (State.PAID, State.DELIVERED, State.COMPLETED),
    Order.Fulfilment.SERVICE: (State.PAID, State.ACCEPTED, State.DELIVERED, State.COMPLETED),
}
_ICONS = {
    State.PAID: "credit-card", State.ACCEPTED: "thumbs-up", State.SHIPPED: "truck", State.DELIVERED: "package-check",
    State.COMPLETED: "circle-check",
}  # fmt: skip


def progress_of(order: Order, shown: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps from paid to completed, with when each was reached; [] for orders that left that way."""
    reached: dict[str, datetime | None] = {}
    for one in shown["timeline"]:
        reached[one["state"]] = parse_datetime(one["at"])
    way = _WAYS[order.fulfilment]
    if order.state not in (State.CREATED, *way):
        return []
    current = way.index(order.state) if order.state in way else -1
    return [
        {
            "label": step_label(state, order.fulfilment),
            "icon": _ICONS[State(state)],
            "at": reached.get(state),
            "is_done": index <= current,
            "is_current": index == current,
        }
        for index, state in enumerate(way)
    ]


def step_label(state: str, fulfilment: str) -> str:
    if state == State.COMPLETED and fulfilment == Order.Fulfilment.IN_PERSON:
        return pgettext("step of an order", "Handed over")
    if state == State.DELIVERED and fulfilment == Order.Fulfilment.SERVICE:
        return pgettext("step of an order", "Done")
    return {
        State.PAID: pgettext("step of an order", "Paid"),
        State.ACCEPTED: pgettext("step of an order", "Accepted"),
        State.SHIPPED: pgettext("step of an order", "Sent"),
        State.DELIVERED: pgettext("step of an order", "Delivered"),
        State.COMPLETED: pgettext("step of an order", "Completed"),
    }[State(state)]


def headline(order: Order, role: str) -> str:
    """What it means for the reader, in one sentence."""
    if role == SELLER:
        return _for_seller(order)
    return _for_buyer(order) if role == BUYER else ""


def _for_buyer(order: Order) -> str:
    is_meeting = order.fulfilment == Order.Fulfilment.IN_PERSON
    return {
        State.CREATED: _("Pay, and it is yours."),
        State.EXPIRED: _("It was not paid in time; nothing was taken."),
        State.PAID: _("Your money is held. Now it is the seller's turn."),
        State.ACCEPTED: _("Show the code when you meet; with it you say that you have it.")
        if is_meeting
        else _("The seller has accepted. Your money is held until you confirm."),
        State.SHIPPED: _("It is on its way to you. Confirm once you have it and it is right."),
        State.DELIVERED: _("Is everything right? Then confirm, and the seller is paid."),
        State.COMPLETED: _("Done. The seller has been paid."),
        State.CANCELLED: _("Cancelled. What you paid comes back to you.")
        if order.paid_at
        else _("Cancelled before it was paid."),
        State.DISPUTED: _("A moderator decides. Your money is held until then."),
        State.RETURNED: _("You sent it back. Your money is on its way to you."),
        State.REFUNDED: _("Your money is on its way back to you."),
        State.CHARGEBACK: _("Your bank has taken the money back."),
    }[State(order.state)]


def _for_seller(order: Order) -> str:
    is_meeting, is_shipping = order.fulfilment == Order.Fulfilment.IN_PERSON, order.fulfilment == "shipping"
    return {
        State.CREATED: _("The buyer has not paid yet. Do not send anything."),
        State.EXPIRED: _("It was not paid in time; the pieces are free again."),
        State.PAID: _("It is paid, and the money is held for you. Accept it."),
        State.ACCEPTED: _("When you meet, type the buyer's code: with it you are paid.")
        if is_meeting
        else (_("Pack it and send it.") if is_shipping else _("Do what was agreed, then say that it is done.")),
        State.SHIPPED: _("On its way. You are paid when the buyer confirms, or when the time to object is over."),
        State.DELIVERED: _("The buyer has it. You are paid when they confirm, or when the time to object is over."),
        State.COMPLETED: _("Done. Your part is in your balance."),
        State.CANCELLED: _("Cancelled. The pieces are free again."),
        State.DISPUTED: _("The buyer objects. Tell the moderators your side; the money is held until they decide."),
        State.RETURNED: _("It came back to you, and the buyer is refunded."),
        State.REFUNDED: _("All of it was refunded."),
        State.CHARGEBACK: _("The buyer's bank has taken the money back. Your payouts are stopped meanwhile."),
    }[State(order.state)]
