"""Deleting: for me it is hidden on all my devices; for everybody nothing of it is left anywhere."""

import uuid

import pytest

from core.errors import Gone, NotFound
from messenger.actions import acting, deleting, editing
from messenger.actions.change import changing
from messenger.files.stored import files_of
from messenger.models import Attachment, HiddenMessage, Membership, Mention, Message, Reaction
from messenger.search import search_messages
from tests.messenger.scenes import body_of, picture, say, upload
from tests.messenger.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def delete(api):
    def call(user, message, whom="everybody"):
        return api(user).delete(f"/api/v1/chats/{message.chat_id}/messages/{message.seq}?for={whom}")

    return call


def history(api, user, chat):
    return api(user).get(f"/api/v1/chats/{chat.pk}/messages").json()["messages"]


# --- for everybody ----------------------------------------------------------------------------


def test_only_a_tombstone_is_left(api, alice, bob, group, delete, heard):
    message = say(alice, group, "secret @bob https://example.com")
    api(bob).put(f"/api/v1/chats/{group.pk}/messages/{message.seq}/reactions/👍")
    api(alice).put(f"/api/v1/chats/{group.pk}/messages/{message.seq}/pin")
    assert delete(alice, message).status_code == 204
    stone = next(one for one in history(api, bob, group) if one["seq"] == message.seq)
    assert stone["is_deleted"]
    assert not stone["is_pinned"]
    for field in ("text", "entities", "reply", "forward", "attachments", "preview", "reactions", "card", "mentions"):
        assert not stone[field], field
    row = Message.objects.get(pk=message.pk)
    assert "secret" not in f"{row.text}{row.entities}{row.reply}{row.forward}{row.service}"
    assert not Reaction.objects.exists()
    assert not Mention.objects.exists()
    assert api(bob).get(f"/api/v1/chats/{group.pk}/pins").json()["results"] == []
    assert search_messages(bob, "secret").hits == []
    event = heard("message.changed")[-1]
    assert event.data["is_deleted"]
    assert "secret" not in str(event.data)
    assert event.modseq == row.modseq


def test_replies_lose_what_they_quoted(api, alice, bob, group, delete, heard):
    message = say(alice, group, "the secret plan")
    reply = say(bob, group, "no!", reply_to=message.seq, quote="secret plan")
    other = say(bob, group, "unrelated", reply_to=reply.seq)
    delete(alice, message)
    shown = {one["seq"]: one for one in history(api, bob, group)}
    assert shown[reply.seq]["reply"] == {
        "seq": message.seq, "sender": alice.pk, "name": "Alice", "excerpt": "", "quote": "", "kind": "deleted",
    }  # fmt: skip
    assert shown[other.seq]["reply"]["excerpt"] == "no!"
    assert [event.data["seq"] for event in heard("message.changed")] == [message.seq, reply.seq]


def test_hundreds_of_replies_are_all_scrubbed_with_dense_modseqs(alice, bob, group, delete, monkeypatch):
    monkeypatch.setattr(deleting, "_QUOTES_TOLD", 2)
    message = say(alice, group, "secret")
    for _ in range(5):
        say(bob, group, "!", reply_to=message.seq)
    delete(alice, message)
    group.refresh_from_db()
    replies = Message.objects.filter(reply_seq=message.seq)
    assert {reply.reply["excerpt"] for reply in replies} == {""}
    modseqs = sorted(Message.objects.filter(chat=group).values_list("modseq", flat=True))
    assert modseqs == list(range(7, 13))
    assert group.modseq == 12


def test_file_is_gone_at_once_and_from_the_disk(api, alice, bob, group, delete, run_all_tasks):
    made = upload(api(alice), picture())
    run_all_tasks()
    message = say(alice, group, attachments=[uuid.UUID(made["id"])])
    assert api(bob).get(made["url"]).status_code == 200
    attachment = Attachment.objects.get(pk=made["id"])
    delete(alice, message)
    assert api(bob).get(made["url"]).status_code == 404
    run_all_tasks()
    assert not Attachment.objects.filter(pk=made["id"]).exists()
    assert files_of(attachment)
    assert api(alice).get(made["url"]).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_bytes_leave_the_disk(api, alice, group, delete, run_all_tasks):
    made = upload(api(alice), picture())
    run_all_tasks()
    attachment = Attachment.objects.get(pk=made["id"])
    message = say(alice, group, attachments=[attachment.pk])
    storage, names = attachment.file.storage, files_of(attachment)
    assert all(storage.exists(name) for name in names)
    delete(alice, message)
    run_all_tasks()
    assert not any(storage.exists(name) for name in names)


def test_file_that_another_message_shows_stays(api, alice, bob, group, direct, delete, run_all_tasks):
    made = upload(api(alice), picture())
    messages = [say(alice, chat, attachments=[uuid.UUID(made["id"])]) for chat in (group, direct)]
    delete(alice, messages[0])
    run_all_tasks()
    assert body_of(api(bob).get(made["url"]))


def test_twice_is_once(alice, group, delete, heard):
    message = say(alice, group, "x")
    assert [delete(alice, message).status_code for _ in range(2)] == [204, 204]
    assert len(heard("message.changed")) == 1


def test_repeated_send_of_a_deleted_message_brings_nothing_back(api, alice, group, send, delete):
    client_id = uuid.uuid4()
    send(alice, group, "secret", client_id)
    delete(alice, Message.objects.get())
    again = send(alice, group, "secret", client_id)
    assert again.status_code == 200
    assert again.json()["is_deleted"]
    assert again.json()["text"] == ""


def test_outsider_former_member_and_others(alice, bob, charlie, group, delete):
    message = say(alice, group, "x")
    assert delete(charlie, message).status_code == 404
    answer = delete(bob, message)
    assert (answer.status_code, answer.json()["code"], answer.json()["seqs"]) == (403, "not_yours", [message.seq])
    Membership.objects.filter(chat=group, user=bob).update(state="left")
    assert delete(bob, message).status_code == 404
    message.refresh_from_db()
    assert message.text == "x"


def test_owner_and_admins_with_the_right_delete_what_others_wrote(alice, bob, charlie, group, delete):
    Membership.objects.create(chat=group, user=charlie, role="admin", rights=64)
    first, second = say(bob, group, "spam"), say(bob, group, "spam")
    assert delete(alice, first).status_code == 204
    assert delete(charlie, second).status_code == 204


def test_in_a_direct_chat_nobody_deletes_the_others_words(alice, bob, direct, delete):
    assert delete(alice, say(bob, direct, "mine")).status_code == 403


def test_several_are_all_or_none(api, alice, bob, group):
    mine, theirs = say(bob, group, "mine"), say(alice, group, "theirs")
    path = f"/api/v1/chats/{group.pk}/messages/delete"
    body = {"seqs": [mine.seq, theirs.seq], "for": "everybody"}
    answer = api(bob).post(path, body, format="json")
    assert (answer.status_code, answer.json()["seqs"]) == (403, [theirs.seq])
    assert not Message.objects.exclude(deleted_at=None).exists()
    assert api(alice).post(path, body, format="json").status_code == 204
    assert Message.objects.exclude(deleted_at=None).count() == 2


@pytest.mark.parametrize("body", [{}, {"seqs": []}, {"seqs": [0]}, {"seqs": [-1]}, {"seqs": [1], "for": "some"}])
def test_bad_input(api, alice, group, body):
    answer = api(alice).post(f"/api/v1/chats/{group.pk}/messages/delete", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_unknown_message(api, alice, group):
    for whom in ("me", "everybody"):
        assert api(alice).delete(f"/api/v1/chats/{group.pk}/messages/99?for={whom}").status_code == 404


def test_what_was_before_my_time_is_not_mine_to_touch(alice, charlie, group, delete):
    message = say(alice, group, "before")
    Membership.objects.create(chat=group, user=charlie, role="admin", rights=64, joined_seq=message.seq)
    assert delete(charlie, message).status_code == 404
    assert delete(charlie, message, "me").status_code == 404


def test_deleted_message_takes_no_further_acts(api, alice, bob, group, delete):
    message = say(alice, group, "x")
    delete(alice, message)
    path = f"/api/v1/chats/{group.pk}/messages/{message.seq}"
    for answer in (
        api(alice).get(path),
        api(alice).patch(path, {"text": "back"}, format="json"),
        api(bob).put(f"{path}/reactions/👍"),
        api(alice).put(f"{path}/pin"),
        api(bob).get(f"{path}/readers"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (410, "message_deleted")


# --- for me -----------------------------------------------------------------------------------


def test_hidden_for_me_only_and_on_all_my_devices(api, alice, bob, group, delete, heard):
    message = say(alice, group, "x")
    sync = api(bob).get("/api/v1/sync").json()["token"]
    assert delete(bob, message, "me").status_code == 204
    assert history(api, bob, group) == []
    assert len(history(api, alice, group)) == 1
    assert search_messages(bob, "x").hits == []
    event = heard("message.hidden")[-1]
    bob.refresh_from_db()
    assert (event.users, event.fact_seq, event.data) == (
        (bob.pk,), bob.fact_seq, {"chat": group.pk, "seqs": [message.seq]},
    )  # fmt: skip
    assert api(bob).get(f"/api/v1/sync?token={sync}").json()["hidden"] == [{"chat": group.pk, "seq": message.seq}]


def test_hiding_twice_is_once(alice, bob, group, delete, heard):
    message = say(alice, group, "x")
    assert [delete(bob, message, "me").status_code for _ in range(2)] == [204, 204]
    assert len(heard("message.hidden")) == 1
    assert HiddenMessage.objects.count() == 1


def test_tombstone_can_be_hidden(api, alice, bob, group, delete):
    message = say(alice, group, "x")
    delete(alice, message)
    assert delete(bob, message, "me").status_code == 204
    assert history(api, bob, group) == []


def test_outsider_hides_nothing(alice, charlie, group, delete):
    assert delete(charlie, say(alice, group, "x"), "me").status_code == 404
    assert not HiddenMessage.objects.exists()


def test_whom_is_one_of_two(alice, group, delete):
    assert delete(alice, say(alice, group, "x"), "some").status_code == 400


# --- at once ----------------------------------------------------------------------------------


def test_act_that_waited_while_the_message_was_deleted_brings_nothing_back(alice, bob, group, monkeypatch):
    message = say(alice, group, "secret")

    def delete_first(chat):
        monkeypatch.undo()
        deleting.delete_for_everybody(by=alice, chat=chat, seqs=[message.seq])
        return changing(chat)

    monkeypatch.setattr(acting, "changing", delete_first)
    with pytest.raises(Gone):
        editing.edit_message(by=alice, chat=group.pk, seq=message.seq, text="secret too")
    message.refresh_from_db()
    assert message.is_deleted
    assert message.text == ""


def test_member_removed_while_the_act_waited_acts_no_more(alice, bob, group, monkeypatch):
    message = say(bob, group, "x")

    def remove_first(chat):
        Membership.objects.filter(chat=chat, user=bob).update(state="removed")
        return changing(chat)

    monkeypatch.setattr(acting, "changing", remove_first)
    with pytest.raises(NotFound):
        editing.edit_message(by=bob, chat=group.pk, seq=message.seq, text="y")


@pytest.mark.django_db(transaction=True)
def test_delete_and_edit_at_once_leave_no_text(alice, bob, group):
    for _ in range(5):
        message = say(alice, group, "secret")
        where = {"by": alice, "chat": group.pk}
        together(
            lambda where=where, seq=message.seq: editing.edit_message(**where, seq=seq, text="secret too"),
            lambda where=where, seq=message.seq: deleting.delete_for_everybody(**where, seqs=[seq]),
        )
        message.refresh_from_db()
        assert message.is_deleted
        assert message.text == ""
        assert search_messages(alice, "secret").hits == []
    group.refresh_from_db()
    assert group.modseq == Message.objects.order_by("-modseq").first().modseq


@pytest.mark.django_db(transaction=True)
def test_delete_and_reply_at_once_leave_no_quote(alice, bob, group):
    for _ in range(5):
        message = say(alice, group, "secret")
        together(
            lambda seq=message.seq: say(bob, group, "what?", reply_to=seq),
            lambda seq=message.seq: deleting.delete_for_everybody(by=alice, chat=group.pk, seqs=[seq]),
        )
    assert not any("secret" in str(one.reply) for one in Message.objects.all())
