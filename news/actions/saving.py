"""Saved stories: kept, though their source be followed no more."""

from django.db import transaction

from accounts.models import User
from core import limits
from core.errors import Conflict
from news import affinity
from news.models import Bookmark, Story


def save_story(*, by: User, story: Story) -> None:
    """Twice is once. Raises Conflict("too_many_saved")."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # so that the limit holds
        if Bookmark.objects.filter(user=by, story=story).exists():
            return
        if Bookmark.objects.filter(user=by).count() >= limits.SAVED_STORIES:
            raise Conflict("too_many_saved", limit=limits.SAVED_STORIES)
        Bookmark.objects.create(user=by, story=story)
        affinity.note_story(by, story, affinity.SAVED)


def unsave_story(*, by: User, story_id: int) -> None:
    """Twice is once."""
    Bookmark.objects.filter(user=by, story=story_id).delete()
