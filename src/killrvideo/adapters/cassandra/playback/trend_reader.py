"""Views since an hour, from the boards of whole days and hours and the views of open hours.

Exact as long as no hour has views of more than `MOST_OF_HOUR` videos, nor a day of more than `MOST_OF_DAY`;
beyond that, the views of the least viewed of such an hour or day are left out.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.playback.trend_boards import BOARDS, GRACE, WHOLE, TrendBoards
from killrvideo.adapters.cassandra.playback.trend_tables import HOURS_A_DAY, Views, hour_of, together

CLOSED_DAYS_AGO = 2
"""From then on a day is read as a whole: before, its last hours may not be settled."""
LATELY = 2 * GRACE
"""An hour that was open so long ago is counted from its views: it may have no board yet."""


class TrendReader:
    def __init__(self, session: CassandraSession, boards: TrendBoards) -> None:
        self._session = session
        self._boards = boards

    async def views_since(self, since: datetime, now: datetime) -> Views:
        """By video, from the full hour on. One round trip, while the boards are made in time."""
        first, present = hour_of(since), hour_of(now)
        fresh = {hour for hour in (hour_of(now - LATELY), present) if hour >= first}
        closed, opened = await asyncio.gather(self._closed(first, present, fresh), self._counted(fresh))
        return closed + opened

    async def _closed(self, first: int, present: int, but_for: set[int]) -> Views:
        """Of all hours but these; those without a board are counted."""
        days = range(first // HOURS_A_DAY, max(first, present) // HOURS_A_DAY + 1)
        until = present // HOURS_A_DAY - CLOSED_DAYS_AGO
        whole = {day for day in days if day * HOURS_A_DAY >= first and day <= until}
        by_day, by_hour = await asyncio.gather(
            self._read(WHOLE, whole, first), self._read(BOARDS, {*days} - whole, first)
        )
        by_hour += await self._read(BOARDS, {row["day"] for row in by_day if row["whole"] is None}, first)
        hours = [row for row in by_hour if row["hour"] not in but_for]
        views = together(row["whole"] for row in by_day if row["whole"] is not None)
        views.update(together(row["board"] for row in hours if row["board"] is not None))
        views.update(await self._counted({row["hour"] for row in hours if row["board"] is None}))
        return views

    async def _counted(self, hours: Iterable[int]) -> Views:
        found = await asyncio.gather(*(self._boards.views_in(hour) for hour in hours))
        return sum(found, Views())

    async def _read(self, cql: str, days: Iterable[int], first: int) -> list[Row]:
        asked = ({"day": day, "hour": first} for day in days)
        found = await asyncio.gather(*(self._session.rows(cql, params) for params in asked))
        return [row for rows in found for row in rows]
