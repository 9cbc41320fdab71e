"""Two devices, two sides, one offer. Real threads, on SQLite and on PostgreSQL."""

import pytest

from market.actions.offers import expire_overdue_offers, make_offer, move_offer
from market.actions.quotes import make_quote
from market.models import Offer, OfferStep, OutboxEvent, Quote, Stock
from tests.conftest import make_user

from .deals import outcomes
from .scenes import make_listing, the_variant

pytestmark = pytest.mark.django_db(transaction=True)


def moving(user, offer, act, **more):
    return lambda: move_offer(by=user, offer_id=offer.pk, act=act, **more)


def check(offer):
    """What must hold whatever happened: steps without gaps, one event each, a quote exactly when it was accepted."""
    offer.refresh_from_db()
    steps = list(OfferStep.objects.filter(offer=offer).values_list("number", flat=True))
    assert steps == list(range(1, offer.step_count + 1))
    assert OutboxEvent.objects.filter(offer=offer).count() == len(steps)
    assert Quote.objects.filter(offer=offer).count() == (offer.state == "accepted")


def test_accept_and_decline_at_once(alice, bob):
    offer = make_offer(by=bob, variant_id=the_variant(make_listing(alice)).pk, amount_minor=7_000)
    assert outcomes(moving(alice, offer, "accept"), moving(alice, offer, "decline")) == ["offer_changed", "ok"]
    check(offer)


def test_everything_at_once(alice, bob):
    listing = make_listing(alice)
    offer = make_offer(by=bob, variant_id=the_variant(listing).pk, amount_minor=7_000)
    told = outcomes(
        moving(alice, offer, "accept"), moving(alice, offer, "decline"), moving(bob, offer, "withdraw"),
        moving(alice, offer, "counter", amount_minor=9_000, seen=1), moving(alice, offer, "accept", seen=1),
        expire_overdue_offers,
    )  # fmt: skip
    assert set(told) <= {"ok", "offer_changed", "not_your_turn"}
    check(offer)
    assert Stock.objects.get(pk=the_variant(listing).pk).reserved == Quote.objects.count()


def test_one_offer_from_many_devices(alice, bob):
    variant = the_variant(make_listing(alice))
    told = outcomes(*[lambda: make_offer(by=bob, variant_id=variant.pk, amount_minor=7_000)] * 5)
    assert told == sorted(["ok", *["offer_open"] * 4])
    assert Offer.objects.count() == 1


def test_both_ask_each_other_at_once(alice, bob):
    """Each makes an offer for what the other sells: they need the same chat."""
    hers, his = the_variant(make_listing(alice)), the_variant(make_listing(bob))
    told = outcomes(
        lambda: make_offer(by=bob, variant_id=hers.pk, amount_minor=7_000),
        lambda: make_offer(by=alice, variant_id=his.pk, amount_minor=7_000),
    )
    assert told == ["ok", "ok"]
    assert len(set(Offer.objects.values_list("chat_id", flat=True))) == 1


def test_the_last_piece_is_promised_to_one(alice, bob, charlie):
    variant = the_variant(make_listing(alice, stock=1))
    buyers = [bob, charlie, make_user("dana"), make_user("erin")]
    offers = [make_offer(by=buyer, variant_id=variant.pk, amount_minor=7_000) for buyer in buyers]
    presser = make_user("frank")
    told = outcomes(
        *(moving(alice, offer, "accept") for offer in offers), lambda: make_quote(by=presser, variant_id=variant.pk)
    )
    assert told == sorted(["ok", *["out_of_stock"] * 4])
    assert Stock.objects.get(pk=variant.pk).reserved == 1
    for offer in offers:
        check(offer)
        assert offer.state in ("open", "accepted")
