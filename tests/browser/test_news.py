"""Reading the news in a browser: by keyboard, read on another device, aloud, and at a size of one's own."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import messages, start_direct, until, write
from tests.browser.test_pages import check

SEED = """
from datetime import timedelta
from accounts.models import User
from news.actions.following import follow_source
from news.fetching.addresses import url_hash
from news.fetching.ingest import ingest
from news.fetching.parsing import parse
from news.models import Feed, Source
from tests.news.documents import NOON, item, rss
address = "https://herald.example/feed"
source = Source.objects.create(title="The Herald", is_public=True)
Feed.objects.create(source=source, url=address, url_hash=url_hash(address), domain="herald.example")
text = "<p>The old bridge stays open.</p><p>Work begins in spring.</p>"
items = [item(number, text=text, at=NOON - timedelta(hours=number)) for number in range(32)]
ingest(source, parse(rss(*items).encode(), content_type="application/rss+xml", url=address))
Feed.objects.update(next_fetch_at=NOON + timedelta(days=36500))
source.refresh_from_db()
for handle in ("alice", "bob"):
    follow_source(by=User.objects.get(handle=handle), source=source)
"""
# A voice that says a piece when it is told to.
VOICE = """
window.said = [];
const voices = [
  { lang: "en-GB", localService: false, name: "far" },
  { lang: "en-US", localService: true, name: "near" },
];
const voice = {
  getVoices: () => voices,
  cancel() { const cut = this.now; this.now = null; cut?.dispatchEvent(new Event("error")); },
  speak(piece) { said.push(piece.text); window.saidBy = piece.voice?.name; this.now = piece; },
};
window.finish = () => { const done = voice.now; voice.now = null; done.dispatchEvent(new Event("end")); };
Object.defineProperty(window, "speechSynthesis", { value: voice });
window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
"""


@pytest.fixture(scope="module", autouse=True)
def herald(server):
    server.manage("shell", "-v0", "-c", SEED)


def ready(page) -> None:
    page.locator("html.has-script").wait_for(state="attached")


def open_story(page, title: str) -> None:
    page.goto("/news/following/")
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_role("heading", name=title, level=1).wait_for()
    ready(page)


def line(page, title: str):
    return page.locator(".news-line").filter(has=page.get_by_role("link", name=title, exact=True))


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_each_page_is_accessible_and_fits(person, width, scheme):
    page = person("bob", width=width, path="/news/")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for path in ("/news/", "/news/following/", "/news/topics/", "/news/rules/", "/news/sources/"):
        assert page.goto(path).status == 200
        check(page)
    open_story(page, "Story 1")
    check(page)
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    check(page)


def test_by_keyboard(person):
    page = person("alice", path="/news/following/")
    ready(page)
    for key in "jjk":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == "Story 0"
    for method in ("PUT", "DELETE"):
        with page.expect_response(lambda answer: answer.url.endswith("/read")) as told:
            page.keyboard.press("m")
        assert (told.value.request.method, told.value.status) == (method, 204)
    page.get_by_role("link", name="Story 29", exact=True).focus()
    page.keyboard.press("j")
    page.get_by_role("link", name="Story 31", exact=True).wait_for()
    page.get_by_role("link", name="Story 5", exact=True).focus()
    page.keyboard.press("o")
    page.get_by_role("heading", name="Story 5", level=1).wait_for()
    ready(page)
    page.keyboard.press("j")
    page.get_by_role("heading", name="Story 6", level=1).wait_for()
    ready(page)
    page.keyboard.press("u")
    page.wait_for_url("**/news/following/?source=*")
    ready(page)
    page.keyboard.press("?")
    page.get_by_role("switch").click()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") != "A"


def test_what_is_read_elsewhere_is_read_here(person):
    page, other = person("alice", path="/news/following/"), person("alice", path="/news/following/")
    ready(page)
    assert "is-read" not in line(page, "Story 9").get_attribute("class")
    with other.expect_response(lambda answer: answer.url.endswith("/read")):
        open_story(other, "Story 9")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator(".news-line.is-read").filter(has=page.get_by_role("link", name="Story 9", exact=True)).wait_for()


def test_aloud_and_larger(person):
    page = person("bob", path="/news/")
    page.add_init_script(VOICE)
    open_story(page, "Story 2")
    listen = page.get_by_role("button", name="Listen", exact=True)
    listen.click()
    page.evaluate("finish()")
    page.get_by_role("button", name="A paragraph on").click()
    assert page.evaluate("said") == ["Story 2", "The old bridge stays open.", "Work begins in spring."]
    assert page.evaluate("saidBy") == "near"
    assert page.locator(".is-said").all_text_contents() == ["Work begins in spring."]
    listen.click()
    assert page.locator(".is-said").count() == 0
    listen.click()  # where it was left
    page.evaluate("finish()")
    assert page.evaluate("said.slice(3)") == ["Work begins in spring."]
    assert listen.get_attribute("aria-pressed") == "false"
    for _press in range(3):
        page.get_by_role("button", name="Larger text").click()
    assert page.get_by_role("button", name="Larger text").get_attribute("aria-disabled") == "true"
    page.reload()
    until(page, "getComputedStyle(document.querySelector('.story__text')).fontSize === '26px'")


CORRECTION = """
from news.fetching.ingest import ingest
from news.fetching.parsing import parse
from news.models import Source
from tests.news.documents import item, rss
changed = item(7, text="<p>Correction: The bridge closes in May.</p><p>Work begins in spring.</p>")
document = rss(changed).encode()
ingest(Source.objects.get(), parse(document, content_type="application/rss+xml", url="https://herald.example/feed"))
"""


def test_what_is_shared_into_a_chat_shows_the_correction_there(person, server):
    alice, bob = person("alice"), person("bob")
    start_direct(alice, "bob")
    write(alice, "Read this")
    alice.goto("/news/")
    card = alice.locator(".news-card").filter(has=alice.get_by_role("link", name="Story 7", exact=True))
    card.get_by_role("button", name="Save", exact=True).click()
    card.locator("[aria-pressed=true]").wait_for()
    card.locator("summary").click()
    expect(card.get_by_text("Because you follow The Herald.")).to_be_visible()
    card.locator("summary").click()
    card.get_by_role("link", name="Share into a chat").click()
    chooser = alice.get_by_role("dialog")
    chooser.get_by_role("option", name="Bob").first.click()
    chooser.locator("[data-done]").click()
    expect(messages(alice)).to_contain_text("Story 7", timeout=20_000)
    bob.goto(alice.url)
    shown = messages(bob).locator(".storycard")
    expect(shown).to_contain_text("The Herald")
    expect(shown.locator(".storycard__correction")).to_be_hidden()
    server.manage("shell", "-v0", "-c", CORRECTION)
    expect(shown.locator(".storycard__correction")).to_contain_text("The bridge closes in May.", timeout=20_000)
    alice.goto("/news/saved/")
    expect(alice.get_by_role("link", name="Story 7", exact=True)).to_be_visible()
