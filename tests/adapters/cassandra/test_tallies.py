"""Counts are exact at every moment: before, while and after they are summed up, and when rows come late."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.tallies import tallies
from killrvideo.adapters.cassandra.tallies.folding import Folding
from killrvideo.adapters.cassandra.tallies.tallies import MICROS_A_BIN, Amounts, Tallies, bin_of, tally_writes
from killrvideo.adapters.cassandra.units.marks import Marks
from tests.backends import EmptiedSession

NOON = 1_790_000_000_000_000 // (144 * MICROS_A_BIN) * (144 * MICROS_A_BIN) + 72 * MICROS_A_BIN


class Counting:
    """Counts of one subject, at an instant that the test moves, by any number of processes."""

    def __init__(self, session: EmptiedSession) -> None:
        self._session = session
        self.now = NOON

    def process(self) -> Tallies:
        return Tallies(self._session, Marks(self._session), lambda: self.now)

    def folding(self) -> Folding:
        return Folding(self._session, self.process(), lambda: self.now)

    async def count(self, id_: str, *, at: int | None = None, **amounts: int) -> None:
        stamp = at or self.now
        for cql, row in tally_writes("video", id_, stamp, amounts):
            await self._session.write(cql, {**row, "stamp": stamp})

    def pass_time(self, bins: int) -> None:
        self.now += bins * MICROS_A_BIN


@pytest.fixture
async def counting(session: EmptiedSession) -> AsyncIterator[Counting]:
    counting = Counting(session)
    await session.define("TRUNCATE marks")  # Others have counted at other times.
    await counting.process().of("video")  # A store's first process says where counting begins.
    yield counting
    await session.empty()
    await session.define("TRUNCATE marks")


async def test_nothing_was_counted_of_what_nobody_counted(counting: Counting) -> None:
    assert await counting.process().of("nothing") == Amounts()


async def test_what_is_counted_shows_at_once_and_once(counting: Counting) -> None:
    for _ in range(3):
        await counting.count("a", views=1)
    await counting.count("b", ratings=1, stars=5)
    await counting.count("c", stars=-2)
    assert await counting.process().of("video") == Amounts(views=1, ratings=1, stars=3)


@pytest.mark.parametrize("bins", [1, 7, 50, 150])
async def test_sums_say_the_same_as_the_rows(counting: Counting, bins: int) -> None:
    for number in range(4):
        await counting.count(f"{number}", views=number)
        counting.pass_time(bins)
    early = counting.process()
    assert (await early.of("video")).views == 6
    await counting.folding().run()
    assert (await counting.process().of("video")).views == 6
    assert (await early.of("video")).views == 6
    await counting.count("later", views=7)
    assert (await early.of("video")).views == 13


async def test_an_old_mark_is_read_anew_beside_the_counts(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = counting.process()
    await process.of("video")
    monkeypatch.setattr(tallies, "MARK_GOOD_FOR", -1.0)
    with counted() as trips:
        await process.of("video")
    assert trips.sequential == 1


async def test_two_processes_that_sum_up_at_once_count_nothing_twice(counting: Counting) -> None:
    for number in range(12):
        await counting.count(f"{number}", views=1)
        counting.pass_time(1)
    counting.pass_time(2)
    await asyncio.gather(counting.folding().run(), counting.folding().run())
    assert (await counting.process().of("video")).views == 12


@pytest.mark.parametrize("bins", [0, 3, 400])
async def test_a_row_that_comes_late_is_counted(counting: Counting, bins: int) -> None:
    then = counting.now
    await counting.count("a", views=1)
    counting.pass_time(bins)
    await counting.folding().run()
    await counting.count("b", at=then, views=1)
    await counting.folding().sum_up_late("video", bin_of(then))
    assert (await counting.process().of("video")).views == 2


async def test_a_row_that_nobody_tells_of_is_found_within_hours(counting: Counting) -> None:
    then = counting.now
    await counting.count("a", views=1)
    counting.pass_time(3)
    await counting.folding().run()
    await counting.count("b", at=then, views=1)
    counting.pass_time(24)
    await counting.folding().run()
    assert (await counting.process().of("video")).views == 2


async def test_a_day_of_long_ago_is_one_sum(counting: Counting, session: EmptiedSession) -> None:
    for number in range(6):
        await counting.count(f"{number}", views=1)
        counting.pass_time(1)
    counting.pass_time(3 * 144)
    await asyncio.gather(counting.folding().run(), counting.folding().run())
    assert len(await session.rows("SELECT bin FROM totals WHERE subject = 'video'")) == 1
    assert (await counting.process().of("video")).views == 6
