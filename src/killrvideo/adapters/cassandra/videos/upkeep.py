"""Videos that somebody has to see to: work that was lost, removals whose time is over."""

import asyncio
from datetime import datetime

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.jobs.rows import has_live_job
from killrvideo.adapters.cassandra.lists.lanes import Wanted, oldest
from killrvideo.adapters.cassandra.removals.purgeable import may_go
from killrvideo.adapters.cassandra.videos.lists import IN_WORK
from killrvideo.adapters.cassandra.videos.rows import GET, video_of
from killrvideo.domain.ids import VideoId
from killrvideo.domain.removals import ContentType

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

    async def _oldest(self, cql: str, before: datetime, limit: int, wanted: Wanted) -> list[VideoId]:
        rows = await oldest(self._session, cql, before, limit, wanted)
        return [VideoId(row["id"]) for row in rows]
