"""Finding stories by their words: titles, summaries and authors, under the tags of their source."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db.models import QuerySet

from accounts.models import User
from core.errors import Invalid
from core.search import Document, Index, parse_query
from news.models import Story
from news.queries import stories_for_reader

index = Index("story")


def index_stories(stories: Iterable[Story]) -> None:
    """New and changed ones, in the transaction that stores them."""
    index.put(
        [
            Document(story.pk, f"{story.title} {story.summary} {story.author}", [f"s{story.source_id}"])
            for story in stories
        ]
    )


def forget_stories(ids: Iterable[int]) -> None:
    index.forget(ids)


@contextmanager
def found(by: User, text: str, *, source_id: int | None = None, topic: str = "") -> Iterator[QuerySet[Story]]:
    """Stories with all of these words that may be read, evaluated inside the `with`; order and paging are the caller's.
    Raises Invalid("empty_query").
    """
    query = parse_query(text)
    if source_id is not None:
        query = query.tagged([f"s{source_id}"])
    if not query.words:
        raise Invalid("empty_query")
    stories = stories_for_reader(by)
    if topic:
        stories = stories.filter(topics__topic=topic)
    with index.matching(query) as matching:
        yield stories.filter(pk__in=matching)
