"""One person's sockets are few, and never more than a process can bear."""

import pytest
from asgiref.sync import sync_to_async

from core import limits

from .conftest import cookie_of

pytestmark = pytest.mark.django_db(transaction=True)


async def test_more_sockets_than_a_person_has_devices_are_refused(alice, bob, device, monkeypatch):
    monkeypatch.setattr("core.limits.SOCKETS_PER_PERSON", 2)
    cookie, other = [await sync_to_async(cookie_of)(user) for user in (alice, bob)]
    async with device(cookie):
        async with device(cookie):
            with pytest.raises(PermissionError):
                async with device(cookie):
                    pass
            async with device(other) as one:
                assert "ok" in await one.ask("ping")
        async with device(cookie) as one:  # there is room again
            assert "ok" in await one.ask("ping")


async def test_ever_new_sockets_are_refused_for_a_while(alice, device, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "socket", limits.Limit(3, 60.0))
    limits.reset()
    cookie = await sync_to_async(cookie_of)(alice)
    for _number in range(3):
        async with device(cookie):
            pass
    with pytest.raises(PermissionError):
        async with device(cookie):
            pass
    limits.reset()
    async with device(cookie):
        pass
