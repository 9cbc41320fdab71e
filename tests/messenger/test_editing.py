"""Editing: one's own, for 48 hours; everybody sees the new text, and nobody finds the old one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Block
from messenger.models import LinkPreview, Membership, Mention, Message
from messenger.search import search_messages
from moderation.models import Sanction
from tests.messenger.conftest import make_chat
from tests.messenger.scenes import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def edit(api):
    def patch(user, message, text, **rest):
        path = f"/api/v1/chats/{message.chat_id}/messages/{message.seq}"
        return api(user).patch(path, {"text": text, **rest}, format="json")

    return patch


def test_new_text_is_parsed_marked_and_told(alice, bob, group, edit, heard):
    message = say(alice, group, "helo")
    body = edit(alice, message, "**hello** @bob").json()
    assert body["text"] == "hello @bob"
    assert [entity["type"] for entity in body["entities"]] == ["bold", "mention"]
    assert body["edited_at"]
    assert body["mentions"] == [bob.pk]
    assert body["modseq"] == message.modseq + 1
    event = heard("message.changed")[-1]
    assert (event.chat, event.modseq, event.data) == (group.pk, body["modseq"], body)


def test_same_text_again_changes_nothing(alice, group, edit, heard):
    message = say(alice, group, "hello **all**")
    first = edit(alice, message, "hello **all**").json()
    assert first["edited_at"] is None
    assert first["modseq"] == message.modseq
    assert heard("message.changed") == []


def test_mentions_follow_the_text_and_keep_their_row(alice, bob, charlie, group, edit):
    Membership.objects.create(chat=group, user=charlie)
    message = say(alice, group, "@bob look")
    row = Mention.objects.get(user=bob).pk
    edit(alice, message, "@bob and @charlie and @alice look")
    assert set(Mention.objects.values_list("user", flat=True)) == {bob.pk, charlie.pk}
    assert Mention.objects.get(user=bob).pk == row
    edit(alice, message, "nobody")
    assert not Mention.objects.exists()


def test_search_finds_the_new_text_only(alice, group, edit):
    message = say(alice, group, "elephant")
    edit(alice, message, "giraffe")
    assert search_messages(alice, "elephant").hits == []
    assert [hit.message.seq for hit in search_messages(alice, "giraffe").hits] == [message.seq]


def test_preview_of_a_link_that_is_gone_goes_too(alice, group, edit):
    message = say(alice, group, "see https://example.com/a")
    preview = LinkPreview.objects.create(url="https://example.com/a", url_hash="x", title="A")
    Message.objects.filter(pk=message.pk).update(preview=preview)
    assert edit(alice, message, "see now https://example.com/a").json()["preview"]["title"] == "A"
    assert edit(alice, message, "see https://example.com/b").json()["preview"] is None


def test_outsider_and_former_member_get_404(alice, bob, charlie, group, edit):
    message = say(bob, group, "mine")
    assert edit(charlie, message, "x").status_code == 404
    Membership.objects.filter(chat=group, user=bob).update(state="removed")
    assert edit(bob, message, "x").status_code == 404
    message.refresh_from_db()
    assert message.text == "mine"


def test_nobody_edits_what_another_wrote_not_even_the_owner(alice, bob, group, edit):
    answer = edit(alice, say(bob, group, "mine"), "yours")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")


def test_too_late(alice, group, edit):
    message = say(alice, group, "old")
    Message.objects.update(created_at=timezone.now() - timedelta(hours=49))
    answer = edit(alice, message, "new")
    assert (answer.status_code, answer.json()["code"], answer.json()["hours"]) == (403, "edit_too_late", 48)


def test_those_who_run_a_channel_edit_its_posts(alice, bob, charlie, edit):
    channel = make_chat("channel", alice, bob, charlie, title="News", default_rights=0)
    Membership.objects.filter(chat=channel, user=bob).update(role="admin", rights=64)
    post = say(alice, channel, "typo")
    Message.objects.update(created_at=timezone.now() - timedelta(days=30))
    assert edit(bob, post, "fixed").status_code == 200
    assert edit(charlie, post, "hacked").json()["code"] == "right_needed"


def test_editing_is_no_way_around_a_block_a_mute_or_lost_rights(alice, bob, direct, group, edit):
    in_direct, in_group = say(bob, direct, "hi"), say(bob, group, "hi")
    block = Block.objects.create(owner=alice, user=bob)
    assert edit(bob, in_direct, "insult").json()["code"] == "blocked"
    block.delete()
    group.default_rights = 0
    group.save()
    assert edit(bob, in_group, "insult").json()["code"] == "right_needed"
    Sanction.objects.create(user=bob, kind="mute", reason="spam")
    assert edit(bob, in_direct, "insult").json()["code"] == "sanctioned"


def test_what_cannot_be_edited(alice, bob, group, edit):
    message = say(alice, group, "x")
    Message.objects.filter(pk=message.pk).update(forward={"name": "Eve"})
    assert edit(alice, message, "y").json()["code"] == "not_editable"
    Message.objects.filter(pk=message.pk).update(forward=None, kind="service")
    assert edit(alice, message, "y").json()["code"] == "service_message"


@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
def test_message_does_not_become_empty(alice, group, edit, text):
    message = say(alice, group, "x")
    answer = edit(alice, message, text)
    assert (answer.status_code, answer.json()["code"]) == (400, "empty_message")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "x" * 5000}, "text_too_long"),
        ({"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 9}]}, "bad_entities"),
        ({}, "invalid"),
    ],
)
def test_bad_input(api, alice, group, body, code):
    message = say(alice, group, "x")
    answer = api(alice).patch(f"/api/v1/chats/{group.pk}/messages/{message.seq}", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_preview_is_taken_off_by_the_writer_for_good(api, alice, bob, group):
    message = say(alice, group, "see https://example.com/a")
    preview = LinkPreview.objects.create(url="https://example.com/a", url_hash="x", title="A")
    Message.objects.filter(pk=message.pk).update(preview=preview)
    path = f"/api/v1/chats/{group.pk}/messages/{message.seq}/preview"
    assert api(bob).delete(path).json()["code"] == "not_yours"
    first, second = api(alice).delete(path).json(), api(alice).delete(path).json()
    assert first["preview"] is None
    assert first == second
    assert Message.objects.get(pk=message.pk).has_preview_removed
