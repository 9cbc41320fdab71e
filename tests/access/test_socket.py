"""Each command of the socket as everybody, from socket_table.py; and what outsiders' hints do: nothing."""

import pytest
from asgiref.sync import sync_to_async

from core.commands import registry
from messenger.models import Membership
from messenger.receipts import receipts
from tests.messenger.conftest import cookie_of, device  # noqa: F401

from .calling_table import COMMANDS as CALLING
from .scene import INSIDE, OUTSIDE, ROLES, build
from .socket_table import COMMANDS as MESSENGER

COMMANDS = [*MESSENGER, *CALLING]
pytestmark = pytest.mark.django_db(transaction=True)


def filled(scene, arguments, role):
    """Keys of objects too: ids are strings there."""
    result = {}
    for name, value in arguments.items():
        is_object = isinstance(value, dict)
        result[name] = (
            {str(scene.fill(key, role)): one for key, one in value.items()} if is_object else scene.fill(value, role)
        )
    return result


def test_no_command_is_missing_from_the_table():
    assert {name for name, *_rest in COMMANDS} == set(registry)


async def test_who_gets_what(device):  # noqa: F811
    scene = await sync_to_async(build)()
    told, expected = {}, {}
    for role in ROLES[1:]:
        async with device(await sync_to_async(cookie_of)(scene.people[role])) as socket:
            for number, (name, arguments, rule) in enumerate(COMMANDS):
                answer = await socket.ask(name, **filled(scene, arguments, role))
                told[role, name, number] = "ok" if "ok" in answer else answer["error"]["code"]
                expected[role, name, number] = rule[role]
                if name == "ping":
                    assert bool(answer["ok"]["behind"]) == (role in INSIDE), role
    assert told == expected


async def test_signed_out_people_get_no_socket(device):  # noqa: F811
    for cookie in ("", "x" * 32):
        with pytest.raises(PermissionError):
            async with device(cookie):
                pass


@pytest.mark.parametrize("role", OUTSIDE)
async def test_hints_of_outsiders_reach_nobody_and_change_nothing(device, role):  # noqa: F811
    scene = await sync_to_async(build)()
    chat = scene.names["chat"]
    before = await sync_to_async(list)(Membership.objects.order_by("pk").values())
    cookies = [await sync_to_async(cookie_of)(scene.people[name]) for name in ("owner", role)]
    async with device(cookies[0]) as owner, device(cookies[1]) as other:
        for socket in (owner, other):
            await socket.ask("chat.open", chats=[chat])
        assert "ok" in await other.ask("typing", chat=chat)
        assert "ok" in await other.ask("chat.received", chats={str(chat): 1})
        await receipts.flush()
        assert [event["event"] for event in await owner.silence() if event["event"] not in ("level",)] == []
        await owner.ask("typing", chat=chat)
        await owner.ask("message.send", chat=chat, client_id="0" * 31 + "1", text="secret")
        assert "secret" not in str(await other.silence())
    after = await sync_to_async(list)(Membership.objects.exclude(chat=chat, user=scene.people["owner"]).values())
    kept = ("user_id", "chat_id", "state", "read_seq", "delivered_seq")
    assert {tuple(row[name] for name in kept) for row in after} <= {tuple(row[name] for name in kept) for row in before}
