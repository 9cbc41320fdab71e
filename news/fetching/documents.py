"""What a feed says, read, cleaned and capped: the only thing that leaves the parser."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


class FeedError(Exception):
    """`code`: not_a_feed, too_slow (to read), empty, broken."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True)
class ParsedItem:
    guid: str
    url: str
    title: str
    html: str
    summary: str
    author: str
    published_at: datetime | None
    updated_at: datetime | None
    image_url: str
    categories: tuple[str, ...]
    language: str


@dataclass(frozen=True)
class ParsedFeed:
    title: str
    description: str
    site_url: str
    language: str
    icon_url: str
    ttl_seconds: int
    items: tuple[ParsedItem, ...]


def from_json(data: dict[str, Any]) -> ParsedFeed:
    """As the child wrote it."""
    items = tuple(
        ParsedItem(
            **{
                **item,
                "categories": tuple(item["categories"]),
                "published_at": _time(item["published_at"]),
                "updated_at": _time(item["updated_at"]),
            }
        )
        for item in data["items"]
    )
    return ParsedFeed(**{**data, "items": items})


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
