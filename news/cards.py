"""Stories inside chats: frozen as they were when they were shared, with what has become of them since."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import User
from accounts.serializers import timestamp
from core import cards
from news.access import story_for_reading
from news.models import Correction, Source, Story
from news.pictures import name_of

STORY = "story"
_SUMMARY = 200


def story_live(ids: Iterable[int]) -> Mapping[int, dict[str, Any]]:
    """Three queries. Whoever may read the chat sees it: of a feed that is not public only that it has changed."""
    stories = list(Story.objects.filter(pk__in=list(ids)).select_related("source", "cluster"))
    corrections: dict[int, Correction] = {}
    for correction in Correction.objects.filter(story__in=stories).order_by("at", "pk"):
        corrections[correction.story_id] = correction  # the newest
    return {story.pk: _live(story, corrections.get(story.pk)) for story in stories}


def _live(story: Story, correction: Correction | None) -> dict[str, Any]:
    if story.state != Story.State.PUBLISHED or story.source.state == Source.State.REMOVED:
        return {"state": "removed"}
    is_public = story.source.is_public
    return {
        "state": "out",
        "title": story.title if is_public else None,
        "url": f"/news/story/{story.pk}",
        "is_public": is_public,
        "changed_at": timestamp(story.changed_at) if story.changed_at else None,
        "publisher_count": story.cluster.publisher_count if story.cluster and is_public else 1,
        "picture": f"/media/{name_of(story.picture, 'small')}" if story.picture and is_public else None,
        "correction": {"kind": correction.kind, "text": correction.text, "at": timestamp(correction.at)}
        if correction
        else None,
    }


def _snapshot_for(by: User, pk: int) -> dict[str, Any]:
    """What anybody who may read it gives on: title, source, the beginning. NotFound for others."""
    story = story_for_reading(by, pk)
    return {
        "title": story.title,
        "source": story.source.title,
        "summary": story.summary[:_SUMMARY],
        "language": story.language,
        "published_at": timestamp(story.published_at),
        "link": story.url,
    }


def _describe(snapshot: Mapping[str, Any]) -> str:
    return f"{snapshot.get('source', '')}: {snapshot.get('title', '')}"


def register() -> None:
    cards.register(STORY, story_live, snapshot_for=_snapshot_for, describe=_describe)
