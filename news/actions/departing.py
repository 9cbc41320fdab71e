"""An account is closed: what it read is nobody's business any more."""

from django.db import transaction
from django.db.models import F

from accounts.models import User
from news.models import (
    Affinity,
    Bookmark,
    Follow,
    Opened,
    ReadException,
    ReadMark,
    Rule,
    Source,
    TopicFollow,
)


def depart(user: User, delete_messages: bool) -> None:
    """Safe to repeat. Feeds that others read stay; one that nobody follows is asked no more."""
    with transaction.atomic():
        followed = Follow.objects.filter(user=user).values("source")
        Source.objects.filter(pk__in=followed, follower_count__gt=0).update(follower_count=F("follower_count") - 1)
        Follow.objects.filter(user=user).delete()
    for model in (ReadException, ReadMark, Bookmark, Opened, Affinity, Rule, TopicFollow):
        model.objects.filter(user=user).delete()
