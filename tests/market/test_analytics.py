"""How a shop does: counts of days, months from orders and the books, and the pictures of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from market.actions.aftersale import refund
from market.charts import bar_chart, line_chart, scale
from market.models import ListingDay
from market.queries.analytics import best_listings, by_week, days_of, months_of, totals_of
from tests.market.scenes import make_listing
from tests.market.trade import balance, bought


@pytest.mark.django_db
def test_days_and_what_is_looked_at_most(alice, bob, charlie, django_assert_num_queries):
    one, other = make_listing(alice, title="One"), make_listing(charlie)
    shop = one.shop
    today = timezone.localdate()
    for listing, ago, views in ((one, 0, 10), (one, 3, 30), (one, 40, 99), (other, 0, 7)):
        ListingDay.objects.create(listing=listing, day=today - timedelta(days=ago), view_count=views, cart_count=2)
    bought(bob, one)
    with django_assert_num_queries(2):
        days = days_of(shop, 30)
    assert len(days) == 30
    assert (days[-1].views, days[-4].views, days[0].views) == (10, 30, 0)
    totals = totals_of(days)
    assert (totals.views, totals.carts, totals.orders, totals.conversion) == (40, 5, 1, 2.5)
    assert sum(week.views for week in by_week(days)) == 40
    with django_assert_num_queries(1):
        assert best_listings(shop, 30) == [{"id": one.pk, "title": "One", "views": 40, "orders": 1, "conversion": 2.5}]


@pytest.mark.django_db
def test_a_months_income_is_what_the_balance_gained(alice, bob, django_assert_num_queries):
    listing = make_listing(alice, stock=5)
    shop = listing.shop
    made = bought(bob, listing, state="completed")
    bought(bob, listing)  # held: not earned yet
    refund(by=alice, order_id=made.pk, amount_minor=1_000)
    with django_assert_num_queries(2):
        months = months_of(shop)
    assert len(months) == 12
    assert months[-1].orders == 2
    assert months[-1].income_minor == balance(f"seller:{listing.shop_id}:EUR")
    assert sum(month.income_minor for month in months[:-1]) == 0


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 1), (0, 7), (0, 99), (-350, 12), (-1, 10**12)])
def test_axes_hold_all_values(low, high):
    start, end = scale(low, high)
    assert start <= low <= high <= end
    assert (end - start) % 4 == 0


def test_charts_stay_in_their_box():
    points = [("Jan", -50), ("Feb", 0), ("Mar", 120)]
    for chart in (bar_chart("Income", points, str), line_chart("Views", [(str(n), n) for n in range(90)], str)):
        assert all(0 <= bar.y <= 100 and 0 <= bar.y + bar.height <= 100.001 for bar in chart.bars)
        assert len(chart.ticks) == len(chart.grid) == 5
        assert len(chart.labels) <= 7
    assert line_chart("Views", [], str).is_empty
