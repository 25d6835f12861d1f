"""Everything back into an empty keyspace: many units of work side by side, and none of them twice.

The units of a kind are dealt out to lanes, and a lane carries out one after the other under a guard that
counts them. So of every unit it is known whether it was carried out, whatever crashed: nothing has to be
safe to repeat, and the verbs of the stores can be used as they are.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.moving.inventory import CassandraInventory
from killrvideo.adapters.cassandra.units import guards
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import planned
from killrvideo.adapters.house_mark_bodies import mark_text, read_mark
from killrvideo.domain.errors import Conflict, Unavailable
from killrvideo.domain.events import Origin
from killrvideo.domain.housekeeping import HouseMark
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import JobState
from killrvideo.domain.ratings import Rating
from killrvideo.service_interfaces.moving import (
    Holding,
    HoldingKind,
    Inventory,
    KeptVideo,
    MoveRefused,
    Reached,
)
from killrvideo.service_interfaces.putting_back import put_back
from killrvideo.service_interfaces.storage import Storage

LANES = 8
UNIT = 20
"""Rows; `PIECE` is a multiple of it."""
PATIENCE = 300.0
"""Seconds until a unit that cannot be carried out is given up: what a crash left is repaired sooner."""
PAUSE = 1.0
"""Seconds between two tries."""
CONFLICTS = 12
"""Tries of a unit that is refused: in its way can be the rest of one that is being repaired, or several."""
TEND_EVERY = 60.0
"""Seconds. What many rows count for is summed up meanwhile."""

REACHED = "SELECT archive, kind, rows FROM moving_in WHERE house = 'this'"
REMEMBER = "INSERT INTO moving_in (house, archive, kind, rows) VALUES ('this', :archive, :kind, :rows)"
FORGET = "DELETE FROM moving_in WHERE house = 'this'"
MARK = "SELECT body FROM house_mark WHERE house = 'this'"
FIRST_MARK = "INSERT INTO house_mark (house, body) VALUES ('this', :body) IF NOT EXISTS"
CHANGE_MARK = "UPDATE house_mark SET body = :body WHERE house = 'this' IF body = :former"
ORDERED = "SELECT account_id FROM content_orders"
LIVE = {JobState.QUEUED, JobState.RUNNING}
BY_HAND = Origin(correlation_id="move-in")


class PassedBefore(Exception):
    """The guard of the lane is not where this unit expects it."""


class CassandraHoldings:
    def __init__(self, session: CassandraSession, storage: Storage) -> None:
        self._session = session
        self._storage = storage
        self._tended = time.monotonic()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Inventory]:
        """What is there while it is read: nobody may write meanwhile. Raises MoveRefused."""
        await self._storage.tend()
        await self._refuse_unfinished()
        yield CassandraInventory(self._session)

    async def reached(self) -> Reached | None:
        row = await self._session.row(REACHED)
        return None if row is None else Reached(row["archive"], HoldingKind(row["kind"]), row["rows"])

    async def put(self, rows: Sequence[Holding], reached: Reached) -> None:
        first = (reached.rows - len(rows)) // UNIT
        units = {first + number: rows[at : at + UNIT] for number, at in enumerate(range(0, len(rows), UNIT))}
        await _all_or_stop([self._fill(reached, lane, units) for lane in range(LANES)])
        await self._session.write(
            REMEMBER, {"archive": reached.archive, "kind": reached.kind.value, "rows": reached.rows}
        )
        if time.monotonic() > self._tended + TEND_EVERY:
            await self._storage.tend()
            self._tended = time.monotonic()

    async def moved_in(self) -> None:
        await self._session.write(FORGET)

    async def mark(self) -> HouseMark | None:
        row = await self._session.serial(MARK, {})
        return None if row is None else read_mark(row["body"])

    async def change_mark(self, before: HouseMark | None, mark: HouseMark) -> bool:
        if before is None:
            return await self._session.compare_and_set((FIRST_MARK, {"body": mark_text(mark)}))
        bodies = {"body": mark_text(mark), "former": mark_text(before)}
        return await self._session.compare_and_set((CHANGE_MARK, bodies))

    async def _refuse_unfinished(self) -> None:
        """An order to hide or show all that an account made is carried out by a job, and jobs stay behind."""
        for row in await self._session.all_rows(ORDERED):
            for job in await self._storage.jobs.for_subject(row["account_id"]):
                if job.state in LIVE:
                    raise MoveRefused(
                        f"All that the account {row['account_id']} made is being hidden or shown now: "
                        "let a worker finish that, which takes it a minute more."
                    )

    async def _fill(self, reached: Reached, lane: int, units: dict[int, Sequence[Holding]]) -> None:
        key = f"moving:{reached.archive[:32]}:{reached.kind}:{lane}"
        for number, rows in units.items():
            if number % LANES == lane:
                await self._insist(key, number // LANES, rows)

    async def _insist(self, key: str, before: int, rows: Sequence[Holding]) -> None:
        """Carries the unit out, unless it is already; waits for what hinders it, if that can end."""
        until, conflicts = time.monotonic() + PATIENCE, 0
        while True:
            try:
                await self._carry_out(key, before, rows)
            except Unavailable:
                if time.monotonic() > until:
                    raise
            except (Conflict, PassedBefore) as refused:
                # What had passed can have been taken back meanwhile.
                if isinstance(refused, PassedBefore) and await self._has_passed(key, before):
                    await self._catch_up(rows)
                    return
                conflicts += 1
                if conflicts == CONFLICTS:
                    raise
            else:
                return
            await asyncio.sleep(PAUSE)

    async def _carry_out(self, key: str, before: int, rows: Sequence[Holding]) -> None:
        """``before`` are the units of the lane that must be in."""

        async def pass_lane(plan: Plan) -> None:
            plan.advance(key, before, PassedBefore)

        work = self._storage.begin("holdings.put", BY_HAND)
        planned(work).plan(pass_lane)
        for row in rows:
            put_back(self._storage, work, row)
        await work.commit()

    async def _catch_up(self, rows: Sequence[Holding]) -> None:
        """What follows a unit, its mean ratings and uses of tags, may have died with the process."""
        for video_id in dict.fromkeys(filter(None, map(_searched, rows))):
            video = await self._storage.videos.get(video_id)
            if video is not None and video.is_public:
                work = self._storage.begin("holdings.catch_up", BY_HAND)
                self._storage.search.remove(work, video_id)
                await work.commit()
                work = self._storage.begin("holdings.catch_up", BY_HAND)
                self._storage.search.put(work, video)
                await work.commit()

    async def _has_passed(self, key: str, before: int) -> bool:
        found = await self._session.serial(guards.GET, {"key": key})
        return found is not None and (found["version"] or 0) > before


def _searched(row: Holding) -> VideoId | None:
    """The video of which the index knows by the row."""
    match row:
        case KeptVideo():
            return row.video.id
        case Rating():
            return row.video_id
    return None


async def _all_or_stop(lanes: Sequence[Coroutine[None, None, None]]) -> None:
    """Waits for all; where one fails, none goes on behind the caller's back."""
    tasks = [asyncio.create_task(lane) for lane in lanes]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
