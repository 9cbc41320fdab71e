"""Sending: acknowledged once, stored once, in one order."""

import threading
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messenger.actions.outgoing import Outgoing
from messenger.actions.sending import send_messages
from messenger.models import Chat, Membership, Message, Right
from moderation.models import Sanction
from tests.messenger.conftest import make_chat


def test_message_is_stored_and_answered(alice, bob, direct, send):
    response = send(alice, direct, "hello **bob**")
    assert response.status_code == 201
    body = response.json()
    assert (body["seq"], body["modseq"], body["text"]) == (1, 1, "hello bob")
    assert body["entities"] == [{"type": "bold", "offset": 6, "length": 3}]
    assert body["sender"]["handle"] == "alice"
    direct.refresh_from_db()
    assert (direct.last_seq, direct.modseq) == (1, 1)
    assert Membership.objects.get(chat=direct, user=alice).read_seq == 1
    assert Membership.objects.get(chat=direct, user=bob).read_seq == 0


def test_same_client_id_is_the_same_message(alice, direct, send):
    client_id = uuid.uuid4()
    first = send(alice, direct, "once", client_id)
    again = send(alice, direct, "once", client_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["seq"] == first.json()["seq"]
    assert Message.objects.count() == 1


def test_client_id_with_other_content_is_refused(alice, direct, send):
    client_id = uuid.uuid4()
    send(alice, direct, "one", client_id)
    response = send(alice, direct, "two", client_id)
    assert (response.status_code, response.json()["code"]) == (409, "client_id_reused")
    assert Message.objects.get().text == "one"


def test_client_id_of_another_person_is_no_clash(alice, bob, direct, send):
    client_id = uuid.uuid4()
    assert send(alice, direct, "mine", client_id).status_code == 201
    assert send(bob, direct, "yours", client_id).status_code == 201


def test_outsider_and_former_member_get_404(alice, bob, charlie, group, send):
    assert send(charlie, group).status_code == 404
    Membership.objects.filter(chat=group, user=bob).update(state="removed")
    response = send(bob, group)
    assert (response.status_code, response.json()["code"]) == (404, "chat_not_found")
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": ""}, "empty_message"),
        ({"text": " \u200b\n"}, "empty_message"),
        ({"text": "x" * 4097}, "text_too_long"),
        ({"attachments": [str(uuid.uuid4())]}, "attachment_not_found"),
        ({"reply_to": 99}, "reply_not_found"),
        ({"quote": "x" * 301}, "quote_too_long"),
        ({"entities": [{"type": "bold", "offset": 0, "length": 99}]}, "bad_entities"),
        ({"client_id": "no uuid"}, "invalid"),
        ({"reply_to": 2**63}, "bad_json"),
        ({"reply_to": 2**63 - 1}, "reply_not_found"),
    ],
)
def test_bad_input_has_a_code_and_stores_nothing(alice, direct, api, body, code):
    body = {"client_id": str(uuid.uuid4()), "text": "hi", **body}
    response = api(alice).post(f"/api/v1/chats/{direct.pk}/messages", body, format="json")
    assert response.json()["code"] == code
    assert 400 <= response.status_code < 500
    direct.refresh_from_db()
    assert (direct.last_seq, direct.modseq) == (0, 0)


@pytest.mark.parametrize("text", ['{"text": NaN}', '{"a": 1, "a": 2}', "[" * 100_000, '"\\ud800"', '"\\u0000"', "{"])
def test_broken_json_is_a_problem_not_a_crash(alice, direct, api, text):
    url = f"/api/v1/chats/{direct.pk}/messages"
    response = api(alice).post(url, text, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "bad_json")


@pytest.mark.parametrize("chat", [0, 2**63, 10**30, 4_000_000])
def test_unknown_chat_is_404(alice, api, chat):
    body = {"client_id": str(uuid.uuid4()), "text": "hi"}
    response = api(alice).post(f"/api/v1/chats/{chat}/messages", body, format="json")
    assert response.status_code == 404


def test_right_to_write_and_media_is_needed(alice, bob, send, group):
    Chat.objects.filter(pk=group.pk).update(default_rights=Right.REACT)
    response = send(bob, group)
    assert (response.status_code, response.json()["right"]) == (403, "write")
    assert send(alice, group).status_code == 201


def test_blocked_people_cannot_write_to_each_other(alice, bob, direct, send):
    bob.blocks.create(user=alice)
    assert send(alice, direct).json()["code"] == "blocked"
    assert send(bob, direct).json()["code"] == "blocked"


def test_slow_mode_holds_members_but_not_admins(alice, bob, group, send):
    Chat.objects.filter(pk=group.pk).update(slow_mode_seconds=30)
    assert send(bob, group).status_code == 201
    response = send(bob, group)
    assert (response.status_code, response.json()["code"]) == (429, "slow_mode")
    assert 0 < response.json()["retry_after"] <= 31
    assert [send(alice, group).status_code for _ in range(2)] == [201, 201]


def test_reply_keeps_a_frozen_excerpt(alice, bob, direct, send):
    send(alice, direct, "the quick brown fox")
    reply = send(bob, direct, "indeed", reply_to=1, quote="brown").json()["reply"]
    assert reply == {
        "seq": 1, "sender": alice.pk, "name": "Alice", "excerpt": "the quick brown fox", "quote": "brown",
        "kind": "text",
    }  # fmt: skip
    assert send(bob, direct, "what?", reply_to=1, quote="not in it").json()["reply"]["quote"] == ""


def test_mention_counts_for_the_one_mentioned(alice, bob, group, send, api):
    assert send(alice, group, "look @bob and @charlie").json()["mentions"] == [bob.pk]
    head = api(bob).get(f"/api/v1/chats/{group.pk}").json()
    assert (head["my"]["mention_count"], head["my"]["unread_count"]) == (1, 1)
    api(bob).post(f"/api/v1/chats/{group.pk}/read", {"seq": 1}, format="json")
    head = api(bob).get(f"/api/v1/chats/{group.pk}").json()
    assert (head["my"]["mention_count"], head["my"]["unread_count"]) == (0, 0)


def outgoing(user, chat, text="hi", client_id=None):
    return Outgoing(by=user.pk, chat=chat.pk, client_id=client_id or uuid.uuid4(), text=text)


def test_batch_answers_in_order_and_leaves_no_holes(alice, bob, charlie, group, direct):
    again = uuid.uuid4()
    outcomes = send_messages(
        [
            outgoing(alice, group, "1"),
            outgoing(charlie, group, "not mine"),
            outgoing(bob, group, "2", again),
            outgoing(bob, group, "2", again),
            outgoing(bob, group, "other", again),
            outgoing(bob, direct, "3"),
        ]
    )
    assert [getattr(one, "code", None) for one in outcomes] == [
        None, "chat_not_found", None, None, "client_id_reused", None,
    ]  # fmt: skip
    assert outcomes[3].message.pk == outcomes[2].message.pk
    assert not outcomes[3].is_new
    assert list(Message.objects.filter(chat=group).order_by("seq").values_list("seq", "text")) == [(1, "1"), (2, "2")]
    group.refresh_from_db()
    assert (group.last_seq, group.modseq) == (2, 2)


def test_batch_costs_a_constant_number_of_queries(alice, bob, group):
    def count(size):
        batch = [outgoing(alice if index % 2 else bob, group, f"message {index}") for index in range(size)]
        with CaptureQueriesContext(connection) as queries:
            assert all(one.is_new for one in send_messages(batch))
        return len(queries)

    count(1)  # what is cached for the process is fetched now
    assert count(2) <= 14
    assert count(60) <= 16  # a few more: long lists of words are written in several statements


@pytest.mark.django_db(transaction=True)
def test_concurrent_senders_make_dense_numbers(alice, bob, group, direct):
    """Two chats in opposite order, from several threads: no deadlock, no hole, nothing twice."""
    shared = uuid.uuid4()
    errors = []

    def work(index):
        try:
            for round_ in range(5):
                pair = [outgoing(alice, group), outgoing(alice, direct)]
                send_messages(pair if index % 2 else pair[::-1])
                send_messages([outgoing(bob, group, f"{index}.{round_}"), outgoing(bob, group, "same", shared)])
        except Exception as error:  # shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(index,)) for index in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert errors == []
    for chat in (group, direct):
        chat.refresh_from_db()
        seqs = list(Message.objects.filter(chat=chat).order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, len(seqs) + 1))
        assert (chat.last_seq, chat.modseq) == (len(seqs), len(seqs))
    assert Message.objects.filter(chat=direct).count() == 30
    assert Message.objects.filter(chat=group).count() == 30 + 30 + 1
    assert Message.objects.filter(client_id=shared).count() == 1


def test_history_pages_both_ways(alice, direct, api):
    send_messages([outgoing(alice, direct, str(number)) for number in range(1, 101)])
    client = api(alice)

    def seqs(**query):
        body = client.get(f"/api/v1/chats/{direct.pk}/messages", query).json()
        found = [message["seq"] for message in body["messages"]]
        return (found[0], found[-1], body["has_before"], body["has_after"]) if found else None

    assert seqs(limit=30) == (71, 100, True, False)
    assert seqs(limit=30, before=71) == (41, 70, True, True)
    assert seqs(limit=30, before=11) == (1, 10, False, True)
    assert seqs(limit=30, after=90) == (91, 100, True, False)
    assert seqs(limit=30, after=0) == (1, 30, False, True)
    assert seqs(limit=20, around=50) == (41, 60, True, True)
    assert seqs(limit=20, around=100) == (91, 100, True, False)
    assert seqs(limit=20, after=100) is None
    assert client.get(f"/api/v1/chats/{direct.pk}/messages", {"limit": "x"}).status_code == 400


def test_history_before_joining_is_hidden(alice, bob, direct, api):
    chat = make_chat("group", alice, bob, title="Late")
    send_messages([outgoing(alice, chat, str(number)) for number in range(1, 6)])
    Membership.objects.filter(chat=chat, user=bob).update(joined_seq=3)
    body = api(bob).get(f"/api/v1/chats/{chat.pk}/messages").json()
    assert [message["seq"] for message in body["messages"]] == [4, 5]
    assert api(bob).get(f"/api/v1/chats/{chat.pk}/messages/3").status_code == 404
    assert api(bob).get(f"/api/v1/chats/{chat.pk}/changes", {"after": 0}).json()["messages"][0]["seq"] == 4


def test_muted_people_may_still_write_notes_to_themselves(alice, group, send, api):
    Sanction.objects.create(user=alice, kind="mute", reason="spam")
    assert (send(alice, group).status_code, send(alice, group).json()["code"]) == (403, "sanctioned")
    saved = api(alice).post("/api/v1/chats/saved").json()["chat"]["id"]
    assert send(alice, Chat.objects.get(pk=saved), "note to self").status_code == 201
