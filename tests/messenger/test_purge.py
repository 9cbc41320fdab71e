"""A month after a chat was deleted, what was said in it is deleted too."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone

from messenger.actions import dissolving
from messenger.models import Attachment, Chat, Membership, Message
from messenger.periodic import purge_deleted_chats
from messenger.search import search_messages

from .people import url
from .scenes import make_group, say, upload

pytestmark = pytest.mark.django_db


def files_in(settings) -> set[str]:
    return {path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


@pytest.fixture
def deleted(api, alice, bob):
    """A group with words, files, a reaction, a draft and what is hidden; then its owner deletes it."""
    group = make_group(alice, bob, description="About trees")
    only_here, elsewhere = (upload(api(alice), b"words", name=name, kind="file") for name in ("a.txt", "b.txt"))
    say(alice, group, "an oak", attachments=[UUID(only_here["id"])])
    say(bob, group, "a beech")
    say(alice, group, "again", attachments=[UUID(elsewhere["id"])])
    other = make_group(alice)
    body = {"from_chat": group.pk, "seqs": [3], "to": [other.pk], "client_ids": ["0" * 31 + "1"]}
    assert api(alice).post("/api/v1/forwards", body, format="json").status_code == 201
    assert api(bob).put(url(group, "messages", 1, "reactions", "👍")).status_code == 200
    assert api(bob).delete(url(group, "messages", 2) + "?for=me").status_code == 204
    api(bob).put(url(group, "draft"), {"text": "unsent"}, format="json")
    assert api(alice).delete(url(group)).status_code == 204
    return group, other, only_here["id"], elsewhere["id"]


def age(chat, days):
    Chat.objects.filter(pk=chat.pk).update(deleted_at=timezone.now() - timedelta(days=days))


def test_after_a_month_all_that_was_said_is_gone(alice, deleted, settings, django_capture_on_commit_callbacks):
    group, other, only_here, elsewhere = deleted
    age(group, 31)
    with django_capture_on_commit_callbacks(execute=True):
        purge_deleted_chats()
        purge_deleted_chats()
    assert not Message.objects.filter(chat=group).exists()
    assert set(Attachment.objects.values_list("pk", flat=True).distinct()) == {Attachment.objects.get(pk=elsewhere).pk}
    assert [name for name in files_in(settings) if only_here in name] == []
    assert [name for name in files_in(settings) if elsewhere in name] != []
    assert Message.objects.get(chat=other).attachment_links.count() == 1
    assert Membership.objects.filter(chat=group).exclude(draft_text="").count() == 0
    assert search_messages(alice, "oak").hits == []


def test_for_a_month_it_is_kept_and_living_chats_always(deleted):
    group, other, *_ = deleted
    age(group, 29)
    purge_deleted_chats()
    assert Message.objects.filter(chat=group).exclude(kind="service").count() == 3
    assert Message.objects.filter(chat=other).count() == 1


def test_in_batches(deleted, monkeypatch):
    monkeypatch.setattr(dissolving, "_BATCH", 2)
    group = deleted[0]
    age(group, 31)
    purge_deleted_chats()
    assert not Message.objects.filter(chat=group).exists()


def test_a_device_that_was_away_still_learns_that_it_is_gone(api, bob, deleted):
    group = deleted[0]
    token = api(bob).get("/api/v1/sync").json()["token"]
    purge = timezone.now() + timedelta(seconds=1)
    dissolving.purge_dissolved(before=purge)
    assert api(bob).get("/api/v1/sync", {"token": token}).json()["gone"] == [group.pk]
