"""Lists of orders, and a shop's money, as screens need them."""

from typing import Any

from django.db.models import Q, QuerySet, Sum, Window
from django.utils.translation import pgettext

from accounts.models import User
from accounts.serializers import timestamp
from market import ledger
from market.models import Account, Entry, Order, OrderGroup, Payout, Shop
from market.money import money_json
from market.orders import State
from market.shapes.orders import BalanceJSON, PayoutJSON, StatementLineJSON

# The tabs over lists of orders -> states.
TABS: dict[str, tuple[str, ...]] = {
    "open": (State.CREATED, State.PAID, State.ACCEPTED, State.SHIPPED, State.DELIVERED, State.DISPUTED),
    "to_pay": (State.CREATED,),
    "to_do": (State.PAID, State.ACCEPTED),
    "on_the_way": (State.SHIPPED,),
    "delivered": (State.DELIVERED,),
    "disputed": (State.DISPUTED,),
    "done": (State.COMPLETED,),
    "cancelled": (State.EXPIRED, State.CANCELLED, State.RETURNED, State.REFUNDED, State.CHARGEBACK),
}


def bought_orders(by: User, tab: str = "") -> QuerySet[Order]:
    return _in_tab(Order.objects.filter(buyer=by), tab)


def sold_orders(by: User, tab: str = "") -> QuerySet[Order]:
    """Of one's own shop. What nobody has paid is not the seller's business yet, unless they ask for it."""
    rows = Order.objects.filter(seller=by)
    return _in_tab(rows if tab == "to_pay" else rows.exclude(state__in=[State.CREATED, State.EXPIRED]), tab)


def _in_tab(rows: QuerySet[Order], tab: str) -> QuerySet[Order]:
    return rows.filter(state__in=TABS[tab]) if tab else rows


def find_orders(rows: QuerySet[Order], text: str) -> QuerySet[Order]:
    """By number ("T-000012", "12") or by the beginning of a title, a name of the other side."""
    digits = text.strip().upper().removeprefix("T-").lstrip("0")
    if digits.isascii() and digits.isdigit() and len(digits) < 19:
        return rows.filter(pk=int(digits))
    said = text.strip()[:60]
    return rows.filter(
        Q(lines__title__icontains=said) | Q(buyer__name__istartswith=said) | Q(buyer__handle__istartswith=said.lower())
    ).distinct()


def orders_of_group(group: OrderGroup) -> list[Order]:
    return list(group.orders.select_related("shop__owner", "buyer", "seller", "group").order_by("pk"))


# --- money --------------------------------------------------------------------------------------


def balance_json(shop: Shop) -> BalanceJSON:
    """Two queries."""
    sums = {
        row["kind"]: row["sum"]
        for row in Account.objects.filter(shop=shop, currency=shop.currency).values("kind").annotate(sum=Sum("balance"))
    }
    held = Account.objects.filter(kind=ledger.Kind.HELD, order__shop=shop).aggregate(sum=Sum("balance"))["sum"] or 0
    paying = Payout.objects.filter(shop=shop, state=Payout.State.CLAIMED).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    available, owed = sums.get(ledger.Kind.SELLER, 0), -sums.get(ledger.Kind.RECEIVABLE, 0)
    can = available > 0 and not owed and shop.payouts_frozen_at is None and bool(shop.payout_account)
    return {
        "currency": shop.currency,
        "available": money_json(available, shop.currency),
        "held": money_json(held, shop.currency),
        "owed": money_json(owed, shop.currency),
        "paying_out": money_json(paying, shop.currency),
        "can_pay_out": can,
        "frozen_reason": shop.payouts_frozen_reason if shop.payouts_frozen_at else "",
    }


def statement_entries(shop: Shop) -> QuerySet[Entry]:
    """What moved the seller's balance, each with the balance after it; page it by -id."""
    rows = Entry.objects.filter(account__shop=shop, account__kind=ledger.Kind.SELLER)
    running = Window(Sum("amount_minor"), order_by="id")
    return rows.annotate(balance_after=running).select_related("transaction__order")


def statement_line_json(entry: Any, currency: str) -> StatementLineJSON:
    """Of statement_entries()."""
    order = entry.transaction.order
    return {
        "id": entry.pk,
        "kind": entry.transaction.kind,
        "label": kind_label(entry.transaction.kind),
        "amount": money_json(entry.amount_minor, currency),
        "balance": money_json(entry.balance_after, currency),
        "order": order.pk if order else None,
        "order_number": order.number if order else "",
        "at": timestamp(entry.created_at),
    }


def kind_label(kind: str) -> str:
    """What a movement was, for people."""
    labels = {
        "release": pgettext("movement of money", "Sale"),
        "refund-claim": pgettext("movement of money", "Refund"),
        "payout": pgettext("movement of money", "Payout"),
        "payout-failed": pgettext("movement of money", "Payout that failed"),
        "payout-returned": pgettext("movement of money", "Payout that came back"),
        "chargeback": pgettext("movement of money", "Charged back by the buyer's bank"),
        "chargeback-won": pgettext("movement of money", "Chargeback won"),
    }
    return labels.get(kind, kind)


def payout_json(payout: Payout) -> PayoutJSON:
    return {
        "id": payout.pk,
        "state": payout.state,  # type: ignore[typeddict-item]
        "amount": money_json(payout.amount_minor, payout.currency),
        "destination": masked(payout.destination),
        "failure": payout.failure,
        "created_at": timestamp(payout.created_at),
        "settled_at": timestamp(payout.settled_at) if payout.settled_at else None,
    }


def masked(account: str) -> str:
    """Only the end of an account's number is shown."""
    return f"…{account[-4:]}" if len(account) > 8 else account
