"""Dropping what hangs on a purged video: comments, ratings and views without a bound, store by store.

The unit that purges the video leaves a note, and begins with the rest once it is durable. `tend` goes over
all of it once more a minute later, also for a process that died over it, and drops the note.
"""

import asyncio
import logging
import time
from datetime import timedelta

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row
from killrvideo.adapters.cassandra.lists.lanes import LANES
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.stamps import time_of
from killrvideo.adapters.cassandra.units.units import Foundation
from killrvideo.adapters.cassandra.videos.lists import lane_of
from killrvideo.adapters.cassandra.videos.rows import video_subject
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.ids import VideoId

SETTLED = timedelta(minutes=1)
"""After that, no unit of work is under way that has seen the video."""

NOTE = """
INSERT INTO purged_videos (lane, id, purged_at) VALUES (:lane, :id, :purged_at) USING TIMESTAMP :stamp
"""
LIST = "SELECT id, purged_at FROM purged_videos WHERE lane = :lane"
DONE = "DELETE FROM purged_videos USING TIMESTAMP :stamp WHERE lane = :lane AND id = :id"
FORGET_TOTALS = "DELETE FROM totals USING TIMESTAMP :stamp WHERE subject = :subject"

log = logging.getLogger(__name__)


class VideoPurges:
    def __init__(self, on: Foundation) -> None:
        self._on = on
        self._session = on.session

    def note(self, plan: Plan, video_id: VideoId) -> None:
        """Plans that the rest is to follow."""
        plan.write(NOTE, {"lane": lane_of(video_id), "id": video_id, "purged_at": time_of})

    async def begin(self, video_id: VideoId) -> None:
        """Right after the commit. What fails is left to `tend`: the video itself is gone already."""
        try:
            await self._drop_all(video_id)
        except Unavailable as away:
            log.warning("Some of what hangs on the purged video %s is left for later: %s", video_id, away)

    async def tend(self, settled: timedelta) -> int:
        """Finishes with videos that were purged so long ago; how many there were."""
        until = time_of(time.time_ns() // 1000) - settled
        lanes = await asyncio.gather(*(self._session.all_rows(LIST, {"lane": lane}) for lane in range(LANES)))
        due = [row for rows in lanes for row in rows if aware(row["purged_at"]) <= until]
        for row in due:
            await self._finish(row)
        return len(due)

    async def _finish(self, row: Row) -> None:
        video_id = VideoId(row["id"])
        await self._drop_all(video_id)
        stamp = time.time_ns() // 1000
        # The tallies of its last weeks expire by themselves.
        await self._session.write(FORGET_TOTALS, {"subject": video_subject(video_id), "stamp": stamp})
        await self._session.write(DONE, {"lane": lane_of(video_id), "id": video_id, "stamp": stamp})

    async def _drop_all(self, video_id: VideoId) -> None:
        for drop in self._on.purging:
            await drop(video_id)
