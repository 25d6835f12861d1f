"""Reading a lane of the outbox: often and cheaply what is new, now and then all that may have come late.

An event has the instant at which its unit of work began. It can become readable after younger ones: at once
when two processes write side by side, within a minute when a repair finishes a unit, within hours when a node
that was down is handed what it missed. So a reader goes by what it has seen, never by how far it has come.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import islice

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.outbox.event_rows import EVENT, minute_of
from killrvideo.adapters.cassandra.outbox.seen_events import Recall, SeenEvents
from killrvideo.adapters.cassandra.units.stamps import now_stamp

OVERLAP = 5_000_000
"""Microseconds behind the youngest event seen that each look begins at."""
SWEEPS = ((20.0, 15), (600.0, 300))
"""Every so many seconds, so many minutes back are looked through in whole."""
LATEST = SWEEPS[-1][1]
"""Minutes after which nothing comes late any more."""
PAGE = 500
"""Events that are read at once."""
TOGETHER = 16
"""Minutes that are counted at once."""

LOOK = f"SELECT stamp, {EVENT} FROM outbox WHERE lane = :lane AND minute = :minute AND stamp > :stamp"  # noqa: S608
COUNT = "SELECT count(*) AS events FROM outbox WHERE lane = :lane AND minute = :minute"
MINUTES = "SELECT minute FROM outbox_minutes WHERE lane = :lane AND minute >= :minute"


@dataclass(slots=True)
class Look:
    """A way through a part of the lane, gone piece by piece."""

    begun: int
    """A stamp, as is `after`."""
    after: int
    """Behind which minutes are read."""
    due: list[int]
    """The sweeps that it stands for, by their number."""
    uncounted: deque[int] = field(default_factory=deque)
    """Minutes, as are `unread`: passed over if all that they have was seen."""
    unread: deque[int] = field(default_factory=deque)
    state: bytes | None = None
    """Where to go on in the first unread minute."""


class LaneReader:
    """What becomes readable of a lane, since a minute on: each event once.

    It comes again if `Recall` does not tell of it and something of its minute comes very late.
    """

    def __init__(self, session: CassandraSession, lane: int, since: int, recall: Recall) -> None:
        self.reached = since
        """The minute before which only what comes late is still to be handed out."""
        self._session = session
        self._lane = lane
        self._since = since
        self._seen = SeenEvents(recall)
        self._look: Look | None = None
        self._is_first = True
        self._youngest = 0
        self._swept = [float("-inf")] * len(SWEEPS)

    async def more(self) -> list[Row]:
        """About in the order of their stamps, a page at most; none once all up to now was looked at."""
        look = self._look = self._look or await self._begin()
        while look.unread or look.uncounted:
            if not look.unread:
                await self._count(look)
            elif rows := await self._read(look):
                return rows
        self._end(look)
        return []

    async def _begin(self) -> Look:
        now, seconds = now_stamp(), time.monotonic()
        due = [number for number, (every, _) in enumerate(SWEEPS) if seconds - self._swept[number] >= every]
        after = min(self._youngest, now) - OVERLAP
        if not due:
            return Look(now, after, due, unread=deque(range(minute_of(after), minute_of(now) + 1)))
        back = min(minute_of(now) - SWEEPS[due[-1]][1], minute_of(after))
        first = self._since if self._is_first else max(back, self._since)
        return Look(now, 0, due, uncounted=deque(await minutes_since(self._session, self._lane, first)))

    async def _count(self, look: Look) -> None:
        minutes = list(islice(look.uncounted, TOGETHER))
        complete = await asyncio.gather(*(self._is_seen(minute) for minute in minutes))
        for minute, is_seen in zip(minutes, complete, strict=True):
            look.uncounted.popleft()
            if not is_seen:
                look.unread.append(minute)

    async def _is_seen(self, minute: int) -> bool:
        seen = await self._seen.count(minute)
        return seen == await events_in(self._session, self._lane, minute)

    async def _read(self, look: Look) -> list[Row]:
        minute = look.unread[0]
        place = {"lane": self._lane, "minute": minute, "stamp": look.after}
        answer = await self._session.page(LOOK, place, fetch=PAGE, state=look.state)
        seen = await self._seen.of(minute) if answer.rows else set()
        rows = [row for row in answer.rows if row["event_id"] not in seen]
        look.state = answer.state
        if answer.state is None:
            look.unread.popleft()
        if rows:
            self._seen.add(minute, (row["event_id"] for row in rows))
            self._youngest = max(self._youngest, rows[-1]["stamp"])
        if self._is_first:
            self.reached = max(self.reached, min(minute, minute_of(look.begun)))
        return rows

    def _end(self, look: Look) -> None:
        """Everything that was readable when it began was handed out."""
        self._look = None
        self._youngest = max(self._youngest, look.begun - OVERLAP)
        for number in look.due:
            self._swept[number] = time.monotonic()
        if len(SWEEPS) - 1 in look.due:
            self._is_first = False
            self.reached = max(self.reached, minute_of(look.begun))
        self._seen.forget_before(minute_of(look.begun) - LATEST - 1)


async def minutes_since(session: CassandraSession, lane: int, first: int) -> list[int]:
    """Those that have events."""
    rows = await session.all_rows(MINUTES, {"lane": lane, "minute": first}, fetch=5000)
    return [row["minute"] for row in rows]


async def events_in(session: CassandraSession, lane: int, minute: int) -> int:
    row = await session.row(COUNT, {"lane": lane, "minute": minute})
    return 0 if row is None else int(row["events"])
