"""Reviews that may be read, and what they come to."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, QuerySet, Sum

from accounts.models import User
from market.models import Order, Review, Shop


def published_reviews() -> QuerySet[Review]:
    return Review.objects.select_related("author").filter(removed_at=None).exclude(published_at=None)


def reviews_of_shop(shop: Shop) -> QuerySet[Review]:
    return published_reviews().filter(about_shop=shop)


def reviews_of_buyer(user: User) -> QuerySet[Review]:
    return published_reviews().filter(about_user=user)


def rating_of_buyer(user: User) -> tuple[float | None, int]:
    """Average of the stars that sellers gave (1.0 to 5.0, None without any), and how many did. One query."""
    found = reviews_of_buyer(user).aggregate(stars=Sum("stars"), count=Count("pk"))
    return (round(found["stars"] / found["count"], 2) if found["count"] else None), found["count"]


def reviews_for_orders(by: User, orders: Iterable[Order]) -> dict[int, list[Review]]:
    """By order: what is published, and what `by` wrote. One query."""
    rows = Review.objects.select_related("author").filter(order__in=[order.pk for order in orders], removed_at=None)
    visible: dict[int, list[Review]] = defaultdict(list)
    for review in rows.order_by("pk"):
        if review.published_at is not None or review.author_id == by.pk:
            visible[review.order_id].append(review)
    return visible
