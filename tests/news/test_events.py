"""Several reports of one event become one card; copies are one vote; addresses survive."""

from datetime import timedelta

import pytest

from news.clustering.gathering import arrange, merge, recount, take_out
from news.clustering.words import distance, fingerprint, overlap, significant_words
from news.fetching.addresses import may_hold_a_key
from news.fetching.ingest import ingest
from news.fetching.parsing import parse
from news.models import Cluster, Source, Story, StoryTopic

from .documents import NOON, item, rss

pytestmark = pytest.mark.django_db
BRIDGE = "Old bridge over the Elbe closes for repairs until spring"
ALIKE = "Elbe bridge closes until spring for urgent repairs, city says"
OTHER = "Parliament passes budget after a long night of votes"
LONG = " ".join(f"word{number} tells of the bridge" for number in range(60))


def paper(name, **fields):
    return Source.objects.create(title=name, is_public=True, **fields)


def report(source, number, title, text="Words.", at=NOON):
    ingest(
        source, parse(rss(item(number, title, text, at=at)).encode(), content_type="text/xml", url="https://x.example/")
    )
    story = Story.objects.filter(source=source).latest("pk")
    arrange([story.pk])
    story.refresh_from_db()
    return story


def test_two_papers_tell_of_one_event():
    one, two = report(paper("A"), 1, BRIDGE), report(paper("B"), 1, ALIKE, at=NOON + timedelta(hours=2))
    one.refresh_from_db()
    alone = one.rank_key
    three = report(paper("C"), 1, OTHER)
    assert one.cluster_id == two.cluster_id is not None
    assert three.cluster_id is None
    cluster = one.cluster
    assert (cluster.story_count, cluster.publisher_count, cluster.lead_id) == (2, 2, one.pk)
    assert alone > three.rank_key
    assert set(StoryTopic.objects.filter(story=one).values_list("rank_key", flat=True)) == {one.rank_key}


def test_twice_changes_nothing():
    one, two = report(paper("A"), 1, BRIDGE), report(paper("B"), 1, ALIKE)
    before = list(Story.objects.order_by("pk").values()), list(Cluster.objects.values())
    arrange([one.pk, two.pk])
    assert (list(Story.objects.order_by("pk").values()), list(Cluster.objects.values())) == before


def test_one_source_does_not_confirm_itself():
    source = paper("A")
    assert report(source, 1, BRIDGE).cluster_id is report(source, 2, ALIKE).cluster_id is None


def test_a_week_later_it_is_another_event():
    report(paper("A"), 1, BRIDGE)
    assert report(paper("B"), 1, ALIKE, at=NOON - timedelta(hours=121)).cluster_id is None


def test_a_wire_copy_is_no_vote():
    one = report(paper("A"), 1, BRIDGE, LONG)
    copy = report(paper("B"), 1, "Something else entirely stands over it here", LONG.replace("word7 ", "another "))
    one.refresh_from_db()
    assert (copy.cluster_id, copy.is_copy, one.is_copy) == (one.cluster_id, True, False)
    assert (one.cluster.story_count, one.cluster.publisher_count) == (2, 1)


def test_what_is_private_stands_alone():
    report(paper("A"), 1, BRIDGE)
    hidden = report(Source.objects.create(title="Letters"), 1, BRIDGE)
    assert (hidden.cluster_id, StoryTopic.objects.filter(story=hidden).exists()) == (None, False)


def test_no_chain_of_what_is_merely_near():
    """A ~ B and B ~ C do not make A and C one event when C says nothing of what most of them say."""
    titles = [
        "alpha bravo charlie delta echo foxtrot",
        "alpha bravo charlie delta echo golf",
        "alpha bravo charlie delta golf hotel",
        "delta golf hotel india juliet kilo",
        "golf hotel india juliet kilo lima",
    ]
    stories = [report(paper(title[-5:]), 1, title) for title in titles]
    first = Story.objects.get(pk=stories[0].pk).cluster_id
    assert first is not None
    assert stories[-1].cluster_id != first


def test_events_that_turn_out_to_be_one_keep_both_addresses():
    a, b = report(paper("A"), 1, BRIDGE), report(paper("B"), 1, BRIDGE)
    c, d = report(paper("C"), 1, OTHER), report(paper("D"), 1, OTHER)
    one, two = Story.objects.get(pk=a.pk).cluster, Story.objects.get(pk=c.pk).cluster
    assert (b.cluster_id, d.cluster_id) == (one.pk, two.pk)
    merge(two, into=one)
    recount(one)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.story_count, two.story_count, two.merged_into_id) == (4, 0, one.pk)


def test_what_stands_wrongly_is_taken_out():
    one, two = report(paper("A"), 1, BRIDGE), report(paper("B"), 1, ALIKE)
    take_out(two)
    arrange([two.pk])
    one.refresh_from_db()
    two.refresh_from_db()
    assert two.cluster_id is None
    assert (one.cluster.story_count, one.cluster.publisher_count) == (1, 1)
    assert one.rank_key == two.rank_key


def test_words_of_several_languages():
    german = "Alte Brücke über die Elbe wird wegen Reparatur gesperrt"
    assert (
        overlap(
            significant_words(german, "de"),
            significant_words("Elbe: alte Brücken wegen Reparaturen gesperrt bis Mai", "de"),
        )
        >= 0.6
    )
    russian = significant_words("Мост через Неву закрыли на срочный ремонт", "ru")
    assert overlap(russian, significant_words("В городе закрыт мост через Неву: срочный ремонт", "ru")) >= 0.6
    assert significant_words("東京で橋が閉鎖", "ja") >= {"東京", "閉鎖"}
    assert overlap(significant_words("One two"), significant_words("One two")) == 0


def test_fingerprints():
    assert fingerprint("<p>few words</p>") is None
    one, near, far = fingerprint(LONG), fingerprint(LONG + " more"), fingerprint(LONG[::-1])
    assert distance(one, near) <= 3
    assert distance(one, far) > 10
    assert distance(one, None) == 64


@pytest.mark.parametrize(
    ("url", "holds"),
    [
        ("https://herald.example/feed", False),
        ("https://herald.example/?feed=rss2", False),
        ("https://herald.example/2026/11/20/the-old-bridge-is-closed/feed/", False),
        ("https://herald.example/news/rss.xml?edition=uk&format=rss", False),
        ("https://herald.example/feed?key=x", True),
        ("https://herald.example/private/a8Zk29dkk2kdkJ20ks/feed", True),
        ("https://user:secret@herald.example/feed", True),
        ("https://letters.example/feed/6f1c2ed89b0a4c5d8e7f", True),
        ("https://letters.example/feed?for=someone%40example.com-and-their-subscription", True),
    ],
)
def test_which_addresses_may_hold_a_key(url, holds):
    assert may_hold_a_key(url) is holds
