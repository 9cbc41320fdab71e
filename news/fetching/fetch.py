"""One fetch of one feed: asked politely, read, stored, and written down with what comes next."""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import outgoing
from core.outgoing import OutgoingError, Reply
from news.fetching import schedule
from news.fetching.addresses import may_hold_a_key, normalised, registrable_domain, url_hash
from news.fetching.documents import FeedError, ParsedFeed
from news.fetching.domains import CLAIM, give_back, take_turn
from news.fetching.ingest import Ingested, ingest
from news.fetching.parsing import parse
from news.models import Feed, FetchLog, Source, Story

log = structlog.get_logger(__name__)

WIRE_BYTES, BYTES, SECONDS = 5 * 1024 * 1024, 15 * 1024 * 1024, 20.0
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/json;q=0.8, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
MOVES, MOVES_OVER = 3, timedelta(days=3)  # permanent redirects seen, and over how long, until the address moves


@dataclass
class Outcome:
    """What came of it. `code`: ok, not_modified, or why not."""

    code: str
    detail: str = ""
    reply: Reply | None = None
    ingested: Ingested = field(default_factory=lambda: Ingested(0, 0, False))
    feed: ParsedFeed | None = None
    pause_seconds: int = 0  # what the server wants the whole domain to be left alone for

    @property
    def is_good(self) -> bool:
        return self.code in ("ok", "not_modified")


def fetch_feed(source_id: int) -> datetime | None:
    """Fetch it if it is due and it is its domain's turn. Answers when to look again if it was not; None otherwise."""
    now = timezone.now()
    feed = Feed.objects.select_related("source").filter(pk=source_id).first()
    if feed is None or feed.source.state != Source.State.ACTIVE or feed.next_fetch_at > now:
        return None
    if not _claim(feed, now):
        return None  # another worker is at it
    if again := take_turn(feed.domain, now):
        Feed.objects.filter(pk=feed.pk).update(claimed_at=None)
        return again
    began = time.monotonic()
    outcome = Outcome("broken")
    try:
        outcome = _ask(feed)
    finally:
        give_back(feed.domain, timezone.now(), pause_seconds=outcome.pause_seconds)
        settle(feed, outcome, milliseconds=int((time.monotonic() - began) * 1000))
    return None


def _claim(feed: Feed, now: datetime) -> bool:
    is_free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
    return bool(Feed.objects.filter(is_free, pk=feed.pk, next_fetch_at__lte=now).update(claimed_at=now))


def request(url: str, headers: dict[str, str] | None = None) -> Reply:
    """Raises OutgoingError."""
    return outgoing.ask(
        url, max_wire_bytes=WIRE_BYTES, max_bytes=BYTES, deadline=SECONDS, allow_loopback=settings.NEWS_LOOPBACK,
        headers={"Accept": ACCEPT, **(headers or {})},
    )  # fmt: skip


def _ask(feed: Feed) -> Outcome:
    validators = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    try:
        reply = request(feed.url, {name: value for name, value in validators.items() if value})
    except OutgoingError as error:
        return Outcome(error.reason, str(error))
    return _judge(feed.source, reply, feed.content_hash)


def _judge(source: Source, reply: Reply, known_hash: str) -> Outcome:
    """What a reply means, its stories stored."""
    if reply.status == 304:
        return Outcome("not_modified", reply=reply)
    if reply.status in (429, 503):
        pause = schedule.retry_after(reply.headers, timezone.now())
        return Outcome("busy", str(reply.status), reply, pause_seconds=pause)
    if reply.status != 200:
        codes = {401: "login", 402: "login", 403: "forbidden", 404: "not_found", 410: "gone"}
        return Outcome(codes.get(reply.status, "status"), str(reply.status), reply)
    if known_hash and known_hash == hashlib.sha256(reply.content).hexdigest():
        return Outcome("ok", "the same bytes as before", reply)  # a server that does not know 304
    try:
        parsed = parse(reply.content, content_type=_typed(reply), url=reply.url)
    except FeedError as error:
        return Outcome(error.code, str(error), reply)
    return Outcome("ok", "", reply, ingest(source, parsed), parsed)


def _typed(reply: Reply) -> str:
    return f"{reply.content_type}; charset={reply.charset}" if reply.charset else reply.content_type


# --- what comes of it ---------------------------------------------------------------------------


def settle(feed: Feed, outcome: Outcome, *, milliseconds: int = 0) -> None:
    """Write down what came of a fetch, and when the next one is."""
    now = timezone.now()
    fields = _good(feed, outcome, now) if outcome.is_good else _bad(feed, outcome, now)
    if outcome.reply is not None:
        fields |= _moving(feed, outcome.reply, now)
    reply = outcome.reply
    with transaction.atomic():
        Feed.objects.filter(pk=feed.pk).update(claimed_at=None, last_fetched_at=now, **fields)
        if may_hold_a_key(fields.get("url", "")):
            Source.objects.filter(pk=feed.pk).update(is_public=False)  # moved to where it is for some
        if outcome.code == "gone":
            Source.objects.filter(pk=feed.pk, state=Source.State.ACTIVE).update(state=Source.State.GONE)
        FetchLog.objects.create(
            source_id=feed.pk, at=now, outcome=outcome.code, status=reply.status if reply else None,
            size=len(reply.content) if reply else 0, milliseconds=milliseconds, detail=outcome.detail[:300],
            new_count=outcome.ingested.new_count, changed_count=outcome.ingested.changed_count,
            next_fetch_at=fields.get("next_fetch_at"),
        )  # fmt: skip
    log.info("feed", source=feed.pk, outcome=outcome.code, new=outcome.ingested.new_count)


def _good(feed: Feed, outcome: Outcome, now: datetime) -> dict[str, Any]:
    reply = outcome.reply
    assert reply is not None
    ttl = outcome.feed.ttl_seconds if outcome.feed else 0
    asked = schedule.asked_interval(reply.headers, ttl, now)
    if outcome.feed is None and not asked:
        asked = feed.asked_interval_seconds  # a 304 without a word of its own changes nothing
    times = Story.objects.filter(source_id=feed.pk).order_by("-published_at").values_list("published_at", flat=True)
    interval = schedule.posting_interval([at for at in times[:20] if at], now)
    fields: dict[str, Any] = {
        "last_success_at": now, "failure_count": 0, "failure": "", "failing_since": None,
        "interval_seconds": interval, "asked_interval_seconds": asked,
        "next_fetch_at": schedule.after_success(interval, asked, now),
    }  # fmt: skip
    if outcome.code == "ok":
        fields |= {
            "etag": _whole(reply.headers.get("ETag", ""), 1000),
            "last_modified": _whole(reply.headers.get("Last-Modified", ""), 200),
            "content_hash": hashlib.sha256(reply.content).hexdigest(),
        }
    return fields


def _whole(value: str, limit: int) -> str:
    """A validator is sent back as it came, or not at all."""
    return value if len(value) <= limit else ""


def _bad(feed: Feed, outcome: Outcome, now: datetime) -> dict[str, Any]:
    failures = feed.failure_count + 1
    return {
        "failure_count": failures, "failure": outcome.code, "failing_since": feed.failing_since or now,
        "next_fetch_at": schedule.after_failure(failures, outcome.pause_seconds, now),
    }  # fmt: skip


def _moving(feed: Feed, reply: Reply, now: datetime) -> dict[str, Any]:
    """A permanent redirect is believed when it has been seen three times over three days."""
    target = normalised(reply.moved_to) if reply.status in (200, 304) else ""
    if not target or url_hash(target) == feed.url_hash:
        return {"moved_to": "", "moved_count": 0, "moved_since": None} if feed.moved_count else {}
    count, since = (feed.moved_count + 1, feed.moved_since) if target == feed.moved_to else (1, now)
    if count < MOVES or since is None or now - since < MOVES_OVER:
        return {"moved_to": target, "moved_count": count, "moved_since": since}
    kept = {"moved_to": "", "moved_count": 0, "moved_since": None}
    if Feed.objects.filter(url_hash=url_hash(target)).exists():
        return kept  # we have that one, too: both stay, as people follow both
    return {**kept, "url": target, "url_hash": url_hash(target), "domain": registrable_domain(target)}
