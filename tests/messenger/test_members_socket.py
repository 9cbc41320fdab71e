"""Who comes hears everything from then on, who goes hears nothing more: on the open socket, within the second."""

import uuid

import pytest
from asgiref.sync import sync_to_async

from .conftest import cookie_of
from .people import signed_in, url

pytestmark = pytest.mark.django_db(transaction=True)


async def ask(user, method, address, body=None):
    client = await sync_to_async(signed_in)(user)
    return await sync_to_async(getattr(client, method))(address, body, format="json")


async def write(device, chat, text):
    answer = await device.ask("message.send", chat=chat, client_id=str(uuid.uuid4()), text=text)
    return answer["ok"]["message"]


async def cookies(*users):
    return [await sync_to_async(cookie_of)(user) for user in users]


@pytest.mark.parametrize("how", ["removed", "banned", "left", "dissolved"])
async def test_who_goes_hears_nothing_more(alice, bob, group, device, how):
    a, b = await cookies(alice, bob)
    async with device(a) as one, device(b) as two:
        await two.ask("chat.open", chats=[group.pk])
        await write(one, group.pk, "before")
        await two.event("message.created")
        by, method, parts = {
            "removed": (alice, "delete", ["members", bob.pk]),
            "banned": (alice, "put", ["bans", bob.pk]),
            "left": (bob, "post", ["leave"]),
            "dissolved": (alice, "delete", []),
        }[how]
        assert (await ask(by, method, url(group, *parts))).status_code < 300
        if how != "dissolved":
            await write(one, group.pk, "after")
            await one.ask("typing", chat=group.pk)
        heard = await two.silence()
        assert [event["event"] for event in heard] == ["chat.removed"]
        assert heard[0]["data"] == {"chat": group.pk, "state": "removed" if how == "dissolved" else how}
        answer = await two.ask("message.send", chat=group.pk, client_id=str(uuid.uuid4()), text="still here?")
        assert answer["error"]["code"] == "chat_not_found"


async def test_who_comes_hears_the_head_and_all_that_follows(alice, bob, charlie, group, device):
    a, c = await cookies(alice, charlie)
    async with device(a) as one, device(c) as new:
        await ask(alice, "post", url(group, "members"), {"users": [charlie.pk]})
        head = (await new.event("chat.added"))["data"]
        assert (head["chat"]["id"], head["my"]["state"], head["chat"]["member_count"]) == (group.pk, "active", 3)
        message = await write(one, group.pk, "welcome")
        event = await new.event("message.created")
        assert event["data"] == message
        assert event["modseq"] == head["chat"]["modseq"] + 1  # no gap between the head and what follows


async def test_first_direct_message_brings_the_chat(alice, bob, device):
    a, b = await cookies(alice, bob)
    async with device(a) as one, device(b) as two:
        chat = (await ask(alice, "post", "/api/v1/chats/direct", {"user": bob.pk})).json()["chat"]["id"]
        assert (await one.event("chat.added"))["data"]["chat"]["id"] == chat
        message = await write(one, chat, "hi bob")
        added, created = await two.next(), await two.next()
        assert (added["event"], created["event"]) == ("chat.added", "message.created")
        assert (added["data"]["chat"]["id"], added["data"]["peer"]["handle"]) == (chat, "alice")
        assert (added["data"]["last_message"], created["data"]) == (message, message)
        await write(one, chat, "again")
        assert [event["event"] for event in await two.silence()] == ["message.created"]
