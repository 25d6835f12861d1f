"""Reading a lane of the outbox: often and cheaply what is new, now and then all that may have come late.

An event has the instant at which its unit of work began. It can become readable after younger ones: at once
when two processes write side by side, within a minute when a repair finishes a unit, within hours when a node
that was down is handed what it missed. So a reader goes by what it has seen, never by how far it has come.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from uuid import UUID

from killrvideo.adapters.cassandra.event_rows import EVENT, minute_of
from killrvideo.adapters.cassandra.session import CassandraSession, Row
from killrvideo.adapters.cassandra.stamps import now_stamp

OVERLAP = 5_000_000
"""Microseconds behind the youngest event seen that each look begins at."""
SWEEPS = ((20.0, 15), (600.0, 300))
"""Every so many seconds, so many minutes back are looked through in whole."""
LATEST = SWEEPS[-1][1]
"""Minutes after which nothing comes late any more."""

LOOK = f"SELECT stamp, {EVENT} FROM outbox WHERE lane = :lane AND minute = :minute AND stamp > :stamp"  # noqa: S608
MINUTES = "SELECT minute FROM outbox_minutes WHERE lane = :lane AND minute >= :minute"
HANDLED = """
SELECT event_ids FROM outbox_handled WHERE group_name = :group AND lane = :lane AND minute = :minute
"""

Seen = Callable[[int], Awaitable[set[UUID]]]
"""The events of a minute that are done with; the set is the reader's to change."""


class LaneReader:
    """What has not been seen of a lane, since a minute on."""

    def __init__(self, session: CassandraSession, lane: int, since: int) -> None:
        self._session = session
        self._lane = lane
        self._since = since
        self._seen: dict[int, set[UUID]] = {}
        self._youngest = 0
        self._swept = [float("-inf")] * len(SWEEPS)

    async def unseen(self, seen: Seen) -> list[Row]:
        """In the order of their stamps. What is not `see`n before the next call comes again."""
        now = time.monotonic()
        due = [number for number, (every, _) in enumerate(SWEEPS) if now - self._swept[number] >= every]
        if self._youngest == 0:
            minutes, after = await self._minutes(self._since), 0
        elif due:
            back = minute_of(now_stamp()) - SWEEPS[due[-1]][1]
            minutes, after = await self._minutes(max(back, self._since)), 0
        else:
            after = self._youngest - OVERLAP
            minutes = list(range(minute_of(after), minute_of(now_stamp()) + 1))
        rows = await self._look(minutes, after, seen)
        if not rows:  # Only then was everything up to now looked at.
            self._youngest = max(self._youngest, now_stamp() - OVERLAP)
            for number in due:
                self._swept[number] = now
            self._forget()
        return rows

    def see(self, stamp: int, event_id: UUID) -> None:
        """To be called when `seen` would tell of it, too: of a minute that was not read yet, it will."""
        if (known := self._seen.get(minute_of(stamp))) is not None:
            known.add(event_id)
        self._youngest = max(self._youngest, stamp) if self._youngest else self._youngest

    async def _look(self, minutes: Sequence[int], after: int, seen: Seen) -> list[Row]:
        """Minute by minute, until something is found."""
        for first in range(0, len(minutes), 16):
            some = minutes[first : first + 16]
            found = await asyncio.gather(*(self._in(minute, after, seen) for minute in some))
            rows = [row for rows in found for row in rows]
            if rows:
                return rows
        return []

    async def _in(self, minute: int, after: int, seen: Seen) -> list[Row]:
        place = {"lane": self._lane, "minute": minute, "stamp": after}
        rows = await self._session.all_rows(LOOK, place)
        if not rows:
            return []
        if minute not in self._seen:
            self._seen[minute] = await seen(minute)
        return [row for row in rows if row["event_id"] not in self._seen[minute]]

    async def _minutes(self, since: int) -> list[int]:
        """Those that have events."""
        rows = await self._session.all_rows(MINUTES, {"lane": self._lane, "minute": since})
        return [row["minute"] for row in rows]

    def _forget(self) -> None:
        """What no sweep looks at any more."""
        oldest = minute_of(now_stamp()) - LATEST - 1
        for minute in [minute for minute in self._seen if minute < oldest]:
            del self._seen[minute]


async def handled_in(session: CassandraSession, group: str, lane: int, minute: int) -> set[UUID]:
    rows = await session.all_rows(HANDLED, {"group": group, "lane": lane, "minute": minute})
    return {event_id for row in rows for event_id in row["event_ids"]}


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
