"""One process's way through all lanes of the outbox, for what it holds in memory."""

import asyncio
from collections import deque
from collections.abc import Sequence
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.outbox.event_rows import LANES, minute_of, recorded_of
from killrvideo.adapters.cassandra.outbox.group_lanes import by_version
from killrvideo.adapters.cassandra.outbox.lanes import LaneReader
from killrvideo.adapters.cassandra.units.stamps import now_stamp
from killrvideo.domain.events import Recorded

BACK = 5
"""Minutes before its beginning that a follower looks at, so as to know what was there."""


class CassandraFollower:
    def __init__(self, session: CassandraSession) -> None:
        since = minute_of(now_stamp()) - BACK
        self._readers = [LaneReader(session, lane, since, _nothing) for lane in range(LANES)]
        self._read: deque[Row] = deque()

    async def skip(self) -> None:
        """Passes over everything that is readable now."""
        while await self._look():
            self._read.clear()

    async def next(self, limit: int) -> Sequence[Recorded]:
        if not self._read:
            await self._look()
        return [recorded_of(self._read.popleft()) for _ in range(min(limit, len(self._read)))]

    async def _look(self) -> bool:
        """What one lane brought is kept when another fails."""
        looks = await asyncio.gather(*map(self._more, self._readers), return_exceptions=True)
        for failed in looks:
            if isinstance(failed, BaseException):
                raise failed
        return bool(self._read)

    async def _more(self, reader: LaneReader) -> None:
        self._read.extend(by_version(await reader.more()))


async def _nothing(_minute: int) -> set[UUID]:
    return set()
