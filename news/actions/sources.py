"""A feed comes in by its address, or by the address of a page that names one."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Invalid, Unavailable
from core.outgoing import OutgoingError, Reply
from news.actions.following import follow_source
from news.fetching import schedule
from news.fetching.addresses import may_hold_a_key, normalised, registrable_domain, url_hash
from news.fetching.discovery import feeds_of_page
from news.fetching.documents import FeedError, ParsedFeed
from news.fetching.domains import give_back, take_turn
from news.fetching.fetch import Outcome, request, settle
from news.fetching.ingest import ingest
from news.fetching.parsing import parse
from news.health import words_of
from news.models import Feed, Source

_PAGES = ("text/html", "application/xhtml+xml")


def add_feed(*, by: User, address: str, folder: str = "") -> tuple[Source, bool]:
    """Follow the feed at this address, fetched now if nobody here reads it yet. (source, is it new here?)

    Raises Invalid with a code that says what is there instead: bad_address, not_a_feed, feed_login, feed_not_found,
    feed_unreachable, feed_refused, …; Unavailable("feed_busy") while its server wants to be left alone.
    """
    url = normalised(address)
    if not url:
        raise Invalid("bad_address", _("This is no address of the web."), field="address")
    limits.check("feed_add", by.pk)
    source = _known(url)
    if source is None:
        url, reply, feed = _look(url)
        source, is_new = _store(url, reply, feed)
    else:
        is_new = False
    follow_source(by=by, source=source, folder=folder)
    return source, is_new


def _known(url: str) -> Source | None:
    feed = Feed.objects.select_related("source").filter(url_hash=url_hash(url)).first()
    return feed.source if feed and feed.source.state in (Source.State.ACTIVE, Source.State.GONE) else None


def _look(url: str) -> tuple[str, Reply, ParsedFeed]:
    """What is there. Nothing is stored yet, and no transaction is open while we wait."""
    domain = registrable_domain(url)
    if again := take_turn(domain, timezone.now()):
        seconds = max(1, int((again - timezone.now()).total_seconds()))
        raise Unavailable("feed_busy", words_of("busy"), retry_after=seconds)
    pause = 0
    try:
        reply = _asked(url)
        if reply.status in (429, 503):
            pause = schedule.retry_after(reply.headers, timezone.now())
        if reply.content_type in _PAGES and (
            named := feeds_of_page(reply.content, charset=reply.charset, url=reply.url)
        ):
            reply = _asked(named[0])
        return normalised(reply.url), reply, _read(reply)
    finally:
        give_back(domain, timezone.now(), pause_seconds=pause)


def _asked(url: str) -> Reply:
    try:
        return request(url)
    except OutgoingError as error:
        raise _refusal(error.reason) from error


def _read(reply: Reply) -> ParsedFeed:
    if reply.status != 200:
        codes = {401: "login", 402: "login", 403: "forbidden", 404: "not_found", 410: "gone", 429: "busy", 503: "busy"}
        raise _refusal(codes.get(reply.status, "status"))
    try:
        return parse(reply.content, content_type=reply.content_type, url=reply.url)
    except FeedError as error:
        raise _refusal(error.code) from error


def _refusal(code: str) -> Invalid:
    return Invalid(code if code.startswith("not_a_") else f"feed_{code}", words_of(code), field="address")


def _store(url: str, reply: Reply, feed: ParsedFeed) -> tuple[Source, bool]:
    """Two who add it at once make one."""
    with transaction.atomic():
        title = feed.title or registrable_domain(url)
        source = Source.objects.create(title=title, is_public=not may_hold_a_key(url))
        row, is_new = Feed.objects.get_or_create(
            url_hash=url_hash(url), defaults={"source": source, "url": url, "domain": registrable_domain(url)}
        )
        if not is_new:
            source.delete()
            return row.source, False
    outcome = Outcome("ok", reply=reply, ingested=ingest(source, feed), feed=feed)
    settle(row, outcome)
    source.refresh_from_db()
    return source, True
