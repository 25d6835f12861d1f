"""What waits for a group in a lane of the outbox, as this process has read it."""

import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from typing import Self
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.outbox.event_rows import minute_of
from killrvideo.adapters.cassandra.outbox.lanes import LATEST, LaneReader
from killrvideo.adapters.cassandra.units.marks import Marks
from killrvideo.adapters.cassandra.units.stamps import now_stamp

MARK_EVERY = 300.0
"""Seconds between two notes of how far a group has come for good."""

HANDLED = """
SELECT event_ids FROM outbox_handled WHERE group_name = :group AND lane = :lane AND minute = :minute
"""


class GroupLane:
    """Holds in memory what waits: as much as was asked for, and a page."""

    def __init__(self, session: CassandraSession, group: str, lane: int, mark: int | None) -> None:
        self._session = session
        self._group = group
        self._lane = lane
        self._mark = mark
        self._marked = time.monotonic()
        self._waiting: dict[UUID, Row] = {}
        self._reader = LaneReader(session, lane, first_minute(mark), self._done_in)

    @classmethod
    async def begin(cls, session: CassandraSession, group: str, lane: int) -> Self:
        return cls(session, group, lane, await Marks(session).find(mark_name(group, lane)))

    async def first(self, limit: int) -> list[Row]:
        """The same ones again until they are `handled`."""
        if not self._waiting:
            await self._note()
        while len(self._waiting) < limit and (rows := await self._reader.more()):
            self._waiting.update((row["event_id"], row) for row in rows)
        return by_version(islice(self._waiting.values(), limit))

    def handled(self, event_ids: Iterable[UUID]) -> None:
        """To be called once the store knows."""
        for event_id in event_ids:
            self._waiting.pop(event_id, None)

    async def _done_in(self, minute: int) -> set[UUID]:
        waiting = {each for each, row in self._waiting.items() if minute_of(row["stamp"]) == minute}
        return waiting | await handled_in(self._session, self._group, self._lane, minute)

    async def _note(self) -> None:
        """Whoever takes over need not look further back than for what comes late."""
        reached = min(self._reader.reached, minute_of(now_stamp()))
        if time.monotonic() - self._marked < MARK_EVERY or reached <= (self._mark or 0):
            return
        marks, name = Marks(self._session), mark_name(self._group, self._lane)
        if self._mark is None:
            self._mark = await marks.get(name, reached)
        elif await marks.move(name, self._mark, reached):
            self._mark = reached
        else:
            self._mark = await marks.find(name)
        self._marked = time.monotonic()


async def handled_in(session: CassandraSession, group: str, lane: int, minute: int) -> set[UUID]:
    rows = await session.all_rows(HANDLED, {"group": group, "lane": lane, "minute": minute})
    return {event_id for row in rows for event_id in row["event_ids"]}


def mark_name(group: str, lane: int) -> str:
    return f"outbox:{group}:{lane}"


def first_minute(mark: int | None) -> int:
    """That a group which has come to the mark must look at."""
    return 0 if mark is None else mark - LATEST


def by_version(rows: Iterable[Row]) -> list[Row]:
    """The rows with those of each aggregate in the order of its versions."""
    rows = list(rows)
    places: dict[UUID, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[row["aggregate_id"]].append(place)
    ordered = list(rows)
    for mine in places.values():
        for place, row in zip(mine, sorted((rows[at] for at in mine), key=_version), strict=True):
            ordered[place] = row
    return ordered


def _version(row: Row) -> int:
    version: int = row["version"]
    return version
