"""What a reader's lists are made of: stories of what they follow, and what of it they have not read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from core.errors import Invalid
from news.models import Follow, ReadException, ReadMark, Source, Story, StoryTopic


def stories_followed(user: User, *, folder: str | None = None, source_id: int | None = None) -> QuerySet[Story]:
    """Of all sources the reader follows, or those of one folder, or one of them; their sources loaded."""
    follows = Follow.objects.filter(user=user)
    if folder is not None:
        follows = follows.filter(folder=folder)
    if source_id is not None:
        follows = follows.filter(source=source_id)
    sources = follows.exclude(source__state=Source.State.REMOVED).values("source")
    return Story.objects.out().filter(source__in=sources).select_related("source")


def stories_for_reader(user: User) -> QuerySet[Story]:
    """All that may be read: what is public, and what is followed; their sources loaded."""
    sources = Source.objects.for_reader(user).values("pk")
    return Story.objects.out().filter(source__in=sources).select_related("source")


def unread_only(stories: QuerySet[Story], user: User) -> QuerySet[Story]:
    """Beyond the mark and not read since, or before it and marked as unread again."""
    mark = Subquery(ReadMark.objects.filter(user=user, source=OuterRef("source")).values("seq")[:1])
    exceptions = ReadException.objects.filter(user=user, source=OuterRef("source"), seq=OuterRef("seq"))
    read, again = Exists(exceptions.filter(is_read=True)), Exists(exceptions.filter(is_read=False))
    return stories.annotate(mark=Coalesce(mark, 0)).filter((Q(seq__gt=F("mark")) & ~Q(read)) | Q(again))


def page_before(stories: QuerySet[Story], published_at: str | int, pk: str | int) -> QuerySet[Story]:
    """Those after the last one seen, the newest first. Raises Invalid("bad_cursor") for values that are none."""
    at, number = moment_and_id([published_at, pk])
    return stories.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=number))


def moment_and_id(values: Sequence[str | int]) -> tuple[datetime, int]:
    """What a cursor holds. Raises Invalid("bad_cursor")."""
    try:
        at, pk = datetime.fromisoformat(values[0]), values[1]  # type: ignore[arg-type]
        if at.tzinfo is None or not isinstance(pk, int) or not 0 <= pk < 2**63:
            raise Invalid("bad_cursor")
    except (TypeError, ValueError) as error:
        raise Invalid("bad_cursor") from error
    return at, pk


@dataclass(frozen=True)
class ReadState:
    """What the reader has read of these sources. Two queries."""

    marks: dict[int, int]
    exceptions: dict[tuple[int, int], bool]

    def has_read(self, story: Story) -> bool:
        return self.exceptions.get((story.source_id, story.seq), story.seq <= self.marks.get(story.source_id, 0))


def read_state(user: User, stories: Sequence[Story]) -> ReadState:
    sources = {story.source_id for story in stories}
    marks = ReadMark.objects.filter(user=user, source__in=sources).values_list("source", "seq")
    kept = ReadException.objects.filter(
        user=user, source__in=sources, seq__in={story.seq for story in stories}
    ).values_list("source", "seq", "is_read")
    return ReadState(dict(marks), {(source, seq): is_read for source, seq, is_read in kept})


def topics_of(stories: Sequence[Story]) -> dict[int, tuple[str, ...]]:
    """Story -> slugs. One query."""
    found: dict[int, tuple[str, ...]] = {}
    rows = StoryTopic.objects.filter(story__in=[story.pk for story in stories]).exclude(topic="").order_by("pk")
    for story, topic in rows.values_list("story", "topic"):
        found[story] = (*found.get(story, ()), topic)
    return found


def unread_counts(user: User, sources: Sequence[Source]) -> dict[int, int]:
    """Source -> how many of its stories are not read. Two queries."""
    marks = dict(ReadMark.objects.filter(user=user, source__in=sources).values_list("source", "seq"))
    corrections: dict[int, int] = defaultdict(int)
    rows = ReadException.objects.filter(user=user, source__in=sources).values_list("source", "is_read")
    for source, is_read, count in rows.annotate(count=Count("pk")):
        corrections[source] += -count if is_read else count
    return {source.pk: max(0, source.last_seq - marks.get(source.pk, 0) + corrections[source.pk]) for source in sources}


def follows_of(user: User) -> QuerySet[Follow]:
    """Sources with their feeds, in the order of folders and names."""
    follows = Follow.objects.filter(user=user).exclude(source__state=Source.State.REMOVED)
    return follows.select_related("source__feed").order_by("folder", "source__title", "pk")
