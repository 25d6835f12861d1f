"""Views and watch time in Cassandra: rows that are only ever added, by video and viewer; and what trends."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from killrvideo.adapters.cassandra.accounts.owned_rows import is_open
from killrvideo.adapters.cassandra.cluster.session import Row, Value
from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.lists.paging import TOP
from killrvideo.adapters.cassandra.lists.parted import AT_ONCE, PARTS, PartedList, that_show
from killrvideo.adapters.cassandra.playback.erased_viewers import ErasedViewers
from killrvideo.adapters.cassandra.playback.trend_boards import TrendBoards
from killrvideo.adapters.cassandra.playback.trend_tables import plan_view
from killrvideo.adapters.cassandra.playback.trending import Trends
from killrvideo.adapters.cassandra.playback.view_rows import (
    VIEWS,
    WATCH_TABLES,
    WATCH_TIME,
    WatchTable,
    place_of,
    plan_watched,
    row_of,
    view_of,
    watch_time_of,
)
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.adapters.cassandra.videos.pages import VideoPages
from killrvideo.adapters.cassandra.videos.rows import public_among, video_subject
from killrvideo.adapters.cassandra.videos.videos import CassandraVideoStore
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.playback import Trending, View, WatchTime
from killrvideo.service_interfaces.units import UnitOfWork

MONTHS = "SELECT month FROM watched_months WHERE video_id = :video_id"
FORGET_MONTHS = "DELETE FROM watched_months USING TIMESTAMP :stamp WHERE video_id = :video_id"


class CassandraPlaybackStore:
    def __init__(
        self, on: Foundation, boards: TrendBoards, pages: VideoPages, videos: CassandraVideoStore
    ) -> None:
        self._session = on.session
        self._clock = on.clock
        self._stamps = on.stamps
        self._boards = boards
        self._trends = Trends(on, boards, pages, videos)
        self._erased = ErasedViewers(on)
        self._views = PartedList(on.session, VIEWS.list_by_viewer)
        self._watched = PartedList(on.session, WATCH_TIME.list_by_viewer)
        on.purging.append(self._drop_of_video)

    async def trending(self, since: datetime, limit: int) -> Sequence[Trending]:
        return await self._trends.since(since, limit)

    async def watched_by(self, account_id: AccountId, limit: int) -> Sequence[VideoId]:
        before: set[VideoId] = set()

        async def shows(rows: Sequence[Row]) -> Sequence[bool]:
            public = await public_among(self._session, {row["video_id"] for row in rows} - before)
            return [_is_first(row["video_id"], public, before) for row in rows]

        seen = await that_show(self._views.of(viewer_id=account_id), shows, TOP, limit)
        return [VideoId(row["video_id"]) for row in seen.rows]

    async def views_of(self, account_id: AccountId) -> Sequence[View]:
        rows = await self._views.all_of(viewer_id=account_id)
        return [view_of({**row, "viewer_id": account_id}) for row in rows]

    async def watch_time_of(self, account_id: AccountId) -> Sequence[WatchTime]:
        rows = await self._watched.all_of(viewer_id=account_id)
        return [watch_time_of({**row, "viewer_id": account_id}) for row in rows]

    def add_view(self, work: UnitOfWork, view: View) -> None:
        async def plan_it(plan: Plan) -> None:
            key = f"view:{view.id.hex}"
            place = place_of(view.video_id, view.at, view.id)
            if key in plan.known or await self._session.row(VIEWS.get, place):
                return
            plan.known[key] = view
            plan.tally(video_subject(view.video_id), view.id.hex, views=1)
            plan_watched(plan, VIEWS, row_of(view, await self._viewer(plan, view)))
            plan_view(plan, view, self._clock.now())

        planned(work).plan(plan_it)

    def add_watch_time(self, work: UnitOfWork, watched: WatchTime) -> None:
        async def plan_it(plan: Plan) -> None:
            plan_watched(plan, WATCH_TIME, row_of(watched, await self._viewer(plan, watched)))

        planned(work).plan(plan_it)

    async def purge(self, before: datetime) -> int:  # noqa: ARG002
        """Nothing: it expires by itself a month later."""
        return 0

    async def tend(self) -> None:
        """Makes the boards of hours and days that are over, and finishes with accounts that were erased."""
        await self._boards.close(self._clock.now())
        await self._erased.tend()

    async def _viewer(self, plan: Plan, watched: View | WatchTime) -> AccountId | None:
        """None, too, for an account that was erased meanwhile."""
        viewer_id = watched.viewer_id
        if viewer_id is None or not await is_open(self._session, plan, viewer_id):
            return None
        return viewer_id

    async def _drop_of_video(self, video_id: VideoId) -> None:
        months = await self._session.all_rows(MONTHS, {"video_id": video_id})
        for table in WATCH_TABLES:
            for row in months:
                place = {"video_id": video_id, "month": row["month"]}
                parts = ({**place, "part": part} for part in range(PARTS))
                await asyncio.gather(*(self._drop_part(table, part) for part in parts))
        await self._session.write(FORGET_MONTHS, {"video_id": video_id, "stamp": self._stamps.next()})

    async def _drop_part(self, table: WatchTable, part: dict[str, Value]) -> None:
        """The rows of viewers' lists first: what is left when that fails, finds them again."""
        state: bytes | None = None
        while True:
            answer = await self._session.page(table.part, part, fetch=AT_ONCE, state=state)
            named = [{**row, **part} for row in answer.rows if row["viewer_id"] is not None]
            await in_turns(named, lambda row: self._drop(table.drop_by_viewer, row))
            state = answer.state
            if state is None:
                break
        await self._drop(table.drop_part, part)

    async def _drop(self, cql: str, key: dict[str, Value]) -> None:
        await self._session.write(cql, {**key, "stamp": self._stamps.next()})


def _is_first(video_id: VideoId, public: set[VideoId], before: set[VideoId]) -> bool:
    """Whether the public may see the video, and it was not met before; it is now."""
    first = video_id in public and video_id not in before
    before.add(video_id)
    return first
