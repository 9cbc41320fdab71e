"""Finds the feeds that a page names as its own."""

from html.parser import HTMLParser

from news.cleaning import web_address

MAX_FEEDS = 5
_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
_BEGINNING = 512 * 1024  # characters: they stand in the head


def feeds_of_page(content: bytes, *, charset: str, url: str) -> list[str]:
    """Addresses, in the order of the page: at most five, of the web."""
    finder = _Finder(url)
    try:
        text = content.decode(charset or "utf-8", "replace")
    except LookupError:
        text = content.decode("utf-8", "replace")
    finder.feed(text[:_BEGINNING])
    return list(dict.fromkeys(finder.found))[:MAX_FEEDS]


class _Finder(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.base = url
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "base" and (base := web_address(named.get("href", ""), self.base)):
            self.base = base
        is_feed = tag == "link" and "alternate" in named.get("rel", "").lower().split()
        if is_feed and named.get("type", "").lower().strip() in _TYPES:
            self.found += filter(None, [web_address(named.get("href", ""), self.base)])
