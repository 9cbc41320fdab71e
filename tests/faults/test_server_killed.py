"""kill -9 in the middle of a hundred sends a second, at the worst moments; and the way back."""

import asyncio
import contextlib

import pytest

from tests.faults.people import Person, all_have_all, judge, write_steadily
from tests.faults.world import MEMBERS, PEOPLE, free_port

COUNT = 250


@contextlib.asynccontextmanager
async def everybody(world, port):
    people = [Person(world, number, port) for number in range(MEMBERS)]
    outsider = Person(world, PEOPLE - 1, port)
    try:
        await asyncio.wait_for(asyncio.gather(*(one.connected() for one in [*people, outsider])), 20)
        yield people, outsider
    finally:
        await asyncio.gather(*(one.stop() for one in [*people, outsider]))


@pytest.mark.parametrize("failpoint", ["send.before_commit:20", "send.before_ack:20", ""])
async def test_nothing_acknowledged_is_lost_and_nothing_stands_twice(world, failpoint):
    port = free_port()
    await asyncio.to_thread(world.start, port, failpoint)
    async with everybody(world, port) as (people, outsider):
        writing = asyncio.create_task(write_steadily(people, COUNT, 100))
        if failpoint:
            await asyncio.to_thread(world.wait_for_death, port)
        else:
            await asyncio.sleep(1)
            world.kill(port)
        assert sum(len(person.journal.acknowledged) for person in people) < COUNT
        await asyncio.to_thread(world.start, port)
        await writing
        await all_have_all(people, COUNT)
        await asyncio.to_thread(judge, world, port, people, outsider, COUNT)
