"""A unit of work that stops at any point is finished or taken back by the repair, and nothing in between."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from killrvideo.adapters.cassandra.units.intents import LANES, MICROS_A_MINUTE, Intent
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import CassandraUnitOfWork, Foundation
from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.domain.errors import EmailTaken, StaleVersion
from killrvideo.domain.events import Origin, VideoPublished
from killrvideo.domain.ids import VideoId
from killrvideo.service_interfaces.failpoints import Failpoints
from tests.adapters.cassandra.crashing import Crash, DiesAt
from tests.backends import EmptiedSession
from tests.holding_still import CountingIds, ManualClock

ORIGIN = Origin(correlation_id="tests")
THING, OTHER = VideoId(UUID(int=1)), VideoId(UUID(int=2))


class House:
    """Things with a version and a name that is theirs alone, counted as views of the thing."""

    def __init__(self, session: EmptiedSession, clock: ManualClock, ids: CountingIds) -> None:
        self._session = session
        self._clock = clock
        self._ids = ids
        self.on = self.foundation(NO_FAILPOINTS)

    def foundation(self, failpoints: Failpoints) -> Foundation:
        return Foundation(self._session, self._clock, self._ids, failpoints)

    def change(
        self, thing: UUID, version: int, *, name: str | None = None, dies_at: str | None = None
    ) -> CassandraUnitOfWork:
        """Takes the thing from the version to the next one, and a name with it."""
        on = self.on if dies_at is None else self.foundation(DiesAt(dies_at))
        work = CassandraUnitOfWork(on, "tests.change", ORIGIN)

        async def plan(plan: Plan) -> None:
            if name is not None:
                plan.claim(f"name:{name}", str(thing), EmailTaken)
            plan.advance(f"thing:{thing}", version, StaleVersion)
            plan.tally(f"thing:{thing}", f"{version}", views=1)

        work.plan(plan)
        work.publish(VideoPublished(video_id=VideoId(thing), version=version + 1))
        return work

    async def counted(self, thing: UUID) -> int:
        return (await self.on.tallies.of(f"thing:{thing}")).views

    async def abandoned(self) -> list[Intent]:
        present = self.on.stamps.next() // MICROS_A_MINUTE
        places = [(lane, minute) for lane in range(LANES) for minute in (present - 1, present)]
        return [intent for place in places for intent in await self.on.execution.intents.in_minute(*place)]

    async def repair(self) -> int:
        return await self.on.repair.run(lambda _intent: True)


@pytest.fixture
async def house(session: EmptiedSession, clock: ManualClock, ids: CountingIds) -> AsyncIterator[House]:
    yield House(session, clock, ids)
    await session.empty()


async def crash(work: CassandraUnitOfWork) -> None:
    with pytest.raises(Crash):
        await work.commit()


BEFORE_IT_IS_DECIDED = ("tests.change:collected", "tests.change:statement-1")
ONCE_IT_IS_DECIDED = ("tests.change:statement-2", "tests.change:applied")


@pytest.mark.parametrize("point", BEFORE_IT_IS_DECIDED)
async def test_what_stopped_before_its_last_guard_is_as_if_it_had_never_been(
    house: House, point: str
) -> None:
    await crash(house.change(THING, 0, name="a", dies_at=point))
    assert await house.repair() == 1
    assert await house.counted(THING) == 0
    await house.change(OTHER, 0, name="a").commit()
    await house.change(THING, 0, name="b").commit()
    assert (await house.counted(THING), await house.counted(OTHER)) == (1, 1)


@pytest.mark.parametrize("point", ONCE_IT_IS_DECIDED)
async def test_what_passed_its_last_guard_is_finished(house: House, point: str) -> None:
    await crash(house.change(THING, 0, name="a", dies_at=point))
    assert await house.counted(THING) == 0
    assert await house.repair() == 1
    assert await house.counted(THING) == 1
    with pytest.raises(EmailTaken):
        await house.change(OTHER, 0, name="a").commit()
    with pytest.raises(StaleVersion):
        await house.change(THING, 0, name="a").commit()
    await house.change(THING, 1).commit()
    assert await house.counted(THING) == 2


async def test_a_repair_has_nothing_to_do_twice(house: House) -> None:
    await crash(house.change(THING, 0, name="a", dies_at="tests.change:applied"))
    assert await asyncio.gather(house.repair(), house.repair())
    assert await house.repair() == 0
    assert await house.counted(THING) == 1


async def test_finishing_late_takes_back_nothing_that_came_after(house: House) -> None:
    """The batch was written, but not the answer: somebody goes on, and then comes the repair."""
    await crash(house.change(THING, 0, name="a", dies_at="tests.change:applied"))
    [intent] = await house.abandoned()
    await house.repair()
    await house.change(THING, 1).commit()
    assert await house.on.execution.repair(intent)
    assert await house.counted(THING) == 2
    await house.change(THING, 2).commit()


async def test_of_many_changes_of_one_version_one_is_made(house: House) -> None:
    await house.change(THING, 0).commit()
    outcomes = await asyncio.gather(
        *(house.change(THING, 1).commit() for _ in range(8)), return_exceptions=True
    )
    assert outcomes.count(None) == 1
    assert [type(outcome) for outcome in outcomes if outcome] == [StaleVersion] * 7
    assert await house.counted(THING) == 2


async def test_a_refused_unit_gives_back_the_names_that_it_took(house: House) -> None:
    await house.change(THING, 0).commit()
    with pytest.raises(StaleVersion):
        await house.change(THING, 0, name="a").commit()
    await house.change(OTHER, 0, name="a").commit()
    assert await house.repair() == 0
