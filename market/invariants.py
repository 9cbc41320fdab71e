"""What must hold in the books at any moment: thirteen queries that find nothing, as long as all is well.

Run by the tests after every step, by a task, and on the moderators' page. Each is one or a few queries over whole
tables, so they are for the worker and for people who wait, not for requests of buyers.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from market import orders, payments
from market.models import (
    Account,
    BooksCheck,
    Chargeback,
    Entry,
    InboxEvent,
    LedgerTransaction,
    Order,
    OrderGroup,
    OrderLine,
    OrderTransition,
    OutboxEvent,
    Payment,
    Payout,
    Quote,
    Refund,
    RefundLine,
    Reservation,
    Stock,
    StockMovement,
)
from market.orders import State

Row = Mapping[str, object]
SHOWN = 20  # offending rows that are kept of each
_PATIENCE = timedelta(minutes=10)
_LONG = timedelta(hours=1)


@dataclass(frozen=True)
class Invariant:
    number: int
    title: Any
    find: Callable[[], Iterable[Row]]  # the rows that break it


@dataclass(frozen=True)
class Result:
    invariant: Invariant
    rows: list[dict[str, object]]  # at most SHOWN
    count: int

    @property
    def holds(self) -> bool:
        return not self.count


def check_all() -> list[Result]:
    """All thirteen, in order."""
    results = []
    for invariant in INVARIANTS:
        rows = [dict(row) for row in invariant.find()]
        results.append(Result(invariant, rows[:SHOWN], len(rows)))
    return results


def run_and_keep() -> BooksCheck:
    """Check, and keep the outcome for the moderators' page."""
    started = time.monotonic()
    broken = [result for result in check_all() if not result.holds]
    failures = [{"number": one.invariant.number, "count": one.count, "rows": one.rows} for one in broken]
    check = BooksCheck.objects.create(failures=failures, seconds=round(time.monotonic() - started, 3))
    BooksCheck.objects.filter(checked_at__lt=timezone.now() - timedelta(days=30)).delete()
    return check


# --- the ledger ---------------------------------------------------------------------------------


def _unbalanced() -> Iterable[Row]:
    sums = Entry.objects.values("transaction", "account__currency").annotate(sum=Sum("amount_minor"))
    return sums.exclude(sum=0).order_by()


def _single_entries() -> Iterable[Row]:
    return LedgerTransaction.objects.annotate(n=Count("entries")).filter(n__lt=2).values("pk", "idempotency_key", "n")


def _wrong_balances() -> Iterable[Row]:
    total = _sum_of(Entry.objects.filter(account=OuterRef("pk")), "account", "amount_minor")
    return Account.objects.annotate(total=total).exclude(balance=F("total")).values("code", "balance", "total")


# --- stock --------------------------------------------------------------------------------------


def _stock_out_of_bounds() -> Iterable[Row]:
    fine = Q(on_hand__gte=F("reserved") + F("allocated"), reserved__gte=0, allocated__gte=0)
    return Stock.objects.exclude(fine).values("pk", "on_hand", "reserved", "allocated")


def _reserved_is_not_held() -> Iterable[Row]:
    held = Reservation.objects.filter(variant=OuterRef("pk"), state=Reservation.State.HELD)
    total = _sum_of(held, "variant", "quantity")
    return Stock.objects.annotate(held=total).exclude(reserved=F("held")).values("pk", "reserved", "held")


def _stock_is_not_its_movements() -> Iterable[Row]:
    moves = StockMovement.objects.filter(variant=OuterRef("pk"))
    sums = {f"moved_{name}": _sum_of(moves, "variant", name) for name in ("on_hand", "reserved", "allocated")}
    same = Q(on_hand=F("moved_on_hand"), reserved=F("moved_reserved"), allocated=F("moved_allocated"))
    return Stock.objects.annotate(**sums).exclude(same).values("pk", "on_hand", "reserved", "allocated", *sums)


# --- orders and money ---------------------------------------------------------------------------


def _finished_orders_with_money() -> Iterable[Row]:
    done = [state for state in orders.FINAL if state != State.CHARGEBACK]
    rows = Account.objects.filter(kind=Account.Kind.HELD).exclude(balance=0)
    open_ = Chargeback.objects.filter(state=Chargeback.State.OPEN).values("payment__group")
    is_lost = Q(order__state=State.CHARGEBACK) & ~Q(order__group__in=open_)
    return rows.filter(Q(order__state__in=done) | is_lost).values("code", "balance", "order__state")


def _totals_that_do_not_add_up() -> Iterable[Row]:
    lines = OrderLine.objects.filter(order=OuterRef("pk"))
    found = Order.objects.annotate(
        lines_items=_sum_of(lines, "order", "subtotal_minor"), lines_discount=_sum_of(lines, "order", "discount_minor"),
        lines_commission=_sum_of(lines, "order", "commission_minor"),
    )  # fmt: skip
    same = Q(
        items_minor=F("lines_items"), discount_minor=F("lines_discount"), commission_minor=F("lines_commission"),
        total_minor=F("items_minor") + F("delivery_minor") + F("tax_minor") - F("discount_minor"),
    )  # fmt: skip
    yield from found.exclude(same).values("pk", "items_minor", "lines_items", "discount_minor", "lines_discount")
    groups = OrderGroup.objects.annotate(
        sum=_sum_of(Order.objects.filter(group=OuterRef("pk")), "group", "total_minor")
    )
    yield from groups.exclude(total_minor=F("sum")).values("pk", "total_minor", "sum")


def _captured_unlike_reported() -> Iterable[Row]:
    yield from Payment.objects.filter(captured_minor__gt=F("reported_minor")).values("pk", "captured_minor")
    posted = Entry.objects.filter(
        transaction__idempotency_key=Concat(Value("capture:payment:"), Cast(OuterRef("pk"), CharField())),
        account__kind=Account.Kind.PROVIDER,
    )
    found = Payment.objects.annotate(posted=_sum_of(posted, "transaction", "amount_minor"))
    yield from found.exclude(captured_minor=-F("posted")).values("pk", "captured_minor", "posted")


def _refunds_that_do_not_fit() -> Iterable[Row]:
    yield from Order.objects.filter(refunded_minor__gt=F("total_minor")).values("pk", "refunded_minor", "total_minor")
    refunds = Refund.objects.filter(order=OuterRef("pk"))
    taken = _taken_by_chargebacks()
    found = Order.objects.annotate(refunds_sum=_sum_of(refunds, "order", "amount_minor")).filter(
        Q(refunded_minor__gt=0) | Q(refunds_sum__gt=0)
    )
    for row in found.values("pk", "refunded_minor", "refunds_sum"):
        # Of free pieces nothing is refunded but the pieces themselves.
        if row["refunded_minor"] != row["refunds_sum"] + taken.get(row["pk"], 0):
            yield row
    per_line = RefundLine.objects.filter(line=OuterRef("pk"))
    lines = OrderLine.objects.annotate(refunds_sum=_sum_of(per_line, "line", "amount_minor"))
    yield from lines.filter(refunds_sum__gt=F("refunded_minor")).values("pk", "refunded_minor", "refunds_sum")
    per_payment = Refund.objects.filter(payment=OuterRef("pk"))
    paid = Payment.objects.annotate(refunds_sum=_sum_of(per_payment, "payment", "amount_minor"))
    yield from paid.exclude(refunded_minor=F("refunds_sum")).values("pk", "refunded_minor", "refunds_sum")
    releases = LedgerTransaction.objects.filter(kind="release").values("order").annotate(n=Count("pk"))
    yield from releases.filter(n__gt=1).order_by()


def _taken_by_chargebacks() -> dict[int, int]:
    taken: dict[int, int] = {}
    for parts in Chargeback.objects.exclude(state=Chargeback.State.WON).values_list("parts", flat=True):
        for part in parts:
            taken[part["order"]] = taken.get(part["order"], 0) + part["taken"]
    return taken


def _states_without_a_way() -> Iterable[Row]:
    last = OrderTransition.objects.filter(order=OuterRef("pk")).order_by("-number")
    found = Order.objects.annotate(
        last_state=Subquery(last.values("to_state")[:1]), last_number=Subquery(last.values("number")[:1])
    )
    wrong = found.exclude(state=F("last_state"), version=F("last_number"))
    yield from wrong.values("pk", "state", "last_state", "version", "last_number")
    legal = {(source, edge.target, edge.act) for edge in orders.EDGES for source in edge.sources}
    moves = OrderTransition.objects.filter(number__gt=0)
    for kind in moves.values("from_state", "to_state", "act").annotate(n=Count("pk")).order_by():
        if (kind["from_state"], kind["to_state"], kind["act"]) not in legal:
            yield kind
    before = OrderTransition.objects.filter(order=OuterRef("order"), number=OuterRef("number") - 1)
    broken = moves.annotate(before=Subquery(before.values("to_state")[:1])).exclude(from_state=F("before"))
    yield from broken.values("order", "number", "from_state", "before")


def _provider_holds_something_else() -> Iterable[Row]:
    for row in Account.objects.values("currency").annotate(sum=Sum("balance")).exclude(sum=0).order_by():
        yield {"currency": row["currency"], "sum_of_all_accounts": row["sum"]}
    if _something_is_under_way():
        return  # their books may be ahead of ours by what is being settled right now
    for account in Account.objects.filter(kind=Account.Kind.PROVIDER):
        name = account.code.split(":")[1]
        holds = payments.provider(name).holds(account.currency) if payments.is_enabled(name) else None
        if holds is not None and holds != -account.balance:
            yield {"account": account.code, "provider_holds": holds, "we_think": -account.balance}


def _something_is_under_way() -> bool:
    return (
        Payment.objects.filter(state__in=[Payment.State.CREATED, Payment.State.PENDING]).exists()
        or Refund.objects.exclude(state=Refund.State.SUCCEEDED).exists()
        or Payout.objects.filter(state=Payout.State.CLAIMED).exists()
        or InboxEvent.objects.filter(folded_at=None).exists()
    )


def _stuck() -> Iterable[Row]:
    now = timezone.now()
    old, very_old = now - _PATIENCE, now - _LONG
    claimed = {"created_at__lt": very_old}
    waiting: dict[str, QuerySet[Any]] = {
        "outbox": OutboxEvent.objects.filter(told_at=None, created_at__lt=old),
        "inbox": InboxEvent.objects.filter(folded_at=None, received_at__lt=old),
        "refund": Refund.objects.filter(state=Refund.State.CLAIMED, **claimed),
        "refund refused": Refund.objects.filter(state=Refund.State.FAILED),
        "payout": Payout.objects.filter(state=Payout.State.CLAIMED, **claimed),
        "payment": Payment.objects.filter(state=Payment.State.PENDING, created_at__lt=now - timedelta(days=1)),
        "reservation": Reservation.objects.filter(state=Reservation.State.HELD, expires_at__lt=old),
        "quote": Quote.objects.filter(state=Quote.State.OPEN, expires_at__lt=old),
        "order": Order.objects.filter(due_at__lt=very_old).exclude(state__in=orders.FINAL),
    }
    for what, rows in waiting.items():
        yield from ({"what": what, "pk": str(pk)} for pk in rows.values_list("pk", flat=True))


def _sum_of(rows: QuerySet[Any], by: str, column: str) -> Coalesce:
    """The sum of a column over the rows of each outer row, as a subquery."""
    sums = rows.order_by().values(by).annotate(_sum=Sum(column)).values("_sum")
    return Coalesce(Subquery(sums, output_field=BigIntegerField()), Value(0))


INVARIANTS = (
    Invariant(1, _("The entries of every transaction sum to zero"), _unbalanced),
    Invariant(2, _("Every transaction has at least two entries"), _single_entries),
    Invariant(3, _("Every balance is the sum of its entries"), _wrong_balances),
    Invariant(4, _("Stock is within its bounds"), _stock_out_of_bounds),
    Invariant(5, _("What is reserved is held by somebody"), _reserved_is_not_held),
    Invariant(6, _("Stock is the sum of its movements"), _stock_is_not_its_movements),
    Invariant(7, _("Finished orders hold no money"), _finished_orders_with_money),
    Invariant(8, _("Totals are the sums of their parts"), _totals_that_do_not_add_up),
    Invariant(9, _("What was captured is what the provider reported"), _captured_unlike_reported),
    Invariant(10, _("Refunds stay within what was paid, and each order is released once"), _refunds_that_do_not_fit),
    Invariant(11, _("Every order came to its state by a legal way"), _states_without_a_way),
    Invariant(12, _("What the provider holds is what we owe"), _provider_holds_something_else),
    Invariant(13, _("Nothing is stuck"), _stuck),
)
