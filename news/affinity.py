"""What a reader has shown to care for: points for sources and topics, which halve every 30 days."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from news.models import Affinity, Story, StoryTopic

HALF_LIFE = timedelta(days=30)
SHRINK = 10.0  # points that count half: little evidence moves little
OPENED, SAVED, SHARED, MUTED = 1.0, 3.0, 3.0, -8.0


def source_subject(source_id: int) -> str:
    return f"source:{source_id}"


def topic_subject(topic: str) -> str:
    return f"topic:{topic}"


def decayed(points: float, counted_at: datetime, now: datetime) -> float:
    return points * 0.5 ** (max(timedelta(0), now - counted_at) / HALF_LIFE)


def shrunk(points: float) -> float:
    """-1 to 1: none without evidence, half at SHRINK points, never quite one."""
    return points / (abs(points) + SHRINK)


def note(user: User, subjects: Iterable[str], points: float) -> None:
    """Belongs into the transaction of the act that says so."""
    now = timezone.now()
    for subject in sorted(set(subjects)):
        with transaction.atomic():
            Affinity.objects.get_or_create(user=user, subject=subject, defaults={"counted_at": now})
            row = Affinity.objects.select_for_update().get(user=user, subject=subject)
            row.points = decayed(row.points, row.counted_at, now) + points
            row.counted_at = now
            row.save(update_fields=["points", "counted_at"])


def note_story(user: User, story: Story, points: float) -> None:
    topics = StoryTopic.objects.filter(story=story).exclude(topic="").values_list("topic", flat=True)
    note(user, [source_subject(story.source_id), *map(topic_subject, topics)], points)


def affinities(user: User, now: datetime) -> Mapping[str, float]:
    """Subject -> -1 to 1. One query."""
    rows = Affinity.objects.filter(user=user).values_list("subject", "points", "counted_at")
    return {subject: shrunk(decayed(points, at, now)) for subject, points, at in rows}
