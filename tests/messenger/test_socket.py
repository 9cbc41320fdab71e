"""The socket, as a mobile client meets it."""

import asyncio
import uuid

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session

from accounts.models import User
from core import tickets
from core.events import publish_now
from core.hub import hub
from core.socket import watchman
from messenger import events
from messenger.models import Membership, Message
from tests.messenger.conftest import cookie_of, make_chat

pytestmark = pytest.mark.django_db(transaction=True)


def send_frame(chat, text="hello", client_id=None, **rest):
    return {"chat": chat.pk, "client_id": str(client_id or uuid.uuid4()), "text": text, **rest}


async def cookies(*users):
    return [await sync_to_async(cookie_of)(user) for user in users]


async def test_two_people_talk(alice, bob, direct, device):
    a, b = await cookies(alice, bob)
    async with device(a) as one, device(b) as two:
        answer = await one.ask("message.send", **send_frame(direct, "hello"))
        message = answer["ok"]["message"]
        assert (message["seq"], message["text"], answer["ok"]["is_new"]) == (1, "hello", True)
        event = await two.event("message.created")
        assert (event["chat"], event["modseq"], event["data"]) == (direct.pk, 1, message)
        own = await one.event("message.created")
        assert own["data"]["client_id"] == message["client_id"]


async def test_outsider_is_refused_and_told_nothing(alice, bob, charlie, direct, device):
    a, c = await cookies(alice, charlie)
    async with device(a) as one, device(c) as outsider:
        answer = await outsider.ask("message.send", **send_frame(direct))
        assert answer["error"]["code"] == "chat_not_found"
        await outsider.ask("chat.open", chats=[direct.pk])
        await one.ask("message.send", **send_frame(direct))
        await one.ask("chat.open", chats=[direct.pk])
        await one.ask("typing", chat=direct.pk)
        assert await outsider.silence() == []
        assert (await outsider.ask("chat.read", chat=direct.pk, seq=1))["error"]["code"] == "not_found"
        assert (await outsider.ask("ping", open={str(direct.pk): 0}))["ok"] == {"behind": {}}


async def test_send_and_repeat_at_once_is_one_message(alice, bob, direct, device):
    (a,) = await cookies(alice)
    client_id = uuid.uuid4()
    async with device(a) as one, device(a) as other:
        answers = await asyncio.gather(
            one.ask("message.send", **send_frame(direct, "x", client_id)),
            other.ask("message.send", **send_frame(direct, "x", client_id)),
        )
    assert {answer["ok"]["message"]["seq"] for answer in answers} == {1}
    assert sorted(answer["ok"]["is_new"] for answer in answers) == [False, True]
    assert await Message.objects.acount() == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "bad_json"),
        ("[]", "bad_json"),
        ('{"id":"1","do":"ping","x":NaN}', "bad_json"),
        ('{"id":"1","id":"2","do":"ping"}', "bad_json"),
        ('{"id":"1","do":"message.send","text":"\\ud800"}', "bad_json"),
        ("[" * 5000, "bad_json"),
        ('{"id":1,"do":"ping"}', "bad_argument"),
        ('{"id":"1","do":"fly"}', "unknown_command"),
        ('{"id":"1","do":["ping"]}', "unknown_command"),
        ('{"id":"1","do":"message.send","chat":true}', "bad_argument"),
        ('{"id":"1","do":"message.send","chat":1,"client_id":"x","text":"hi"}', "bad_argument"),
        ('{"id":"1","do":"ping","surprise":1}', "bad_argument"),
        ('{"id":"1","do":"resume","token":"forged"}', "bad_token"),
        ('{"id":"1","do":"ping","open":{"x":1}}', "bad_argument"),
        ('{"id":"1","do":"chat.open","chats":[1,2,3,4,5,6,7,8,9]}', "too_many_open"),
        ("x" * 70_000, "frame_too_large"),
    ],
)
async def test_bad_frames_are_answered_and_the_socket_stays_open(alice, direct, device, text, code):
    (a,) = await cookies(alice)
    async with device(a) as one:
        assert (await one.raw(text))["error"]["code"] == code
        assert (await one.ask("message.send", **send_frame(direct)))["ok"]["message"]["seq"] == 1


async def test_without_session_or_from_another_origin_there_is_no_socket(alice, device):
    (a,) = await cookies(alice)
    for cookie, headers in (
        (None, ()),
        ("forged", ()),
        (a, [(b"origin", b"http://evil.example")]),
        (a, [(b"origin", b"https://testserver")]),
        (a, [(b"origin", b"http://testserver:8001")]),
        (a, [(b"origin", b"null")]),
    ):
        with pytest.raises(PermissionError):
            async with device(cookie, headers=headers):
                pass
    async with device(a, headers=[(b"origin", b"http://testserver")]) as one:
        assert one.hello["data"]["user"] == alice.pk


async def test_ticket_and_session_token_open_a_socket(alice, device, api):
    (a,) = await cookies(alice)
    ticket = await sync_to_async(tickets.issue)(alice.pk, a)
    async with device(None, query=f"?ticket={ticket}") as one:
        again = one.hello["data"]["ticket"]
    async with device(None, query=f"?ticket={again}"):
        pass
    async with device(None, headers=[(b"x-session-token", a.encode())]):
        pass
    await Session.objects.filter(session_key=a).adelete()
    for query in (f"?ticket={ticket}", f"?ticket={ticket}x", "?ticket="):
        with pytest.raises(PermissionError):
            async with device(None, query=query):
                pass


async def test_ended_session_closes_the_socket(alice, bob, direct, device):
    a, b = await cookies(alice, bob)
    async with device(a) as one, device(b) as two:
        await Session.objects.filter(session_key=b).adelete()
        await watchman.check()
        assert (await two.event("bye"))["data"]["reason"] == "revoked"
        assert (await two.communicator.receive_output(2)) == {"type": "websocket.close", "code": 4401}
        await one.ask("message.send", **send_frame(direct))
        assert await two.communicator.receive_nothing()


async def test_revocation_reaches_open_sockets_at_once(alice, bob, device):
    a, b = await cookies(alice, bob)
    async with device(a) as one, device(b) as two:
        publish_now([events.ChatRemoved(users=(alice.pk,), data={}, hub={"revoke": [a]})])
        await one.event("bye", timeout=1)
        publish_now([events.ChatRemoved(users=(0,), data={}, hub={"revoke_users": [bob.pk]})])
        await two.event("bye", timeout=1)


async def test_removed_member_receives_nothing_more(alice, bob, group, device):
    a, b = await cookies(alice, bob)
    async with device(a) as one, device(b) as two:
        await one.ask("message.send", **send_frame(group, "before"))
        await two.event("message.created")
        await Membership.objects.filter(chat=group, user=bob).aupdate(state="removed")
        gone = events.ChatRemoved(users=(bob.pk,), data={"chat": group.pk, "state": "removed"},
                                  hub={"room": group.pk, "leave": [bob.pk]})  # fmt: skip
        publish_now([gone])
        await two.event("chat.removed")
        await one.ask("message.send", **send_frame(group, "secret"))
        assert await two.silence() == []
        answer = await two.ask("message.send", **send_frame(group))
        assert answer["error"]["code"] == "chat_not_found"


async def test_new_member_hears_from_now_on(alice, bob, charlie, group, device):
    a, c = await cookies(alice, charlie)
    async with device(a) as one, device(c) as newcomer:
        await Membership.objects.acreate(chat=group, user=charlie)
        publish_now([events.ChatAdded(users=(charlie.pk,), data={}, hub={"room": group.pk, "join": [charlie.pk]})])
        await newcomer.event("chat.added")
        await one.ask("message.send", **send_frame(group, "welcome"))
        assert (await newcomer.event("message.created"))["data"]["text"] == "welcome"


async def test_typing_reaches_only_those_who_look(alice, bob, direct, device):
    a, b = await cookies(alice, bob)
    async with device(a) as one, device(b) as looking, device(b) as elsewhere:
        await one.ask("chat.open", chats=[direct.pk])
        await looking.ask("chat.open", chats=[direct.pk])
        await one.ask("typing", chat=direct.pk, action="voice")
        event = await looking.event("typing")
        assert event["data"] == {"user": alice.pk, "name": "Alice", "action": "voice"}
        assert await elsewhere.silence() == []


async def test_typing_does_not_pass_a_block(alice, bob, direct, device):
    a, b = await cookies(alice, bob)
    async with device(a) as one, device(b) as two:
        for each in (one, two):
            await each.ask("chat.open", chats=[direct.pk])
        await bob.blocks.acreate(user=alice)
        for each in (one, two):
            assert (await each.ask("typing", chat=direct.pk))["error"]["code"] == "blocked"
            assert await each.silence() == []


async def test_read_and_delivered_marks_reach_the_sender_and_own_devices(alice, bob, direct, device):
    a, b = await cookies(alice, bob)
    async with device(a) as one, device(b) as phone, device(b) as tablet:
        await one.ask("message.send", **send_frame(direct))
        await phone.event("message.created")
        await phone.ask("chat.received", chats={str(direct.pk): 1})
        assert (await one.event("chat.delivered"))["data"] == {"user": bob.pk, "delivered_seq": 1}
        answer = await phone.ask("chat.read", chat=direct.pk, seq=1)
        assert answer["ok"]["my"]["unread_count"] == 0
        assert (await one.event("chat.read"))["data"] == {"user": bob.pk, "read_seq": 1}
        mine = await tablet.event("my.changed")
        assert (mine["fact_seq"], mine["data"]["my"]["read_seq"]) == (1, 1)
        await phone.ask("chat.received", chats={str(direct.pk): 500})
        await asyncio.sleep(1.2)
    assert (await Membership.objects.aget(chat=direct, user=bob)).delivered_seq == 1


async def test_ping_names_the_chats_that_are_behind(alice, bob, direct, group, device):
    (a,) = await cookies(alice)
    async with device(a) as one:
        await one.ask("message.send", **send_frame(direct))
        answer = await one.ask("ping", open={str(direct.pk): 0, str(group.pk): 0, "999999": 0})
        assert answer["ok"]["behind"] == {str(direct.pk): 1}


async def test_resume_answers_what_was_missed(alice, bob, direct, device):
    a, b = await cookies(alice, bob)
    async with device(b) as two:
        token = (await two.ask("resume"))["ok"]["token"]
    async with device(a) as one:
        await one.ask("message.send", **send_frame(direct, "while you were out"))
    async with device(b) as two:
        heads = (await two.ask("resume", token=token))["ok"]["heads"]
        assert [head["last_message"]["text"] for head in heads] == ["while you were out"]


async def test_presence_follows_the_privacy_rule(alice, bob, charlie, device):
    a, b = await cookies(alice, bob)
    async with device(a) as one, device(b):
        for _ in range(30):
            state = (await one.ask("presence.watch", users=[bob.pk]))["ok"]["presence"][str(bob.pk)]
            if state["state"] == "online":
                break
            await asyncio.sleep(0.1)
        assert state == {"state": "online", "last_seen_at": None}
        await User.objects.filter(pk=bob.pk).aupdate(last_seen_privacy="nobody")
        state = (await one.ask("presence.watch", users=[bob.pk]))["ok"]["presence"][str(bob.pk)]
        assert state["state"] in ("recently", "hidden")
        assert state["last_seen_at"] is None


async def test_flood_is_answered_and_cut_off(alice, device, monkeypatch):
    monkeypatch.setattr("core.socket.FRAME_BURST", 5.0)
    monkeypatch.setattr("core.socket.FRAMES_PER_SECOND", 0.01)
    monkeypatch.setattr("core.socket.FLOOD", 20)
    (a,) = await cookies(alice)
    async with device(a) as one:
        answers = [await one.ask("ping") for _ in range(8)]
        assert [answer.get("error", {}).get("code") for answer in answers] == [None] * 5 + ["rate_limited"] * 3
        for number in range(40):
            await one.communicator.send_to(f'{{"id":"{number}","do":"ping"}}')
        assert (await one.event("bye"))["data"]["reason"] == "flood"


async def test_large_groups_get_heads_and_only_viewers_the_message(alice, bob, device, monkeypatch):
    monkeypatch.setattr("core.hub.BIG_CHAT", 1)
    monkeypatch.setattr("core.hub.HEAD_SECONDS", 0.1)
    chat = await sync_to_async(make_chat)("group", alice, bob, title="Large")
    a, b = await cookies(alice, bob)
    async with device(a) as one, device(b) as viewer, device(b) as other:
        await viewer.ask("chat.open", chats=[chat.pk])
        await one.ask("message.send", **send_frame(chat, "to all"))
        assert (await viewer.event("message.created"))["data"]["text"] == "to all"
        head = await other.event("chat.head")
        assert head["data"] == {"modseq": 1, "last_seq": 1}
        assert await other.silence() == []


async def test_hub_forgets_those_who_go(alice, device):
    (a,) = await cookies(alice)
    async with device(a):
        assert alice.pk in hub.by_user
    assert alice.pk not in hub.by_user
