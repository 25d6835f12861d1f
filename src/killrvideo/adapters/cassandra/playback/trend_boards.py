"""Closing hours and days: boards of the most viewed, so that what trends need not be counted from views.

A board is made from rows alone, by whoever comes to it, and anybody can make it again. It carries the
timestamp from before its rows were read; a view that is stored later carries a later one, and takes the
board away. Views that a crash had left behind come with an earlier timestamp: for them each board is made
once more after a while.
"""

import asyncio
from datetime import datetime, timedelta

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.lists.parted import AT_ONCE
from killrvideo.adapters.cassandra.playback.trend_tables import (
    HOURS_A_DAY,
    KEPT_FOR,
    LANES,
    VIEWS_OF_LANE,
    Views,
    hour_of,
    packed,
    seconds_left,
    start_of,
    together,
)
from killrvideo.adapters.cassandra.units.stamps import Stamps
from killrvideo.domain.ids import VideoId

MOST_OF_HOUR = 1000
MOST_OF_DAY = 2000
GRACE = timedelta(minutes=2)
"""After an hour, before its board is made: nobody still writes to it then."""
SETTLED = timedelta(hours=2)
"""After an hour, before its board is made for the last time."""

STATES = "SELECT hour, settled, closed FROM trends WHERE day = :day"
BOARDS = "SELECT hour, board FROM trends WHERE day = :day AND hour >= :hour"
WHOLE = "SELECT DISTINCT day, whole FROM trends WHERE day = :day"
CLOSE_HOUR = """
INSERT INTO trends (day, hour, board, settled) VALUES (:day, :hour, :board, :settled)
USING TTL :seconds AND TIMESTAMP :stamp
"""
CLOSE_DAY = """
INSERT INTO trends (day, whole, closed) VALUES (:day, :whole, true) USING TTL :seconds AND TIMESTAMP :stamp
"""


class TrendBoards:
    def __init__(self, session: CassandraSession, stamps: Stamps) -> None:
        self._session = session
        self._stamps = stamps

    async def close(self, now: datetime) -> int:
        """Makes the boards that are due; how many there were. Several processes may do so at once."""
        today = hour_of(now) // HOURS_A_DAY
        return sum([await self._close_in(day, now) for day in range(today - KEPT_FOR.days, today + 1)])

    async def views_in(self, hour: int) -> Views:
        """Of all videos in the hour, counted from the views themselves."""
        lanes = await asyncio.gather(
            *(
                self._session.all_rows(VIEWS_OF_LANE, {"hour": hour, "lane": lane}, fetch=AT_ONCE)
                for lane in LANES
            )
        )
        return Views({VideoId(row["video_id"]): row["views"] for rows in lanes for row in rows})

    async def _close_in(self, day: int, now: datetime) -> int:
        rows = [row for row in await self._session.rows(STATES, {"day": day}) if row["hour"] is not None]
        due = [row["hour"] for row in rows if _is_due(row, now)]
        for hour in due:
            await self._close_hour(hour, now)
        over = now - start_of((day + 1) * HOURS_A_DAY) >= SETTLED
        if over and rows and (due or not rows[0]["closed"]):
            await self._close_day(day, now)
            return len(due) + 1
        return len(due)

    async def _close_hour(self, hour: int, now: datetime) -> None:
        stamp = self._stamps.next()
        views = await self.views_in(hour)
        row = {
            "day": hour // HOURS_A_DAY,
            "hour": hour,
            "board": packed(views, MOST_OF_HOUR),
            "settled": _age(hour, now) >= SETTLED,
            "seconds": max(1, seconds_left(hour, now)),
            "stamp": stamp,
        }
        await self._session.write(CLOSE_HOUR, row)

    async def _close_day(self, day: int, now: datetime) -> None:
        stamp, first = self._stamps.next(), day * HOURS_A_DAY
        rows = await self._session.rows(BOARDS, {"day": day, "hour": first})
        if any(row["board"] is None for row in rows):
            return
        whole = packed(together(row["board"] for row in rows), MOST_OF_DAY)
        seconds = max(1, seconds_left(first + HOURS_A_DAY - 1, now))
        await self._session.write(CLOSE_DAY, {"day": day, "whole": whole, "seconds": seconds, "stamp": stamp})


def _is_due(row: Row, now: datetime) -> bool:
    if row["settled"] is None:
        return _age(row["hour"], now) >= GRACE
    return not row["settled"] and _age(row["hour"], now) >= SETTLED


def _age(hour: int, now: datetime) -> timedelta:
    """How long it is over."""
    return now - start_of(hour + 1)
