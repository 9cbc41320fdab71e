"""Which story an item is: renumbered, renamed, moved, from the future, twice in a document."""

from datetime import timedelta
from html import escape

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.cleaning import MAX_DEPTH, clean_html, clean_title, web_address
from news.fetching.ingest import ingest
from news.fetching.parsing import parse
from news.models import Source, Story, StoryText

from .documents import NOON, item, rss

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return Source.objects.create(title="Feed")


def read(source, *items):
    return ingest(
        source, parse(rss(*items).encode(), content_type="application/rss+xml", url="https://herald.example/f")
    )


def counts(source, *items):
    done = read(source, *items)
    return done.new_count, done.changed_count


def everything():
    texts = list(StoryText.objects.order_by("pk").values())
    return list(Story.objects.order_by("pk").values()), texts, list(Source.objects.values())


def test_twice_changes_nothing(source):
    assert counts(source, item(1), item(2), item(3)) == (3, 0)
    before = everything()
    assert counts(source, item(1), item(2), item(3)) == (0, 0)
    assert everything() == before


def test_they_are_numbered_as_they_happened(source):
    read(source, item(3, at=NOON), item(2, at=NOON - timedelta(hours=1)), item(1, at=NOON - timedelta(hours=2)))
    read(source, item(4, at=NOON + timedelta(hours=1)))
    assert list(Story.objects.order_by("seq").values_list("seq", "title")) == [
        (1, "Story 1"), (2, "Story 2"), (3, "Story 3"), (4, "Story 4"),
    ]  # fmt: skip
    source.refresh_from_db()
    assert (source.last_seq, source.story_count, source.title) == (4, 4, "The Herald")


def test_a_changed_text_is_the_same_story(source):
    read(source, item(1, text="Before."))
    seq = Story.objects.get().seq
    assert counts(source, item(1, "Another title", text="After.")) == (0, 1)
    story = Story.objects.get()
    assert (story.title, story.summary, story.text.html, story.seq) == ("Another title", "After.", "After.", seq)
    assert story.changed_at is not None


def test_a_new_guid_for_the_same_link_and_title(source):
    read(source, item(1, "Same", link="https://herald.example/a"))
    assert counts(source, item("other", "Same", link="https://herald.example/a")) == (0, 1)
    assert counts(source, item("third", "New title", link="https://herald.example/a")) == (0, 1)
    late = NOON + timedelta(days=3)
    assert counts(source, item("late", "Weekly column, again", link="https://herald.example/a", at=late)) == (1, 0)


def test_a_site_that_moves_to_another_host(source):
    read(source, *(item(n, link=f"http://old.example/{n}") for n in range(8)))
    moved = [item(f"new-{n}", f"Story {n}", link=f"https://www.new.example/{n}") for n in range(8)]
    assert counts(source, *moved) == (0, 8)
    assert Story.objects.filter(url__startswith="https://www.new.example/").count() == 8


def test_a_feed_that_renames_everything_tells_nobody(source):
    read(source, *(item(n) for n in range(8)))
    done = read(source, *(item(f"x{n}", f"Other {n}", link=f"https://herald.example/x/{n}") for n in range(8)))
    assert (done.new_count, done.is_migrated) == (8, True)
    assert not read(source, item("y", link="https://herald.example/y")).is_migrated


def test_two_items_with_one_guid_are_two_stories(source):
    double = [item(1, "One", link="https://herald.example/a"), item(1, "Two", link="https://herald.example/b")]
    assert counts(source, *double) == (2, 0)
    assert counts(source, *double) == (0, 0)


def test_the_future_is_now_and_the_undated_too(source):
    now = timezone.now()
    read(source, item(1, at=now + timedelta(days=400)), item(2, at=None))
    for story in Story.objects.all():
        assert abs(story.published_at - now) < timedelta(seconds=20)


def test_an_author_is_a_name_and_no_address(source):
    written = ("mara@herald.example (Mara Lind)", "Mara Lind", "mara@herald.example")
    read(source, *(item(n, author=author) for n, author in enumerate(written)))
    assert list(Story.objects.order_by("title").values_list("author", flat=True)) == ["Mara Lind", "Mara Lind", ""]


def test_two_sources_may_have_the_same_story(source):
    other = Source.objects.create(title="Other")
    assert counts(source, item(1)) == counts(other, item(1)) == (1, 0)


# --- no output with a script, an event handler or a javascript: address ------------------------------

PIECES = st.sampled_from(
    ["<script>", "</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>", "<svg/onload=x>", "<p>",
     "</p>", "<b", ">", "&lt;script&gt;", "<style>@import'x'</style>", "<a href=' java\tscript:x'>",
     "<iframe srcdoc='x'>",
     "<math><mtext><style><img src=x onerror=y></style>", "<!--", "-->", "<![CDATA[", "]]>", "<form action=x>", "word ",
     "\x00", "\u202e", "<a href=data:text/html,x>", "<img src='//x/a.png'>",
     "<noscript><p title='</noscript><img src=x onerror=1>'>"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES | st.text(max_size=8), max_size=12))
def test_no_text_comes_out_alive(pieces):
    html = "".join(pieces)
    cleaned = clean_html(html, base_url="https://herald.example/a")
    lowered = cleaned.lower()
    for evil in ("<script", "<iframe", "<svg", "<style", "<form", "<math", "srcdoc=", "<object"):
        assert evil not in lowered
    for tag in lowered.split("<")[1:]:
        attributes = tag.partition(">")[0]
        assert " on" not in attributes.replace(" on ", "  ") or "title=" in attributes
        assert 'href="javascript' not in attributes
        assert 'href="data' not in attributes
    assert clean_html(cleaned) == cleaned
    title = clean_title(html)
    assert len(title) <= 300
    assert "<script>" not in escape(title)


def test_a_tower_of_tags_becomes_its_words():
    cleaned = clean_html("<b><i>" * 20_000 + "words")
    assert cleaned == "<p>words</p>"
    assert clean_html("<b>" * (MAX_DEPTH - 1) + "words").startswith("<b><b>")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "ftp://x.example/", "http://a:b@x.example/", "https://", "x" * 3000,
     "http://[bad"],
)  # fmt: skip
def test_only_addresses_of_the_web(address):
    assert web_address(address) == ""
    assert web_address(address, "https://base.example/") in (
        "",
        f"https://base.example/{address}",
        "https://base.example/",
    )
