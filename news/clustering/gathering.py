"""Stories join the event they tell of, events that turn out to be one are merged, and what they count is counted.

One at a time: whoever gathers holds a lock until the transaction ends, so that two reports that come in together
find each other.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import F, Sum

from news import ranking
from news.clustering import words
from news.clustering.finding import near, note_keys
from news.models import Cluster, Source, Story, StoryKey, StoryTopic
from news.topics import topics_of

_LOCK = 0x4E455753  # an advisory lock of our own kind
MIN_CENTRE = 0.5  # of a title's words stand in the titles of the event: else A ~ B ~ C would chain


def arrange(story_ids: Iterable[int]) -> None:
    """Give new public stories their topics, and gather those that tell of one event. Twice changes nothing."""
    with transaction.atomic():
        _take_lock()
        fresh = Story.objects.out().filter(pk__in=list(story_ids), source__is_public=True)
        for story in fresh.select_related("source", "text").order_by("published_at", "pk"):
            if not StoryTopic.objects.filter(story=story).exists():
                _arrange(story)


def _take_lock() -> None:
    """SQLite's transactions are serial already (IMMEDIATE)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_LOCK])


def _arrange(story: Story) -> None:
    topics = ["", *topics_of(story.title, story.summary, story.source.title)]
    StoryTopic.objects.bulk_create(
        StoryTopic(story=story, topic=topic, rank_key=story.rank_key, published_at=story.published_at)
        for topic in topics
    )
    title_words = words.significant_words(story.title, story.language)
    story.simhash = words.fingerprint(story.text.html)
    keys = words.keys_of(title_words, story.simhash)
    found = near(story, keys)
    note_keys(story, keys)
    groups = _matching(story, title_words, found) if found else []
    story.is_copy = any(group.is_copy for group in groups)
    Story.objects.filter(pk=story.pk).update(simhash=story.simhash, is_copy=story.is_copy)
    if groups:
        _join(story, groups)


# --- which event --------------------------------------------------------------------------------


@dataclass
class _Group:
    """An event, or a story that has been alone so far."""

    cluster_id: int | None
    stories: list[Story] = field(default_factory=list)
    likeness: float = 0.0
    is_copy: bool = False


def _matching(story: Story, title_words: frozenset[str], found: Sequence[int]) -> list[_Group]:
    """The best first."""
    others = (
        Story.objects.out().filter(pk__in=found, source__is_public=True).exclude(source__state=Source.State.REMOVED)
    )
    groups: dict[str, _Group] = {}
    for other in others.order_by("pk"):
        likeness, is_copy = _likeness(story, title_words, other)
        if likeness:
            name = f"c{other.cluster_id}" if other.cluster_id else f"s{other.pk}"
            group = groups.setdefault(name, _Group(other.cluster_id))
            group.stories.append(other)
            group.likeness = max(group.likeness, likeness)
            group.is_copy |= is_copy
    fitting = [group for group in groups.values() if group.is_copy or _is_central(title_words, group)]
    return sorted(fitting, key=lambda group: (-group.likeness, group.stories[0].pk))


def _likeness(story: Story, title_words: frozenset[str], other: Story) -> tuple[float, bool]:
    """0 to 1, and whether one text is the other's. A source does not confirm itself."""
    if other.source_id == story.source_id:
        return 0.0, False
    if words.distance(story.simhash, other.simhash) <= words.MAX_DISTANCE:
        return 1.0, True
    likeness = words.overlap(title_words, words.significant_words(other.title, other.language))
    return (likeness, False) if likeness >= words.MIN_OVERLAP else (0.0, False)


def _is_central(title_words: frozenset[str], group: _Group) -> bool:
    """Near to what most titles of the event say, not only to its last one."""
    if group.cluster_id is None:
        return True
    own = Story.objects.out().filter(cluster=group.cluster_id, is_copy=False)
    titles = list(own.order_by("pk").values_list("title", "language")[:50])
    counted: Counter[str] = Counter()
    for title, language in titles:
        counted.update(words.significant_words(title, language))
    centre = {word for word, count in counted.items() if 2 * count >= len(titles)}
    return len(title_words & centre) >= MIN_CENTRE * min(len(title_words), len(centre) or 1)


# --- joining ------------------------------------------------------------------------------------


def _join(story: Story, groups: list[_Group]) -> None:
    """Into the best; the others that match as well become one with it, under the oldest address."""
    ids = sorted({group.cluster_id for group in groups if group.cluster_id is not None})
    cluster = Cluster.objects.get(pk=ids[0]) if ids else Cluster.objects.create(started_at=story.published_at)
    for group in groups:
        if group.cluster_id is None:
            Story.objects.filter(pk__in=[one.pk for one in group.stories]).update(cluster=cluster)
    Story.objects.filter(pk=story.pk).update(cluster=cluster)
    for other_id in ids[1:]:
        merge(Cluster.objects.get(pk=other_id), into=cluster)
    recount(cluster)


def merge(cluster: Cluster, *, into: Cluster) -> None:
    """The stories move, the address leads on."""
    Story.objects.filter(cluster=cluster).update(cluster=into)
    Cluster.objects.filter(merged_into=cluster).update(merged_into=into)
    Cluster.objects.filter(pk=cluster.pk).update(merged_into=into, lead=None, story_count=0, publisher_count=0)


def take_out(story: Story) -> None:
    """A report that stands in the wrong event stands alone from now on; the event keeps its address."""
    with transaction.atomic():
        _take_lock()
        cluster = story.cluster
        Story.objects.filter(pk=story.pk).update(cluster=None, is_copy=False)
        StoryKey.objects.filter(story_id=story.pk).delete()  # so that nothing puts it back
        if cluster is not None:
            recount(cluster)
        rerank([story.pk])


def recount(cluster: Cluster) -> None:
    """Count what it has, and place its stories anew."""
    stories = list(
        Story.objects.out().filter(cluster=cluster).exclude(source__state=Source.State.REMOVED)
        .order_by("is_copy", "published_at", "pk")
    )  # fmt: skip
    opens = sum(story.open_count for story in stories)
    publishers = len({story.source_id for story in stories if not story.is_copy}) or min(1, len(stories))
    Cluster.objects.filter(pk=cluster.pk).update(
        lead=stories[0] if stories else None,
        story_count=len(stories),
        publisher_count=publishers,
        open_count=opens,
        started_at=min((story.published_at for story in stories), default=F("started_at")),
        newest_at=max((story.published_at for story in stories), default=F("newest_at")),
    )
    rerank([story.pk for story in stories])


def rerank(story_ids: Iterable[int]) -> None:
    """Their keys, from what is counted now. Costs a write where one changes."""
    stories = Story.objects.filter(pk__in=list(story_ids)).select_related("source", "cluster")
    changed = []
    for story in stories:
        cluster = story.cluster
        q = ranking.quality(
            opens=cluster.open_count if cluster else story.open_count,
            publishers=cluster.publisher_count if cluster else 1,
            boost=story.boost,
        )
        key = ranking.rank_key(q, story.published_at, story.source.pace)
        if abs(key - story.rank_key) > 1e-9:
            story.rank_key = key
            changed.append(story)
    Story.objects.bulk_update(changed, ["rank_key"])
    rows = {story.pk: story.rank_key for story in changed}
    topics = list(StoryTopic.objects.filter(story__in=rows))
    for row in topics:
        row.rank_key = rows[row.story_id]
    StoryTopic.objects.bulk_update(topics, ["rank_key"])


def count_open(story: Story) -> None:
    """One reader more has opened it."""
    Story.objects.filter(pk=story.pk).update(open_count=F("open_count") + 1)
    opens = Story.objects.values_list("open_count", flat=True).get(pk=story.pk)
    if story.cluster_id:
        total = Story.objects.filter(cluster=story.cluster_id).aggregate(total=Sum("open_count"))["total"] or 0
        if ranking.is_worth_counting(total):
            with transaction.atomic():
                _take_lock()
                recount(Cluster.objects.get(pk=story.cluster_id))
    elif ranking.is_worth_counting(opens):
        rerank([story.pk])
