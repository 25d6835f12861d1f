"""Flags in Cassandra: a row each, and lists of ids by age, by state and by video."""

import asyncio
from collections.abc import Sequence

from killrvideo.adapters.cassandra.cluster.session import Row
from killrvideo.adapters.cassandra.lists.paging import page_in_time, place_in_time, rows_for
from killrvideo.adapters.cassandra.lists.time_buckets import BucketedList
from killrvideo.adapters.cassandra.moderation.flag_rows import (
    ALL,
    GET,
    flag_guard,
    flag_of,
    flags_subject,
    list_of,
    plan_flag,
)
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.domain.errors import AlreadyFlagged, StaleVersion
from killrvideo.domain.ids import AccountId, FlagId, VideoId
from killrvideo.domain.moderation import Flag, FlagStatus
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.service_interfaces.units import UnitOfWork

BY_AGE = """
SELECT created_at AS at, id FROM flags_by_age
WHERE list = :list AND day = :bucket AND (created_at, id) < (:at, :id) LIMIT :count
"""
ON_VIDEO = """
SELECT created_at AS at, id FROM flags_on_video
WHERE video_id = :video_id AND list = :list AND (created_at, id) < (:at, :id) LIMIT :count
"""
BY_REPORTER = "SELECT id FROM flags_by_reporter WHERE reporter_id = :reporter_id"


class CassandraFlagStore:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._tallies = on.tallies
        self._lists = {
            list_: BucketedList(on.session, f"flags: {list_}", BY_AGE, key={"list": list_})
            for list_ in (ALL, *FlagStatus)
        }

    async def get(self, flag_id: FlagId) -> Flag | None:
        row = await self._session.row(GET, {"id": flag_id})
        return None if row is None else flag_of(row)

    async def page(
        self, wanted: PageRequest, *, status: FlagStatus | None = None, video_id: VideoId | None = None
    ) -> Page[Flag]:
        rows, total = await asyncio.gather(
            self._rows(wanted, list_of(status), video_id), self._tallies.of(flags_subject(status, video_id))
        )
        listed = page_in_time(rows, total.videos, wanted)
        flags = await self._each(listed.items)
        # Without those that moved on since the list was read.
        items = tuple(flag for flag in flags if status in {None, flag.status})
        return Page(items, listed.total, listed.next)

    async def all_of(self, reporter_id: AccountId) -> Sequence[Flag]:
        return await self._each(await self._session.all_rows(BY_REPORTER, {"reporter_id": reporter_id}))

    async def count_open(self) -> int:
        return (await self._tallies.of(flags_subject(FlagStatus.OPEN))).videos

    def add(self, work: UnitOfWork, flag: Flag) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.advance(flag_guard(flag.id), 0, AlreadyFlagged, following=flag.version)
            self._put(plan, None, flag)

        planned(work).plan(plan_it)

    def replace(self, work: UnitOfWork, flag: Flag) -> None:
        async def plan_it(plan: Plan) -> None:
            before = await self._planned(plan, flag.id)
            if before is None or before.version != flag.version - 1:
                raise StaleVersion
            plan.advance(flag_guard(flag.id), before.version, StaleVersion)
            self._put(plan, before, flag)

        planned(work).plan(plan_it)

    def _put(self, plan: Plan, before: Flag | None, after: Flag) -> None:
        plan_flag(plan, before, after)
        for list_ in (ALL, after.status.value):
            self._lists[list_].note(plan, after.created_at)

    async def _planned(self, plan: Plan, flag_id: FlagId) -> Flag | None:
        """As the plan leaves it so far."""
        known = plan.known.get(flag_guard(flag_id))
        return known if isinstance(known, Flag) else await self.get(flag_id)

    async def _rows(self, wanted: PageRequest, list_: str, video_id: VideoId | None) -> list[Row]:
        place, count = place_in_time(wanted), rows_for(wanted)
        if video_id is None:
            return await self._lists[list_].behind(place, count)
        at, id_ = place
        params = {"video_id": video_id, "list": list_, "at": at, "id": id_, "count": count}
        return (await self._session.page(ON_VIDEO, params, fetch=count)).rows

    async def _each(self, rows: Sequence[Row]) -> list[Flag]:
        """The flags that the rows of a list stand for; one round trip."""
        found = await asyncio.gather(*(self._session.row(GET, {"id": row["id"]}) for row in rows))
        return [flag_of(row) for row in found if row is not None]
