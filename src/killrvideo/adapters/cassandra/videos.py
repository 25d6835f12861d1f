"""Videos in Cassandra: a row each, whose totals are read from the tallies in the same round trip."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from killrvideo.adapters.cassandra.plan import Plan
from killrvideo.adapters.cassandra.time_buckets import BucketedList
from killrvideo.adapters.cassandra.units import Foundation, planned
from killrvideo.adapters.cassandra.video_lists import PUBLIC_VIDEOS, follow
from killrvideo.adapters.cassandra.video_rows import (
    ADD,
    GET,
    planned_video,
    row_of,
    video_guard,
    video_of,
    video_subject,
)
from killrvideo.domain.errors import AlreadySubmitted, StaleVersion
from killrvideo.domain.ids import VideoId
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.units import UnitOfWork

SET_OPENING_VIEWS = "UPDATE videos USING TIMESTAMP :stamp SET opening_views = :views WHERE id = :id"
SELECT_LATEST = """
SELECT submitted_at AS at, id FROM latest_videos
WHERE day = :bucket AND (submitted_at, id) < (:at, :id) LIMIT :count
"""


class CassandraVideoStore:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._tallies = on.tallies
        self._latest = BucketedList(on.session, "latest", SELECT_LATEST)

    async def get(self, video_id: VideoId) -> Video | None:
        row, amounts = await asyncio.gather(
            self._session.row(GET, {"id": video_id}), self._tallies.of(video_subject(video_id))
        )
        return video_of(row, amounts)

    async def get_many(self, video_ids: Sequence[VideoId]) -> Sequence[Video]:
        return [video for video in await self._each(video_ids) if video.is_public]

    async def count(self) -> int:
        return (await self._tallies.of(PUBLIC_VIDEOS)).videos

    def add(self, work: UnitOfWork, video: Video) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.advance(video_guard(video.id), 0, AlreadySubmitted, following=video.version)
            self.rewrite(plan, None, video)

        planned(work).plan(plan_it)

    def replace(self, work: UnitOfWork, video: Video) -> None:
        async def plan_it(plan: Plan) -> None:
            await self.advance(plan, video)

        planned(work).plan(plan_it)

    def set_opening_views(self, work: UnitOfWork, video_id: VideoId, views: int) -> None:
        async def plan_it(plan: Plan) -> None:
            if await planned_video(self._session, plan, video_id) is not None:
                plan.write(SET_OPENING_VIEWS, {"views": views, "id": video_id})

        planned(work).plan(plan_it)

    async def advance(self, plan: Plan, video: Video) -> None:
        """Plans the next version of a video; raises StaleVersion."""
        before = await planned_video(self._session, plan, video.id)
        if before is None or before.version != video.version - 1:
            raise StaleVersion
        plan.advance(video_guard(video.id), before.version, StaleVersion)
        # Who submitted it and when is no part of an edit.
        after = replace(video, uploader_id=before.uploader_id, submitted_at=before.submitted_at)
        self.rewrite(plan, before, after)

    def rewrite(self, plan: Plan, before: Video | None, after: Video) -> None:
        """Plans the row and all that follows from it; the guard is the caller's to plan."""
        plan.write(ADD, row_of(after))
        follow(plan, self._latest, before, after)
        plan.known[video_guard(after.id)] = after

    async def _each(self, video_ids: Iterable[VideoId]) -> list[Video]:
        found = await asyncio.gather(*(self.get(video_id) for video_id in video_ids))
        return [video for video in found if video is not None]
