"""Behind what comes in: topics, events, and the end of what is only needed for some days."""

from datetime import timedelta

from django.utils import timezone

from core.tasks import periodic, task
from messenger.actions.cards import touch_cards
from news.cards import STORY
from news.clustering.finding import WINDOW
from news.clustering.gathering import arrange
from news.models import Opened, StoryKey
from news.pictures import fetch_picture

HISTORY_KEPT = timedelta(days=365)
_AT_ONCE = 100  # stories gathered under one lock


@task()
def arrange_stories(*, stories: list[int]) -> None:
    for start in range(0, len(stories), _AT_ONCE):
        arrange(stories[start : start + _AT_ONCE])


@task()
def refresh_story_cards(*, story: int) -> None:
    """Chats that show it are told what is true of it now."""
    touch_cards(STORY, story)


@task(queue="web", retries=1)
def fetch_story_picture(*, story: int) -> None:
    fetch_picture(story)


@periodic(every=timedelta(hours=6))
@task()
def forget_what_is_old() -> None:
    now = timezone.now()
    StoryKey.objects.filter(at__lt=now - 2 * WINDOW).delete()
    Opened.objects.filter(opened_at__lt=now - HISTORY_KEPT).delete()
