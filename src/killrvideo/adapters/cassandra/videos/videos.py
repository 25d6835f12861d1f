"""Videos in Cassandra: a row each, whose totals are read from the tallies in the same round trip."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.session import Row
from killrvideo.adapters.cassandra.passages.outdated import OutdatedPassages
from killrvideo.adapters.cassandra.playback import opening_views
from killrvideo.adapters.cassandra.removals.rows import forget_removals
from killrvideo.adapters.cassandra.search.search import CassandraSearchIndex
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.adapters.cassandra.vectors.vectors import CassandraVectorIndex
from killrvideo.adapters.cassandra.videos.lists import PUBLIC_VIDEOS, follow
from killrvideo.adapters.cassandra.videos.pages import VideoPages
from killrvideo.adapters.cassandra.videos.purges import SETTLED, VideoPurges
from killrvideo.adapters.cassandra.videos.rows import (
    ADD,
    GET,
    SELECT,
    planned_video,
    read_video,
    row_of,
    video_guard,
    video_of,
    video_subject,
)
from killrvideo.adapters.cassandra.videos.upkeep import VideoUpkeep
from killrvideo.domain.errors import AlreadySubmitted, StaleVersion
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.removals import ContentType
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.units import UnitOfWork

DROP = "DELETE FROM videos USING TIMESTAMP :stamp WHERE id = :id"
SET_OPENING_VIEWS = "UPDATE videos USING TIMESTAMP :stamp SET opening_views = :views WHERE id = :id"


TOGETHER = 200
"""Videos of a long list that are read at once."""

T = TypeVar("T")


class CassandraVideoStore:
    def __init__(
        self,
        on: Foundation,
        pages: VideoPages,
        search: CassandraSearchIndex,
        vectors: CassandraVectorIndex,
        passages: OutdatedPassages,
    ) -> None:
        self._session = on.session
        self._tallies = on.tallies
        self._pages = pages
        self._upkeep = VideoUpkeep(on.session)
        self._purges = VideoPurges(on)
        self._search = search
        self._vectors = vectors
        self._passages = passages

    async def get(self, video_id: VideoId) -> Video | None:
        row, amounts = await asyncio.gather(
            self._session.row(GET, {"id": video_id}), self._tallies.of(video_subject(video_id))
        )
        return video_of(row, amounts)

    async def get_many(self, video_ids: Sequence[VideoId]) -> Sequence[Video]:
        return [video for video in await self._each(video_ids) if video.is_public]

    async def latest(self, wanted: PageRequest) -> Page[Video]:
        return await self._shown(await self._pages.latest(wanted), every_state=False)

    async def by_tag(self, tag: str, wanted: PageRequest) -> Page[Video]:
        return await self._shown(await self._pages.by_tag(tag, wanted), every_state=False)

    async def by_uploader(
        self, uploader_id: AccountId, wanted: PageRequest, *, every_state: bool
    ) -> Page[Video]:
        listed = await self._pages.by_uploader(uploader_id, wanted, every_state=every_state)
        return await self._shown(listed, every_state=every_state)

    async def all_of(self, uploader_id: AccountId) -> Sequence[Video]:
        return sorted(await self._each(await self._pages.all_of(uploader_id)), key=_in_time)

    async def ids_of(self, uploader_id: AccountId) -> Sequence[VideoId]:
        return await self._pages.all_of(uploader_id)

    async def all(self) -> Sequence[Video]:
        """Reads the whole table, node by node."""
        rows = await self._session.all_rows(SELECT)
        shown = [row for row in rows if row["version"] is not None and not row["causes"]]
        return sorted(await self._with_totals(shown), key=_in_time)

    async def unfinished(self, submitted_before: datetime, limit: int) -> Sequence[Video]:
        return await self._each(await self._upkeep.unfinished(submitted_before, limit))

    async def purgeable(self, deleted_before: datetime, limit: int) -> Sequence[VideoId]:
        return await self._upkeep.purgeable(deleted_before, limit)

    async def count(self) -> int:
        return (await self._tallies.of(PUBLIC_VIDEOS)).videos

    def add(self, work: UnitOfWork, video: Video) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.advance(video_guard(video.id), 0, AlreadySubmitted, following=video.version)
            self.rewrite(plan, None, video)
            await self._vectors.plan_follow(plan, None, video)
            self._passages.plan_follow(plan, None, video)

        planned(work).plan(plan_it)

    def replace(self, work: UnitOfWork, video: Video) -> None:
        async def plan_it(plan: Plan) -> None:
            await self.advance(plan, video)

        planned(work).plan(plan_it)

    def set_opening_views(self, work: UnitOfWork, video_id: VideoId, views: int) -> None:
        async def plan_it(plan: Plan) -> None:
            video = await planned_video(self._session, plan, video_id)
            if video is not None:
                plan.write(SET_OPENING_VIEWS, {"views": views, "id": video_id})
                opening_views.follow_balance(plan, video, views)

        planned(work).plan(plan_it)

    def purge(self, work: UnitOfWork, video: Video) -> None:
        async def plan_it(plan: Plan) -> None:
            before = await planned_video(self._session, plan, video.id)
            if before is None or before.version != video.version:
                raise StaleVersion
            plan.advance(video_guard(video.id), before.version, StaleVersion)
            plan.conclude(DROP, {"id": video.id})
            self._follow(plan, before, None)
            plan.known[video_guard(video.id)] = None
            await self._vectors.plan_forget(plan, video.id)
            await forget_removals(self._session, plan, ContentType.VIDEO, video.id)
            self._purges.note(plan, video.id)

        unit = planned(work)
        unit.plan(plan_it)
        self._search.remove(work, video.id)
        unit.afterwards(lambda: self._purges.begin(video.id))

    async def tend(self, settled: timedelta = SETTLED) -> int:
        """Finishes with videos that were purged so long ago; how many there were."""
        return await self._purges.tend(settled)

    async def advance(self, plan: Plan, video: Video) -> None:
        """Plans the next version of a video; raises StaleVersion."""
        before = await planned_video(self._session, plan, video.id)
        if before is None or before.version != video.version - 1:
            raise StaleVersion
        plan.advance(video_guard(video.id), before.version, StaleVersion)
        # Who submitted it and when is no part of an edit.
        after = replace(video, uploader_id=before.uploader_id, submitted_at=before.submitted_at)
        self.rewrite(plan, before, after)
        await self._vectors.plan_follow(plan, before, after)
        self._passages.plan_follow(plan, before, after)

    def rewrite(self, plan: Plan, before: Video | None, after: Video) -> None:
        """Plans the row and all that follows from it; the guard is the caller's to plan."""
        plan.conclude(ADD, row_of(after))
        self._follow(plan, before, after)
        plan.known[video_guard(after.id)] = after

    def _follow(self, plan: Plan, before: Video | None, after: Video | None) -> None:
        follow(plan, self._pages.latest_rows, before, after)
        opening_views.follow_video(plan, before, after)

    async def _shown(self, listed: Page[Row], *, every_state: bool) -> Page[Video]:
        """The page of ids with its videos, without those that were hidden since the list was read."""
        found = await self._each([row["id"] for row in listed.items])
        shown = (video for video in found if video.is_public or (every_state and not video.causes))
        return Page(tuple(shown), listed.total, listed.next)

    async def _each(self, video_ids: Sequence[VideoId]) -> list[Video]:
        """Those that are there, in any state; a page of them in one round trip."""
        found: list[Video | None] = []
        for some in batched(video_ids, TOGETHER):
            found += await asyncio.gather(*(self.get(video_id) for video_id in some))
        return [video for video in found if video is not None]

    async def _with_totals(self, rows: Sequence[Row]) -> list[Video]:
        videos: list[Video] = []
        for some in batched(rows, TOGETHER):
            amounts = await self._tallies.of_each(video_subject(row["id"]) for row in some)
            videos += map(read_video, some, amounts)
        return videos


def batched(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _in_time(video: Video) -> tuple[datetime, UUID]:
    return video.submitted_at, video.id
