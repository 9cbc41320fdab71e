"""The nouns of the news as JSON. One declaration each, used by REST, events and the OpenAPI (ADR 003)."""

from typing import Literal, TypedDict


class HealthJSON(TypedDict):
    """How a feed is doing. `code` "" is well; `text` says it in the reader's language."""

    code: str
    text: str
    last_success_at: str | None
    next_fetch_at: str | None  # null: never again
    failing_since: str | None


class FollowJSON(TypedDict):
    """How one follows a source. `title` "" is the source's own."""

    folder: str
    title: str
    unread_count: int
    created_at: str


class NewsSourceJSON(TypedDict):
    """`my` null: not followed."""

    id: int
    kind: Literal["feed"]
    title: str
    description: str
    site_url: str
    feed_url: str
    language: str
    state: Literal["active", "gone"]
    story_count: int
    newest_at: str | None
    last_seq: int
    health: HealthJSON
    my: FollowJSON | None


class StorySourceJSON(TypedDict):
    id: int
    kind: Literal["feed"]
    title: str


class StoryJSON(TypedDict):
    """A line of a list. `seq` counts the stories of its source; `changed_at`: its text, after it came out."""

    id: int
    source: StorySourceJSON
    seq: int
    title: str
    summary: str
    url: str
    author: str
    language: str
    word_count: int
    published_at: str
    changed_at: str | None
    is_read: bool


class StoryTextJSON(TypedDict):
    """A whole story. `html` has been cleaned: no scripts, no styles, links and pictures of the web only."""

    story: StoryJSON
    html: str


class FetchJSON(TypedDict):
    """A line of the fetch log. `outcome` is ok, not_modified, or the code of a failure, which `text` says in words."""

    at: str
    outcome: str
    text: str
    status: int | None
    size: int
    milliseconds: int
    new_count: int
    changed_count: int
    next_fetch_at: str | None


class NewsMarkJSON(TypedDict):
    unread_count: int
