"""Which jobs are due: a queue in lanes and stretches of ten minutes, read from a mark on.

Nothing is left before the mark. It follows the repair, so that also what a crash left is behind it only
when it is finished: a row never stands in a stretch before that of its writing.
"""

import asyncio
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.units.marks import Marks
from killrvideo.adapters.cassandra.units.repair import LOOK_BACK
from killrvideo.adapters.cassandra.units.repair import MARK as REPAIRED
from killrvideo.domain.instants import to_millis
from killrvideo.domain.jobs import JobKind

LANES = 4
MINUTES = 10
"""In a bucket."""
WINDOW = 5
"""Buckets that are read at once, of every lane: while nothing waits, that is all from the mark on."""
AHEAD = 1
"""Buckets after the present one that are looked at for what is due next."""
FEW = 20
"""Rows of a partition that are read at once."""
MARK = "due jobs"
REPAIRED_GOOD_FOR = 30.0
"""Seconds. An old mark costs reads, nothing else."""
KINDS = frozenset(JobKind)
"""Those that this version of the code knows; others a newer version has added, and they are left to it."""

ADD_DUE = """
INSERT INTO due_jobs (lane, bucket, due_at, id, kind, subject)
VALUES (:lane, :bucket, :due_at, :id, :kind, :subject) USING TIMESTAMP :stamp
"""
DROP_DUE = """
DELETE FROM due_jobs USING TIMESTAMP :stamp
WHERE lane = :lane AND bucket = :bucket AND due_at = :due_at AND id = :id
"""
LIST = "SELECT bucket, due_at, id, kind, subject FROM due_jobs WHERE lane = :lane AND bucket = :bucket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    id: UUID
    bucket: int
    due_at: datetime
    kind: str
    subject: UUID

    @property
    def key(self) -> dict[str, object]:
        return {"lane": self.id.int % LANES, "bucket": self.bucket, "due_at": self.due_at, "id": self.id}

    @property
    def row(self) -> dict[str, object]:
        return {**self.key, "kind": self.kind, "subject": self.subject}


def bucket_for(due_at: datetime) -> int:
    """Where a row that is written now is to stand."""
    return max(to_millis(due_at) // (MINUTES * 60_000), _bucket_now())


class Passed:
    """Buckets before which nothing is left but jobs of kinds that a reader leaves to others.

    Without it one such job that waits would have all buckets since read again by every look. It is forgotten
    with each new bucket: so the mark, which follows all kinds, moves too.
    """

    def __init__(self) -> None:
        self._before: dict[frozenset[str], int] = {}
        self._since = 0

    def before(self, others: frozenset[str]) -> int:
        if self._since != _bucket_now():
            self._before, self._since = {}, _bucket_now()
        return self._before.get(others, 0)

    def move(self, others: frozenset[str], bucket: int) -> None:
        self._before[others] = max(bucket, self._before.get(others, 0))


class DueJobs:
    def __init__(self, session: CassandraSession) -> None:
        self._session = session
        self._marks = Marks(session)
        self._mark: int | None = None
        self._passed = Passed()
        self._repaired = 0
        self._repaired_read = float("-inf")

    async def mark(self) -> int:
        """The bucket before which nothing is left. To be asked before a first row is written."""
        if self._mark is None:
            # Nobody writes to buckets before the present one.
            self._mark = await self._marks.get(MARK, _bucket_now() - 1)
        return self._mark

    async def until(self, now: datetime, but: Collection[str] = ()) -> list[Due]:
        """Some of those that are due by then and not of these kinds, the one that is due longest first."""
        return [due for due in await self._first(bucket_for(now), but) if due.due_at <= now]

    async def next(self, but: Collection[str] = ()) -> datetime | None:
        """When the first one is or will be due; None if none is before ten minutes from now."""
        first = await self._first(_bucket_now() + AHEAD, but)
        return first[0].due_at if first else None

    async def forget(self, due: Due) -> None:
        """Drops a row that does not fit its job, if no unit of work can be about to make it fit."""
        if due.bucket < await self._settled():
            await self._session.write(DROP_DUE, {**due.key, "stamp": time.time_ns() // 1000})

    async def _first(self, last: int, but: Collection[str]) -> list[Due]:
        """Rows that stand first in the queue, in their order, as far as a bucket."""
        others = frozenset(but)
        start = max(await self.mark(), self._passed.before(others))
        # To be asked before the rows are: what is settled then cannot change any more.
        settled = await self._settled() if _is_far_back(start) else start
        found: list[Due] = []
        seen = start
        while seen <= last and not found:
            buckets = range(seen, min(seen + WINDOW, last + 1))
            found = await self._window(buckets, KINDS - others)
            seen = min((due.bucket for due in found), default=buckets.stop)
        self._passed.move(others, min(seen, settled))
        return sorted(found, key=lambda due: (due.due_at, due.id.bytes))

    async def _window(self, buckets: range, kinds: Collection[str]) -> list[Due]:
        places = [(bucket, lane) for bucket in buckets for lane in range(LANES)]
        rows = await asyncio.gather(*(self._head(lane, bucket, kinds) for bucket, lane in places))
        filled = {bucket for (bucket, _), found in zip(places, rows, strict=True) if found}
        await self._move_mark(buckets, min(filled, default=buckets.stop))
        return [_due(row) for found in rows for row in found if row["kind"] in kinds]

    async def _head(self, lane: int, bucket: int, kinds: Collection[str]) -> list[Row]:
        """Of a partition: rows up to the first one of these kinds, and some more."""
        rows: list[Row] = []
        state: bytes | None = None
        while True:
            answer = await self._session.page(LIST, {"lane": lane, "bucket": bucket}, fetch=FEW, state=state)
            rows += answer.rows
            state = answer.state
            if state is None or any(row["kind"] in kinds for row in answer.rows):
                return rows

    async def _move_mark(self, buckets: range, filled: int) -> None:
        """To the first bucket that is filled, if all from the mark to it were seen empty, and are settled."""
        mark = await self.mark()
        if mark not in buckets or filled == mark or not _is_far_back(mark):
            return
        further = min(filled, await self._settled())
        if further > mark:
            await self._marks.move(MARK, mark, further)
            self._mark = further

    async def _settled(self) -> int:
        """The bucket before which every unit of work that wrote to the queue is finished or taken back."""
        if time.monotonic() - self._repaired_read > REPAIRED_GOOD_FOR:
            self._repaired = await self._marks.get(REPAIRED, time.time_ns() // 60_000_000_000 - LOOK_BACK)
            self._repaired_read = time.monotonic()
        # A plan is made some moments before it is stamped: a bucket earlier, at most.
        return self._repaired // MINUTES - 1


def _due(row: Row) -> Due:
    return Due(
        id=row["id"],
        bucket=row["bucket"],
        due_at=aware(row["due_at"]),
        kind=row["kind"],
        subject=row["subject"],
    )


def _is_far_back(bucket: int) -> bool:
    """Whether it is worth while to remember that nothing is left there."""
    return _bucket_now() - bucket > 2 * LOOK_BACK // MINUTES


def _bucket_now() -> int:
    return time.time_ns() // (MINUTES * 60_000_000_000)
