"""Events in the order of their commits, how far each group has come, and what it could not handle."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import apsw
import orjson

from killrvideo.adapters.sqlite import pieces
from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.event_rows import COLUMNS, recorded_of
from killrvideo.domain.events import Recorded
from killrvideo.domain.ids import EventId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.service_interfaces.events import Backlog, Buried

# Commits are made one after the other, so none is readable late: a group has handled all up to its position.
POSITION = "coalesce((SELECT position FROM outbox_groups WHERE name = ?1), 0)"
WAITING = f"""
SELECT {COLUMNS} FROM outbox WHERE sequence IN (
  SELECT sequence FROM outbox_buried WHERE group_name = ?1 AND retried AND sequence <= {POSITION}
  UNION ALL
  SELECT * FROM (SELECT sequence FROM outbox WHERE sequence > {POSITION} ORDER BY sequence LIMIT ?2)
) ORDER BY sequence LIMIT ?2
"""  # noqa: S608
LEASE = """
INSERT INTO outbox_groups (name, position, holder, lease_until) VALUES (?1, 0, ?2, ?4)
ON CONFLICT (name) DO UPDATE SET holder = ?2, lease_until = ?4
WHERE holder IS NULL OR holder = ?2 OR lease_until <= ?3
"""
# Asked before, so that a process which only stands by does not write.
ANOTHERS = "SELECT 1 FROM outbox_groups WHERE name = ? AND holder <> ? AND lease_until > ?"
ADVANCE = """
UPDATE outbox_groups
SET position = max(position, coalesce((SELECT sequence FROM outbox WHERE event_id = ?3), 0))
WHERE name = ?1 AND holder = ?2
"""
SUCCEEDED = "DELETE FROM outbox_buried WHERE group_name = ? AND event_id = ? AND retried"
BURY = """
INSERT INTO outbox_buried (group_name, event_id, sequence, error)
SELECT ?1, event_id, sequence, ?3 FROM outbox WHERE event_id = ?2
ON CONFLICT DO UPDATE SET error = excluded.error, retried = 0
"""
BURIED = f"""
SELECT group_name, error, {COLUMNS} FROM outbox_buried JOIN outbox USING (event_id)
WHERE NOT retried ORDER BY outbox.sequence, group_name LIMIT ?
"""  # noqa: S608
RETRY = "UPDATE outbox_buried SET retried = 1 WHERE group_name = ? AND event_id = ? AND NOT retried"
BACKLOG = f"""
SELECT count(*), min(occurred_at),
  (SELECT count(*) FROM outbox_buried WHERE group_name = ?1 AND NOT retried)
FROM outbox WHERE sequence > {POSITION}
"""  # noqa: S608
AFTER = f"SELECT sequence, {COLUMNS} FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT ?"  # noqa: S608
# Not the largest one that is there: after a purge there may be none.
LAST = "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"
KNOWN = """
SELECT event_id FROM inbox WHERE group_name = ? AND event_id IN (SELECT unhex(value) FROM json_each(?))
"""
REMEMBER = "INSERT INTO inbox (group_name, event_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
# The plus sign makes SQLite find old events by their age, instead of looking at all that were handled.
PURGE = """
DELETE FROM outbox WHERE sequence IN (
  SELECT sequence FROM outbox WHERE occurred_at < ?1
    AND +sequence <= (SELECT coalesce(min(position), 0) FROM outbox_groups WHERE lease_until >= ?1)
    AND event_id NOT IN (SELECT event_id FROM outbox_buried)
  LIMIT ?2
)
"""
EXHUME = """
DELETE FROM outbox_buried WHERE (group_name, event_id) IN (
  SELECT buried.group_name, buried.event_id
  FROM outbox_buried AS buried CROSS JOIN outbox ON outbox.event_id = buried.event_id
  WHERE outbox.occurred_at < ? LIMIT ?
)
"""
FORGET = """
DELETE FROM inbox WHERE (group_name, event_id) IN (
  SELECT group_name, event_id FROM inbox WHERE at < ? LIMIT ?
)
"""


class SqliteFollower:
    def __init__(self, database: Database, position: int) -> None:
        self._database = database
        self._position = position

    async def next(self, limit: int) -> Sequence[Recorded]:
        rows = self._database.rows(AFTER, (self._position, limit))
        if rows:
            self._position = rows[-1][0]
        return [recorded_of(row[1:]) for row in rows]


class SqliteOutbox:
    lanes = 1

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, group: str, lane: int, limit: int) -> Sequence[Recorded]:  # noqa: ARG002
        return [recorded_of(row) for row in self._database.rows(WAITING, (group, limit))]

    async def lease(self, group: str, lane: int, holder: str, now: datetime, until: datetime) -> bool:  # noqa: ARG002
        if self._database.row(ANOTHERS, (group, holder, to_millis(now))) is not None:
            return False

        def change(connection: apsw.Connection) -> bool:
            connection.execute(LEASE, (group, holder, to_millis(now), to_millis(until)))
            return connection.changes() == 1

        return await self._database.write(change, name="outbox.lease")

    async def handled(self, group: str, lane: int, holder: str, recorded: Sequence[Recorded]) -> bool:  # noqa: ARG002
        def change(connection: apsw.Connection) -> bool:
            connection.execute(ADVANCE, (group, holder, recorded[-1].event_id.bytes))
            if connection.changes() == 0:
                return False
            connection.executemany(SUCCEEDED, [(group, each.event_id.bytes) for each in recorded])
            return True

        return await self._database.write(change, name="outbox.handled")

    async def bury(self, group: str, recorded: Recorded, error: str) -> None:
        def change(connection: apsw.Connection) -> None:
            connection.execute(BURY, (group, recorded.event_id.bytes, error))

        await self._database.write(change, name="outbox.bury")

    async def buried(self, limit: int) -> Sequence[Buried]:
        return [
            Buried(group=group, error=error, recorded=recorded_of(row))
            for group, error, *row in await self._database.scan(BURIED, (limit,))
        ]

    async def retry(self, group: str, event_id: EventId) -> bool:
        def change(connection: apsw.Connection) -> bool:
            connection.execute(RETRY, (group, event_id.bytes))
            return connection.changes() == 1

        return await self._database.write(change, name="outbox.retry")

    async def follow(self) -> SqliteFollower:
        found = self._database.row(LAST)
        return SqliteFollower(self._database, 0 if found is None else found[0])

    async def backlog(self, group: str) -> Backlog:
        [(waiting, oldest, buried)] = await self._database.scan(BACKLOG, (group,))
        return Backlog(waiting=waiting, oldest=None if oldest is None else from_millis(oldest), buried=buried)

    async def known(self, group: str, event_ids: Sequence[EventId]) -> Collection[EventId]:
        wanted = orjson.dumps([event_id.hex for event_id in event_ids]).decode()
        return {EventId(UUID(bytes=found)) for (found,) in self._database.rows(KNOWN, (group, wanted))}

    async def remember(self, group: str, event_ids: Sequence[EventId], now: datetime) -> None:
        def change(connection: apsw.Connection) -> None:
            connection.executemany(REMEMBER, [(group, each.bytes, to_millis(now)) for each in event_ids])

        await self._database.write(change, name="inbox.remember")

    async def purge(self, before: datetime, buried_before: datetime) -> int:
        await pieces.drop(self._database, FORGET, (to_millis(before),), name="inbox.purge")
        await pieces.drop(self._database, EXHUME, (to_millis(buried_before),), name="outbox.exhume")
        return await pieces.drop(self._database, PURGE, (to_millis(before),), name="outbox.purge")
