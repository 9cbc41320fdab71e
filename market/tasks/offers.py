"""What runs out while people think: quotes, offers; and reviews that wait for the other side."""

from datetime import timedelta

from core.tasks import periodic, task
from market.actions import offers, quotes, reviews


@periodic(every=timedelta(minutes=1))
@task()
def expire_quotes() -> None:
    """Nothing hangs on this being punctual: who reads a quote judges it by the clock."""
    quotes.expire_overdue_quotes()


@periodic(every=timedelta(minutes=5))
@task()
def expire_offers() -> None:
    offers.expire_overdue_offers()


@periodic(every=timedelta(hours=1))
@task()
def publish_reviews() -> None:
    reviews.publish_due_reviews()
