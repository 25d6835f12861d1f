"""Events in the order of their commits, and how far each group of consumers has come."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import apsw

from killrvideo.adapters.event_bodies import StoredEvent, read_event, read_origin
from killrvideo.adapters.sqlite import pieces
from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.domain.events import Recorded
from killrvideo.domain.ids import EventId
from killrvideo.domain.instants import from_millis, to_millis

AFTER = """
SELECT sequence, event_id, type, schema_version, aggregate, aggregate_id, version, occurred_at, body, origin
FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT ?
"""
# Not the largest one that is there: after a purge there may be none.
LAST = "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"
LEASE = """
INSERT INTO outbox_groups (name, position, holder, lease_until) VALUES (?1, 0, ?2, ?4)
ON CONFLICT (name) DO UPDATE SET holder = ?2, lease_until = ?4
WHERE holder IS NULL OR holder = ?2 OR lease_until <= ?3
RETURNING position
"""
ADVANCE = "UPDATE outbox_groups SET position = max(position, ?3) WHERE name = ?1 AND holder = ?2"
BURY = """
INSERT INTO outbox_buried (group_name, event_id, sequence, error) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET error = excluded.error
"""
# A group that has not begun has handled nothing; without any group nobody has. The plus sign makes SQLite
# find old events by their age, instead of looking at all that were handled.
PURGE = """
DELETE FROM outbox WHERE sequence IN (
  SELECT sequence FROM outbox WHERE occurred_at < ?
    AND +sequence <= (SELECT coalesce(min(position), 0) FROM outbox_groups)
    AND event_id NOT IN (SELECT event_id FROM outbox_buried)
  LIMIT ?
)
"""

EXHUME = """
DELETE FROM outbox_buried WHERE (group_name, event_id) IN (
  SELECT buried.group_name, buried.event_id
  FROM outbox_buried AS buried CROSS JOIN outbox ON outbox.event_id = buried.event_id
  WHERE outbox.occurred_at < ? LIMIT ?
)
"""


class SqliteOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, sequence: int, limit: int) -> Sequence[Recorded]:
        return [_recorded(row) for row in self._database.rows(AFTER, (sequence, limit))]

    async def last(self) -> int:
        found = self._database.row(LAST)
        return 0 if found is None else found[0]

    async def lease(self, group: str, holder: str, now: datetime, until: datetime) -> int | None:
        def change(connection: apsw.Connection) -> int | None:
            params = (group, holder, to_millis(now), to_millis(until))
            return next((position for (position,) in connection.execute(LEASE, params)), None)

        return await self._database.write(change, name="outbox.lease")

    async def advance(self, group: str, holder: str, sequence: int) -> bool:
        def change(connection: apsw.Connection) -> bool:
            connection.execute(ADVANCE, (group, holder, sequence))
            return connection.changes() == 1

        return await self._database.write(change, name="outbox.advance")

    async def bury(self, group: str, recorded: Recorded, error: str) -> None:
        def change(connection: apsw.Connection) -> None:
            connection.execute(BURY, (group, recorded.event_id.bytes, recorded.sequence, error))

        await self._database.write(change, name="outbox.bury")

    async def purge(self, before: datetime, buried_before: datetime) -> int:
        await pieces.drop(self._database, EXHUME, (to_millis(buried_before),), name="outbox.exhume")
        return await pieces.drop(self._database, PURGE, (to_millis(before),), name="outbox.purge")


def _recorded(row: Row) -> Recorded:
    sequence, event_id, kind, schema_version, aggregate, aggregate_id, version, occurred_at, body, origin = (
        row
    )
    found = StoredEvent(
        type=kind,
        schema_version=schema_version,
        aggregate=aggregate,
        aggregate_id=UUID(bytes=aggregate_id),
        version=version,
        body=body,
    )
    return Recorded(
        sequence=sequence,
        event_id=EventId(UUID(bytes=event_id)),
        event=read_event(found),
        occurred_at=from_millis(occurred_at),
        origin=read_origin(origin),
    )
