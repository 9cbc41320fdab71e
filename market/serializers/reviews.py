"""Reviews as JSON."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects

from accounts.serializers import sender_json, timestamp
from market.models import Review
from market.shapes.orders import ReviewJSON


def review_json(review: Review) -> ReviewJSON:
    return reviews_json([review])[0]


def reviews_json(reviews: Sequence[Review]) -> list[ReviewJSON]:
    """Three queries, however many."""
    prefetch_related_objects(list(reviews), "author", "order__lines")
    return [_review_json(review) for review in reviews]


def _review_json(review: Review) -> ReviewJSON:
    lines = review.order.lines.all()
    return {
        "id": review.pk,
        "side": review.side,  # type: ignore[typeddict-item]
        "stars": review.stars,
        "text": review.text,
        "answer": review.answer,
        "author": sender_json(review.author) if review.author else None,
        "listing_title": lines[0].title if lines else "",
        "published_at": timestamp(review.published_at) if review.published_at else None,
    }
