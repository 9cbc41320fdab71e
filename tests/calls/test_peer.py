"""Two telephones in Python against a real server process: they know the REST and socket interface only."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from django.db import connection

from tests.calls.peer import Peer, Refused
from tests.faults.world import World, free_port

pytestmark = [
    pytest.mark.django_db,  # without a test that says so there is no database to copy
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the server gets a copy of the SQLite database"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory, django_db_setup, django_db_blocker):
    """(address, world): a server process of its own, on a copy of the migrated database."""
    folder = tmp_path_factory.mktemp("telephones")
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(folder / "tenfold.sqlite3")])
    (folder / "migrated").touch()
    world, port = World(folder), free_port()
    world.start(port)
    yield f"http://127.0.0.1:{port}", world
    world.stop_all()


@asynccontextmanager
async def telephones(server, pair, *others):
    """One for each of the pair, and for others, by number; and the chat of the two."""
    address, world = server
    peers = [Peer(address, world.session(number)) for number in (2 * pair, 2 * pair + 1, *others)]
    await asyncio.gather(*(peer.connect() for peer in peers))
    try:
        yield (*peers, world.seed["direct"][pair])
    finally:
        await asyncio.gather(*(peer.close() for peer in peers))


async def hear_each_other(*peers: Peer) -> None:
    for peer in peers:
        frames, loud = peer.frames, peer.loud
        await peer.until(lambda: peer.frames >= frames + 25 and peer.loud >= loud + 20)  # noqa: B023


@pytest.mark.parametrize(("pair", "caller_over_rest"), [(0, True), (1, False)], ids=["REST calls", "the socket calls"])
async def test_two_talk(server, pair, caller_over_rest):
    async with telephones(server, pair, 7) as (one, two, outsider, chat):
        await one.start(chat, over_rest=caller_over_rest)
        await two.until_state("ringing")
        await two.ask("call.rings", call=two.call["id"])
        await one.until(lambda: one.call["rang_at"] is not None)
        await two.answer(over_rest=not caller_over_rest)
        await asyncio.gather(one.talk(), two.talk())
        await hear_each_other(one, two)
        # His socket is gone for a moment: the sound stays, and so does the call.
        await two.drop()
        await hear_each_other(one, two)
        await two.connect()
        assert (await two.ask("call.ping", call=two.call["id"], device=two.device))["is_in"]
        assert two.call["state"] == "active"
        await hear_each_other(one, two)
        await two.hang_up(over_rest=caller_over_rest)
        await one.until_state("ended")
        assert (one.call["reason"], one.call["legs"]) == ("hung_up", [])
        assert one.call["duration_seconds"] >= 1
        assert outsider.call is None
        log = (await one.rest("GET", "calls"))["results"]
        assert [(line["outcome"], line["is_outgoing"]) for line in log] == [("answered", True)]


async def test_a_second_telephone_of_the_same_person(server):
    async with telephones(server, 2, 5) as (one, two, tablet, chat):
        await one.start(chat, over_rest=True)
        await asyncio.gather(two.until_state("ringing"), tablet.until_state("ringing"))
        await tablet.answer(over_rest=False)
        await two.until_state("active")  # and stops ringing
        with pytest.raises(Refused) as refused:
            await two.answer(over_rest=False)
        assert refused.value.code == "answered_elsewhere"
        await asyncio.gather(one.talk(), tablet.talk())
        await hear_each_other(one, tablet)
        await one.hang_up(over_rest=False)
        await asyncio.gather(two.until_state("ended"), tablet.until_state("ended"))
