"""The one rendering of each noun."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from accounts.serializers import timestamp
from news.health import code_of, words_of
from news.models import Feed, FetchLog, Follow, Source, Story
from news.queries import ReadState, read_state, unread_counts
from news.shapes import FetchJSON, FollowJSON, HealthJSON, NewsSourceJSON, StoryJSON, StoryTextJSON


def _when(value: datetime | None) -> str | None:
    return timestamp(value) if value else None


def source_json(source: Source, follow: Follow | None, unread_count: int = 0) -> NewsSourceJSON:
    """Needs `feed` loaded."""
    return {
        "id": source.pk,
        "kind": source.kind,  # type: ignore[typeddict-item]
        "title": source.title,
        "description": source.description,
        "site_url": source.site_url,
        "feed_url": source.feed.url,
        "language": source.language,
        "state": source.state,  # type: ignore[typeddict-item]
        "story_count": source.story_count,
        "newest_at": _when(source.newest_at),
        "last_seq": source.last_seq,
        "health": health_json(source, source.feed),
        "my": follow_json(follow, unread_count) if follow else None,
    }


def sources_json(follows: Sequence[Follow], by: User) -> list[NewsSourceJSON]:
    """Two queries, however many."""
    sources = [follow.source for follow in follows]
    counts = unread_counts(by, sources)
    return [source_json(one.source, one, counts[one.source.pk]) for one in follows]


def health_json(source: Source, feed: Feed) -> HealthJSON:
    code = code_of(source, feed)
    return {
        "code": code,
        "text": words_of(code),
        "last_success_at": _when(feed.last_success_at),
        "next_fetch_at": _when(feed.next_fetch_at) if source.state == Source.State.ACTIVE else None,
        "failing_since": _when(feed.failing_since),
    }


def follow_json(follow: Follow, unread_count: int) -> FollowJSON:
    return {
        "folder": follow.folder,
        "title": follow.title,
        "unread_count": unread_count,
        "created_at": timestamp(follow.created_at),
    }


def stories_json(stories: Sequence[Story], by: User) -> list[StoryJSON]:
    """Two queries, however many. Needs `source` loaded."""
    state = read_state(by, stories)
    return [story_json(story, state) for story in stories]


def story_json(story: Story, state: ReadState) -> StoryJSON:
    return {
        "id": story.pk,
        "source": {"id": story.source_id, "kind": story.source.kind, "title": story.source.title},  # type: ignore[typeddict-item]
        "seq": story.seq,
        "title": story.title,
        "summary": story.summary,
        "url": story.url,
        "author": story.author,
        "language": story.language,
        "word_count": story.word_count,
        "published_at": timestamp(story.published_at),
        "changed_at": _when(story.changed_at),
        "is_read": state.has_read(story),
    }


def story_text_json(story: Story, by: User) -> StoryTextJSON:
    """Needs `source` and `text` loaded."""
    return {"story": stories_json([story], by)[0], "html": story.text.html}


def fetch_json(log: FetchLog) -> FetchJSON:
    return {
        "at": timestamp(log.at),
        "outcome": log.outcome,
        "text": words_of(log.outcome),
        "status": log.status,
        "size": log.size,
        "milliseconds": log.milliseconds,
        "new_count": log.new_count,
        "changed_count": log.changed_count,
        "next_fetch_at": _when(log.next_fetch_at),
    }
