"""What a seller has to know stands in their Saved messages, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from market.models import Order, Variant
from market.tasks.money import remind_of_deadlines
from messenger.models import Message
from tests.market.scenes import make_listing
from tests.market.trade import bought

pytestmark = pytest.mark.django_db


def notes_of(user):
    found = Message.objects.filter(chat__kind="saved", chat__memberships__user=user)
    return [message.text for message in found.order_by("pk")]


def test_stock_that_runs_low_is_said_once_until_it_is_counted_again(alice, bob, run_all_tasks):
    listing = make_listing(alice, price=1_000, stock=4, title="Soap")
    Variant.objects.update(low_stock_at=2)
    bought(bob, listing)
    run_all_tasks()
    assert notes_of(alice) == []
    bought(bob, {listing: 1})
    bought(bob, {listing: 1})
    run_all_tasks()
    assert notes_of(alice) == ["Soap: 2 pieces are left."]


def test_a_deadline_is_said_a_day_before_it_comes(alice, bob, run_all_tasks):
    made = bought(bob, make_listing(alice, price=1_000))
    remind_of_deadlines()
    run_all_tasks()
    assert notes_of(alice) == []
    Order.objects.update(due_at=timezone.now() + timedelta(hours=20))
    for _hour in range(2):
        remind_of_deadlines()
    run_all_tasks()
    (said,) = notes_of(alice)
    assert made.number in said


def test_the_last_piece_of_a_private_seller_is_sold_when_the_order_is_done(alice, bob, run_all_tasks):
    last, more = make_listing(alice, price=1_000), make_listing(alice, price=1_000, stock=2)
    for listing in (last, more):
        bought(bob, listing, state="completed")
    run_all_tasks()
    last.refresh_from_db()
    more.refresh_from_db()
    assert (last.state, more.state) == ("sold", "published")
