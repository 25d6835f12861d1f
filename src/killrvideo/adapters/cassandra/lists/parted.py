"""Lists in a few partitions each, read as if they were one, newest first; and the rows of them that show.

A fixed number of parts keeps the partitions of the longest lists small, and needs no directory: a reader
asks all parts at once, and waits for one round trip whatever the list is.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row, Value
from killrvideo.adapters.cassandra.lists.paging import TOP, Place, in_time

PARTS = 4
NUMBERED = tuple({"part": part} for part in range(PARTS))
WHOLE: tuple[Mapping[str, Value], ...] = ({},)
"""For a list in one piece."""
SPARE = 10
"""Rows that are read beyond what is wanted, as some may not show."""
AT_ONCE = 5000
"""Rows of a part in one round trip."""
PIECE = 1000
EVERYTHING = 2**31 - 1

Read = Callable[[Place, int], Awaitable[list[Row]]]
"""The first so many rows behind a place, each with its instant as ``at`` beside its ``id``."""
Shows = Callable[[Sequence[Row]], Awaitable[Sequence[bool]]]
"""Which of the rows show."""


def part_of(item_id: UUID) -> int:
    return item_id.int % PARTS


class PartedList:
    """``select`` reads a part: it has the markers :at and :id (the place to read on behind), :count (the
    LIMIT), those of a list's key, and those of a part, :part unless the parts have others.
    """

    def __init__(
        self, session: CassandraSession, select: str, *, parts: Sequence[Mapping[str, Value]] = NUMBERED
    ) -> None:
        self._session = session
        self._select = select
        self._parts = parts

    def of(self, **key: Value) -> Read:
        """The list with this key."""

        async def behind(place: Place, count: int) -> list[Row]:
            found = await asyncio.gather(*(self._part(key, part, place, count) for part in self._parts))
            return list(islice(merge(*found, key=in_time, reverse=True), count))

        return behind

    async def all_of(self, **key: Value) -> list[Row]:
        """The whole list."""
        return await self.of(**key)(TOP, EVERYTHING)

    async def _part(
        self, key: Mapping[str, Value], part: Mapping[str, Value], place: Place, count: int
    ) -> list[Row]:
        at, id_ = place
        params = {**key, **part, "at": at, "id": id_, "count": count}
        return await self._session.all_rows(self._select, params, fetch=min(count, AT_ONCE))


async def in_pieces(read: Read) -> AsyncGenerator[list[Row], None]:
    """The whole of a list that may be too long for memory."""
    place = TOP
    while rows := await read(place, PIECE):
        yield rows
        place = _place_of(rows[-1])


@dataclass(slots=True)
class Seen:
    rows: list[Row] = field(default_factory=list)
    """Those that show."""
    unseen: int = 0
    """How many did not, of those that were looked at."""


async def that_show(read: Read, shows: Shows, place: Place, wanted: int) -> Seen:
    """The first rows behind the place that show: as many as are wanted, or all that there are.

    One round trip for rows and one for whether they show, unless more are hidden than `SPARE`.
    """
    seen, count = Seen(), wanted + SPARE
    while True:
        found = await read(place, count)
        shown = list(await shows(found))
        seen.rows += [row for row, show in zip(found, shown, strict=True) if show]
        seen.unseen += shown.count(False)
        if len(found) < count or len(seen.rows) >= wanted:
            seen.rows = seen.rows[:wanted]
            return seen
        place, count = _place_of(found[-1]), min(2 * count, AT_ONCE)


def _place_of(row: Row) -> Place:
    return aware(row["at"]), row["id"]
