"""How the shop does, as pictures with the same numbers as tables."""

from typing import Any

from babel.numbers import format_compact_currency
from django.http import HttpResponse
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.acting import PersonalRequest
from market.charts import Chart, bar_chart, line_chart
from market.models import Shop
from market.money import format_minor, money_json, to_decimal
from market.pages.cart import number
from market.pages.desk.frame import desk_page, of_seller
from market.queries.analytics import Day, Month, best_listings, by_week, days_of, months_of, totals_of

SPANS = (30, 90, 365)


@of_seller
def insights(request: PersonalRequest, shop: Shop) -> HttpResponse:
    span = number(request.GET.get("days"), SPANS[1])
    span = span if span in SPANS else SPANS[1]
    days, months = days_of(shop, span), months_of(shop)
    totals = totals_of(days)
    earned = sum(month.income_minor for month in months)
    context: dict[str, Any] = {
        "span": span,
        "spans": SPANS,
        "totals": totals,
        "earned": money_json(earned, shop.currency),
        "sold": sum(month.orders for month in months),
        "views": _views(days, span),
        "orders": _orders(months),
        "income": _income(months, shop.currency),
        "best": best_listings(shop, span),
    }
    return desk_page(request, shop, "insights", context)


def _written(value: int) -> str:
    return str(number_format(value))


def _views(days: list[Day], span: int) -> Chart:
    shown = days if span <= 90 else by_week(days)
    total = totals_of(days).views
    return line_chart(
        _("Views") if span <= 90 else _("Views by week"),
        [(date_format(day.day, "j M"), day.views) for day in shown],
        _written,
        summary=_("%(count)s views in %(days)s days") % {"count": _written(total), "days": span},
        total=_written(total),
    )


def _orders(months: list[Month]) -> Chart:
    total = sum(month.orders for month in months)
    return bar_chart(
        _("Orders by month"),
        [(date_format(month.first, "M"), month.orders) for month in months],
        _written,
        summary=_("%(count)s orders in twelve months") % {"count": _written(total)},
        total=_written(total),
    )


def _income(months: list[Month], currency: str) -> Chart:
    total = format_minor(sum(month.income_minor for month in months), currency)
    return bar_chart(
        _("Income by month, after commission and refunds"),
        [(date_format(month.first, "M"), month.income_minor) for month in months],
        lambda minor: format_minor(minor, currency),
        short=lambda minor: _short(minor, currency),
        summary=_("%(amount)s in twelve months") % {"amount": total},
        total=total,
    )


def _short(minor: int, currency: str) -> str:
    """For an axis: "1.2K €"."""
    language = (get_language() or "en").replace("-", "_").split("_")[0]
    return format_compact_currency(to_decimal(minor, currency), currency, locale=language, fraction_digits=1)
