"""Events that a group could not handle, and those of them that it is to try again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.outbox.event_rows import EVENT, VALUES, lane_of, recorded_of, row_of
from killrvideo.domain.events import Recorded
from killrvideo.domain.ids import EventId
from killrvideo.service_interfaces.events import Buried

BURY = f"""
INSERT INTO outbox_buried (shard, group_name, error, {EVENT}) VALUES (0, :group, :error, {VALUES})
"""  # noqa: S608
PAGE = f"SELECT group_name, error, {EVENT} FROM outbox_buried WHERE shard = 0"  # noqa: S608
PLACES = "SELECT group_name, occurred_at, event_id FROM outbox_buried WHERE shard = 0"
ONE = f"""
SELECT {EVENT} FROM outbox_buried
WHERE shard = 0 AND occurred_at = :occurred_at AND event_id = :event_id AND group_name = :group
"""  # noqa: S608
EXHUME = """
DELETE FROM outbox_buried
WHERE shard = 0 AND occurred_at = :occurred_at AND event_id = :event_id AND group_name = :group
"""
RETRY = f"""
INSERT INTO outbox_retried (group_name, lane, {EVENT}) VALUES (:group, :lane, {VALUES})
"""  # noqa: S608
RETRIED = f"SELECT {EVENT} FROM outbox_retried WHERE group_name = :group AND lane = :lane LIMIT :most"  # noqa: S608
RETRIED_NOW = """
DELETE FROM outbox_retried
WHERE group_name = :group AND lane = :lane AND occurred_at = :occurred_at AND event_id = :event_id
"""
RETRIED_MOST = 10_000
AT_ONCE = 1000


class BuriedEvents:
    def __init__(self, session: CassandraSession) -> None:
        self._session = session

    async def bury(self, group: str, recorded: Recorded, error: str, raw: Row | None) -> None:
        await self._session.write(BURY, {**(raw or row_of(recorded)), "group": group, "error": error})

    async def page(self, limit: int) -> list[Buried]:
        rows = (await self._session.page(PAGE, fetch=limit)).rows
        return [_buried(row) for row in rows]

    async def count(self, group: str) -> int:
        return sum([row["group_name"] == group async for row in self._places()])

    async def retry(self, group: str, event_id: EventId) -> bool:
        async for row in self._places():
            if row["group_name"] == group and row["event_id"] == event_id:
                return await self._wait_again(group, _place(row))
        return False

    async def retried(self, group: str, lane: int, limit: int) -> list[Row]:
        return await self._session.rows(RETRIED, {"group": group, "lane": lane, "most": limit})

    async def forget_retried(self, group: str, lane: int, recorded: Sequence[Recorded]) -> None:
        """They were handled, or buried again."""
        waiting = {row["event_id"]: row for row in await self.retried(group, lane, RETRIED_MOST)}
        again = [waiting[each.event_id] for each in recorded if each.event_id in waiting]
        await asyncio.gather(
            *(
                self._session.write(RETRIED_NOW, {"group": group, "lane": lane, **_place(row)})
                for row in again
            )
        )

    async def _places(self) -> AsyncIterator[Row]:
        """Where each lies, page by page."""
        state: bytes | None = None
        while True:
            answer = await self._session.page(PLACES, fetch=AT_ONCE, state=state)
            for row in answer.rows:
                yield row
            state = answer.state
            if state is None:
                return

    async def _wait_again(self, group: str, place: dict[str, Any]) -> bool:
        row = await self._session.row(ONE, {"group": group, **place})
        if row is None:  # Somebody else was faster.
            return False
        lane = lane_of(row["aggregate_id"])
        await self._session.write(RETRY, {**row, "group": group, "lane": lane})
        await self._session.write(EXHUME, {"group": group, **place})
        return True


def _place(row: Row) -> dict[str, Any]:
    return {"occurred_at": row["occurred_at"], "event_id": row["event_id"]}


def _buried(row: Row) -> Buried:
    return Buried(group=row["group_name"], error=row["error"], recorded=recorded_of(row))
