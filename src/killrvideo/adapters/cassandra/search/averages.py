"""The mean rating that a search filters by: beside the video in the index, made anew after each rating."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from weakref import WeakKeyDictionary

from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.units.units import CassandraUnitOfWork, Foundation
from killrvideo.adapters.cassandra.videos.rows import video_subject
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.ids import VideoId
from killrvideo.domain.videos import Totals

IS_INDEXED = "SELECT length FROM search_index WHERE video_id = :video_id"
PUT = "UPDATE search_index USING TIMESTAMP :stamp SET average = :average WHERE video_id = :video_id"


class AverageRatings:
    """Two who rate at once do not know of each other while they plan: hence it follows their units, when what
    they counted is there to be read. A crash in between leaves the mean as it was until the next rating.
    """

    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._tallies = on.tallies
        self._stamps = on.stamps
        self.told: list[Callable[[VideoId, float | None, int], Awaitable[None]]] = []
        """Each is told the mean of a video, and the stamp to write it with."""
        self._changed: WeakKeyDictionary[CassandraUnitOfWork, set[VideoId]] = WeakKeyDictionary()

    def follow(self, unit: CassandraUnitOfWork, video_id: VideoId) -> None:
        """Makes the mean of the video anew after the unit."""
        if unit not in self._changed:
            self._changed[unit] = changed = set[VideoId]()
            unit.afterwards(lambda: self._refresh_all(changed))
        self._changed[unit].add(video_id)

    async def _refresh_all(self, video_ids: set[VideoId]) -> None:
        await in_turns(video_ids, self._refresh)

    async def _refresh(self, video_id: VideoId) -> None:
        # The stamp from before the reading: whoever reads more writes a later one.
        stamp = self._stamps.next()
        with suppress(Unavailable):
            amounts, row = await asyncio.gather(
                self._tallies.of(video_subject(video_id)),
                self._session.row(IS_INDEXED, {"video_id": video_id}),
            )
            if row is not None:
                average = Totals(0, amounts.ratings, amounts.stars).average
                await self._session.write(PUT, {"video_id": video_id, "average": average, "stamp": stamp})
                for tell in self.told:
                    await tell(video_id, average, stamp)
