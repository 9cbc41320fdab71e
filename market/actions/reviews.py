"""Reviews of both sides, each blind to the other's: shown when both are there, or 14 days after the order was done.

The order's row is locked while one is written, so that two who write at the same moment find each other's.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Conflict, Invalid
from market import outbox
from market.access.offers import order_for_reviewing, review_for_answering
from market.models import Order, Review, Shop
from messenger.actions.standing import require_unsanctioned
from messenger.names import paragraph

WRITTEN_WITHIN = timedelta(days=60)  # after completion
BLIND_FOR = timedelta(days=14)
TEXT_CHARS, ANSWER_CHARS = 2_000, 1_000
_BATCH = 500


def write_review(*, by: User, order_id: int, stars: int, text: str = "") -> Review:
    """Of the other side of a completed order, once.

    Raises NotFound("order_not_found"), Conflict("order_not_completed", "review_too_late", "already_reviewed"),
    Invalid("bad_stars", "text_too_long"), Forbidden("sanctioned").
    """
    require_unsanctioned(by)
    limits.check("review", by.pk)
    order, side = order_for_reviewing(by, order_id)
    text = _clean(text, TEXT_CHARS)
    if stars not in range(1, 6):
        raise Invalid("bad_stars", _("Between one and five stars."), field="stars")
    if order.state != Order.State.COMPLETED or order.completed_at is None:
        raise Conflict("order_not_completed", _("Reviews are written when the order is done."))
    if order.completed_at + WRITTEN_WITHIN <= timezone.now():
        raise Conflict("review_too_late", _("The time for a review is over."), days=WRITTEN_WITHIN.days)
    is_buyer = side == Review.Side.BUYER
    with transaction.atomic():
        _lock(order)
        if Review.objects.filter(order=order, side=side).exists():
            raise Conflict("already_reviewed", _("You have reviewed this order."))
        review = Review.objects.create(
            order=order, side=side, author=by, stars=stars, text=text,
            about_shop=order.shop if is_buyer else None, about_user=None if is_buyer else order.buyer,
        )  # fmt: skip
        _publish_when_due(order)
    review.refresh_from_db()
    return review


def answer_review(*, by: User, review_id: int, text: str) -> Review:
    """One answer of the reviewed side. Raises NotFound("review_not_found"), Conflict("already_answered")."""
    require_unsanctioned(by)
    limits.check("review", by.pk)
    review = review_for_answering(by, review_id)
    text = _clean(text, ANSWER_CHARS)
    if not text:
        raise Invalid("text_needed", _("Write something."), field="text")
    if not Review.objects.filter(pk=review.pk, answer="", removed_at=None).update(answer=text):
        raise Conflict("already_answered", _("This review has been answered."))
    review.answer = text
    return review


def remove_review(review_id: int) -> None:
    """By moderators, for everybody: the shop's rating is without it. Twice is once."""
    review = Review.objects.filter(pk=review_id).first()
    if review is None:
        return
    with transaction.atomic():
        _lock(review.order)
        if Review.objects.filter(pk=review_id, removed_at=None).update(removed_at=timezone.now()):
            review.refresh_from_db()
            if review.published_at is not None:
                _count(review, -1)


def publish_due_reviews() -> int:
    """Those that waited for the other side for 14 days. Answers of how many orders."""
    due = Review.objects.filter(published_at=None, removed_at=None)
    due = due.filter(order__completed_at__lte=timezone.now() - BLIND_FOR)
    orders = list(Order.objects.filter(pk__in=due.values("order")).order_by("pk")[:_BATCH])
    for order in orders:
        with transaction.atomic():
            _lock(order)
            _publish_when_due(order)
    return len(orders)


# --- inside a transaction, with the order locked ------------------------------------------------


def _lock(order: Order) -> None:
    Order.objects.select_for_update(no_key=True).filter(pk=order.pk).values_list("pk", flat=True).first()


def _publish_when_due(order: Order) -> None:
    reviews = list(Review.objects.filter(order=order).order_by("pk"))
    is_over = order.completed_at is not None and order.completed_at + BLIND_FOR <= timezone.now()
    if len(reviews) < len(Review.Side) and not is_over:
        return
    for review in reviews:
        waiting = Review.objects.filter(pk=review.pk, published_at=None, removed_at=None)
        if waiting.update(published_at=timezone.now()):
            _count(review, +1)
            told = {"review": review.pk, "side": review.side, "stars": review.stars}
            outbox.put("review.published", order=order, shop=review.about_shop, data=told)


def _count(review: Review, sign: int) -> None:
    """The counters of the shop's rating; buyers have none, theirs is summed up when it is asked for."""
    if review.about_shop_id is None:
        return
    stars, one = F("rating_sum") + sign * review.stars, F("rating_count") + sign
    Shop.objects.filter(pk=review.about_shop_id).update(rating_sum=stars, rating_count=one)


def _clean(text: str, most: int) -> str:
    text = paragraph(text)
    if len(text) > most:
        raise Invalid("text_too_long", field="text", limit=most)
    return text
