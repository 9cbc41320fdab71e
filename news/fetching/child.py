"""The parser, in a process of its own that may be killed: `python -m news.fetching.child`.

It reads frames from its standard input (four bytes of length, then JSON, then the document) and answers each with one
(four bytes, JSON). Nothing here touches Django or the network.
"""

import json
import re
import resource
import struct
import sys
from calendar import timegm
from datetime import UTC, datetime
from typing import Any, BinaryIO

import feedparser

from news import cleaning
from news.fetching import jsonfeed

MAX_ITEMS = 500  # of one document; the newest stand first
MEMORY = 1024 * 1024 * 1024  # bytes of address space
_DOCTYPE = re.compile(rb"<!DOCTYPE\b[^>\[]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_LOOKS_LIKE_JSON = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*\{")

feedparser.SANITIZE_HTML = 0  # ours is stricter (news/cleaning.py), and runs over whatever is used
feedparser.RESOLVE_RELATIVE_URIS = 1


def parse(content: bytes, content_type: str, url: str) -> dict[str, Any]:
    """{"feed": …}, or {"error": code, "detail": …}."""
    if "json" in content_type or _LOOKS_LIKE_JSON.match(content[:200]):
        return jsonfeed.parse(content, url)
    # A document may declare entities that grow a millionfold: none of them is needed to read a feed.
    content = _DOCTYPE.sub(b"", content, count=1)
    if b"<!ENTITY" in content[:100_000].upper():
        return {"error": "broken", "detail": "declares entities"}
    headers = {"content-location": url, "content-type": content_type or "application/xml"}
    parsed = feedparser.parse(content, response_headers=headers)
    if not parsed.get("version") and not parsed.entries:
        return {"error": "not_a_feed", "detail": str(parsed.get("bozo_exception", ""))[:200]}
    return {"feed": _feed(parsed, url)}


def _feed(parsed: Any, url: str) -> dict[str, Any]:
    head = parsed.feed
    site_url = cleaning.web_address(head.get("link", ""), url)
    picture = head.get("image") or {}
    return {
        "title": cleaning.clean_title(head.get("title", ""), 120),
        "description": cleaning.clean_title(head.get("subtitle", ""), 500),
        "site_url": site_url,
        "language": _language(head.get("language", "")),
        "icon_url": cleaning.web_address(picture.get("href", "") or head.get("icon", ""), url),
        "ttl_seconds": _ttl(head),
        "items": [_item(entry, site_url or url, head.get("language", "")) for entry in parsed.entries[:MAX_ITEMS]],
    }


def _item(entry: Any, base: str, language: str) -> dict[str, Any]:
    url = cleaning.web_address(entry.get("link", "") or _alternate(entry), base)
    body = max((part.get("value", "") for part in entry.get("content", [])), key=len, default="")
    teaser = entry.get("summary", "")
    html = cleaning.clean_html(body or teaser, base_url=url or base)
    words = cleaning.plain_text(html)
    summary = cleaning.plain_text(teaser) if teaser and body else words
    title = cleaning.clean_title(entry.get("title", "")) or cleaning.shortened(words, 80)
    return {
        "guid": str(entry.get("id", ""))[:2000],
        "url": url,
        "title": title,
        "html": html,
        "summary": cleaning.shortened(summary, cleaning.SUMMARY_CHARS),
        "author": _author(entry),
        "published_at": _time(entry.get("published_parsed") or entry.get("created_parsed")),
        "updated_at": _time(entry.get("updated_parsed")),
        "image_url": _picture(entry, html, url or base),
        "categories": [cleaning.clean_title(tag.get("term") or "", 60) for tag in entry.get("tags", [])[:20]],
        "language": _language(entry.get("language", "") or language),
    }


def _author(entry: Any) -> str:
    """The name. RSS has the address before it: "mara@herald.example (Mara Lind)"."""
    said = str(entry.get("author", ""))
    named = re.search(r"\S+@\S+\s+\((.+)\)\s*$", said)
    return cleaning.clean_title(named[1] if named else re.sub(r"\S+@\S+", "", said), cleaning.NAME_CHARS)


def _alternate(entry: Any) -> str:
    return next((one.get("href", "") for one in entry.get("links", []) if one.get("rel") == "alternate"), "")


def _picture(entry: Any, html: str, base: str) -> str:
    """The one the feed names for it, else the first in its text."""
    named = [*entry.get("media_content", []), *entry.get("media_thumbnail", [])]
    for one in named:
        if one.get("medium", "image") == "image" and (url := cleaning.web_address(one.get("url", ""), base)):
            return url
    for one in entry.get("enclosures", []):
        if str(one.get("type", "")).startswith("image/") and (url := cleaning.web_address(one.get("href", ""), base)):
            return url
    found = re.search(r'<img\b[^>]*?\bsrc="(https?://[^"]+)"', html)
    return cleaning.web_address(found[1].replace("&amp;", "&")) if found else ""


def _ttl(head: Any) -> int:
    minutes = str(head.get("ttl", ""))
    return min(int(minutes), 7 * 24 * 60) * 60 if minutes.isascii() and minutes.isdigit() and len(minutes) < 9 else 0


def _language(value: str) -> str:
    value = str(value).strip().replace("_", "-").lower()
    return value if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", value) else ""


def _time(value: Any) -> str | None:
    try:
        return datetime.fromtimestamp(timegm(value), UTC).isoformat() if value else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _read(stream: BinaryIO, count: int) -> bytes:
    content = stream.read(count)
    if len(content) < count:
        raise SystemExit(0)  # the parent has gone
    return content


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while True:
        asked = json.loads(_read(source, struct.unpack(">I", _read(source, 4))[0]))
        content = _read(source, asked["length"])
        try:
            answer = parse(content, asked["content_type"], asked["url"])
        except (MemoryError, RecursionError) as error:
            answer = {"error": "broken", "detail": type(error).__name__}
        except Exception as error:
            answer = {"error": "broken", "detail": f"{type(error).__name__}: {error}"[:200]}
        data = json.dumps(answer).encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode()
        sink.write(struct.pack(">I", len(data)) + data)
        sink.flush()


if __name__ == "__main__":
    main()
