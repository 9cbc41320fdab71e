"""The Buy button: the price holds, and the pieces with it, for a quarter of an hour."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Block
from core import limits
from core.errors import Conflict, NotFound
from market.access.offers import quote_for_checkout
from market.actions.quotes import cancel_quote, make_quote, use_quote
from market.models import Listing, OutboxEvent, Quote, Reservation, Stock, Variant
from market.serializers.offers import quotes_json
from market.tasks.offers import expire_quotes

from .deals import make_order
from .scenes import make_listing, make_shop, make_variant, the_variant

pytestmark = pytest.mark.django_db
URL = "/api/v1/market/quotes"


@pytest.fixture
def bicycle(alice) -> Listing:
    return make_listing(alice, price=12_000, stock=3)


def reserved(listing) -> int:
    return Stock.objects.get(pk=the_variant(listing).pk).reserved


def press(api, user, listing, **body):
    return api(user).post(URL, {"variant": the_variant(listing).pk, **body}, format="json")


def later(**much):
    return time_machine.travel(timezone.now() + timedelta(**much), tick=True)


def test_price_and_stock_are_held(api, bob, bicycle):
    answer = press(api, bob, bicycle, quantity=2, unit_price_minor=1, price=1, currency="USD", state="used")
    assert answer.status_code == 201
    quote = answer.json()
    assert (quote["state"], quote["source"], quote["quantity"], quote["order"]) == ("open", "buy", 2, None)
    assert quote["unit_price"]["minor"] == 12_000
    assert (quote["total"]["minor"], quote["total"]["currency"]) == (24_000, "EUR")
    assert quote["listing"]["id"] == bicycle.pk
    assert reserved(bicycle) == 2
    Variant.objects.filter(listing=bicycle).update(price_minor=15_000)
    assert api(bob).get(f"{URL}/{quote['id']}").json()["unit_price"]["minor"] == 12_000


def test_pressing_again_finds_the_same_one(api, bob, bicycle):
    first, again = press(api, bob, bicycle), press(api, bob, bicycle)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert reserved(bicycle) == 1
    Variant.objects.filter(listing=bicycle).update(price_minor=15_000)
    assert press(api, bob, bicycle).json()["unit_price"]["minor"] == 12_000  # it is frozen
    Variant.objects.filter(listing=bicycle).update(price_minor=9_000)
    assert press(api, bob, bicycle).json()["unit_price"]["minor"] == 9_000  # to the buyer's good


def test_another_quantity_holds_anew_or_changes_nothing(api, bob, bicycle):
    first = press(api, bob, bicycle).json()
    more = press(api, bob, bicycle, quantity=3)
    assert more.status_code == 201
    assert reserved(bicycle) == 3
    assert Quote.objects.get(pk=first["id"]).state == "cancelled"
    too_many = press(api, bob, bicycle, quantity=4)
    assert (too_many.status_code, too_many.json()["code"]) == (409, "out_of_stock")
    assert Quote.objects.get(pk=more.json()["id"]).state == "open"
    assert reserved(bicycle) == 3


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 1e9, 10**30, "many", None, True, [1]])
def test_bad_quantities_are_refused(api, bob, bicycle, quantity):
    answer = press(api, bob, bicycle, quantity=quantity)
    assert (answer.status_code, answer.json()["code"]) in ((400, "invalid"), (400, "bad_json"))
    assert not Quote.objects.exists()


@pytest.mark.parametrize("variant", [0, -1, 1.5, 2**63, 999_999, "x", None])
def test_bad_variants_are_refused(api, bob, bicycle, variant):
    answer = api(bob).post(URL, {"variant": variant}, format="json")
    assert answer.status_code in (400, 404)


def test_nobody_buys_their_own(api, alice, bicycle):
    assert press(api, alice, bicycle).json()["code"] == "own_listing"


def test_what_blocks_or_is_gone_cannot_be_bought(api, alice, bob, charlie, bicycle):
    Block.objects.create(owner=alice, user=charlie)
    assert press(api, charlie, bicycle).json()["code"] == "variant_not_found"
    Listing.objects.filter(pk=bicycle.pk).update(state="paused")
    assert press(api, bob, bicycle).json()["code"] == "not_available"
    on_request = make_listing(alice, price=None, stock=None, kind="service")
    assert press(api, bob, on_request).json()["code"] == "price_on_request"


def test_foreign_quotes_are_not_there(api, bob, charlie, bicycle):
    quote = press(api, bob, bicycle).json()["id"]
    for address in (f"{URL}/{quote}", f"{URL}/{2**62}", f"{URL}/{2**70}"):
        for method in ("get", "delete"):
            assert getattr(api(charlie), method)(address).status_code == 404
    with pytest.raises(NotFound):
        quote_for_checkout(charlie, quote)
    assert reserved(bicycle) == 1
    assert api().get(f"{URL}/{quote}").status_code == 401


def test_cancelling_lets_the_pieces_go_once(api, bob, bicycle):
    quote = press(api, bob, bicycle).json()["id"]
    for _twice in range(2):
        answer = api(bob).delete(f"{URL}/{quote}")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
        assert reserved(bicycle) == 0
    assert press(api, bob, bicycle).status_code == 201


def test_a_dead_worker_sells_no_expired_quote(api, alice, bob, charlie):
    last = make_listing(alice, stock=1)
    quote = press(api, bob, last).json()["id"]
    assert press(api, charlie, last).json()["code"] == "out_of_stock"
    with later(minutes=16):
        assert api(bob).get(f"{URL}/{quote}").json()["state"] == "expired"
        with pytest.raises(Conflict, match="quote_expired"):
            quote_for_checkout(bob, quote)
        with pytest.raises(Conflict, match="quote_expired"):
            use_quote(Quote.objects.get(pk=quote), make_order(last, bob, state="created"))
        assert press(api, charlie, last).status_code == 201  # what bob let lapse is free, without any worker
        assert api(bob).delete(f"{URL}/{quote}").json()["state"] == "expired"


def test_the_worker_expires_quotes(api, bob, charlie, bicycle):
    quote = press(api, bob, bicycle).json()["id"]
    expire_quotes()
    assert Quote.objects.get(pk=quote).state == "open"
    with later(minutes=16):
        expire_quotes()
        expire_quotes()
    assert Quote.objects.get(pk=quote).state == "expired"
    assert reserved(bicycle) == 0
    assert Reservation.objects.get().state == "released"


def test_using_is_once(bob, bicycle):
    quote, _new = make_quote(by=bob, variant_id=the_variant(bicycle).pk)
    order = make_order(bicycle, bob, state="created")
    use_quote(quote, order)
    quote.refresh_from_db()
    assert (quote.state, quote.order, order.quote) == ("used", order, quote)
    with pytest.raises(Conflict, match="quote_used"):
        use_quote(quote, make_order(bicycle, bob, state="created"))
    with pytest.raises(Conflict, match="quote_used"):
        cancel_quote(by=bob, quote_id=quote.pk)
    with pytest.raises(Conflict, match="quote_used"):
        quote_for_checkout(bob, quote.pk)
    assert reserved(bicycle) == 1  # the checkout hands it over


def test_untracked_stock_needs_no_reservation(api, alice, bob):
    endless = make_listing(alice, stock=None, kind="digital")
    assert press(api, bob, endless, quantity=500).status_code == 201
    assert not Reservation.objects.exists()


def test_free_things_can_be_held(api, alice, bob):
    assert press(api, bob, make_listing(alice, price=0)).json()["total"]["minor"] == 0


def test_yen_and_dinars_are_whole_units(api, alice, bob, charlie):
    yen = make_listing(alice, shop=make_shop(alice, currency="JPY"), price=1_050, stock=3)
    assert press(api, bob, yen, quantity=3).json()["total"] == {"minor": 3_150, "currency": "JPY", "text": "¥3,150"}
    dinar = make_listing(charlie, shop=make_shop(charlie, currency="KWD"), price=1_050, stock=3)
    total = press(api, bob, dinar).json()["total"]
    assert (total["minor"], total["text"].replace("\xa0", "")) == (1_050, "KWD1.050")


def test_max_per_buyer_counts_quotes_and_orders(api, alice, bob, charlie):
    tickets = make_listing(alice, stock=10, max_per_buyer=4)
    other = make_variant(tickets, name="Balcony", price=10_000, stock=10)
    make_order(tickets, bob, state="paid", quantity=2)
    make_order(tickets, bob, state="cancelled", quantity=2)
    assert (
        press(api, bob, tickets, quantity=3).json() | {"left": 2, "limit": 4}
        == press(api, bob, tickets, quantity=3).json()
    )
    assert press(api, bob, tickets, quantity=1).status_code == 201
    held = api(bob).post(URL, {"variant": other.pk, "quantity": 2}, format="json")
    assert held.json()["code"] == "max_per_buyer"
    assert api(bob).post(URL, {"variant": other.pk}, format="json").status_code == 201
    assert press(api, charlie, tickets, quantity=4).status_code == 201


def test_nobody_hoards_a_shop(api, alice, bob):
    held = [make_listing(alice, title=f"No. {number}") for number in range(limits.OPEN_QUOTES + 1)]
    for listing in held[:-1]:
        assert press(api, bob, listing).status_code == 201
    assert press(api, bob, held[-1]).json()["code"] == "too_many_quotes"
    with later(minutes=16):  # none of them is open any more, whether or not the worker came
        limits.reset()
        assert press(api, bob, held[-1]).status_code == 201


def test_holding_one_thing_again_and_again_ends(bob, bicycle, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "quote", limits.per(1000, 1))
    for _time in range(5):
        quote, _new = make_quote(by=bob, variant_id=the_variant(bicycle).pk)
        cancel_quote(by=bob, quote_id=quote.pk)
    with pytest.raises(limits.RateLimited):
        make_quote(by=bob, variant_id=the_variant(bicycle).pk)
    assert reserved(bicycle) == 0


def test_stock_tells_of_what_is_held(api, bob, bicycle):
    press(api, bob, bicycle)
    assert OutboxEvent.objects.filter(kind="stock.changed", listing=bicycle).exists()


def test_list_is_ones_own(api, alice, bob, charlie, bicycle, django_assert_max_num_queries):
    press(api, bob, bicycle)
    press(api, charlie, bicycle)
    press(api, bob, make_listing(alice))
    found = api(bob).get(URL).json()["results"]
    assert len(found) == 2
    assert [len(api(bob).get(f"{URL}?state={state}").json()["results"]) for state in ("open", "used")] == [2, 0]
    quotes = list(Quote.objects.all())
    with django_assert_max_num_queries(12):
        quotes_json(quotes)
