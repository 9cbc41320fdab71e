"""A link becomes a preview: fetched once, as text and a clean picture, for those who may read the message."""

import io
import time
import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from core import limits, outgoing
from messenger import previews
from messenger.actions.sending import send_message
from messenger.models import LinkPreview, Message
from messenger.webpages import clean, read_page
from tests.core.hostile import Site, drip

PAGE = """<!doctype html><html><head><title>Not this</title>
<meta property="og:title" content="The &quot;big&quot; news &lt;b&gt;">
<meta name='description' content='What    happened'>
<meta property=og:site_name content=Example>
<meta property="og:image" content="/picture.png"></head><body>…</body></html>"""


def picture(size=(1200, 600)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setattr(previews, "fetch", partial(outgoing.fetch, allow_loopback=True))
    with Site() as server:
        yield server
        server.shutdown()


@pytest.fixture
def page(site) -> str:
    site.page("/picture.png", picture(), "image/png")
    return site.page("/page", PAGE)


def write(by, chat, text) -> Message:
    return send_message(by=by, chat=chat.pk, client_id=uuid.uuid4(), text=text)


def read(api, user, message) -> dict:
    answer = api(user).get(f"/api/v1/chats/{message.chat_id}/messages/{message.seq}")
    assert answer.status_code == 200
    return answer.json()


def test_message_is_told_again_with_its_preview(alice, bob, direct, page, site, api, run_all_tasks):
    message = write(alice, direct, f"look {page} there")
    before = read(api, bob, message)
    assert before["preview"] is None
    run_all_tasks()
    after = read(api, bob, message)
    shown = after["preview"]
    assert after["modseq"] == before["modseq"] + 1
    assert (shown["url"], shown["title"]) == (page, 'The "big" news <b>')
    assert (shown["description"], shown["site_name"]) == ("What happened", "Example")
    assert (shown["image"]["width"], shown["image"]["height"]) == (800, 400)
    stored = LinkPreview.objects.get()
    assert Image.open(stored.image.open()).format == "WEBP"
    changes = api(bob).get(f"/api/v1/chats/{direct.pk}/changes?after={before['modseq']}").json()
    assert [one["preview"]["title"] for one in changes["messages"]] == ['The "big" news <b>']


def test_picture_is_only_for_those_who_may_read_the_message(alice, bob, charlie, direct, page, api, run_all_tasks):
    message = write(alice, direct, page)
    run_all_tasks()
    url = read(api, bob, message)["preview"]["image"]["url"]
    assert api(bob).get(url).status_code == 200
    assert api(charlie).get(url).status_code == 404
    assert api(charlie).get(f"/api/v1/chats/{direct.pk}/messages/{message.seq}").status_code == 404


def test_page_is_fetched_once_for_all_who_wait(alice, bob, direct, group, page, site, run_all_tasks):
    waiting = [write(alice, direct, page), write(bob, direct, page), write(alice, group, f"see {page}")]
    run_all_tasks()
    assert site.asked.count("/page") == 1
    shown = Message.objects.filter(pk__in=[one.pk for one in waiting]).values_list("preview", flat=True)
    assert set(shown) == {LinkPreview.objects.get().pk}
    write(alice, direct, page)
    run_all_tasks()
    assert site.asked.count("/page") == 1
    LinkPreview.objects.update(fetched_at=timezone.now() - timedelta(days=2))
    write(alice, direct, page)
    run_all_tasks()
    assert site.asked.count("/page") == 2


def test_worker_leaves_a_page_alone_that_another_is_fetching(alice, direct, page, site, run_all_tasks):
    message = write(alice, direct, page)
    preview = LinkPreview.objects.create(url=page, url_hash=previews._hash(page), claimed_at=timezone.now())
    previews.update_preview(url=page, messages=[message.pk])
    assert site.asked == []
    again = DBTaskResult.objects.get(task_path=previews.update_preview.module_path)
    assert again.run_after > timezone.now()
    LinkPreview.objects.update(claimed_at=timezone.now() - timedelta(minutes=2))  # that worker died
    run_all_tasks()
    message.refresh_from_db()
    assert message.preview_id == preview.pk


def test_running_twice_tells_once(alice, direct, page, run_all_tasks):
    message = write(alice, direct, page)
    run_all_tasks()
    message.refresh_from_db()
    modseq = message.modseq
    previews.update_previews(messages=[message.pk])
    run_all_tasks()
    message.refresh_from_db()
    assert message.modseq == modseq


def test_removed_preview_stays_away(alice, bob, direct, page, api, run_all_tasks):
    message = write(alice, direct, page)
    run_all_tasks()
    address = f"/api/v1/chats/{direct.pk}/messages/{message.seq}/preview"
    assert api(bob).delete(address).status_code == 403
    assert api(alice).delete(address).status_code in (200, 204)
    previews.update_previews(messages=[message.pk])
    run_all_tasks()
    assert read(api, bob, message)["preview"] is None


def test_deleted_or_edited_meanwhile_shows_nothing(alice, direct, page, site, api, run_all_tasks):
    gone, changed = write(alice, direct, page), write(alice, direct, page)
    other = site.page("/other", "<title>Other</title>")
    Message.objects.filter(pk=gone.pk).update(deleted_at=timezone.now(), text="", entities=[])
    body = {"text": f"rather {other}"}
    api(alice).patch(f"/api/v1/chats/{direct.pk}/messages/{changed.seq}", body, format="json")
    run_all_tasks()
    gone.refresh_from_db()
    assert gone.preview is None
    assert read(api, alice, changed)["preview"]["title"] == "Other"
    api(alice).patch(f"/api/v1/chats/{direct.pk}/messages/{changed.seq}", {"text": "no link"}, format="json")
    run_all_tasks()
    assert read(api, alice, changed)["preview"] is None


def test_edited_while_its_page_was_fetched(alice, direct, page, site, api, monkeypatch):
    message = write(alice, direct, page)

    def edit_and_fetch(*args, **kwargs):
        address = f"/api/v1/chats/{direct.pk}/messages/{message.seq}"
        assert api(alice).patch(address, {"text": "no link"}, format="json").status_code == 200
        return outgoing.fetch(*args, allow_loopback=True, **kwargs)

    monkeypatch.setattr(previews, "fetch", edit_and_fetch)
    previews.update_preview(url=page, messages=[message.pk])
    message.refresh_from_db()
    assert message.preview is None


def test_page_that_cannot_be_read_is_not_asked_again_and_again(alice, direct, site, run_all_tasks):
    for path in ("/missing", "/slow"):
        site.pages["/slow"] = drip
        for _ in range(2):
            message = write(alice, direct, site.url(path))
            run_all_tasks()
            message.refresh_from_db()
            assert message.preview is None
        assert site.asked.count(path) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:6379/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://localhost/",
    ],
)
def test_our_own_network_is_never_asked(url, alice, direct, run_all_tasks):
    message = write(alice, direct, url)
    run_all_tasks()
    message.refresh_from_db()
    assert message.preview is None
    assert LinkPreview.objects.get(url=url).failed_at


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"", picture()[:100], b"GIF89a" + b"\xff" * 100])
def test_broken_picture_leaves_a_preview_without(content, alice, direct, site, run_all_tasks, api):
    site.page("/picture.png", content, "image/png")
    message = write(alice, direct, site.page("/page", PAGE))
    run_all_tasks()
    shown = read(api, alice, message)["preview"]
    assert shown["title"]
    assert shown["image"] is None


def test_link_to_a_picture_shows_it(alice, direct, site, run_all_tasks, api):
    message = write(alice, direct, site.page("/cat.png", picture(), "image/png"))
    run_all_tasks()
    shown = read(api, alice, message)["preview"]
    assert (shown["title"], shown["image"]["width"]) == ("cat.png", 800)


def test_one_writer_cannot_have_the_whole_web_fetched(alice, direct, site, run_all_tasks, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "preview", limits.Limit(2, 60))
    for number in range(4):
        write(alice, direct, site.page(f"/{number}", "<title>x</title>"))
    run_all_tasks()
    assert len(site.asked) == 2


def test_nothing_to_do_costs_nothing(alice, direct, settings):
    plain = [Message(chat=direct, seq=1, modseq=1, text="x", entities=[{"type": "bold", "offset": 0, "length": 1}])]
    linked = [
        Message(pk=seq, chat=direct, seq=seq, modseq=seq, entities=[{"type": "link", "url": f"http://x.example/{seq}"}])
        for seq in range(1, 20)
    ]
    with CaptureQueriesContext(connection) as queries:
        previews.request_previews(plain * 100)
    assert len(queries) == 0
    with CaptureQueriesContext(connection) as queries:
        previews.request_previews(linked)
    assert len(queries) == 1
    DBTaskResult.objects.all().delete()
    settings.LINK_PREVIEWS = False
    previews.request_previews(linked)
    assert DBTaskResult.objects.count() == 0


# --- reading pages --------------------------------------------------------------------------------


def info(html: str | bytes, **rest):
    return read_page(html if isinstance(html, bytes) else html.encode(), url="https://www.x.example/a/b", **rest)


def test_what_a_page_says():
    assert info("<TITLE lang=en>A &amp; B</TITLE>").title == "A & B"
    assert info("<title>x</title>").site_name == "x.example"
    assert info("<meta content='y' name='twitter:title'><title>x").title == "y"
    assert info('<meta property="og:title" content="a > b">').title == "a > b"
    assert info("<meta property='og:title' content=''><title>x</title>").title == "x"
    assert info('<meta property="og:image" content="../i.png">').image_url == "https://www.x.example/i.png"
    for target in ("javascript:alert(1)", "data:image/png;base64,xx", "file:///etc/passwd", "http://[::1"):
        assert info(f'<meta property="og:image" content="{target}">').image_url == ""


def test_text_stays_in_its_place():
    assert clean("a\u202eb\x00c\u2066d\ud800", 50) == "abcd"
    assert clean("line\r\n one\u2028two\u200bthree", 50) == "line one two three"
    assert clean("x" * 500, 10) == "x" * 9 + "…"
    assert clean("e" + "\u0301" * 1000, 50) == "e" + "\u0301" * 4


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("<title>Привет</title>".encode("cp1251"), "windows-1251"),
        ('<meta charset="koi8-r"><title>Привет</title>'.encode("koi8-r"), ""),
        ("<title>Привет</title>".encode("utf-16"), ""),
        (b"\xef\xbb\xbf" + "<title>Привет</title>".encode(), "latin-1"),
        ("<title>Привет</title>".encode(), "no-such-charset"),
        ("<title>Привет</title>".encode(), "hex"),
    ],
)
def test_charsets(content, charset):
    assert info(content, charset=charset).title == "Привет"


@pytest.mark.parametrize(
    "unit",
    ["<!--", "<a ", '<a b="', "<meta ", "<meta '", "<meta \"'", "<meta a=", "<title", "<title ", "a", "&#"],
)
def test_hostile_pages_are_read_in_linear_time(unit):
    started = time.perf_counter()
    info(("<meta " + unit * 300_000)[: previews.PAGE_BYTES])
    assert time.perf_counter() - started < 1.0
