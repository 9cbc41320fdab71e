"""The desk's first page: what is to do now, and how it goes."""

from django.http import HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.acting import PersonalRequest
from market.charts import line_chart
from market.models import Shop
from market.money import money_json
from market.pages.desk.frame import desk_page, of_seller
from market.queries.analytics import days_of, months_of, totals_of
from market.queries.desk import to_do
from market.queries.listings import own_counts
from market.queries.orders import balance_json
from market.serializers.orders import order_cards_json

_DAYS = 30


@of_seller
def overview(request: PersonalRequest, shop: Shop) -> HttpResponse:
    todo, days = to_do(shop), days_of(shop, _DAYS)
    totals, month = totals_of(days), months_of(shop, 1)[0]
    context = {
        "todo": todo,
        "orders": order_cards_json(todo.orders),
        "balance": balance_json(shop),
        "totals": totals,
        "income": money_json(month.income_minor, shop.currency),
        "month": month,
        "counts": own_counts(request.user),
        "chart": line_chart(
            _("Views in the last 30 days"),
            [(f"{day.day:%d.%m.}", day.views) for day in days],
            lambda value: str(number_format(value)),
            summary=_("%(count)s views in 30 days") % {"count": number_format(totals.views)},
        ),
    }
    return desk_page(request, shop, "overview", context)
