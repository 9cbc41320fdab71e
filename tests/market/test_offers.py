"""Haggling: offers, counter-offers and requests, and what comes of them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Block, User
from core import limits
from core.errors import Conflict
from market.actions.offers import make_offer, move_offer
from market.actions.quotes import make_quote
from market.models import Listing, Offer, OutboxEvent, Quote, Stock, Variant
from market.serializers.offers import offers_json
from market.tasks.offers import expire_offers
from messenger.models import Chat
from moderation.models import Sanction

from .scenes import make_listing, make_variant, the_variant

pytestmark = pytest.mark.django_db
URL = "/api/v1/market/offers"


@pytest.fixture
def bicycle(alice) -> Listing:
    return make_listing(alice, price=10_000, stock=2)


@pytest.fixture
def offer(bob, bicycle) -> Offer:
    return make_offer(by=bob, variant_id=the_variant(bicycle).pk, amount_minor=7_000, note="Today, in cash.")


@pytest.fixture
def ask(api):
    """ask(bob, bicycle, amount_minor=7_000): the answer to an offer."""

    def post(user, listing, **body):
        return api(user).post(URL, {"variant": the_variant(listing).pk, **body}, format="json")

    return post


@pytest.fixture
def move(api):
    """move(alice, offer, "accept"): the answer to a step."""

    def post(user, offer, act, **body):
        return api(user).post(f"{URL}/{offer.pk}/steps", {"act": act, **body}, format="json")

    return post


def later(**much):
    return time_machine.travel(timezone.now() + timedelta(**much), tick=True)


def told() -> list[str]:
    return list(
        OutboxEvent.objects.filter(kind__startswith="offer.").order_by("created_at").values_list("kind", flat=True)
    )


def reserved(listing) -> int:
    return Stock.objects.get(pk=the_variant(listing).pk).reserved


# --- making one -----------------------------------------------------------------------------------


def test_an_offer_waits_for_the_seller(ask, alice, bob, bicycle):
    answer = ask(
        bob, bicycle, amount_minor=7_000, quantity=2, note="Both.", currency="USD", state="accepted", turn="buyer"
    )
    assert answer.status_code == 201
    offer = answer.json()
    assert (offer["kind"], offer["state"], offer["turn"], offer["quantity"]) == ("offer", "open", "seller", 2)
    assert (offer["amount"]["minor"], offer["total"]["minor"], offer["total"]["currency"]) == (7_000, 14_000, "EUR")
    assert (offer["buyer"]["id"], offer["seller"]["id"]) == (bob.pk, alice.pk)
    assert offer["moves"] == {"buyer": ["withdraw"], "seller": ["accept", "counter", "decline"]}
    assert [(step["side"], step["act"], step["note"]) for step in offer["steps"]] == [("buyer", "offer", "Both.")]
    assert offer["chat"] == Chat.objects.get(kind="direct").pk
    assert reserved(bicycle) == 0  # an offer holds nothing
    event = OutboxEvent.objects.get(kind="offer.made")
    assert (event.offer_id, event.data) == (offer["id"], {"step": 1, "side": "buyer", "act": "offer"})


@pytest.mark.parametrize(
    ("amount", "code"),
    [(0, "invalid"), (-1, "invalid"), (70.5, "invalid"), (10**13, "invalid"), ("much", "invalid"), (True, "invalid"),
     (None, "amount_needed"), (10_000, "just_buy"), (10_001, "just_buy"), (1_999, "offer_too_low"), (2_000, ""),
     (9_999, "")],
)  # fmt: skip
def test_amounts(ask, bob, bicycle, amount, code):
    answer = ask(bob, bicycle, amount_minor=amount)
    assert answer.json().get("code", "") == code
    assert Offer.objects.count() == (0 if code else 1)


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 1e9, None])
def test_bad_quantities(ask, bob, bicycle, quantity):
    assert ask(bob, bicycle, amount_minor=7_000, quantity=quantity).json()["code"] == "invalid"


def test_one_open_offer_per_listing(api, ask, bob, charlie, bicycle, offer):
    other = make_variant(bicycle, name="Red", price=10_000)
    again = ask(bob, bicycle, amount_minor=8_000)
    assert (again.status_code, again.json()["code"], again.json()["offer"]) == (409, "offer_open", offer.pk)
    assert api(bob).post(URL, {"variant": other.pk, "amount_minor": 8_000}, format="json").status_code == 409
    assert ask(charlie, bicycle, amount_minor=8_000).status_code == 201


def test_who_may_not(ask, alice, bob, charlie, bicycle):
    assert ask(alice, bicycle, amount_minor=7_000).json()["code"] == "own_listing"
    Sanction.objects.create(user=bob, kind="mute", reason="spam")
    assert ask(bob, bicycle, amount_minor=7_000).json()["code"] == "sanctioned"
    Block.objects.create(owner=alice, user=charlie)
    assert ask(charlie, bicycle, amount_minor=7_000).json()["code"] == "variant_not_found"
    assert ask(None, bicycle, amount_minor=7_000).status_code == 401
    assert not Offer.objects.exists()


def test_what_takes_no_offers(ask, alice, bob):
    assert ask(bob, make_listing(alice, takes_offers=False), amount_minor=7_000).json()["code"] == "no_offers"
    assert ask(bob, make_listing(alice, state="paused"), amount_minor=7_000).json()["code"] == "not_available"
    assert ask(bob, make_listing(alice, price=0), amount_minor=7_000).json()["code"] == "just_buy"
    assert ask(bob, make_listing(alice, stock=0), amount_minor=7_000).json()["code"] == "out_of_stock"
    few = make_listing(alice, stock=9, max_per_buyer=1)
    assert ask(bob, few, amount_minor=7_000, quantity=2).json()["code"] == "max_per_buyer"


def test_an_offer_stands_without_a_chat(ask, alice, bob, bicycle):
    User.objects.filter(pk=alice.pk).update(write_privacy="nobody")
    answer = ask(bob, bicycle, amount_minor=7_000)
    assert (answer.status_code, answer.json()["chat"]) == (201, None)
    assert not Chat.objects.exists()


def test_a_no_is_not_asked_away(ask, move, alice, bob, bicycle):
    for _time in range(5):
        move(alice, Offer.objects.get(pk=ask(bob, bicycle, amount_minor=7_000).json()["id"]), "decline")
    assert ask(bob, bicycle, amount_minor=7_000).json()["code"] == "rate_limited"


# --- moving it ------------------------------------------------------------------------------------


def test_haggling_to_the_end(move, alice, bob, bicycle, offer):
    countered = move(alice, offer, "counter", amount_minor=9_000, note="Not below 90.").json()
    assert (countered["turn"], countered["amount"]["minor"]) == ("buyer", 9_000)
    assert countered["moves"] == {"buyer": ["accept", "counter", "decline", "withdraw"], "seller": ["withdraw"]}
    assert move(bob, offer, "counter", amount_minor=8_000).json()["turn"] == "seller"
    accepted = move(alice, offer, "accept", step_count=3).json()
    assert (accepted["state"], accepted["moves"]) == ("accepted", {"buyer": [], "seller": []})
    quote = Quote.objects.get(pk=accepted["quote"])
    assert (quote.buyer, quote.source, quote.unit_price_minor, quote.state) == (bob, "offer", 8_000, "open")
    assert timedelta(hours=23) < quote.expires_at - timezone.now() <= timedelta(hours=24)
    assert reserved(bicycle) == 1
    assert told() == ["offer.made", "offer.countered", "offer.countered", "offer.accepted"]
    assert [step["act"] for step in accepted["steps"]] == ["offer", "counter", "counter", "accept"]


def test_only_whose_turn_it_is(move, alice, bob, offer):
    for act in ("accept", "decline", "counter"):
        answer = move(bob, offer, act, amount_minor=8_000)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_your_turn")
    assert move(alice, offer, "withdraw").json()["code"] == "not_your_turn"
    assert move(alice, offer, "pay").json()["code"] == "invalid"
    assert told() == ["offer.made"]


def test_outsiders_see_nothing(api, move, charlie, offer):
    for address in (f"{URL}/{offer.pk}", f"{URL}/{2**62}", f"{URL}/{2**70}"):
        assert api(charlie).get(address).status_code == 404
    for act in ("accept", "decline", "withdraw", "counter"):
        assert move(charlie, offer, act, amount_minor=8_000).json()["code"] == "offer_not_found"
    assert api(charlie).get(URL).json()["results"] == []
    assert move(None, offer, "accept").status_code == 401


@pytest.mark.parametrize("act", ["accept", "decline", "counter"])
def test_the_same_step_again_changes_nothing(move, alice, offer, act):
    first = move(alice, offer, act, amount_minor=9_000)
    again = move(alice, offer, act, amount_minor=9_000)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert len(told()) == 2
    assert Quote.objects.count() == (1 if act == "accept" else 0)


def test_what_is_over_is_over(move, alice, bob, offer):
    assert move(alice, offer, "decline").json()["state"] == "declined"
    for user, act in ((bob, "withdraw"), (alice, "accept"), (alice, "counter")):
        answer = move(user, offer, act, amount_minor=9_000)
        assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (409, "offer_changed", "declined")


def test_a_stale_screen_accepts_nothing(move, alice, bob, offer):
    move(alice, offer, "counter", amount_minor=9_500)
    move(bob, offer, "counter", amount_minor=6_000)
    stale = move(alice, offer, "accept", step_count=1)
    assert (stale.status_code, stale.json()["code"], stale.json()["step_count"]) == (409, "offer_changed", 3)
    assert not Quote.objects.exists()


@pytest.mark.parametrize(
    ("amount", "code"),
    [(7_000, "same_amount"), (10_000, "not_below_price"), (None, "amount_needed"), (0, "invalid"), (-5, "invalid")],
)
def test_counters_of_the_seller(move, alice, offer, amount, code):
    assert move(alice, offer, "counter", amount_minor=amount).json()["code"] == code
    assert told() == ["offer.made"]


def test_counters_of_the_buyer_keep_to_the_rules(move, alice, bob, bicycle, offer):
    move(alice, offer, "counter", amount_minor=9_000)
    assert move(bob, offer, "counter", amount_minor=1_000).json()["code"] == "offer_too_low"
    assert move(bob, offer, "counter", amount_minor=10_000).json()["code"] == "just_buy"
    Variant.objects.filter(listing=bicycle).update(price_minor=8_000)
    assert move(bob, offer, "counter", amount_minor=8_500).json()["code"] == "just_buy"


def test_withdrawing(move, alice, bob, ask, bicycle, offer):
    assert move(bob, offer, "withdraw").json()["state"] == "withdrawn"
    second = Offer.objects.get(pk=ask(bob, bicycle, amount_minor=6_000).json()["id"])
    move(alice, second, "counter", amount_minor=9_000)
    assert move(alice, second, "withdraw").json()["state"] == "withdrawn"
    assert told()[-1] == "offer.withdrawn"


def test_haggling_ends_some_time(move, alice, bob, offer, monkeypatch):
    monkeypatch.setattr(limits, "OFFER_STEPS", 3)
    move(alice, offer, "counter", amount_minor=9_000)
    assert move(bob, offer, "counter", amount_minor=7_500).json()["moves"]["seller"] == ["accept", "decline"]
    assert move(alice, offer, "counter", amount_minor=8_500).json()["code"] == "too_many_steps"


def test_people_who_block_each_other_deal_no_more(move, alice, bob, offer):
    Block.objects.create(owner=bob, user=alice)
    assert move(alice, offer, "accept").json()["code"] == "privacy"
    assert move(alice, offer, "counter", amount_minor=9_000).json()["code"] == "privacy"
    assert move(alice, offer, "decline").json()["state"] == "declined"


def test_sanctioned_sellers_may_only_end_it(move, alice, offer):
    Sanction.objects.create(user=alice, kind="mute", reason="fraud")
    assert move(alice, offer, "accept").json()["code"] == "sanctioned"
    assert move(alice, offer, "decline").status_code == 200


# --- accepting and the stock ----------------------------------------------------------------------


def test_out_of_stock_leaves_the_offer_open(move, alice, bob, charlie):
    last = make_listing(alice, stock=1)
    offer = make_offer(by=bob, variant_id=the_variant(last).pk, amount_minor=7_000)
    make_quote(by=charlie, variant_id=the_variant(last).pk)
    answer = move(alice, offer, "accept")
    assert (answer.status_code, answer.json()["code"]) == (409, "out_of_stock")
    offer.refresh_from_db()
    assert (offer.state, offer.step_count, offer.turn) == ("open", 1, "seller")
    assert told() == ["offer.made"]
    with later(minutes=16):  # charlie did not pay
        assert move(alice, offer, "accept").json()["state"] == "accepted"


def test_what_the_buyer_holds_already_does_not_stand_in_the_way(move, alice, bob):
    last = make_listing(alice, stock=1)
    offer = make_offer(by=bob, variant_id=the_variant(last).pk, amount_minor=7_000)
    full, _new = make_quote(by=bob, variant_id=the_variant(last).pk)
    assert move(alice, offer, "accept").json()["state"] == "accepted"
    full.refresh_from_db()
    assert (full.state, reserved(last)) == ("cancelled", 1)


def test_listing_that_is_gone_is_not_dealt_with(move, alice, bicycle, offer):
    Listing.objects.filter(pk=bicycle.pk).update(state="paused")
    assert move(alice, offer, "accept").json()["code"] == "not_available"
    assert move(alice, offer, "decline").status_code == 200


def test_one_agreement_at_a_time(ask, move, alice, bob, bicycle, offer):
    quote = move(alice, offer, "accept").json()["quote"]
    answer = ask(bob, bicycle, amount_minor=6_000)
    assert (answer.json()["code"], answer.json()["quote"]) == ("quote_open", quote)
    with later(hours=25):  # the price agreed on has lapsed
        assert ask(bob, bicycle, amount_minor=6_000).status_code == 201


# --- running out ----------------------------------------------------------------------------------


def test_expired_offers_are_over_without_any_worker(api, ask, move, alice, bob, bicycle, offer):
    with later(hours=49):
        seen = api(bob).get(f"{URL}/{offer.pk}").json()
        assert (seen["state"], seen["moves"]) == ("expired", {"buyer": [], "seller": []})
        answer = move(alice, offer, "accept")
        assert (answer.json()["code"], answer.json()["state"]) == ("offer_changed", "expired")
        assert ask(bob, bicycle, amount_minor=8_000).status_code == 201
    offer.refresh_from_db()
    assert offer.state == "expired"
    assert told() == ["offer.made", "offer.expired", "offer.made"]


def test_the_worker_expires_offers_once(alice, bob, offer, move):
    with later(hours=40):
        move(alice, offer, "counter", amount_minor=9_000)
    with later(hours=49):
        expire_offers()
    offer.refresh_from_db()
    assert offer.state == "open"  # each step has 48 hours of its own
    with later(hours=89):
        expire_offers()
        expire_offers()
    offer.refresh_from_db()
    assert (offer.state, offer.step_count) == ("expired", 3)
    assert told()[-1] == "offer.expired"
    last = offer.steps.last()
    assert (last.side, last.act) == ("buyer", "expire")  # who let it lapse


# --- services -------------------------------------------------------------------------------------


def test_a_request_is_priced_by_the_seller(ask, move, alice, bob):
    piano = make_listing(alice, kind="service", price=None, stock=None, title="Piano tuning")
    assert ask(bob, piano).json()["code"] == "note_needed"
    assert ask(bob, piano, amount_minor=5_000, note="Tomorrow").json()["code"] == "price_on_request"
    request = ask(bob, piano, note="A Blüthner of 1902.").json()
    assert (request["kind"], request["amount"], request["total"]) == ("request", None, None)
    assert request["moves"]["seller"] == ["counter", "decline"]
    offer = Offer.objects.get(pk=request["id"])
    assert move(alice, offer, "accept").json()["code"] == "not_your_turn"
    assert move(alice, offer, "counter", amount_minor=14_000).json()["amount"]["minor"] == 14_000
    accepted = move(bob, offer, "accept").json()
    quote = Quote.objects.get(pk=accepted["quote"])
    assert (quote.unit_price_minor, quote.buyer) == (14_000, bob)


# --- reading --------------------------------------------------------------------------------------


def test_lists_by_role_and_state(api, ask, alice, bob, charlie, bicycle, offer):
    mine = make_listing(bob, title="Bob's own")
    ask(alice, mine, amount_minor=5_000)
    ask(charlie, mine, amount_minor=6_000)

    def count(user, query=""):
        return len(api(user).get(f"{URL}{query}").json()["results"])

    assert [count(bob), count(bob, "?role=buyer"), count(bob, "?role=seller")] == [3, 1, 2]
    assert [count(bob, f"?listing={mine.pk}"), count(bob, "?state=declined"), count(charlie)] == [2, 0, 1]
    assert api(bob).get(f"{URL}?role=admin").status_code == 400


def test_any_number_of_offers_costs_the_same(alice, bob, charlie, bicycle, django_assert_max_num_queries):
    for user in (bob, charlie):
        make_offer(by=user, variant_id=the_variant(bicycle).pk, amount_minor=7_000)
        make_offer(by=user, variant_id=the_variant(make_listing(alice)).pk, amount_minor=7_000)
    offers = list(Offer.objects.all())
    with django_assert_max_num_queries(14):
        assert len(offers_json(offers)) == 4


def test_notes_are_plain_and_short(bob, bicycle):
    offer = make_offer(by=bob, variant_id=the_variant(bicycle).pk, amount_minor=7_000, note="a\x00\u202eb")
    assert offer.steps.get().note == "ab"
    with pytest.raises(Exception, match="note_too_long"):
        move_offer(by=bob, offer_id=offer.pk, act="withdraw", note="x" * 501)


def test_a_lost_race_says_so(alice, bob, offer):
    Offer.objects.filter(pk=offer.pk).update(step_count=2)
    with pytest.raises(Conflict, match="offer_changed"):
        move_offer(by=alice, offer_id=offer.pk, act="decline", seen=1)
