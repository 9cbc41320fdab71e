"""One fetch after the other of a server that behaves in every way, and what the log says of it."""

import gzip
import time
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from news.fetching import fetch as fetching
from news.fetching import parsing
from news.fetching.fetch import fetch_feed
from news.models import Feed, FetchDomain, FetchLog, Source, Story
from news.tasks.fetching import fetch_due_feeds
from tests.core.hostile import drip

from .documents import FORMATS, item, rss

pytestmark = pytest.mark.django_db
XML = "application/rss+xml"


def once_more(feed: Feed, **fields) -> FetchLog:
    """Fetched as if it were due, and the line of the log."""
    past = timezone.now() - timedelta(seconds=1)
    Feed.objects.filter(pk=feed.pk).update(next_fetch_at=past, **fields)
    FetchDomain.objects.update(next_request_at=past, paused_until=None)
    assert fetch_feed(feed.pk) is None
    feed.refresh_from_db()
    return FetchLog.objects.filter(source=feed.pk).latest("pk")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_read(site, feed_at, format):
    feed = feed_at(site.page("/feed", FORMATS[format], "application/json" if "json" in format else XML))
    log = once_more(feed)
    assert (log.outcome, log.new_count) == ("ok", 1), log.detail
    story = Story.objects.get()
    assert (story.title, story.url, story.seq) == ("One", "https://h.example/1", 1)
    assert "Words" in story.summary
    assert once_more(feed, content_hash="").new_count == 0


# --- politeness ---------------------------------------------------------------------------------


def test_a_copy_we_have_is_not_sent_twice(site, feed_at):
    asked = []

    def page(handler):
        asked.append({name: handler.headers[name] for name in ("If-None-Match", "If-Modified-Since")})
        is_known = handler.headers["If-None-Match"] == 'W/"odd, one"'
        body = b"" if is_known else rss(item(1)).encode()
        handler.send_response(304 if is_known else 200)
        for name, value in (("ETag", 'W/"odd, one"'), ("Last-Modified", "yesterday, more or less")):
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    site.pages["/feed"] = page
    feed = feed_at(site.url("/feed"))
    assert once_more(feed).outcome == "ok"
    assert once_more(feed).outcome == "not_modified"
    assert asked == [
        {"If-None-Match": None, "If-Modified-Since": None},
        {"If-None-Match": 'W/"odd, one"', "If-Modified-Since": "yesterday, more or less"},
    ]
    assert feed.failure_count == 0
    assert feed.last_success_at == feed.last_fetched_at


def test_a_304_without_validators_and_the_same_bytes_again_change_nothing(site, feed_at):
    feed = feed_at(site.page("/feed", rss(item(1)), XML))
    assert once_more(feed).new_count == 1
    log = once_more(feed)
    assert (log.outcome, log.detail, log.changed_count) == ("ok", "the same bytes as before", 0)
    site.pages["/feed"] = (304, {}, b"")
    assert once_more(feed).outcome == "not_modified"
    assert Story.objects.count() == 1


@pytest.mark.parametrize(
    ("headers", "ttl"),
    [
        ({"Cache-Control": "public, max-age=7200"}, ""),
        ({"Expires": "in two hours"}, ""),
        ({}, "<ttl>120</ttl>"),
    ],
)
def test_nobody_is_asked_before_the_time_they_gave(site, feed_at, headers, ttl):
    if "Expires" in headers:
        headers = {"Expires": format_datetime(timezone.now() + timedelta(hours=2))}
    feed = feed_at(site.page("/feed", rss(item(1), head=ttl), XML, **headers))
    log = once_more(feed)
    wait = log.next_fetch_at - log.at
    assert timedelta(seconds=7100) < wait < timedelta(hours=25)
    assert feed.asked_interval_seconds >= 7100
    assert fetch_feed(feed.pk) is None
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_who_is_busy_is_left_alone_with_all_their_feeds(site, feed_at, status, form):
    until = timezone.now() + timedelta(seconds=1800)
    value = "1800" if form == "seconds" else format_datetime(until.astimezone(tz=until.tzinfo), usegmt=False)
    site.pages["/feed"] = (status, {"Retry-After": value}, b"")
    feed, other = feed_at(site.url("/feed")), feed_at(site.page("/other", rss(item(1)), XML))
    log = once_more(feed)
    assert (log.outcome, log.status) == ("busy", status)
    assert log.next_fetch_at - log.at >= timedelta(seconds=1790)
    again = fetch_feed(other.pk)
    assert again is not None
    assert again - timezone.now() > timedelta(seconds=1780)
    assert site.asked == ["/feed"]


def test_a_domain_is_asked_one_thing_at_a_time(site, feed_at):
    feed, other = feed_at(site.page("/feed", rss(item(1)), XML)), feed_at(site.page("/other", rss(item(1)), XML))
    assert fetch_feed(feed.pk) is None
    again = fetch_feed(other.pk)
    assert again is not None  # two seconds have not gone by
    FetchDomain.objects.update(next_request_at=timezone.now(), claimed_at=timezone.now())
    assert fetch_feed(other.pk) is not None  # somebody is asking now
    FetchDomain.objects.update(claimed_at=timezone.now() - timedelta(minutes=5))
    assert fetch_feed(other.pk) is None  # whoever did is dead
    assert site.asked == ["/feed", "/other"]


def test_the_worker_asks_what_is_due_and_followed(site, feed_at, run_all_tasks, settings):
    followed, lonely = feed_at(site.page("/a", rss(item(1)), XML)), feed_at(site.page("/b", rss(item(1)), XML))
    Source.objects.filter(pk=lonely.pk).update(follower_count=0)
    settings.NEWS_FETCHING = False
    fetch_due_feeds()
    run_all_tasks()
    assert site.asked == []
    settings.NEWS_FETCHING = True
    for _twice in range(2):
        fetch_due_feeds()
        run_all_tasks()
    assert site.asked == ["/a"]
    assert followed.source.stories.count() == 1


# --- servers that are not well, or mean harm ------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "outcome"), [(401, "login"), (403, "forbidden"), (404, "not_found"), (418, "status"), (500, "status")]
)
def test_a_failure_has_a_name_and_is_asked_ever_more_rarely(site, feed_at, status, outcome):
    site.pages["/feed"] = (status, {}, b"no")
    feed = feed_at(site.url("/feed"))
    waits = [(log := once_more(feed)).next_fetch_at - log.at for _time in range(3)]
    assert log.outcome == feed.failure == outcome
    assert feed.failure_count == 3
    assert waits[0] < waits[1] < waits[2]
    assert once_more(feed, failure_count=40).next_fetch_at - timezone.now() < timedelta(days=8.5)
    site.page("/feed", rss(item(1)), XML)
    once_more(feed)
    assert (feed.failure, feed.failure_count, feed.failing_since) == ("", 0, None)


def test_gone_is_gone(site, feed_at):
    site.pages["/feed"] = (410, {}, b"")
    feed = feed_at(site.url("/feed"))
    assert once_more(feed).outcome == "gone"
    assert Source.objects.get().state == Source.State.GONE
    Feed.objects.update(next_fetch_at=timezone.now() - timedelta(days=1))
    assert fetch_feed(feed.pk) is None
    assert len(site.asked) == 1


def test_an_address_moves_after_three_permanent_redirects_over_three_days(site, feed_at):
    site.redirect("/old", site.page("/new", rss(item(1)), XML), 301)
    feed = feed_at(site.url("/old"))
    for _time in range(4):
        once_more(feed)
    assert feed.url == site.url("/old")  # often, but on one day
    once_more(feed, moved_since=timezone.now() - timedelta(days=4))
    assert (feed.url, feed.moved_count) == (site.url("/new"), 0)
    assert Story.objects.count() == 1


def test_a_temporary_redirect_never_moves_it(site, feed_at):
    site.redirect("/old", site.page("/new", rss(item(1)), XML), 302)
    feed = feed_at(site.url("/old"))
    for _time in range(4):
        once_more(feed, moved_since=timezone.now() - timedelta(days=9))
    assert (feed.url, feed.moved_to) == (site.url("/old"), "")


def test_twenty_redirects_and_a_way_into_our_network(site, feed_at):
    for number in range(20):
        site.redirect(f"/{number}", site.url(f"/{number + 1}"))
    assert once_more(feed_at(site.url("/0"))).outcome == "too_many_redirects"
    site.redirect("/in", "http://169.254.169.254/latest/meta-data/")
    assert once_more(feed_at(site.url("/in"))).outcome == "refused"


def test_loopback_is_refused_to_the_public(site, feed_at, settings):
    settings.NEWS_LOOPBACK = False
    assert once_more(feed_at(site.page("/feed", rss(item(1)), XML))).outcome == "refused"
    assert site.asked == []


def test_a_name_with_a_private_address_among_its_two(feed_at, monkeypatch):
    answers = [(2, 1, 6, "", ("10.0.0.7", 80)), (2, 1, 6, "", ("93.184.216.34", 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *a, **k: answers)
    assert once_more(feed_at("http://two.example/feed")).outcome == "refused"


def test_wrong_gzip(site, feed_at):
    site.pages["/feed"] = (200, {"Content-Type": XML, "Content-Encoding": "gzip"}, b"no gzip at all, really not")
    assert once_more(feed_at(site.url("/feed"))).outcome == "broken"


def test_a_small_file_that_unpacks_to_a_gigabyte_and_one_without_end(site, feed_at, monkeypatch):
    monkeypatch.setattr(fetching, "BYTES", 300_000)
    monkeypatch.setattr(fetching, "WIRE_BYTES", 100_000)
    packed = gzip.compress(b"\0" * 3_000_000)
    site.pages["/bomb"] = (200, {"Content-Type": XML, "Content-Encoding": "gzip"}, packed)
    assert once_more(feed_at(site.url("/bomb"))).outcome == "too_large"

    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65_536)
        except OSError:
            return

    site.pages["/endless"] = endless
    assert once_more(feed_at(site.url("/endless"))).outcome == "too_large"


def test_a_slow_drip_is_cut_off(site, feed_at, monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    site.pages["/feed"] = drip
    began = time.monotonic()
    assert once_more(feed_at(site.url("/feed"))).outcome == "too_slow"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("document", "outcome"),
    [
        ("<html><body>Welcome</body></html>", "not_a_feed"),
        ("", "empty"),
        ("{}", "not_a_feed"),
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;">]><rss version="2.0"><channel><title>'
         "&y;</title></channel></rss>", "ok"),
        ('<rss version="2.0"><channel><!DOCTYPE x><!ENTITY y "z"><title>T</title></channel></rss>', "broken"),
    ],
)  # fmt: skip
def test_documents_that_are_none(site, feed_at, document, outcome):
    assert once_more(feed_at(site.page("/feed", document, XML))).outcome == outcome
    assert not Source.objects.filter(title__contains="lol").exists()


def test_a_document_that_holds_up_the_parser_is_given_up_and_the_next_is_read(site, feed_at, monkeypatch):
    monkeypatch.setattr(parsing, "SECONDS", 0.6)
    nested = f'<rss version="2.0"><channel>{"<a>" * 200_000}</channel></rss>'
    assert once_more(feed_at(site.page("/slow", nested, XML))).outcome == "too_slow"
    monkeypatch.setattr(parsing, "SECONDS", 10.0)
    assert once_more(feed_at(site.page("/feed", rss(item(1)), XML))).outcome == "ok"


def test_a_wrong_charset_is_seen_through(site, feed_at):
    document = '<?xml version="1.0" encoding="windows-1251"?>' + rss(item(1, "Новости дня")).partition("?>")[2]
    feed = feed_at(site.page("/feed", document.encode("windows-1251"), "application/rss+xml; charset=utf-8"))
    assert once_more(feed).outcome == "ok"
    assert Story.objects.get().title == "Новости дня"


def test_an_outage_of_ours_frees_the_feed_and_its_domain(site, feed_at, monkeypatch):
    feed = feed_at(site.page("/feed", rss(item(1)), XML))
    monkeypatch.setattr(fetching, "ingest", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        once_more(feed)
    feed.refresh_from_db()
    assert feed.claimed_at is None
    assert FetchDomain.objects.get().claimed_at is None
    assert FetchLog.objects.get().outcome == "broken"
