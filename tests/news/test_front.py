"""The front page of one's own, and what shapes it: follows, affinities, rules, saving."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core import limits
from core.errors import Conflict
from news import affinity, ranking
from news.actions.following import follow_source
from news.actions.opening import open_story
from news.actions.rules import add_rule
from news.actions.saving import save_story
from news.actions.topics import follow_topic
from news.fetching.ingest import ingest
from news.fetching.parsing import parse
from news.foryou.front import PER_PAGE, _encode, front_page
from news.foryou.picking import BLOCK, PER_SOURCE, order
from news.foryou.pool import PER_SUBJECT, Candidate
from news.models import Affinity, Bookmark, Opened, Rule, Source, Story, TopicFollow

from .documents import item, rss
from .test_events import ALIKE, BRIDGE, paper, report

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


# --- the arithmetic -----------------------------------------------------------------------------

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, MOMENTS, st.integers(0, 10_000), st.sampled_from(["breaking", "general", "long"]))
def test_older_never_overtakes_newer_at_equal_quality(one, other, opens, pace):
    q = ranking.quality(opens=opens, publishers=2, boost=0)
    keys = ranking.rank_key(q, one, pace), ranking.rank_key(q, other, pace)
    assert (keys[0] < keys[1]) == (one < other) or abs(one - other) < timedelta(seconds=1)


@given(st.integers(0, 10**6), st.integers(1, 200), st.integers(-3, 3))
def test_more_readers_or_papers_never_lower_it(opens, publishers, boost):
    here = ranking.quality(opens=opens, publishers=publishers, boost=boost)
    assert ranking.quality(opens=opens + 1, publishers=publishers, boost=boost) >= here > 0
    assert ranking.quality(opens=opens, publishers=publishers + 1, boost=boost) >= here


def candidate(pk, source, hours, *, cluster=None, topics=(), is_read=False, reason="source"):
    key = ranking.rank_key(1, NOW - timedelta(hours=hours), "general")
    story = SimpleNamespace(pk=pk, source_id=source, cluster_id=cluster, rank_key=key)
    return Candidate(story, tuple(topics), is_read, reason)  # type: ignore[arg-type]


POOLS = st.lists(
    st.tuples(
        st.integers(1, 6), st.floats(0, 200), st.none() | st.integers(1, 5), st.sampled_from(["source", "popular"])
    ),
    max_size=80,
).map(
    lambda rows: [
        candidate(pk, source, hours, cluster=cluster, reason=reason)
        for pk, (source, hours, cluster, reason) in enumerate(rows, 1)
    ]
)


@given(POOLS)
def test_each_event_once_and_the_same_page_again(pool):
    picked = [pick.candidate for pick in order(pool, {}, seed="a")]
    events = [(one.story.cluster_id and f"c{one.story.cluster_id}") or one.story.pk for one in picked]
    assert len(set(events)) == len(events)
    assert {one.story.cluster_id or one.story.pk for one in pool} == {
        one.story.cluster_id or one.story.pk for one in picked
    }
    assert [one.story.pk for one in picked] == [pick.candidate.story.pk for pick in order(pool, {}, seed="a")]


def test_no_source_has_more_than_its_share():
    loud = [candidate(pk, 1, pk / 10) for pk in range(1, 41)]
    quiet = [candidate(100 + pk, 2 + pk % 4, 100 + pk) for pk in range(40)]
    picked = [pick.candidate.story.source_id for pick in order([*loud, *quiet], {}, seed="a")]
    assert len(picked) == 80
    assert max(picked[:BLOCK].count(source) for source in range(1, 6)) <= PER_SOURCE


def test_one_place_in_ten_is_for_what_one_does_not_follow():
    followed = [candidate(pk, pk % 5, pk) for pk in range(1, 40)]
    popular = [candidate(100 + pk, 50 + pk, 1000 + pk, reason="popular") for pk in range(30)]
    picked = list(order([*followed, *popular], {}, seed="a"))
    assert [pick.is_explored for pick in picked[:20]] == [position % 10 == 9 for position in range(20)]


def test_what_one_cares_for_stands_higher_and_what_is_read_lower():
    pool = [candidate(1, 1, 0), candidate(2, 2, 10), candidate(3, 3, 5, is_read=True)]
    assert [pick.candidate.story.pk for pick in order(pool, {}, seed="a")] == [1, 2, 3]
    liked = {affinity.source_subject(2): affinity.shrunk(30)}
    assert [pick.candidate.story.pk for pick in order(pool, liked, seed="a")] == [2, 1, 3]
    assert replace(next(order(pool, liked, seed="a"))).source_affinity == pytest.approx(1.5)


# --- the page -----------------------------------------------------------------------------------


@pytest.fixture
def papers(db):
    """A followed by alice, B by nobody; both tell of the bridge. A has 30 stories more."""
    one, two = paper("A"), paper("B")
    at = timezone.now()
    items = [item(f"n{n}", f"Item number {n} of many", at=at - timedelta(hours=3 + n)) for n in range(30)]
    ingest(one, parse(rss(*items).encode(), content_type="text/xml", url="https://x.example/"))
    first = report(one, "bridge", BRIDGE, "Divers look at the pillars.", at=at - timedelta(hours=1))
    second = report(two, "bridge", ALIKE, at=at - timedelta(hours=2))
    return SimpleNamespace(one=one, two=two, first=first, second=second)


def follow(user, source):
    source.refresh_from_db()
    follow_source(by=user, source=source)


@pytest.mark.django_db
def test_one_card_per_event_with_its_sources_and_why(client, alice, papers):
    follow(alice, papers.one)
    client.force_login(alice)
    page = client.get("/news/")
    card = page.context["cards"][0]
    assert (card.story.pk, [one.pk for one in card.others]) == (papers.first.pk, [papers.second.pk])
    why = card.why
    assert (why.reason, why.publishers, why.half_life) == ("source", 2, 18.0)
    assert why.quality == pytest.approx(1.585, abs=0.01)  # log2(1 + 2 log2(2))
    text = page.content.decode()
    assert "Because you follow The Herald" in text
    assert "2 sources" in text


@pytest.mark.django_db
def test_paging_neither_repeats_nor_skips_while_stories_arrive(alice, papers):
    follow(alice, papers.one)
    first = front_page(alice)
    shown = [card.story.pk for card in first.cards]
    report(papers.one, "new", "Something that came in between the pages")
    open_story(by=alice, story=Story.objects.get(pk=shown[-1]))
    rest = front_page(alice, first.next)
    assert (len(shown), rest.next) == (PER_PAGE, "")
    assert len({*shown, *(card.story.pk for card in rest.cards)}) == PER_SUBJECT


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", "AAAA", "//////////8", "é", "A" * 4000])
def test_nonsense_is_a_first_page(client, alice, papers, cursor):
    client.force_login(alice)
    assert client.get("/news/", {"cursor": cursor}).context["cards"]


@pytest.mark.django_db
def test_a_cursor_shows_nothing_that_is_hidden(alice, papers):
    Source.objects.filter(pk=papers.two.pk).update(is_public=False)
    assert [card.story.pk for card in front_page(alice, _encode([papers.second.pk, papers.first.pk])).cards] == [
        papers.first.pk
    ]


@pytest.mark.django_db
def test_rules_hide_everywhere(client, alice, papers):
    follow(alice, papers.one)
    client.force_login(alice)
    for path in ("/news/", "/news/following/"):
        assert "Old bridge" in client.get(path).content.decode()
    for _twice in range(2):
        client.post("/news/rules/", {"action": "mute", "word": "OLD  bridge", "source": ""})
    assert Rule.objects.get().word == "old bridge"
    for path in ("/news/", "/news/following/"):
        assert "Old bridge" not in client.get(path).content.decode()
    client.post(f"/news/rules/{Rule.objects.get().pk}/drop")
    client.post("/news/rules/", {"action": "keep", "word": "divers", "source": papers.one.pk})
    assert [line["story"].pk for line in client.get("/news/following/").context["lines"]] == [papers.first.pk]
    assert client.post("/news/rules/", {"action": "keep", "word": "x", "source": ""}).status_code == 422
    assert client.post("/news/rules/", {"action": "mute", "word": " ", "source": ""}).status_code == 422
    client.post("/news/mute", {"kind": "source", "source": papers.one.pk})
    assert client.get("/news/following/").context["lines"] == []
    for junk in ({"kind": "word"}, {"kind": "source", "source": "9" * 30}, {"kind": "topic", "topic": "x"}, {}):
        assert client.post("/news/mute", junk).status_code == 302
    assert Rule.objects.count() == 2


@pytest.mark.django_db
def test_rules_are_limited(alice, papers, monkeypatch):
    monkeypatch.setattr(limits, "NEWS_RULES", 1)
    add_rule(by=alice, kind="word", word="one")
    with pytest.raises(Conflict, match="too_many_rules"):
        add_rule(by=alice, kind="word", word="two")


@pytest.mark.django_db
def test_saved_and_opened(client, alice, bob, papers):
    client.force_login(alice)
    path = f"/news/story/{papers.first.pk}"
    for _twice in range(2):
        part = client.post(f"{path}/save", {"save": "1"}, headers={"HX-Request": "true"})
        assert 'aria-pressed="true"' in part.content.decode()
        client.post(f"{path}/read")
    assert (Bookmark.objects.count(), Opened.objects.count()) == (1, 1)
    papers.first.refresh_from_db()
    assert papers.first.open_count == 1
    assert Affinity.objects.get(user=alice, subject=affinity.source_subject(papers.one.pk)).points == pytest.approx(4)
    for page in ("/news/saved/", "/news/history/"):
        assert [card.story.pk for card in client.get(page).context["cards"]] == [papers.first.pk]
    client.force_login(bob)
    for page in ("/news/saved/", "/news/history/"):
        assert client.get(page).context["cards"] == []
        assert client.get(page, {"cursor": "x"}).context["cards"] == []
    client.force_login(alice)
    for _twice in range(2):
        client.post(f"{path}/save", {"save": "0"})
        client.post("/news/history/forget")
    assert (Bookmark.objects.count(), Opened.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_what_was_saved_last_stands_first_on_every_page(client, alice, papers):
    client.force_login(alice)
    stories = list(Story.objects.order_by("pk"))[:25]
    for story in stories:
        save_story(by=alice, story=story)
    first = client.get("/news/saved/")
    rest = client.get("/news/saved/", {"cursor": first.context["cursor"]})
    shown = [card.story.pk for page in (first, rest) for card in page.context["cards"]]
    assert shown == [story.pk for story in reversed(stories)]


@pytest.mark.django_db
def test_topics(client, alice, papers):
    told = report(
        papers.two, "s", "Scientists see a new planet", "A study of the telescope in space.", at=timezone.now()
    )
    client.force_login(alice)
    assert [card.story.pk for card in client.get("/news/topics/science/").context["cards"]] == [told.pk]
    for _twice in range(2):
        client.post("/news/topics/science/follow", {"follow": "1"})
    assert client.get("/news/").context["cards"][0].why.reason == "topic"
    client.post("/news/topics/science/follow", {"follow": "0"})
    assert "You follow this topic no more." in client.get("/news/topics/").content.decode()
    assert client.get("/news/topics/nothing/").status_code == 404
    assert client.post("/news/topics/nothing/follow", {"follow": "1"}).status_code == 302
    assert not TopicFollow.objects.exists()


@pytest.mark.django_db
def test_search_finds_what_may_be_read(client, alice, bob, papers):
    client.force_login(bob)
    found = client.get("/news/search/", {"q": "bridges"}).context["cards"]
    assert {card.story.pk for card in found} == {papers.first.pk, papers.second.pk}
    assert len(client.get("/news/search/", {"q": "item many"}).context["cards"]) == 20
    Source.objects.filter(pk=papers.one.pk).update(is_public=False)
    found = client.get("/news/search/", {"q": "bridges"}).context["cards"]
    assert [card.story.pk for card in found] == [papers.second.pk]
    for junk in ("", "!!!", "a" * 500, '" OR 1=1 --'):
        assert client.get("/news/search/", {"q": junk}).status_code == 200


@pytest.mark.django_db
def test_an_event_has_an_address(client, alice, papers):
    client.force_login(alice)
    cluster = Story.objects.get(pk=papers.first.pk).cluster_id
    assert client.get(f"/news/event/{cluster}")["Location"] == f"/news/story/{papers.second.pk}"
    page = client.get(f"/news/story/{papers.second.pk}").content.decode()
    assert BRIDGE in page
    assert client.get("/news/event/99999999999999999999").status_code == 404
    follow_topic(by=alice, topic="science")
