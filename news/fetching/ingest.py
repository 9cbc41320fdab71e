"""From what a feed says to stories: known ones are brought up to date, new ones come out. Twice changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from news import ranking
from news.coming_out import take_numbers
from news.corrections import note_corrections
from news.fetching.documents import ParsedFeed, ParsedItem
from news.fetching.identity import alias_of, content_hash, identities
from news.models import Source, Story, StoryText
from news.pictures import FRESH
from news.search import index_stories
from news.tasks.arranging import arrange_stories, fetch_story_picture, refresh_story_cards

REPAIR_WITHIN = timedelta(days=2)  # the same link and title under another guid: the same story
PICTURES = 20  # fetched after one reading: of the newest
FEW = 5  # items: fewer say nothing about a feed having moved
MOSTLY = 0.8


@dataclass(frozen=True)
class Ingested:
    new_count: int
    changed_count: int
    is_migrated: bool  # (nearly) everything was renamed: nobody is told of it


def ingest(source: Source, feed: ParsedFeed, *, now: datetime | None = None) -> Ingested:
    """Store what is new or changed. One short transaction; nothing is asked of the outside."""
    now = now or timezone.now()
    named = dict(zip(identities(feed.items), feed.items, strict=True))  # of two that are the same the last
    with transaction.atomic():
        # Whoever else reads this feed waits here: the row is written first, which locks it on every database.
        Source.objects.filter(pk=source.pk).update(title=_title(source, feed), **_told(feed))
        known = _Known(source, named)
        new: list[Story] = []
        changed: list[Story] = []
        texts: list[StoryText] = []
        story_html: dict[int, str] = {}
        for identity, item in named.items():
            story = known.find(identity, item)
            if story is None:
                story = _story(source, feed, identity, item, now)
                new.append(story)
            elif _is_changed(story, identity, item):
                _apply(story, identity, item, now)
                changed.append(story)
            else:
                continue
            texts.append(StoryText(story=story, html=item.html))
            if story.pk:
                story_html[story.pk] = item.html
        is_migrated = known.has_any and len(new) >= FEW and len(new) >= MOSTLY * len(named)
        # The oldest first: the n-th that came out is the n-th that happened.
        new.sort(key=lambda story: story.published_at)
        if new:
            first = take_numbers(source.pk, len(new), new[-1].published_at)
            for seq, story in enumerate(new, first):
                story.seq = seq
        _store(new, changed, texts)
        index_stories([*new, *changed])
        for story in changed:
            note_corrections(story, story_html[story.pk])
            refresh_story_cards.enqueue(story=story.pk)
        if new and source.is_public:
            arrange_stories.enqueue(stories=[story.pk for story in new])
        for story in new[-PICTURES:]:
            if story.image_url and story.published_at > now - FRESH:
                fetch_story_picture.enqueue(story=story.pk)
    return Ingested(len(new), len(changed), is_migrated)


def _title(source: Source, feed: ParsedFeed) -> str:
    return feed.title or source.title


def _told(feed: ParsedFeed) -> dict[str, str]:
    return {"description": feed.description, "site_url": feed.site_url, "language": feed.language}


class _Known:
    """The stories of this source that the items may be: by identity, by alias, by link and title. Three queries."""

    def __init__(self, source: Source, named: dict[str, ParsedItem]) -> None:
        aliases = {alias_of(item) for item in named.values()} - {""}
        stories = Story.objects.filter(source=source)
        self.has_any = stories.exists()
        self._by_identity = {story.identity: story for story in stories.filter(identity__in=named)}
        self._by_alias: dict[str, list[Story]] = {}
        for story in stories.filter(alias__in=aliases):
            self._by_alias.setdefault(story.alias, []).append(story)

    def find(self, identity: str, item: ParsedItem) -> Story | None:
        if identity in self._by_identity:
            return self._by_identity[identity]
        alias = alias_of(item)
        for story in self._by_alias.get(alias, []) if alias else []:
            if story.title == item.title or self._is_near(story, item):
                return story
        return None

    @staticmethod
    def _is_near(story: Story, item: ParsedItem) -> bool:
        """Renamed, and its guid with it, within days."""
        if story.url != item.url or item.published_at is None:
            return False
        return abs(story.published_at - item.published_at) <= REPAIR_WITHIN


def _is_changed(story: Story, identity: str, item: ParsedItem) -> bool:
    return story.content_hash != content_hash(item) or story.identity != identity


def _story(source: Source, feed: ParsedFeed, identity: str, item: ParsedItem, now: datetime) -> Story:
    said = item.published_at or item.updated_at
    published_at = min(said, now) if said else now  # the future is not believed, and what is undated happened now
    return Story(
        source=source,
        identity=identity,
        language=item.language or feed.language,
        published_at=published_at,
        rank_key=ranking.rank_key(ranking.quality(opens=0, publishers=1, boost=0), published_at, source.pace),
        first_seen_at=now,
        **_said(item),
    )


def _apply(story: Story, identity: str, item: ParsedItem, now: datetime) -> None:
    if story.content_hash != content_hash(item):
        story.changed_at = now
    story.identity = identity
    for name, value in _said(item).items():
        setattr(story, name, value)


def _said(item: ParsedItem) -> dict[str, object]:
    return {
        "alias": alias_of(item),
        "title": item.title or item.url[:300],
        "summary": item.summary,
        "url": item.url,
        "author": item.author,
        "image_url": item.image_url,
        "word_count": len(item.summary.split()) if not item.html else len(item.html.split()),
        "content_hash": content_hash(item),
    }


def _store(new: Sequence[Story], changed: Sequence[Story], texts: Sequence[StoryText]) -> None:
    Story.objects.bulk_create(new)
    Story.objects.bulk_update(
        changed,
        ["identity", "alias", "title", "summary", "url", "author", "image_url", "word_count", "content_hash",
         "changed_at"],
    )  # fmt: skip
    for text in texts:
        text.story_id = text.story.pk
    StoryText.objects.bulk_create(texts, update_conflicts=True, unique_fields=["story"], update_fields=["html"])
