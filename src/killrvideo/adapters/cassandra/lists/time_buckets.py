"""Lists in buckets of time: partitions of a day or so each, read as if they were one list, newest first.

Which buckets there are stands in a directory. A reader remembers it, asks as many buckets at once as its
page can need, and together with them the directory's part from the first of them to the last: so it never
misses a bucket that is new, and as a rule waits for one round trip only. It also remembers how many rows it
found where, and asks fewer buckets the next time. Rows that went since cost another round, no wrong page.
"""

import asyncio
from bisect import bisect_right, insort
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row, Value
from killrvideo.adapters.cassandra.lists.paging import Place
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.instants import to_millis

MILLIS_A_DAY = 86_400_000
AT_ONCE = 256
"""Buckets that are asked at once: as many as the longest page can need where each has one row, and some."""
FIRST = -(2**31)
"""Before any bucket."""

NOTE = "INSERT INTO list_buckets (list, bucket) VALUES (:list, :bucket) USING TIMESTAMP :stamp"
KNOWN = """
SELECT bucket FROM list_buckets WHERE list = :list AND bucket >= :bottom AND bucket <= :top
"""


def day_of(instant: datetime) -> int:
    """Days since 1970."""
    return to_millis(instant) // MILLIS_A_DAY


class BucketedList:
    """One list.

    ``select`` reads a bucket, newest first. Its markers are :bucket, :at and :id (the place to read on
    behind), :count (the LIMIT), and those of ``key``.
    """

    def __init__(
        self,
        session: CassandraSession,
        name: str,
        select: str,
        *,
        key: Mapping[str, Value] | None = None,
        bucket_of: Callable[[datetime], int] = day_of,
    ) -> None:
        self._session = session
        self._name = name
        self._select = select
        self._key = dict(key or {})
        self._bucket_of = bucket_of
        self._buckets: list[int] = []
        """Those that are known, oldest first."""
        self._filled: dict[int, int] = {}
        """How many rows each had, at least, when it was last read."""

    def note(self, plan: Plan, instant: datetime) -> None:
        """Plans that the list has the instant's bucket; to go with every row that is added."""
        bucket = self._bucket_of(instant)
        if bucket not in self._filled:
            plan.write(NOTE, {"list": self._name, "bucket": bucket})

    async def behind(self, place: Place, count: int) -> list[Row]:
        """The first ``count`` rows behind the place. One round trip, as a rule."""
        rows: list[Row] = []
        top = self._bucket_of(place[0])
        while len(rows) < count:
            wanted = count - len(rows)
            wave, bottom = self._wave(top, place, wanted)
            found, any_new = await asyncio.gather(
                self._read(wave, place, wanted), self._look(wave, bottom, top)
            )
            if any_new:
                continue
            rows += found
            if bottom == FIRST:
                break
            top = bottom - 1
        return rows[:count]

    def _wave(self, top: int, place: Place, wanted: int) -> tuple[list[int], int]:
        """Buckets that should hold what is wanted, newest first, and how far down that reaches."""
        wave: list[int] = []
        expected = 0
        for bucket in reversed(self._buckets[: bisect_right(self._buckets, top)]):
            if expected >= wanted or len(wave) == AT_ONCE:
                return wave, wave[-1]
            wave.append(bucket)
            # Of the place's own bucket, all can be in front of it.
            expected += 0 if bucket == self._bucket_of(place[0]) else self._filled[bucket]
        return wave, FIRST

    async def _read(self, wave: Sequence[int], place: Place, wanted: int) -> list[Row]:
        found = await asyncio.gather(*(self._bucket(bucket, place, wanted) for bucket in wave))
        for bucket, rows in zip(wave, found, strict=True):
            if bucket != self._bucket_of(place[0]):
                seen = len(rows)
                self._filled[bucket] = seen if seen < wanted else max(seen, self._filled[bucket])
        return [row for rows in found for row in rows]

    async def _bucket(self, bucket: int, place: Place, wanted: int) -> list[Row]:
        at, id_ = place
        params = {**self._key, "bucket": bucket, "at": at, "id": id_, "count": wanted}
        return (await self._session.page(self._select, params, fetch=wanted)).rows

    async def _look(self, wave: Sequence[int], bottom: int, top: int) -> bool:
        """Whether the directory knows more, between the two, than the wave; we may know it by now."""
        params = {"list": self._name, "bottom": bottom, "top": top}
        rows = await self._session.all_rows(KNOWN, params, fetch=5000)
        missed = {row["bucket"] for row in rows} - set(wave)
        for bucket in missed - self._filled.keys():
            self._filled[bucket] = 1
            insort(self._buckets, bucket)
        return bool(missed)
