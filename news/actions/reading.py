"""What has been read: a mark per source that all before it is, and exceptions on both sides of it.

Both are kept small: a mark swallows the read stories that follow it.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from news.models import ReadException, ReadMark, Source, Story


def mark_read(*, by: User, story: Story) -> None:
    """Twice is once."""
    with transaction.atomic():
        mark = _locked_mark(by, story.source)
        kept = ReadException.objects.filter(user=by, source=story.source)
        if story.seq <= mark.seq:
            kept.filter(seq=story.seq).delete()
        elif story.seq == mark.seq + 1:
            _raise(mark, _end_of_run(kept, story.seq))
        else:
            kept.get_or_create(user=by, source=story.source, seq=story.seq, defaults={"is_read": True})


def mark_unread(*, by: User, story: Story) -> None:
    """Twice is once."""
    with transaction.atomic():
        mark = _locked_mark(by, story.source)
        kept = ReadException.objects.filter(user=by, source=story.source)
        if story.seq > mark.seq:
            kept.filter(seq=story.seq).delete()
        else:
            kept.get_or_create(user=by, source=story.source, seq=story.seq, defaults={"is_read": False})


def mark_source_read(*, by: User, source: Source, up_to_seq: int) -> None:
    """All up to this one, and no further than it goes; never takes anything back."""
    with transaction.atomic():
        mark = _locked_mark(by, source)
        last = Source.objects.values_list("last_seq", flat=True).get(pk=source.pk)
        up_to = min(up_to_seq, last)
        kept = ReadException.objects.filter(user=by, source=source)
        kept.filter(seq__lte=up_to, is_read=False).delete()
        if up_to > mark.seq:
            kept.filter(seq__lte=up_to).delete()
            _raise(mark, _end_of_run(kept, up_to))


def _locked_mark(by: User, source: Source) -> ReadMark:
    ReadMark.objects.get_or_create(user=by, source=source)
    return ReadMark.objects.select_for_update().get(user=by, source=source)


def _end_of_run(kept: QuerySet[ReadException], seq: int) -> int:
    """The last of those that are read without a gap after this one; their exceptions go."""
    end = seq
    for following in kept.filter(seq__gt=seq, is_read=True).order_by("seq").values_list("seq", flat=True):
        if following != end + 1:
            break
        end = following
    kept.filter(seq__gt=seq, seq__lte=end).delete()
    return end


def _raise(mark: ReadMark, seq: int) -> None:
    ReadMark.objects.filter(pk=mark.pk).update(seq=seq, changed_at=timezone.now())
