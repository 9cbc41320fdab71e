"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), which feedparser does not know."""

import json
from datetime import datetime
from typing import Any

from news import cleaning

MAX_ITEMS = 500


def parse(content: bytes, url: str) -> dict[str, Any]:
    """{"feed": …}, or {"error": "not_a_feed"}."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return {"error": "not_a_feed", "detail": "no JSON"}
    if not isinstance(data, dict) or "jsonfeed.org" not in _text(data.get("version")):
        return {"error": "not_a_feed", "detail": "no version of JSON Feed"}
    items = data.get("items")
    language = _text(data.get("language"))
    return {
        "feed": {
            "title": cleaning.clean_title(_text(data.get("title")), 120),
            "description": cleaning.clean_title(_text(data.get("description")), 500),
            "site_url": cleaning.web_address(_text(data.get("home_page_url")), url),
            "language": language.lower()[:12],
            "icon_url": cleaning.web_address(_text(data.get("icon")) or _text(data.get("favicon")), url),
            "ttl_seconds": 0,
            "items": [_item(one, url, language) for one in _list(items)[:MAX_ITEMS] if isinstance(one, dict)],
        }
    }


def _item(item: dict[str, Any], base: str, language: str) -> dict[str, Any]:
    url = cleaning.web_address(_text(item.get("url")) or _text(item.get("external_url")), base)
    text = _text(item.get("content_text"))
    html = cleaning.clean_html(_text(item.get("content_html")) or _paragraphs(text), base_url=url or base)
    words = cleaning.plain_text(html)
    people = [one for one in [*_list(item.get("authors")), item.get("author")] if isinstance(one, dict)]
    picture = _text(item.get("image")) or _text(item.get("banner_image"))
    return {
        "guid": _text(item.get("id"))[:2000],
        "url": url,
        "title": cleaning.clean_title(_text(item.get("title"))) or cleaning.shortened(words, 80),
        "html": html,
        "summary": cleaning.shortened(cleaning.plain_text(_text(item.get("summary"))) or words, cleaning.SUMMARY_CHARS),
        "author": cleaning.clean_title(_text(people[0].get("name")), cleaning.NAME_CHARS) if people else "",
        "published_at": _time(item.get("date_published")),
        "updated_at": _time(item.get("date_modified")),
        "image_url": cleaning.web_address(picture, base),
        "categories": [cleaning.clean_title(_text(tag), 60) for tag in _list(item.get("tags"))[:20]],
        "language": (_text(item.get("language")) or language).lower()[:12],
    }


def _text(value: Any) -> str:
    """Numbers, too: some write their ids so."""
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _paragraphs(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"<p>{part.strip()}</p>" for part in escaped.split("\n\n") if part.strip())


def _time(value: Any) -> str | None:
    try:
        at = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return at.isoformat() if at.tzinfo else None
