"""Which story an item of a feed is, though publishers renumber, move and rename.

Identity: sha256 of the guid, or of the link, or of title and text, per source. The alias is the same of the link
without scheme and host: it finds a story again when a whole site moves.
"""

import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

from news.fetching.documents import ParsedItem


def identities(items: Iterable[ParsedItem]) -> list[str]:
    """One for each item, in order. A guid that stands twice in a document names nothing: the link is mixed in."""
    seen: set[str] = set()
    found = []
    for item in items:
        identity = _hash(item.guid or item.url or f"{item.title}\n{item.html}")
        if identity in seen:
            identity = _hash(f"{item.guid}\n{item.url or item.title}")
        seen.add(identity)
        found.append(identity)
    return found


def alias_of(item: ParsedItem) -> str:
    """ "" without a link that says more than "the front page"."""
    parts = urlsplit(item.url)
    path = parts.path.rstrip("/")
    return _hash(f"{path}?{parts.query}") if path or parts.query else ""


def content_hash(item: ParsedItem) -> str:
    """Of what a reader sees: while it is the same, there is nothing to do."""
    return _hash("\n".join((item.title, item.summary, item.html, item.url, item.image_url, item.author)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
