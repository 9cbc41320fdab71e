"""Everybody presses Buy at the same moment: real threads, on SQLite and on PostgreSQL."""

import pytest

from market.actions.quotes import cancel_quote, expire_overdue_quotes, make_quote, use_quote
from market.models import Quote, Reservation, Stock
from tests.conftest import make_user

from .deals import make_order, outcomes
from .scenes import make_listing, make_variant, the_variant

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 40


def pressing(user, variant, quantity=1):
    return lambda: make_quote(by=user, variant_id=variant.pk, quantity=quantity)


def test_the_last_ticket_is_held_once(alice):
    variant = the_variant(make_listing(alice, stock=1))
    crowd = [make_user(f"person{number}") for number in range(CROWD)]
    assert outcomes(*(pressing(one, variant) for one in crowd)) == ["ok", *["out_of_stock"] * (CROWD - 1)]
    stock = Stock.objects.get(pk=variant.pk)
    assert (stock.on_hand, stock.reserved, stock.available) == (1, 1, 0)
    assert Quote.objects.count() == Reservation.objects.count() == 1


def test_no_more_than_there_are(alice):
    variant = the_variant(make_listing(alice, stock=7))
    crowd = [make_user(f"person{number}") for number in range(20)]
    told = outcomes(*(pressing(one, variant, 2) for one in crowd))
    assert told == sorted(["ok"] * 3 + ["out_of_stock"] * 17)
    assert Stock.objects.get(pk=variant.pk).reserved == 6


def test_one_person_presses_on_five_devices(alice, bob):
    variant = the_variant(make_listing(alice, stock=9))
    assert outcomes(*[pressing(bob, variant)] * 5) == ["ok"] * 5
    assert Quote.objects.count() == 1
    assert Stock.objects.get(pk=variant.pk).reserved == 1


def test_max_per_buyer_holds_against_two_devices(alice, bob):
    tickets = make_listing(alice, stock=9, max_per_buyer=2)
    seats = [the_variant(tickets), *(make_variant(tickets, name=f"Row {row}", price=1, stock=9) for row in range(4))]
    assert outcomes(*(pressing(bob, seat) for seat in seats)) == sorted(["ok"] * 2 + ["max_per_buyer"] * 3)


def test_limit_of_open_quotes_holds_against_many_devices(alice, bob):
    variants = [the_variant(make_listing(alice, stock=1)) for _one in range(8)]
    assert outcomes(*(pressing(bob, one) for one in variants)) == sorted(["ok"] * 5 + ["too_many_quotes"] * 3)


def test_ordering_cancelling_and_expiry_at_once_move_the_stock_once(alice, bob):
    listing = make_listing(alice, stock=3)
    quote, _new = make_quote(by=bob, variant_id=the_variant(listing).pk, quantity=2)
    order = make_order(listing, bob, state="created")
    mine = [Quote.objects.get(pk=quote.pk) for _one in range(2)]
    outcomes(
        *(lambda one=one: use_quote(one, order) for one in mine),
        *[lambda: cancel_quote(by=bob, quote_id=quote.pk)] * 2,
        expire_overdue_quotes,
    )
    quote.refresh_from_db()
    stock = Stock.objects.get(pk=the_variant(listing).pk)
    if quote.state == "used":  # held until the checkout hands it over
        assert (stock.reserved, quote.order) == (2, order)
    else:
        assert (quote.state, stock.reserved, quote.order) == ("cancelled", 0, None)
