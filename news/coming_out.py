"""How stories come out: numbered, one source's after the other."""

from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from news.models import Source


def take_numbers(source_id: int, count: int, newest_at: datetime | None) -> int:
    """The first of `count` seqs that are the caller's, inside its transaction, which holds the source's row until it
    commits.
    """
    Source.objects.filter(pk=source_id).update(
        last_seq=F("last_seq") + count,
        story_count=F("story_count") + count,
        newest_at=Greatest(Coalesce("newest_at", Value(newest_at)), Value(newest_at)) if newest_at else F("newest_at"),
    )
    return Source.objects.values_list("last_seq", flat=True).get(pk=source_id) - count + 1
