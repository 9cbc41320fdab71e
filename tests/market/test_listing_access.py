"""Who sees which listing, and who may buy it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Block, User
from core.errors import Conflict, Invalid, NotFound
from market.access.listings import (
    listing_for_selling,
    listing_for_viewing,
    own_shop,
    shop_for_viewing,
    variant_for_buying,
)
from market.models import Listing, Shop
from market.serializers.listings import listing_cards_json, listing_json
from tests.market.scenes import make_listing, make_photo, make_shop, make_variant, the_variant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["published", "paused", "sold", "expired"])
def test_whoever_has_the_link_reads_what_it_is_or_was(alice, bob, state):
    listing = make_listing(alice, state=state)
    for person in (None, AnonymousUser(), bob, alice):
        assert listing_for_viewing(person, listing.pk) == listing
        assert listing_json(listing, person)["state"] == state


@pytest.mark.parametrize("state", ["draft", "removed", "deleted"])
def test_others_do_not_learn_of_drafts_and_what_was_taken_away(alice, bob, state):
    listing = make_listing(alice, state=state)
    for person in (None, AnonymousUser(), bob):
        with pytest.raises(NotFound, match="listing_not_found"):
            listing_for_viewing(person, listing.pk)


def test_the_seller_sees_drafts_and_removed_ones_but_not_deleted_ones(alice):
    draft, removed, deleted = (make_listing(alice, state=state) for state in ("draft", "removed", "deleted"))
    assert listing_for_viewing(alice, draft.pk) == draft
    assert listing_for_selling(alice, removed.pk) == removed
    for gate in (listing_for_viewing, listing_for_selling):
        with pytest.raises(NotFound):
            gate(alice, deleted.pk)


@pytest.mark.parametrize("number", [0, -1, 2**63, 2**70])
def test_numbers_that_are_no_ids_are_not_found(alice, number):
    for gate in (listing_for_viewing, listing_for_selling, variant_for_buying, shop_for_viewing):
        with pytest.raises(NotFound):
            gate(alice, number)


def test_people_who_block_each_other_see_nothing_of_each_other(alice, bob, charlie):
    listing = make_listing(alice)
    Block.objects.create(owner=alice, user=bob)
    Block.objects.create(owner=charlie, user=alice)
    for person in (bob, charlie):
        with pytest.raises(NotFound):
            listing_for_viewing(person, listing.pk)
        with pytest.raises(NotFound):
            shop_for_viewing(person, listing.shop_id)
        with pytest.raises(NotFound):
            variant_for_buying(person, the_variant(listing).pk)


def test_only_the_seller_sells(alice, bob):
    listing = make_listing(alice)
    with pytest.raises(NotFound):
        listing_for_selling(bob, listing.pk)
    with pytest.raises(NotFound, match="shop_not_found"):
        own_shop(bob)


def test_nobody_buys_from_themselves(alice):
    with pytest.raises(Invalid, match="own_listing"):
        variant_for_buying(alice, the_variant(make_listing(alice)).pk)


@pytest.mark.parametrize("state", ["paused", "sold", "expired"])
def test_what_is_over_cannot_be_bought(alice, bob, state):
    variant = the_variant(make_listing(alice, state=state))
    with pytest.raises(Conflict, match="not_available"):
        variant_for_buying(bob, variant.pk)


def test_what_has_run_out_is_over_before_the_worker_comes_by(alice, bob):
    listing = make_listing(alice, expires_at=timezone.now() - timedelta(seconds=1))
    assert listing_json(listing_for_viewing(bob, listing.pk))["state"] == "expired"
    with pytest.raises(Conflict, match="not_available"):
        variant_for_buying(bob, the_variant(listing).pk)


def test_a_variant_that_was_taken_out_cannot_be_bought(alice, bob):
    variant = the_variant(make_listing(alice))
    variant.is_active = False
    variant.save()
    with pytest.raises(Conflict, match="not_available"):
        variant_for_buying(bob, variant.pk)


def test_a_shop_on_holiday_sells_nothing_until_it_is_back(alice, bob):
    variant = the_variant(make_listing(alice))
    Shop.objects.update(holiday_until=timezone.localdate())
    with pytest.raises(Conflict, match="on_holiday"):
        variant_for_buying(bob, variant.pk)
    Shop.objects.update(holiday_until=timezone.localdate() - timedelta(days=1))
    assert variant_for_buying(bob, variant.pk) == variant


def test_a_suspended_seller_sells_nothing(alice, bob):
    variant = the_variant(make_listing(alice))
    User.objects.filter(pk=alice.pk).update(is_active=False)
    with pytest.raises(Conflict, match="not_available"):
        variant_for_buying(bob, variant.pk)


def test_a_closed_shop_is_gone_but_for_its_owner(alice, bob):
    listing = make_listing(alice)
    Shop.objects.update(closed_at=timezone.now())
    with pytest.raises(NotFound):
        shop_for_viewing(bob, listing.shop_id)
    with pytest.raises(NotFound):
        listing_for_viewing(bob, listing.pk)
    assert shop_for_viewing(alice, listing.shop_id).owner == alice


def test_cards_cost_the_same_however_many(alice, bob, django_assert_max_num_queries):
    for person in (alice, bob):
        for _one in range(4):
            listing = make_listing(person)
            make_photo(listing)
            make_variant(listing, name="Red", price=12_000)
    with django_assert_max_num_queries(9):
        cards = listing_cards_json(list(Listing.objects.all()), bob)
    assert len(cards) == 8
    assert cards[0]["price"]["minor"] == 10_000
    assert cards[0]["price_max"]["minor"] == 12_000
    assert cards[0]["available"] == 2
    assert cards[0]["photo"]["sizes"]["small"]["width"] == 480


def test_what_only_the_seller_may_know_is_for_the_seller(alice, bob):
    listing = make_listing(alice, kind="digital", digital_text="the secret", external_id="A1")
    own, other = listing_json(listing, alice), listing_json(listing_for_viewing(bob, listing.pk), bob)
    assert own["digital_text"] == "the secret"
    assert own["variants"][0]["on_hand"] == 1
    assert "the secret" not in str(other)
    assert not {"digital_text", "files", "course_chat", "external_id", "view_count"} & other.keys()
    assert not {"sku", "on_hand", "reserved"} & other["variants"][0].keys()


def test_the_card_says_whether_it_can_be_had(alice):
    make_shop(alice)
    none_left, any_number = make_listing(alice, stock=0), make_listing(alice, stock=None)
    cards = listing_cards_json([none_left, any_number])
    assert [card["available"] for card in cards] == [0, None]
    assert [card["is_available"] for card in cards] == [False, True]
