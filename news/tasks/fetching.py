"""The worker's part: what is due is asked, one task a feed, and old lines of the log go."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from core.tasks import periodic, task
from news.fetching.fetch import fetch_feed
from news.models import Feed, FetchLog, Source

AT_ONCE = 500  # feeds enqueued per look; the rest with the next
KEPT = timedelta(days=30)


@periodic(every=timedelta(minutes=1))
@task()
def fetch_due_feeds() -> None:
    """Only those that somebody follows: what nobody reads is not asked for."""
    if not settings.NEWS_FETCHING:
        return
    now = timezone.now()
    due = Feed.objects.filter(
        source__state=Source.State.ACTIVE, source__follower_count__gt=0, next_fetch_at__lte=now, claimed_at=None
    )
    for source_id in due.order_by("next_fetch_at").values_list("pk", flat=True)[:AT_ONCE]:
        fetch.enqueue(source=source_id)


@task(queue="web", retries=2)
def fetch(*, source: int) -> None:
    """Not its domain's turn: once more then. Harmless twice, as it is asked only when it is due."""
    if again := fetch_feed(source):
        fetch.using(run_after=again).enqueue(source=source)


@periodic(every=timedelta(hours=6))
@task()
def forget_old_fetches() -> None:
    FetchLog.objects.filter(at__lt=timezone.now() - KEPT).delete()
