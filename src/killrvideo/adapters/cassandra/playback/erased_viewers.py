"""Taking the names off what erased accounts watched: the first rows at once, what can be much a bit later.

The unit that erases the account leaves a note. A minute later, when nobody can still be writing for the
account, `tend` goes through what is left, also for a process that died over it, and drops the note.
"""

import asyncio
import time
from datetime import timedelta

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row, Value
from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.lists.lanes import LANES
from killrvideo.adapters.cassandra.lists.paging import TOP
from killrvideo.adapters.cassandra.lists.parted import PartedList, Read
from killrvideo.adapters.cassandra.playback.view_rows import WATCH_TABLES, WatchTable, place_of
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.stamps import time_of
from killrvideo.adapters.cassandra.units.units import Foundation
from killrvideo.adapters.cassandra.videos.purges import SETTLED
from killrvideo.domain.ids import AccountId, VideoId, ViewId

AT_ONCE = 100
"""Rows that go with the erasure itself."""
PIECE = 1000

NOTE = """
INSERT INTO erased_viewers (lane, id, erased_at) VALUES (:lane, :id, :erased_at) USING TIMESTAMP :stamp
"""
LIST = "SELECT id, erased_at FROM erased_viewers WHERE lane = :lane"
DONE = "DELETE FROM erased_viewers USING TIMESTAMP :stamp WHERE lane = :lane AND id = :id"


class ErasedViewers:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._stamps = on.stamps
        self._lists = [(table, PartedList(on.session, table.list_by_viewer)) for table in WATCH_TABLES]
        on.erasing.append(self.plan)

    async def plan(self, plan: Plan, account_id: AccountId) -> None:
        """What the account watched stays, and counts, without its name."""
        plan.write(NOTE, {"lane": account_id.int % LANES, "id": account_id, "erased_at": time_of})
        for table, rows_of in self._lists:
            for row in await rows_of.of(viewer_id=account_id)(TOP, AT_ONCE):
                for cql, params in _without_name(table, account_id, row):
                    plan.write(cql, params)

    async def tend(self, settled: timedelta = SETTLED) -> int:
        """Finishes with accounts that were erased so long ago; how many there were."""
        until = time_of(time.time_ns() // 1000) - settled
        noted = await _noted(self._session)
        due = [AccountId(row["id"]) for row in noted if aware(row["erased_at"]) <= until]
        for account_id in due:
            await self._finish(account_id)
        return len(due)

    async def _finish(self, account_id: AccountId) -> None:
        for table, rows_of in self._lists:
            await self._take_all_off(table, rows_of.of(viewer_id=account_id), account_id)
        done = {"lane": account_id.int % LANES, "id": account_id, "stamp": self._stamps.next()}
        await self._session.write(DONE, done)

    async def _take_all_off(self, table: WatchTable, read: Read, account_id: AccountId) -> None:
        while rows := await read(TOP, PIECE):
            await in_turns(rows, lambda row: self._take_off(table, account_id, row))

    async def _take_off(self, table: WatchTable, account_id: AccountId, row: Row) -> None:
        """The name first: what is left when that fails, is found again."""
        for cql, params in _without_name(table, account_id, row):
            await self._session.write(cql, {**params, "stamp": self._stamps.next()})


async def just_erased(session: CassandraSession) -> set[AccountId]:
    """Accounts whose names may still stand on what they watched."""
    return {AccountId(row["id"]) for row in await _noted(session)}


async def _noted(session: CassandraSession) -> list[Row]:
    lanes = await asyncio.gather(*(session.all_rows(LIST, {"lane": lane}) for lane in range(LANES)))
    return [row for rows in lanes for row in rows]


def _without_name(
    table: WatchTable, account_id: AccountId, row: Row
) -> tuple[tuple[str, dict[str, Value]], ...]:
    place = place_of(VideoId(row["video_id"]), aware(row["at"]), ViewId(row["id"]))
    return (table.forget_viewer, place), (table.drop_by_viewer, {**place, "viewer_id": account_id})
