"""An account that is closed takes along what it followed and read; its export tells it."""

import pytest

from accounts.actions.deletion import delete_account
from accounts.tasks import finish_deletion
from news.export import export_news
from news.models import Follow, ReadMark, Source

from .documents import item, rss

pytestmark = pytest.mark.django_db


@pytest.fixture
def herald(site, api, alice, bob):
    address = site.page("/feed", rss(item(1), item(2)), "application/rss+xml")
    for user in (alice, bob):
        api(user).post("/api/v1/news/sources", {"address": address, "folder": "Mornings"}, format="json")
    return Source.objects.get()


def test_what_was_followed_is_let_go_and_the_others_read_on(alice, bob, herald, api):
    delete_account(by=alice)
    for _twice in range(2):
        finish_deletion(user=alice.pk, delete_messages=False)
    herald.refresh_from_db()
    assert (herald.follower_count, herald.story_count) == (1, 2)
    assert list(Follow.objects.values_list("user", flat=True)) == [bob.pk]
    assert list(ReadMark.objects.values_list("user", flat=True)) == [bob.pk]
    assert len(api(bob).get("/api/v1/news/following").json()["results"]) == 2


def test_the_export_tells_what_one_follows(alice, bob, herald):
    written = {}
    export_news(alice, type("Archive", (), {"write_json": lambda _self, path, value: written.update({path: value})})())
    [source] = written["news.json"]
    assert (source["title"], source["my"]["folder"], source["my"]["unread_count"]) == ("The Herald", "Mornings", 2)
