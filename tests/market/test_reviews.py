"""Reviews: both sides, once, blind to each other, counted once, answered once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from core.errors import DomainError
from market.actions.reviews import answer_review, publish_due_reviews, remove_review, write_review
from market.models import OutboxEvent, Review, Shop
from market.queries.reviews import rating_of_buyer, reviews_for_orders
from market.serializers.reviews import reviews_json
from market.tasks.offers import publish_reviews
from moderation.models import Sanction
from tests.messenger.people import at_once

from .deals import make_order, outcomes
from .scenes import make_listing, make_shop

pytestmark = pytest.mark.django_db
URL = "/api/v1/market"


@pytest.fixture
def order(alice, bob):
    """alice sold to bob, and it is done."""
    return make_order(make_listing(alice), bob, completed_at=timezone.now())


@pytest.fixture
def review(api):
    def post(user, order, stars=5, **body):
        return api(user).post(f"{URL}/orders/{order.pk}/review", {"stars": stars, **body}, format="json")

    return post


def later(**much):
    return time_machine.travel(timezone.now() + timedelta(**much), tick=True)


def rating(shop) -> tuple[int, int]:
    shop.refresh_from_db()
    return shop.rating_sum, shop.rating_count


def of_shop(api, shop, user=None):
    return api(user).get(f"{URL}/shops/{shop.pk}/reviews").json()


def test_each_side_is_blind_until_both_have_spoken(api, review, alice, bob, order):
    mine = review(bob, order, 4, text="Quick.", published_at="2020-01-01", side="seller")
    assert (mine.status_code, mine.json()["side"], mine.json()["published_at"]) == (201, "buyer", None)
    assert of_shop(api, order.shop)["results"] == []
    assert reviews_for_orders(alice, [order]) == {}
    assert [one.stars for one in reviews_for_orders(bob, [order])[order.pk]] == [4]
    assert rating(order.shop) == (0, 0)
    hers = review(alice, order, 5, text="Paid at once.")
    assert hers.json()["published_at"]
    shown = of_shop(api, order.shop)
    assert (shown["rating"], shown["rating_count"]) == (4.0, 1)
    assert [(one["stars"], one["text"], one["author"]["id"]) for one in shown["results"]] == [(4, "Quick.", bob.pk)]
    assert shown["results"][0]["listing_title"] == "A green bicycle"
    assert rating_of_buyer(bob) == (5.0, 1)
    assert rating(order.shop) == (4, 1)
    assert OutboxEvent.objects.filter(kind="review.published", order=order).count() == 2


def test_after_fourteen_days_one_side_is_enough(api, review, bob, order):
    review(bob, order, 2)
    publish_reviews()
    assert rating(order.shop) == (0, 0)
    with later(days=15):
        publish_reviews()
        publish_reviews()
    assert rating(order.shop) == (2, 1)


def test_late_reviews_are_shown_at_once(review, alice, bob, order):
    with later(days=20):
        assert review(bob, order, 3).json()["published_at"]
        assert review(alice, order, 1).json()["published_at"]
    assert rating(order.shop) == (3, 1)


def test_once(review, bob, order):
    review(bob, order)
    again = review(bob, order, 1)
    assert (again.status_code, again.json()["code"]) == (409, "already_reviewed")
    assert Review.objects.get().stars == 5


def test_only_of_completed_orders_and_in_time(review, alice, bob, order):
    open_order = make_order(make_listing(alice), bob, state="delivered")
    assert review(bob, open_order).json()["code"] == "order_not_completed"
    with later(days=61):
        assert review(bob, order).json()["code"] == "review_too_late"
    assert not Review.objects.exists()


@pytest.mark.parametrize("stars", [0, -1, 6, 1e9, 4.5, None, "good"])
def test_bad_stars(review, bob, order, stars):
    assert review(bob, order, stars).json()["code"] == "invalid"


def test_outsiders(api, review, charlie, order):
    assert review(charlie, order).json()["code"] == "order_not_found"
    assert api(charlie).post(f"{URL}/orders/{2**62}/review", {"stars": 5}, format="json").status_code == 404
    assert review(None, order).status_code == 401


def test_sanctioned_people_write_none(review, bob, order):
    Sanction.objects.create(user=bob, kind="mute", reason="spam")
    assert review(bob, order).json()["code"] == "sanctioned"


def test_one_answer_of_who_is_spoken_of(api, review, alice, bob, charlie, order):
    review(bob, order, 1, text="Late.")
    of_alice = Review.objects.get()
    address = f"{URL}/reviews/{of_alice.pk}/answer"
    assert api(alice).post(address, {"text": "Sorry"}, format="json").json()["code"] == "review_not_found"  # not yet
    review(alice, order, 5)
    for user in (bob, charlie):
        assert api(user).post(address, {"text": "Sorry"}, format="json").json()["code"] == "review_not_found"
    assert api(alice).post(address, {"text": " "}, format="json").status_code == 400
    assert api(alice).post(address, {"text": "The post was."}, format="json").json()["answer"] == "The post was."
    assert api(alice).post(address, {"text": "Really."}, format="json").json()["code"] == "already_answered"
    of_bob = Review.objects.get(side="seller")
    assert answer_review(by=bob, review_id=of_bob.pk, text="Thanks!").answer == "Thanks!"


def test_moderators_take_one_away(api, review, alice, bob, order):
    review(bob, order, 1)
    review(alice, order, 5)
    bad = Review.objects.get(side="buyer")
    for _twice in range(2):
        remove_review(bad.pk)
    assert rating(order.shop) == (0, 0)
    assert of_shop(api, order.shop) == {"rating": None, "rating_count": 0, "results": [], "next": None}
    with pytest.raises(DomainError, match="review_not_found"):
        answer_review(by=alice, review_id=bad.pk, text="Good")
    with pytest.raises(DomainError, match="already_reviewed"):
        write_review(by=bob, order_id=order.pk, stars=1)


def test_removed_before_it_was_shown_it_never_counts(review, bob, order):
    review(bob, order, 1)
    remove_review(Review.objects.get().pk)
    with later(days=15):
        publish_due_reviews()
    assert rating(order.shop) == (0, 0)


def test_what_sellers_say_of_a_buyer_is_for_sellers_they_deal_with(api, review, alice, bob, charlie, order):
    review(bob, order)
    review(alice, order, 3, text="Slow to answer.")
    address = f"{URL}/users/{bob.pk}/reviews"
    for user in (alice, bob):
        shown = api(user).get(address).json()
        assert (shown["rating"], shown["rating_count"], shown["results"][0]["text"]) == (3.0, 1, "Slow to answer.")
    make_shop(charlie)
    assert api(charlie).get(address).json()["code"] == "user_not_found"
    assert api().get(address).status_code == 401
    make_order(make_listing(charlie), bob, state="created")
    assert api(charlie).get(address).status_code == 200


def test_lists_are_paged(api, alice, bob, django_assert_max_num_queries):
    listing = make_listing(alice)
    for stars in (1, 2, 3):
        done = make_order(listing, bob, completed_at=timezone.now())
        write_review(by=bob, order_id=done.pk, stars=stars)
        write_review(by=alice, order_id=done.pk, stars=5)
    shop = Shop.objects.get()
    first = api().get(f"{URL}/shops/{shop.pk}/reviews?limit=2").json()
    rest = api().get(f"{URL}/shops/{shop.pk}/reviews?limit=2&cursor={first['next']}").json()
    assert [one["stars"] for one in (*first["results"], *rest["results"])] == [3, 2, 1]
    assert rest["next"] is None
    assert shop.rating == 2.0
    reviews = list(Review.objects.all())
    with django_assert_max_num_queries(3):
        assert len(reviews_json(reviews)) == 6
    assert api().get(f"{URL}/shops/{2**62}/reviews").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_both_write_at_the_same_moment(alice, bob):
    for stars in (1, 2, 3, 4, 5):
        order = make_order(make_listing(alice), bob, completed_at=timezone.now())
        told = outcomes(
            lambda order=order, stars=stars: write_review(by=bob, order_id=order.pk, stars=stars),
            lambda order=order, stars=stars: write_review(by=bob, order_id=order.pk, stars=stars),
            lambda order=order: write_review(by=alice, order_id=order.pk, stars=5),
        )
        assert told == ["already_reviewed", "ok", "ok"]
        assert not Review.objects.filter(order=order, published_at=None).exists()
    shop = Shop.objects.get()
    assert (shop.rating_sum, shop.rating_count) == (15, 5)


@pytest.mark.django_db(transaction=True)
def test_publishing_and_removing_at_once_count_once(alice, bob):
    order = make_order(make_listing(alice), bob, completed_at=timezone.now() - timedelta(days=13))
    review = write_review(by=bob, order_id=order.pk, stars=4)
    with later(days=2):
        at_once(publish_due_reviews, publish_due_reviews, lambda: remove_review(review.pk))
    assert rating(order.shop) == (0, 0)
