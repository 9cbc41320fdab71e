"""Feeds in all formats, made of (guid, title, text) or whole items."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def rss(*items: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Herald</title><link>https://herald.example/</link>'
        f"<description>All of it</description>{head}{''.join(items)}</channel></rss>"
    )


def item(
    number: int | str, title: str = "", text: str = "Words.", *, at: datetime | None = NOON, link: str = "", **more
) -> str:
    link = link or f"https://herald.example/{number}"
    date = f"<pubDate>{format_datetime(at)}</pubDate>" if at else ""
    rest = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in more.items())
    return (
        f"<item><guid isPermaLink='false'>id-{number}</guid><title>{escape(title or f'Story {number}')}</title>"
        f"<link>{escape(link)}</link><description>{escape(text)}</description>{date}{rest}</item>"
    )


FORMATS = {
    "rss-0.91": '<rss version="0.91"><channel><title>T</title><item><title>One</title><link>https://h.example/1</link>'
    "<description>Words</description></item></channel></rss>",
    "rss-1.0": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    '<channel rdf:about="https://h.example/"><title>T</title></channel><item rdf:about="https://h.example/1">'
    "<title>One</title><link>https://h.example/1</link><description>Words</description></item></rdf:RDF>",
    "rss-2.0": rss(item(1, "One", link="https://h.example/1")),
    "atom-0.3": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><entry><title>One</title>'
    '<link rel="alternate" href="https://h.example/1"/><id>urn:1</id><summary>Words</summary></entry></feed>',
    "atom-1.0": '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title type="html">One</title>'
    '<link href="https://h.example/1"/><id>urn:1</id><updated>2026-11-20T12:00:00Z</updated>'
    '<content type="html">Words</content></entry></feed>',
    "json-1.1": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1", "title": "T",
            "items": [{"id": "1", "url": "https://h.example/1", "title": "One", "content_html": "<p>Words</p>"}],
        }
    ),
}  # fmt: skip
