"""Two server processes, and the Redis between them is killed and comes back."""

import asyncio

from tests.faults.conftest import needs_redis_server
from tests.faults.people import Person, all_have_all, judge, until, write_steadily
from tests.faults.world import MEMBERS, PEOPLE, World, free_port, redis_server

pytestmark = needs_redis_server
PATIENCE = 2.0  # s that a send may take without Redis


async def test_sends_go_on_without_redis_and_everybody_catches_up(database_url, folder):
    with redis_server(folder) as (redis_port, start_redis, kill_redis):
        world = await asyncio.to_thread(
            World, folder, database_url, REDIS_URL=f"redis://127.0.0.1:{redis_port}/0", BUS_PREFIX="faults"
        )
        try:
            await scenario(world, start_redis, kill_redis)
        finally:
            world.stop_all()


async def scenario(world, start_redis, kill_redis):
    ports = [free_port(), free_port()]
    for port in ports:
        await asyncio.to_thread(world.start, port)
    people = [Person(world, number, ports[number % 2]) for number in range(MEMBERS)]
    outsider = Person(world, PEOPLE - 1, ports[1])
    try:
        await asyncio.wait_for(asyncio.gather(*(one.connected() for one in [*people, outsider])), 20)
        await write_steadily(people, 60, 100)
        await all_have_all(people, 60)
        kill_redis()
        await write_steadily(people, 60, 60)
        await all_have_all(people, 120)
        assert max(time for person in people for time in person.journal.ack_times) < PATIENCE
        start_redis()
        sent = await until_pushes_cross_again(people)
        await all_have_all(people, 120 + sent)
        await asyncio.to_thread(judge, world, ports[0], people, outsider, 120 + sent)
    finally:
        await asyncio.gather(*(one.stop() for one in [*people, outsider]))


async def until_pushes_cross_again(people) -> int:
    """One of the first process writes until it is heard, as a push, in the second. Answers how often it wrote."""
    sent = 0
    before = people[1].journal.events
    while people[1].journal.events == before:
        assert sent < 60, "the second process hears nothing of the first any more"
        people[0].write(f"do you hear me? {sent}")
        sent += 1
        await asyncio.sleep(0.25)
    await until(lambda: not people[0].outbox, 5, "not acknowledged")
    return sent
