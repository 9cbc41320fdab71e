"""The feeds of the demo, as their servers would send them: RSS 2.0, one per paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from news.demo.reading import Paper


@dataclass(frozen=True)
class Item:
    number: int
    title: str
    paragraphs: tuple[str, ...]
    at: datetime


def document(paper: Paper, items: Iterable[Item]) -> bytes:
    """The whole feed, the newest first."""
    newest_first = sorted(items, key=lambda item: item.at, reverse=True)
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(paper.name)}</title><link>https://{paper.address}/</link>"
        f"<description>{escape(paper.description)}</description><language>{paper.language}</language>"
        f"{''.join(_item(paper, item) for item in newest_first)}</channel></rss>"
    ).encode()


def _item(paper: Paper, item: Item) -> str:
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in item.paragraphs)
    return (
        f'<item><guid isPermaLink="false">{paper.address}/{item.number}</guid><title>{escape(item.title)}</title>'
        f"<link>https://{paper.address}/{item.number}</link><pubDate>{format_datetime(item.at)}</pubDate>"
        f"<description>{escape(body)}</description></item>"
    )
