"""A reader opens a story: it is read, stands in the history, and has had one reader more."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from news import affinity
from news.actions.reading import mark_read
from news.clustering.gathering import count_open
from news.models import Opened, Story


def open_story(*, by: User, story: Story) -> None:
    """A reader counts once, however often they come back."""
    mark_read(by=by, story=story)
    with transaction.atomic():
        if _note(by, story):
            affinity.note_story(by, story, affinity.OPENED)
            count_open(story)


def _note(by: User, story: Story) -> bool:
    """Was it the first time?"""
    now = timezone.now()
    if Opened.objects.filter(user=by, story=story).update(opened_at=now):
        return False
    try:
        with transaction.atomic():
            Opened.objects.create(user=by, story=story, opened_at=now)
    except IntegrityError:
        return False  # on another device at the same moment
    return True


def forget_opened(*, by: User, story_id: int | None = None) -> None:
    """One line of the history, or all of it. Twice is once."""
    history = Opened.objects.filter(user=by)
    (history if story_id is None else history.filter(story=story_id)).delete()
