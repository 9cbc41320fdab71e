"""An account that is closed takes along what it followed and read; its export tells it."""

import pytest

from accounts.actions.deletion import delete_account
from accounts.tasks import finish_deletion
from news.actions.opening import open_story
from news.actions.rules import add_rule
from news.actions.saving import save_story
from news.actions.topics import follow_topic
from news.export import export_news
from news.models import Affinity, Bookmark, Follow, Opened, ReadMark, Rule, Source, Story, TopicFollow

from .documents import item, rss

pytestmark = pytest.mark.django_db


@pytest.fixture
def herald(site, api, alice, bob):
    address = site.page("/feed", rss(item(1), item(2)), "application/rss+xml")
    for user in (alice, bob):
        api(user).post("/api/v1/news/sources", {"address": address, "folder": "Mornings"}, format="json")
    return Source.objects.get()


def keep(user):
    story = Story.objects.earliest("pk")
    open_story(by=user, story=story)
    save_story(by=user, story=story)
    add_rule(by=user, kind="word", word="weather")
    follow_topic(by=user, topic="science")


def test_what_was_followed_is_let_go_and_the_others_read_on(alice, bob, herald, api):
    keep(alice)
    delete_account(by=alice)
    for _twice in range(2):
        finish_deletion(user=alice.pk, delete_messages=False)
    herald.refresh_from_db()
    assert (herald.follower_count, herald.story_count) == (1, 2)
    assert list(Follow.objects.values_list("user", flat=True)) == [bob.pk]
    assert list(ReadMark.objects.values_list("user", flat=True)) == [bob.pk]
    for model in (Affinity, Bookmark, Opened, Rule, TopicFollow):
        assert not model.objects.exists()
    assert len(api(bob).get("/api/v1/news/following").json()["results"]) == 2


def test_the_export_tells_what_one_follows(alice, bob, herald):
    keep(alice)
    written = {}
    export_news(alice, type("Archive", (), {"write_json": lambda _self, path, value: written.update({path: value})})())
    told = written["news.json"]
    [source] = told["sources"]
    assert (told["topics"], told["rules"][0]["word"]) == (["science"], "weather")
    assert told["saved"][0]["title"] == told["history"][0]["title"] == "Story 1"
    assert (source["title"], source["my"]["folder"], source["my"]["unread_count"]) == ("The Herald", "Mornings", 1)
