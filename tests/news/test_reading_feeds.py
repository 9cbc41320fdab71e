"""Over REST: a feed is added by its address, read, marked and left again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from news.models import Feed, FetchDomain, FetchLog, Follow, ReadException, ReadMark, Source, Story

from .documents import NOON, item, rss

pytestmark = pytest.mark.django_db
XML = "application/rss+xml"
V1 = "/api/v1/news"


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """What the tests add one after the other does not wait two seconds between."""
    monkeypatch.setattr("news.fetching.domains.BETWEEN", timedelta(0))


@pytest.fixture
def herald(site, api, alice):
    """A feed of five stories that alice follows."""
    address = site.page("/feed", rss(*(item(n, at=NOON + timedelta(hours=n)) for n in range(1, 6))), XML)
    return api(alice).post(f"{V1}/sources", {"address": address, "folder": "Morning"}, format="json").json()


def seqs(client, **query) -> list[int]:
    return [story["seq"] for story in client.get(f"{V1}/following", query).json()["results"]]


def unread(client) -> list[int]:
    return [source["my"]["unread_count"] for source in client.get(f"{V1}/sources").json()]


# --- adding -------------------------------------------------------------------------------------


def test_added_once_for_all_its_readers(site, api, alice, charlie, herald):
    assert (herald["title"], herald["my"]["folder"], herald["my"]["unread_count"]) == ("The Herald", "Morning", 5)
    assert herald["health"]["code"] == ""
    assert herald["health"]["last_success_at"]
    again = api(charlie).post(f"{V1}/sources", {"address": herald["feed_url"]}, format="json")
    assert (again.status_code, again.json()["id"]) == (200, herald["id"])
    assert api(charlie).post(f"{V1}/sources", {"address": herald["feed_url"]}, format="json").status_code == 200
    assert Source.objects.get().follower_count == 2
    assert site.asked == ["/feed"]
    assert FetchLog.objects.get().new_count == 5


def test_a_page_that_names_its_feed_is_enough(site, api, alice):
    site.page("/feed", rss(item(1)), XML)
    page = site.page("/", '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>')
    answer = api(alice).post(f"{V1}/sources", {"address": page}, format="json")
    assert answer.status_code == 201
    assert answer.json()["feed_url"] == site.url("/feed")


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"<html>Welcome</html>", "not_a_feed"), (200, b"", "feed_empty"), (401, b"", "feed_login"),
        (404, b"", "feed_not_found"), (500, b"", "feed_status"), (429, b"", "feed_busy"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_told_in_words_and_leaves_nothing(site, api, alice, status, body, code):
    site.pages["/x"] = (status, {"Content-Type": "text/html"}, body)
    answer = api(alice).post(f"{V1}/sources", {"address": site.url("/x")}, format="json")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, "address")
    assert len(answer.json()["detail"]) > 15
    assert not Source.objects.exists()
    assert FetchDomain.objects.get().claimed_at is None


def test_addresses_that_are_none(api, alice, settings):
    for address, code in (
        ("javascript:alert(1)", "bad_address"), ("http://", "bad_address"), ("http://a:b@x.example/", "bad_address"),
        ("http://127.0.0.1/feed", "feed_refused"), ("http://2130706433/", "feed_refused"),
        ("http://[::1]/", "feed_refused"),
    ):  # fmt: skip
        answer = api(alice).post(f"{V1}/sources", {"address": address}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, code), address
    assert not Source.objects.exists()


def test_who_wants_to_be_left_alone_is(site, api, alice):
    site.pages["/x"] = (503, {"Retry-After": "600"}, b"")
    api(alice).post(f"{V1}/sources", {"address": site.url("/x")}, format="json")
    answer = api(alice).post(f"{V1}/sources", {"address": site.page("/y", rss(item(1)), XML)}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (503, "feed_busy")
    assert 500 < answer.json()["retry_after"] <= 600
    assert site.asked == ["/x"]


@pytest.mark.django_db(transaction=True)
def test_two_who_add_it_at_once_make_one(site, api, alice, bob):
    address = site.page("/feed", rss(item(1), item(2)), XML)

    def add(user):
        try:
            for _try in range(20):
                answer = api(user).post(f"{V1}/sources", {"address": address}, format="json")
                if answer.status_code != 503:
                    return answer.status_code
            return 503
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(add, (alice, bob)))
    assert answers in ([200, 201], [201, 201])
    assert (Feed.objects.count(), Source.objects.count(), Story.objects.count(), Follow.objects.count()) == (1, 1, 2, 2)
    assert Source.objects.get().follower_count == 2


# --- reading ------------------------------------------------------------------------------------


def test_the_newest_first_in_pages_that_neither_repeat_nor_skip(site, api, alice, herald):
    client = api(alice)
    first = client.get(f"{V1}/following", {"limit": 2}).json()
    assert [story["seq"] for story in first["results"]] == [5, 4]
    Story.objects.filter(seq=1).update(published_at=NOON + timedelta(days=1))  # something arrives at the top
    rest = client.get(f"{V1}/following", {"limit": 2, "cursor": first["next"]}).json()
    assert [story["seq"] for story in rest["results"]] == [3, 2]
    assert rest["next"] is None


def test_by_folder_and_source(site, api, alice, herald):
    client = api(alice)
    other = client.post(f"{V1}/sources", {"address": site.page("/b", rss(item(9)), XML)}, format="json").json()
    assert len(seqs(client)) == 6
    assert seqs(client, folder="Morning") == [5, 4, 3, 2, 1]
    assert seqs(client, folder="") == seqs(client, source=other["id"]) == [1]
    client.put(f"{V1}/sources/{other['id']}/follow", {"folder": "Morning", "title": "My name"}, format="json")
    assert len(seqs(client, folder="Morning")) == 6
    assert client.get(f"{V1}/sources/{other['id']}").json()["my"]["title"] == "My name"


def test_a_whole_story_and_its_marks(api, alice, charlie, herald):
    client = api(alice)
    ids = {story["seq"]: story["id"] for story in client.get(f"{V1}/following").json()["results"]}
    assert "Words." in client.get(f"{V1}/stories/{ids[3]}").json()["html"]
    for _twice in range(2):
        assert client.put(f"{V1}/stories/{ids[3]}/read").status_code == 204
    assert (unread(client), seqs(client, unread="true")) == ([4], [5, 4, 2, 1])
    for seq in (1, 2):
        client.put(f"{V1}/stories/{ids[seq]}/read")
    assert (ReadMark.objects.get().seq, ReadException.objects.count()) == (3, 0)  # the mark has swallowed them
    for _twice in range(2):
        assert client.delete(f"{V1}/stories/{ids[2]}/read").status_code == 204
    assert (unread(client), seqs(client, unread="true")) == ([3], [5, 4, 2])
    client.put(f"{V1}/stories/{ids[5]}/read")
    client.delete(f"{V1}/stories/{ids[5]}/read")
    assert seqs(client, unread="true") == [5, 4, 2]
    answer = client.put(f"{V1}/sources/{herald['id']}/read", {"up_to_seq": 4}, format="json")
    assert (answer.json(), seqs(client, unread="true")) == ({"unread_count": 1}, [5])
    client.put(f"{V1}/sources/{herald['id']}/read", {"up_to_seq": 1}, format="json")
    assert seqs(client, unread="true") == [5]
    client.put(f"{V1}/sources/{herald['id']}/read", {"up_to_seq": 2**62}, format="json")
    assert (ReadMark.objects.get().seq, unread(client)) == (5, [0])
    Source.objects.update(is_public=False)  # its address may hold somebody's key
    stranger = api(charlie)
    for answer in (
        stranger.get(f"{V1}/stories/{ids[3]}"), stranger.put(f"{V1}/stories/{ids[3]}/read"),
        stranger.get(f"{V1}/sources/{herald['id']}"), stranger.get(f"{V1}/sources/{herald['id']}/fetches"),
        stranger.put(f"{V1}/sources/{herald['id']}/read", {"up_to_seq": 4}, format="json"),
        stranger.put(f"{V1}/sources/{herald['id']}/follow", {}, format="json"),
    ):  # fmt: skip
        assert answer.status_code == 404


def test_marks_are_each_readers_own(api, alice, bob, herald):
    api(bob).post(f"{V1}/sources", {"address": herald["feed_url"]}, format="json")
    api(alice).put(f"{V1}/sources/{herald['id']}/read", {"up_to_seq": 5}, format="json")
    assert (unread(api(alice)), unread(api(bob))) == ([0], [5])


def test_whoever_comes_late_has_the_newest_twenty_to_read(site, api, alice):
    address = site.page("/feed", rss(*(item(n) for n in range(50))), XML)
    assert api(alice).post(f"{V1}/sources", {"address": address}, format="json").json()["my"]["unread_count"] == 20


def test_leaving_twice_is_once_and_forgets_what_was_read(api, alice, herald):
    for _twice in range(2):
        assert api(alice).delete(f"{V1}/sources/{herald['id']}/follow").status_code == 204
    assert (Source.objects.get().follower_count, ReadMark.objects.count(), seqs(api(alice))) == (0, 0, [])


def test_what_a_list_costs_does_not_grow_with_it(site, api, alice, herald, django_assert_max_num_queries):
    client = api(alice)
    for n in range(4):
        client.post(f"{V1}/sources", {"address": site.page(f"/{n}", rss(item(n)), XML)}, format="json")
    for path in ("following", "following?unread=true", "sources"):
        with django_assert_max_num_queries(9):
            assert client.get(f"{V1}/{path}").status_code == 200
