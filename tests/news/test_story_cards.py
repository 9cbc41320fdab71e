"""A story shared into a chat, and what becomes of it there."""

import uuid
from datetime import timedelta

import pytest

from core import cards
from core.worker import run_ready_tasks
from news.corrections import corrections_in
from news.fetching.ingest import ingest
from news.fetching.parsing import parse
from news.models import Correction, Source, Story

from .documents import NOON, item, rss
from .test_events import BRIDGE, paper, report

pytestmark = pytest.mark.django_db
FIXED = "<p>Correction: It is the new bridge.</p><p>Words.</p>"


def share(client, chat, story):
    body = {"client_id": str(uuid.uuid4()), "kind": "story", "id": story}
    return client.post(f"/api/v1/chats/{chat}/cards", body, format="json")


@pytest.fixture
def direct(api, alice, bob):
    return api(alice).post("/api/v1/chats/direct", {"user": bob.pk}, format="json").json()["chat"]["id"]


def change(source, text):
    document = rss(item(1, BRIDGE, text)).encode()
    ingest(source, parse(document, content_type="text/xml", url="https://x.example/"), now=NOON + timedelta(days=1))


def test_the_correction_arrives_in_the_chat(api, alice, bob, direct):
    source = paper("A")
    story = report(source, 1, BRIDGE)
    sent = share(api(alice), direct, story.pk)
    assert sent.status_code == 201
    assert sent.json()["card"]["snapshot"]["title"] == BRIDGE
    change(source, FIXED)
    run_ready_tasks()
    message = api(bob).get(f"/api/v1/chats/{direct}/messages").json()["messages"][-1]
    live = message["card"]["live"]
    assert live["correction"]["text"] == "Correction: It is the new bridge."
    assert live["changed_at"]
    change(source, FIXED)
    change(source, FIXED + "<p>More.</p>")
    assert Correction.objects.count() == 1


def test_what_is_private_stays_so_in_a_chat(api, alice, bob, direct):
    source = Source.objects.create(title="Letters")
    story = report(source, 1, BRIDGE)
    assert share(api(alice), direct, story.pk).status_code == 404
    live = cards.live("story", [story.pk])[story.pk]
    assert (live["title"], live["is_public"], live["picture"]) == (None, False, None)


def test_what_moderators_removed_is_gone_from_chats(api, alice, direct):
    story = report(paper("A"), 1, BRIDGE)
    share(api(alice), direct, story.pk)
    Story.objects.update(state=Story.State.REMOVED)
    assert cards.live("story", [story.pk])[story.pk] == {"state": "removed"}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Berichtigung: Es war der Montag.</p>", [("correction", "Berichtigung: Es war der Montag.")]),
        ("<p><b>Исправление.</b> Мост старый.</p><p>Текст</p>", [("correction", "Исправление. Мост старый.")]),
        ("<div>Retraction: none of it was true.</div>", [("retraction", "Retraction: none of it was true.")]),
        ("<p>The correction came late.</p>", []),
        ("Corrected: plain text", [("correction", "Corrected: plain text")]),
        ("", []),
    ],
)
def test_which_paragraphs_are_corrections(html, found):
    assert corrections_in(html) == found
