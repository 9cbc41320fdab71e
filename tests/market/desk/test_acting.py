"""Listings, shops and reviews on the desk: each act with its reason, on record."""

from market.models import (
    Listing,
    OutboxEvent,
    Review,
    Shop,
)
from messenger.models import Message
from moderation.models import AuditEntry
from tests.market.desk.scene import act, acts, list_url, page_url
from tests.market.scenes import make_listing, make_shop


def test_listing_is_removed_and_restored_with_a_reason(desk, mod, alice):
    listing = make_listing(alice)
    html = act(desk, listing, "remove")
    assert "Say why" in html
    listing.refresh_from_db()
    assert (listing.state, acts()) == ("published", [])
    act(desk, listing, "remove", reason="A forgery")
    listing.refresh_from_db()
    assert listing.state == "removed"
    act(desk, listing, "restore", reason="It was not")
    listing.refresh_from_db()
    assert listing.state == "paused"
    entries = AuditEntry.objects.order_by("pk")
    assert [(one.act, one.by, one.target_id, one.detail["reason"]) for one in entries] == [
        ("listing.removed", mod, listing.pk, "A forgery"),
        ("listing.restored", mod, listing.pk, "It was not"),
    ]


def test_drafts_stay_their_sellers_own(desk, alice):
    draft = make_listing(alice, state="draft", title="Nobody reads this")
    assert "Nobody reads this" not in desk.get(list_url(Listing)).content.decode()
    assert desk.get(page_url(draft)).status_code == 302
    Listing.objects.filter(pk=draft.pk).update(is_in_review=True)
    assert desk.get(page_url(draft)).status_code == 200


def test_payouts_are_stopped_and_let_go_on(desk, alice):
    shop = make_shop(alice)
    act(desk, shop, "freeze", reason="Stolen goods?")
    shop.refresh_from_db()
    assert (shop.payouts_frozen_at is not None, shop.payouts_frozen_reason) == (True, "Stolen goods?")
    act(desk, shop, "freeze", reason="Again")
    shop.refresh_from_db()
    assert shop.payouts_frozen_reason == "Stolen goods?"
    act(desk, shop, "unfreeze", reason="All fine")
    shop.refresh_from_db()
    assert shop.payouts_frozen_at is None
    assert acts() == ["payouts.frozen", "payouts.unfrozen"]
    kinds = OutboxEvent.objects.order_by("created_at").values_list("kind", flat=True)
    assert {"shop.payouts_frozen", "shop.payouts_unfrozen"} <= set(kinds)


def test_owner_reads_that_payouts_are_stopped_in_their_language(desk, alice, run_all_tasks):
    alice.language = "en"
    alice.save()
    act(desk, make_shop(alice), "freeze", reason="Stolen goods?")
    run_all_tasks()
    run_all_tasks()
    [notice] = Message.objects.filter(card_kind="notice")
    assert "Stolen goods?" in notice.text
    assert notice.chat.memberships.get().user == alice


def test_nobody_decides_about_their_own(desk, mod):
    shop = make_shop(mod)
    assert "own affairs" in act(desk, shop, "freeze", reason="x")
    shop.refresh_from_db()
    assert (shop.payouts_frozen_at, acts()) == (None, [])


def test_review_is_removed_and_the_rating_with_it(desk, alice, bob, everything):
    review = Review.objects.get()
    Shop.objects.update(rating_sum=6, rating_count=2)
    act(desk, review, "remove", reason="Insults")
    act(desk, review, "remove", reason="Insults")
    shop = Shop.objects.get()
    review.refresh_from_db()
    assert (review.removed_at is not None, shop.rating_sum, shop.rating_count) == (True, 5, 1)
    assert acts().count("review.removed") == 1


def test_reviews_that_wait_for_the_other_side_are_not_read(desk, everything):
    Review.objects.update(published_at=None, text="Not yet")
    assert "Not yet" not in desk.get(list_url(Review)).content.decode()
