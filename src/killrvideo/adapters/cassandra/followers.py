"""One process's way through all lanes of the outbox, for what it holds in memory."""

import asyncio
from collections import deque
from collections.abc import Sequence
from uuid import UUID

from killrvideo.adapters.cassandra.event_rows import LANES, minute_of, recorded_of
from killrvideo.adapters.cassandra.outbox_lanes import LaneReader, by_version
from killrvideo.adapters.cassandra.session import CassandraSession, Row
from killrvideo.adapters.cassandra.stamps import now_stamp
from killrvideo.domain.events import Recorded

BACK = 5
"""Minutes before its beginning that a follower looks at, so as to know what was there."""


class CassandraFollower:
    def __init__(self, session: CassandraSession) -> None:
        since = minute_of(now_stamp()) - BACK
        self._readers = [LaneReader(session, lane, since) for lane in range(LANES)]
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
        found = await asyncio.gather(*(reader.unseen(_nothing) for reader in self._readers))
        for reader, rows in zip(self._readers, found, strict=True):
            for row in rows:
                reader.see(row["stamp"], row["event_id"])
        rows = sorted((row for rows in found for row in rows), key=lambda row: row["stamp"])
        self._read.extend(by_version(rows))
        return bool(self._read)


async def _nothing(_minute: int) -> set[UUID]:
    return set()
