"""What may stand on the front page: the best of each source and topic that is followed, and what everybody reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from accounts.models import User
from news.models import Follow, Source, Story, TopicFollow
from news.queries import read_state, topics_of
from news.rules import Rules, rules_of

PER_SUBJECT = 30
POOL = 200
POPULAR = 60
_CHUNK = 100  # parts of one statement on SQLite


@dataclass(frozen=True)
class Candidate:
    story: Story  # without its texts
    topics: tuple[str, ...]
    is_read: bool
    reason: str  # source, topic, popular


def candidates(user: User) -> list[Candidate]:
    """The best first by their keys, of what is followed and of what is popular. Nine queries at most."""
    sources = list(
        Follow.objects.filter(user=user).exclude(source__state=Source.State.REMOVED).values_list("source", flat=True)
    )
    topics = list(TopicFollow.objects.filter(user=user).values_list("topic", flat=True))
    of_sources = _best("news_story", "id", "source_id", sources, PER_SUBJECT, "AND state = 'published'")
    of_topics = _best("news_storytopic", "story_id", "topic", topics, PER_SUBJECT)
    popular = _best("news_storytopic", "story_id", "topic", [""], POPULAR)
    reasons: dict[int, str] = {}
    for reason, rows, limit in (
        ("source", of_sources, POOL),
        ("topic", of_topics, POOL),
        ("popular", popular, POPULAR),
    ):
        for pk, _key in sorted(rows, key=lambda row: -row[1])[:limit]:
            reasons.setdefault(pk, reason)
    stories = _loaded(reasons)
    kept = _kept(stories, rules_of(user), topics_of(stories))
    state = read_state(user, [story for story, _ in kept])
    return [
        Candidate(story, topics, state.has_read(story), reasons[story.pk])
        for story, topics in sorted(kept, key=lambda pair: (-pair[0].rank_key, -pair[0].pk))
    ]


def _best(
    table: str, column: str, subject: str, values: Sequence[int | str], limit: int, condition: str = ""
) -> list[tuple[int, float]]:
    """(story, key) of the best of each subject, by the index (subject, rank_key DESC): never a sort of all."""
    if not values:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            kind = "bigint" if isinstance(values[0], int) else "text"
            cursor.execute(
                f"SELECT s.{column}, s.rank_key FROM unnest(%s::{kind}[]) AS f(v) CROSS JOIN LATERAL"  # noqa: S608
                f" (SELECT {column}, rank_key FROM {table} WHERE {subject} = f.v {condition}"
                f" ORDER BY rank_key DESC LIMIT {limit}) AS s",
                [list(values)],
            )
            return cursor.fetchall()
        rows: list[tuple[int, float]] = []
        part = (
            f"SELECT * FROM (SELECT {column}, rank_key FROM {table} WHERE {subject} = %s {condition}"  # noqa: S608
            f" ORDER BY rank_key DESC LIMIT {limit})"
        )
        for start in range(0, len(values), _CHUNK):
            chunk = values[start : start + _CHUNK]
            cursor.execute(" UNION ALL ".join([part] * len(chunk)), list(chunk))
            rows += cursor.fetchall()
        return rows


def _loaded(ids: Iterable[int]) -> list[Story]:
    """Without what only pages need."""
    fields = ("source_id", "cluster_id", "seq", "title", "summary", "rank_key", "published_at", "is_copy")
    found = Story.objects.out().exclude(source__state=Source.State.REMOVED).filter(pk__in=list(ids))
    return list(found.only(*fields))


def _kept(
    stories: Iterable[Story], rules: Rules, topics: dict[int, tuple[str, ...]]
) -> list[tuple[Story, tuple[str, ...]]]:
    pairs = [(story, topics.get(story.pk, ())) for story in stories]
    return [pair for pair in pairs if not rules.hides(*pair)]
