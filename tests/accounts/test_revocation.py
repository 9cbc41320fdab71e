"""Promise P7: who is signed out, suspended or gone stops receiving within a second. Over the real socket."""

import asyncio
import time

import pytest
from allauth.usersessions.models import UserSession
from asgiref.sync import sync_to_async
from django.test import Client

from moderation.actions import sanctions
from tests.conftest import PASSWORD, make_user
from tests.messenger.conftest import cookie_of, device  # noqa: F401


def browser_of(cookie: str) -> Client:
    client = Client()
    client.cookies["sessionid"] = cookie
    client.get("/api/v1/me")  # so that it is known as a device
    return client


def end_device(alice, other: Client, cookie: str) -> None:
    pk = UserSession.objects.get(session_key=cookie).pk
    assert other.delete(f"/api/v1/me/devices/{pk}").status_code == 204


def sign_out(alice, other: Client, cookie: str) -> None:
    assert browser_of(cookie).post("/accounts/logout/").status_code == 302


def change_password(alice, other: Client, cookie: str) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    new = "another horse battery"
    body = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", body).status_code == 302


def suspend(alice, other: Client, cookie: str) -> None:
    root = make_user("root", is_staff=True, is_superuser=True)
    sanctions.suspend_user(by=root, user=alice, reason="spam", days=1)


def delete_account(alice, other: Client, cookie: str) -> None:
    answer = other.delete("/api/v1/me", {"password": PASSWORD}, content_type="application/json")
    assert answer.status_code == 204


@pytest.mark.parametrize("act", [end_device, sign_out, change_password, suspend, delete_account])
async def test_the_socket_closes_within_a_second(device, transactional_db, act):  # noqa: F811
    alice = await sync_to_async(make_user)("alice")
    cookie, second = await sync_to_async(cookie_of)(alice), await sync_to_async(cookie_of)(alice)
    await sync_to_async(browser_of)(cookie)
    other = await sync_to_async(browser_of)(second)
    async with device(cookie) as socket:
        begun = time.monotonic()
        await sync_to_async(act)(alice, other, cookie)
        acted = time.monotonic()
        while (await socket.communicator.receive_output(5))["type"] != "websocket.close":
            pass
        assert time.monotonic() - max(begun, acted) < 1
        await asyncio.sleep(0)


async def test_other_devices_stay_open(device, transactional_db):  # noqa: F811
    alice = await sync_to_async(make_user)("alice")
    cookie, second = await sync_to_async(cookie_of)(alice), await sync_to_async(cookie_of)(alice)
    await sync_to_async(browser_of)(cookie)
    other = await sync_to_async(browser_of)(second)
    async with device(second) as stays:
        await sync_to_async(end_device)(alice, other, cookie)
        assert (await stays.event("session.revoked"))["data"]["devices"]
        assert (await stays.ask("ping"))["ok"] is not None
