"""Following a source: under a name and in a folder of one's own."""

from django.db import transaction
from django.db.models import F

from accounts.models import User
from core import limits
from core.errors import Conflict
from news.models import Follow, ReadException, ReadMark, Source

UNREAD_TO_BEGIN_WITH = 20  # of a source that one comes to, the newest are news


def follow_source(*, by: User, source: Source, folder: str | None = None, title: str | None = None) -> Follow:
    """Twice is once; what is None stays. Raises Conflict("too_many_follows")."""
    given = {name: value for name, value in (("folder", folder), ("title", title)) if value is not None}
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # so that the limit holds
        follow = Follow.objects.filter(user=by, source=source).first()
        if follow is None:
            if Follow.objects.filter(user=by).count() >= limits.FOLLOWS_PER_PERSON:
                raise Conflict("too_many_follows", limit=limits.FOLLOWS_PER_PERSON)
            follow = Follow.objects.create(user=by, source=source, **given)
            Source.objects.filter(pk=source.pk).update(follower_count=F("follower_count") + 1)
            _begin(by, source)
        elif given:
            Follow.objects.filter(pk=follow.pk).update(**given)
            follow.refresh_from_db()
    return follow


def _begin(by: User, source: Source) -> None:
    """All but the newest count as read; what was read of it before stays so."""
    last_seq = Source.objects.values_list("last_seq", flat=True).get(pk=source.pk)
    read_up_to = max(0, last_seq - UNREAD_TO_BEGIN_WITH)
    ReadMark.objects.get_or_create(user=by, source=source)
    ReadMark.objects.filter(user=by, source=source, seq__lt=read_up_to).update(seq=read_up_to)
    ReadException.objects.filter(user=by, source=source, seq__lte=read_up_to).delete()


def unfollow_source(*, by: User, source_id: int) -> None:
    """Twice is once. What was read of it is forgotten."""
    with transaction.atomic():
        if Follow.objects.filter(user=by, source=source_id).delete()[0]:
            Source.objects.filter(pk=source_id, follower_count__gt=0).update(follower_count=F("follower_count") - 1)
            ReadMark.objects.filter(user=by, source=source_id).delete()
            ReadException.objects.filter(user=by, source=source_id).delete()
