"""The pages: what one follows, in order; one story; sources and how they are doing. All without a script."""

from datetime import timedelta

import pytest

from news.models import Feed, Follow, ReadMark, Source, Story

from .documents import NOON, item, rss

pytestmark = pytest.mark.django_db
XML = "application/rss+xml"


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    monkeypatch.setattr("news.fetching.domains.BETWEEN", timedelta(0))


@pytest.fixture
def herald(site, client, alice):
    """Forty stories on two days, of which twenty are unread to begin with; followed in the folder Morning."""
    client.force_login(alice)
    items = [item(n, at=NOON + timedelta(hours=n)) for n in range(40)]
    address = site.page("/feed", rss(*items), XML)
    answer = client.post("/news/sources/", {"address": address, "folder": "Morning"}, follow=True)
    assert answer.status_code == 200
    return Source.objects.get()


def titles(answer) -> list[str]:
    return [line["story"].title for line in answer.context["lines"]]


def test_a_first_visit_says_what_to_do(client, alice):
    client.force_login(alice)
    page = client.get("/news/following/").content.decode()
    assert "Add a source" in page
    assert "You follow nothing yet" in client.get("/news/sources/").content.decode()


def test_in_order_page_by_page(client, herald):
    first = client.get("/news/following/")
    assert titles(first) == [f"Story {n}" for n in range(39, 9, -1)]
    cursor = first.context["cursor"]
    rest = client.get("/news/following/", {"cursor": cursor})
    assert titles(rest) == [f"Story {n}" for n in range(9, -1, -1)]
    part = client.get("/news/following/", {"cursor": cursor}, headers={"HX-Request": "true"})
    assert titles(part) == titles(rest)
    assert "<html" not in part.content.decode()
    assert part["Vary"]


@pytest.mark.parametrize(
    "query",
    ["cursor=x", "cursor=WzEsMl0", "cursor=WyIyMDI2IiwxXQ", "source=x", "folder=x", "unread=x"],
)
def test_nonsense_in_the_address_is_harmless(client, herald, query):
    assert client.get(f"/news/following/?{query}").status_code == 200


def test_by_folder_source_and_what_is_unread(site, client, herald):
    client.post("/news/sources/", {"address": site.page("/b", rss(item("b", "Other")), XML), "folder": "A & b/ü"})
    other = Source.objects.latest("pk")
    assert titles(client.get("/news/following/", {"source": other.pk})) == ["Other"]
    page = client.get("/news/following/", {"folder": "A & b/ü"})
    assert titles(page) == ["Other"]
    assert "?folder=A%20%26%20b%2F%C3%BC" in page.content.decode()
    unread = client.get("/news/following/", {"unread": "1"})
    assert titles(unread) == [*[f"Story {n}" for n in range(39, 19, -1)], "Other"]
    assert (unread.context["unread"], unread.context["shown_unread"]) == (21, 21)


def test_all_read_is_what_was_on_the_page(client, site, herald):
    marks = client.get("/news/following/").context["marks"]
    Source.objects.update(last_seq=41)  # one more came in meanwhile
    client.post("/news/read", {"marks": marks})
    assert ReadMark.objects.get().seq == 40
    for junk in ("", "x", "9" * 40, f"{herald.pk}:x", "999:5", f"{herald.pk}:{'9' * 30}"):
        assert client.post("/news/read", {"marks": junk}).status_code == 302
    assert ReadMark.objects.get().seq <= 41


def test_a_story_is_read_where_it_is_opened(client, herald):
    story = Story.objects.get(title="Story 39")
    page = client.get(f"/news/story/{story.pk}").content.decode()
    assert "Words." in page
    assert f'hx-post="/news/story/{story.pk}/read"' in page
    assert client.post(f"/news/story/{story.pk}/read", headers={"HX-Request": "true"}).status_code == 204
    assert client.get("/news/following/").context["unread"] == 19
    assert f'hx-post="/news/story/{story.pk}/read"' not in client.get(f"/news/story/{story.pk}").content.decode()
    client.post(f"/news/story/{story.pk}/unread")
    assert client.get("/news/following/").context["unread"] == 20


def test_a_story_shows_no_picture_of_strangers_and_nothing_alive(client, site, alice):
    client.force_login(alice)
    text = '<p>Before</p><img src="https://tracker.example/a.png"><script>alert(1)</script><a href="javascript:x">a</a>'
    client.post("/news/sources/", {"address": site.page("/feed", rss(item(1, "A <b>title</b>", text)), XML)})
    page = client.get(f"/news/story/{Story.objects.get().pk}").content.decode()
    assert "tracker.example" not in page
    assert "alert(1)" not in page
    assert "javascript:" not in page
    assert "<title>A title" in page.replace("\n", "")


def test_what_is_no_feed_is_said_at_the_field(client, site, alice):
    client.force_login(alice)
    answer = client.post("/news/sources/", {"address": site.page("/x", "<html>no</html>"), "folder": "F"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is a page at this address, but no feed." in page
    assert 'value="F"' in page  # nothing is lost
    assert not Source.objects.exists()


def test_a_source_tells_how_it_is_doing_and_is_named_and_left(client, herald):
    Feed.objects.update(failure="login", failing_since=NOON)
    for path in ("/news/sources/", f"/news/sources/{herald.pk}"):
        assert "It is behind a login." in client.get(path).content.decode()
    client.post(f"/news/sources/{herald.pk}/change", {"title": "Mine", "folder": "Evening"})
    follow = Follow.objects.get()
    assert (follow.title, follow.folder) == ("Mine", "Evening")
    client.post(f"/news/sources/{herald.pk}/change", {"title": "x" * 200, "folder": ""})
    assert Follow.objects.get().title == "Mine"
    for _twice in range(2):
        assert client.post(f"/news/sources/{herald.pk}/leave")["Location"] == "/news/sources/"
    assert not Follow.objects.exists()


def test_outsiders_find_nothing(client, herald, charlie):
    Source.objects.update(is_public=False)  # its address may hold somebody's key
    story = Story.objects.earliest("pk")
    client.force_login(charlie)
    for path in (f"/news/story/{story.pk}", f"/news/sources/{herald.pk}"):
        assert client.get(path).status_code == 404
    for path in (f"/news/story/{story.pk}/read", f"/news/story/{story.pk}/unread", f"/news/sources/{herald.pk}/change"):
        assert client.post(path, {"title": "", "folder": ""}).status_code == 404
    client.post("/news/read", {"marks": f"{herald.pk}:40"})
    assert titles(client.get("/news/following/")) == []
    assert ReadMark.objects.count() == 1


def test_what_a_page_costs_does_not_grow(client, herald, site, django_assert_max_num_queries):
    for n in range(3):
        client.post("/news/sources/", {"address": site.page(f"/{n}", rss(item(n)), XML)})
    pages = {"/news/": 18, "/news/following/": 13, "/news/following/?unread=1": 13, "/news/sources/": 12}
    for path, queries in pages.items():
        with django_assert_max_num_queries(queries):
            client.get(path)
