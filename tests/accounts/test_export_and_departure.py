"""A copy of all my data, and what follows a deletion in the chats."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts.models import Export
from accounts.tasks import finish_deletion, make_export, sweep_exports
from messenger.models import Attachment, Chat, HiddenMessage, Membership, Message
from tests.conftest import PASSWORD


def make_chat(kind, *members, **extra) -> Chat:
    chat = Chat.objects.create(kind=kind, created_by=members[0], member_count=len(members), **extra)
    for member in members:
        role = "owner" if member == members[0] and kind != "direct" else "member"
        Membership.objects.create(chat=chat, user=member, role=role)
    return chat


def say(chat, sender, text) -> Message:
    chat.last_seq += 1
    chat.modseq += 1
    chat.save()
    return Message.objects.create(chat=chat, seq=chat.last_seq, modseq=chat.modseq, sender=sender, text=text)


@pytest.fixture
def group(alice, bob) -> Chat:
    return make_chat("group", alice, bob, title="Friends")


def downloaded(client, address) -> zipfile.ZipFile:
    answer = client.get(address)
    assert answer.status_code == 200

    async def pieces() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return zipfile.ZipFile(io.BytesIO(async_to_sync(pieces)()))


def test_the_copy_holds_what_i_may_read_and_nothing_else(alice, bob, charlie, api, group):
    say(group, bob, "hello alice")
    hidden = say(group, bob, "hidden from alice")
    HiddenMessage.objects.create(user=alice, message=hidden, chat=group, seq=hidden.seq, fact_seq=1)
    foreign = make_chat("group", bob, charlie, title="Without her")
    say(foreign, bob, "not for alice")
    Attachment.objects.create(
        owner=alice,
        kind="file",
        state="ready",
        file=ContentFile(b"mine", name="a.txt"),
        name="../../a.txt",
        mime="x",
        size=4,
    )
    client = Client()
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    started = client.post("/api/v1/me/export").json()
    assert client.post("/api/v1/me/export").json()["id"] == started["id"]
    make_export(export=started["id"])
    make_export(export=started["id"])  # a worker may run it twice
    state = client.get(f"/api/v1/me/export/{started['id']}").json()
    assert (state["state"], state["progress"]) == ("ready", 100)
    archive = downloaded(client, state["url"])
    names = archive.namelist()
    assert "account.json" in names
    assert json.loads(archive.read("account.json"))["email"] == "alice@example.com"
    lines = archive.read(f"chats/{group.pk}/messages.jsonl").decode().splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["hello alice"]
    assert not any(f"chats/{foreign.pk}/" in name for name in names)
    assert [archive.read(name) for name in names if name.startswith("files/")] == [b"mine"]
    assert not any(".." in name for name in names)
    assert api(bob).get(f"/api/v1/me/export/{started['id']}").status_code == 404
    other = Client()
    other.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    assert other.get(state["url"]).status_code == 404


def test_a_week_later_it_is_gone(alice):
    export = Export.objects.create(user=alice)
    make_export(export=str(export.pk))
    export.refresh_from_db()
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    sweep_exports()
    assert not Export.objects.exists()


def test_one_that_nobody_finished_can_be_asked_for_again(alice, api):
    Export.objects.create(user=alice, state="running", created_at=timezone.now() - timedelta(days=1))
    sweep_exports()
    assert Export.objects.get().state == "failed"
    assert api(alice).post("/api/v1/me/export").json()["state"] == "waiting"


def delete(api, user, **choice):
    assert api(user).delete("/api/v1/me", {"password": PASSWORD, **choice}, format="json").status_code == 204
    for _ in range(2):  # a worker may run it twice
        finish_deletion(user=user.pk, delete_messages=choice.get("delete_messages", False))


def test_groups_are_left_and_pass_to_who_was_there_longest(alice, bob, charlie, api, group):
    Membership.objects.create(chat=group, user=charlie, joined_at=timezone.now() + timedelta(hours=1))
    Chat.objects.filter(pk=group.pk).update(member_count=3)
    group.refresh_from_db()
    mine = say(group, alice, "my words")
    delete(api, alice)
    assert Membership.objects.get(chat=group, user=alice).state == "left"
    assert Membership.objects.get(chat=group, user=bob).role == "owner"
    group.refresh_from_db()
    assert group.member_count == 2  # of the three
    seen = api(bob).get(f"/api/v1/chats/{group.pk}/messages/{mine.seq}").json()
    assert (seen["text"], seen["sender"]["name"], seen["sender"]["handle"]) == ("my words", "Deleted account", "")


def test_messages_go_too_when_chosen(alice, bob, api, group):
    direct = make_chat("direct", alice, bob, pair_key=f"{alice.pk}:{bob.pk}")
    written = [say(group, alice, "one"), say(direct, alice, "two")]
    kept = say(group, bob, "three")
    delete(api, alice, delete_messages=True)
    for message in written:
        message.refresh_from_db()
        assert (message.is_deleted, message.text) == (True, "")
    kept.refresh_from_db()
    assert kept.text == "three"


def test_saved_messages_and_lonely_groups_go(alice, api):
    saved = make_chat("saved", alice, pair_key=str(alice.pk))
    lonely = make_chat("group", alice, title="Only me")
    note = say(saved, alice, "my secret")
    delete(api, alice)
    note.refresh_from_db()
    assert note.text == ""
    assert not Chat.objects.filter(pk__in=[saved.pk, lonely.pk], deleted_at=None).exists()


def test_the_direct_chat_stays_with_the_other(alice, bob, api):
    direct = make_chat("direct", alice, bob, pair_key=f"{alice.pk}:{bob.pk}")
    say(direct, alice, "bye")
    delete(api, alice)
    assert api(bob).get(f"/api/v1/chats/{direct.pk}/messages").json()["messages"][0]["text"] == "bye"
    body = {"client_id": "6f2a4c8e-0d57-4a8f-9d1e-1f7a90f3c001", "text": "are you there?"}
    assert api(bob).post(f"/api/v1/chats/{direct.pk}/messages", body, format="json").status_code in (403, 404)
