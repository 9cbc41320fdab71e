"""Which stories of the last days may tell of the same event. Costs the same however many stories there are."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db import connection

from news.models import Story, StoryKey

WINDOW = timedelta(hours=120)
PER_KEY = 200  # the newest stories with a common word; rarer words have fewer, and decide
COMPARED = 40


def note_keys(story: Story, keys: Iterable[int]) -> None:
    StoryKey.objects.bulk_create([StoryKey(key=key, at=story.published_at, story_id=story.pk) for key in keys])


def near(story: Story, keys: list[int]) -> list[int]:
    """Ids of stories that share the most of these keys and came out at most WINDOW apart; those it shares two with, or
    a quarter of the fingerprint. One query.
    """
    if not keys:
        return []
    since, until = story.published_at - WINDOW, story.published_at + WINDOW
    part = (
        "SELECT story_id FROM (SELECT story_id FROM news_storykey WHERE key = %s AND at BETWEEN %s AND %s"
        " ORDER BY at DESC LIMIT {limit}) AS k{number}"
    )
    sql = " UNION ALL ".join(part.format(limit=PER_KEY, number=number) for number in range(len(keys)))
    adapt = connection.ops.adapt_datetimefield_value
    parameters = [value for key in keys for value in (key, adapt(since), adapt(until))]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        shared = Counter(row[0] for row in cursor.fetchall())
    shared.pop(story.pk, None)
    needed = 1 if story.simhash is not None else 2
    return [pk for pk, count in shared.most_common(COMPARED) if count >= needed]
