"""Videos that somebody has to see to: work that was lost, removals whose time is over."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from killrvideo.adapters.cassandra.job_rows import has_live_job
from killrvideo.adapters.cassandra.purgeable import may_go
from killrvideo.adapters.cassandra.session import CassandraSession, Row
from killrvideo.adapters.cassandra.video_lists import IN_WORK, LANES
from killrvideo.adapters.cassandra.video_rows import GET, video_of
from killrvideo.domain.ids import VideoId
from killrvideo.domain.removals import ContentType

T = TypeVar("T")

FEW = 100
"""Rows of a lane that are read at once."""
UNFINISHED = (
    "SELECT submitted_at AS at, id FROM unfinished_videos WHERE lane = :lane AND submitted_at < :before"
)
DELETED = """
SELECT deleted_at AS at, id, uploader_id AS owner_id, causes FROM deleted_videos
WHERE lane = :lane AND deleted_at < :before
"""


class VideoUpkeep:
    """Reads the lanes from their oldest rows on, as far as needed, and looks at each video itself."""

    def __init__(self, session: CassandraSession) -> None:
        self._session = session

    async def unfinished(self, submitted_before: datetime, limit: int) -> list[VideoId]:
        """Oldest first."""
        return await self._oldest(UNFINISHED, submitted_before, limit, self._is_lost)

    async def purgeable(self, deleted_before: datetime, limit: int) -> list[VideoId]:
        """Deleted first, first."""

        async def is_due(row: Row) -> bool:
            return await self._is_due(row, deleted_before)

        return await self._oldest(DELETED, deleted_before, limit, is_due)

    async def _is_lost(self, row: Row) -> bool:
        found, at_work = await asyncio.gather(
            self._session.row(GET, {"id": row["id"]}), has_live_job(self._session, row["id"])
        )
        video = video_of(found)
        return video is not None and video.status in IN_WORK and not video.causes and not at_work

    async def _is_due(self, row: Row, deleted_before: datetime) -> bool:
        found, due = await asyncio.gather(
            self._session.row(GET, {"id": row["id"]}),
            may_go(self._session, ContentType.VIDEO, row, deleted_before),
        )
        return due and found is not None and found["deleted_at"] == row["at"]

    async def _oldest(
        self, cql: str, before: datetime, limit: int, wanted: Callable[[Row], Awaitable[bool]]
    ) -> list[VideoId]:
        lanes = await asyncio.gather(
            *(self._of_lane(cql, {"lane": lane, "before": before}, limit, wanted) for lane in range(LANES))
        )
        rows = sorted((row for lane in lanes for row in lane), key=lambda row: (row["at"], row["id"].bytes))
        return [VideoId(row["id"]) for row in rows[:limit]]

    async def _of_lane(
        self, cql: str, params: dict[str, object], limit: int, wanted: Callable[[Row], Awaitable[bool]]
    ) -> list[Row]:
        """The first that are wanted: of one lane, all could come from it."""
        found: list[Row] = []
        state: bytes | None = None
        while len(found) < limit:
            answer = await self._session.page(cql, params, fetch=FEW, state=state)
            fits = await asyncio.gather(*(wanted(row) for row in answer.rows))
            found += [row for row, fit in zip(answer.rows, fits, strict=True) if fit]
            state = answer.state
            if state is None:
                break
        return found
