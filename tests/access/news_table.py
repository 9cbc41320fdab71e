"""Who may do what in the news over REST. The rows of rest_table.py go on here; the owner follows a feed."""

from typing import Any

from .rest_table import Rule, signed_in

NO_SOURCE, NO_STORY = "404 source_not_found", "404 story_not_found"


def follower(status: int | str, others: int | str) -> Rule:
    return signed_in(others, owner=status)


NEWS: list[tuple[str, str, Any, Rule]] = [
    ("get", "news/following", None, signed_in(200)),
    ("get", "news/sources", None, signed_in(200)),
    ("post", "news/sources", {"address": "http://127.0.0.1/feed"}, signed_in("400 feed_refused")),
    ("get", "news/sources/{source}", None, follower(200, NO_SOURCE)),
    ("put", "news/sources/{source}/follow", {"folder": "Morning"}, follower(200, NO_SOURCE)),
    ("delete", "news/sources/{source}/follow", None, signed_in(204)),  # whoever does not follow it follows it no more
    ("put", "news/sources/{source}/read", {"up_to_seq": 1}, follower(200, NO_SOURCE)),
    ("get", "news/sources/{source}/fetches", None, follower(200, NO_SOURCE)),
    ("get", "news/stories/{story}", None, follower(200, NO_STORY)),
    ("put", "news/stories/{story}/read", None, follower(204, NO_STORY)),
    ("delete", "news/stories/{story}/read", None, follower(204, NO_STORY)),
]

# Pages of what the owner follows; to others there is nothing.
OF_THE_FOLLOWER = ("/news/story/{story}", "/news/sources/{source}")
ACTS_OF_THE_FOLLOWER = (
    "/news/story/{story}/read",
    "/news/story/{story}/unread",
    "/news/story/{story}/save",
    "/news/sources/{source}/change",
)
