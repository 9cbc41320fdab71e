"""Many askers, one answer."""

import asyncio

import pytest

from core import executor
from core.gather import Gather


@pytest.fixture
def gathered():
    """gathered(patience=0.05): the gatherer, and the sizes of the sets it looked up."""
    sizes: list[int] = []

    def make(**options):
        def answer(asked):
            sizes.append(len(asked))
            return [ValueError(one) if one < 0 else one * 2 for one in asked]

        return Gather(answer, **options), sizes

    yield make
    executor.shut_down()


async def test_who_asks_meanwhile_is_looked_up_together(gathered):
    gather, sizes = gathered(at_once=3)
    futures = [gather.ask(number) for number in range(5)]
    assert [await future for future in futures] == [0, 2, 4, 6, 8]
    assert sizes == [3, 2]


async def test_patience_lets_more_come(gathered):
    gather, sizes = gathered(patience=0.2)
    futures = []
    for number in range(5):
        futures.append(gather.ask(number))
        await asyncio.sleep(0.005)
    assert await asyncio.gather(*futures) == [0, 2, 4, 6, 8]
    assert sizes == [5]


async def test_one_mans_error_is_not_anothers(gathered):
    gather, _sizes = gathered()
    bad, good = gather.ask(-1), gather.ask(1)
    assert await good == 2
    with pytest.raises(ValueError, match="-1"):
        await bad
