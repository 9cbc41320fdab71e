"""How a shop does: looked at, ordered, earned. From the counts of days, the orders, and the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, TruncDate, TruncMonth
from django.utils import timezone

from market import ledger
from market.models import Entry, Listing, ListingDay, Order, OrderLine, Shop
from market.orders import State

MONTHS = 12
# What moves a seller's balance because of sales; payouts only move it to their bank.
_EARNED = ("release", "refund-claim", "chargeback", "chargeback-won")
_SOLD = ~Q(state__in=(State.CREATED, State.EXPIRED)) & Q(paid_at__isnull=False)


@dataclass(frozen=True)
class Day:
    day: date
    views: int
    carts: int
    orders: int


@dataclass(frozen=True)
class Month:
    first: date
    orders: int
    income_minor: int  # in the shop's currency; below zero when more went back than came in


@dataclass(frozen=True)
class Totals:
    views: int
    carts: int
    orders: int

    @property
    def conversion(self) -> float | None:
        """Orders of a hundred views; None when nobody looked."""
        return round(self.orders * 100 / self.views, 1) if self.views else None


def days_of(shop: Shop, count: int) -> list[Day]:
    """The last days, today included; those on which nothing happened too. Two queries."""
    today = timezone.localdate()
    first = today - timedelta(days=count - 1)
    rows = ListingDay.objects.filter(listing__shop=shop, day__gte=first, day__lte=today).values("day")
    sums = rows.annotate(views=Sum("view_count"), carts=Sum("cart_count")).order_by("day")
    seen: dict[date, tuple[int, int]] = {row["day"]: (row["views"], row["carts"]) for row in sums}
    paid = Order.objects.filter(_SOLD, shop=shop, paid_at__gte=_start_of(first)).annotate(day=TruncDate("paid_at"))
    sold = dict(paid.values("day").annotate(count=Count("pk")).order_by("day").values_list("day", "count"))
    days = [first + timedelta(days=index) for index in range(count)]
    return [Day(day, *seen.get(day, (0, 0)), sold.get(day, 0)) for day in days]


def totals_of(days: Sequence[Day]) -> Totals:
    return Totals(sum(day.views for day in days), sum(day.carts for day in days), sum(day.orders for day in days))


def by_week(days: Sequence[Day]) -> list[Day]:
    """Sevens of days, the last one ending today; a rest at the beginning is left out."""
    start = len(days) % 7
    weeks = [days[index : index + 7] for index in range(start, len(days), 7)]
    return [
        Day(week[0].day, *(getattr(totals_of(week), name) for name in ("views", "carts", "orders"))) for week in weeks
    ]


def months_of(shop: Shop, count: int = MONTHS) -> list[Month]:
    """The last months, the present one included. Two queries."""
    firsts = _firsts(timezone.localdate(), count)
    sold = _by_month(Order.objects.filter(_SOLD, shop=shop), "paid_at", firsts[0], Count("pk"))
    entries = Entry.objects.filter(
        account__shop=shop, account__kind=ledger.Kind.SELLER, account__currency=shop.currency,
        transaction__kind__in=_EARNED,
    )  # fmt: skip
    earned = _by_month(entries, "created_at", firsts[0], Sum("amount_minor"))
    return [Month(first, sold.get(first, 0), earned.get(first, 0)) for first in firsts]


def _by_month(rows: Any, column: str, since: date, value: Any) -> dict[date, int]:
    months = rows.filter(**{f"{column}__gte": _start_of(since)}).annotate(month=TruncMonth(column)).values("month")
    return {row["month"].date(): row["value"] for row in months.annotate(value=value).order_by("month")}


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _firsts(today: date, count: int) -> list[date]:
    """The first days of the last months, the oldest first."""
    found = [today.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def best_listings(shop: Shop, days: int, count: int = 10) -> list[dict[str, Any]]:
    """Those looked at most: id, title, views, orders, conversion. One query."""
    since = timezone.localdate() - timedelta(days=days - 1)
    within = Q(days__day__gte=since)
    rows = Listing.objects.filter(shop=shop).exclude(state=Listing.State.DELETED)
    lines = OrderLine.objects.filter(listing=OuterRef("pk"), order__paid_at__gte=_start_of(since)).order_by()
    sold = lines.values("listing").annotate(count=Count("order", distinct=True)).values("count")
    rows = rows.annotate(
        views=Sum("days__view_count", filter=within), orders=Coalesce(Subquery(sold), Value(0))
    ).filter(views__gt=0)  # fmt: skip
    found = rows.order_by("-views", "pk").values("id", "title", "views", "orders")[:count]
    return [{**row, "conversion": round(row["orders"] * 100 / row["views"], 1)} for row in found]
