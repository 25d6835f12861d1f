"""Idempotency keys that were served, each with what it made."""

from datetime import datetime
from uuid import UUID

import apsw

from killrvideo.adapters.sqlite import pieces
from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.domain.errors import AlreadyDone, RequestKeyReused
from killrvideo.domain.events import RequestKey
from killrvideo.domain.instants import to_millis

FIND = "SELECT fingerprint, subject FROM request_keys WHERE owner = ? AND operation = ? AND key = ?"
ADD = """
INSERT INTO request_keys (owner, operation, key, fingerprint, subject, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
GIVE_BACK = "DELETE FROM request_keys WHERE owner = ? AND operation = ? AND key = ? AND subject = ?"
PURGE = """
DELETE FROM request_keys WHERE (owner, operation, key) IN (
  SELECT owner, operation, key FROM request_keys WHERE at < ? LIMIT ?
)
"""


def spend(connection: apsw.Connection, key: RequestKey, subject: UUID, at: datetime) -> None:
    """Remembers in the unit's own transaction what the key made; raises AlreadyDone or RequestKeyReused."""
    connection.execute(
        ADD, (key.owner, key.operation, key.key, key.fingerprint, subject.bytes, to_millis(at))
    )
    if not connection.changes():
        for found in connection.execute(FIND, (key.owner, key.operation, key.key)):
            raise AlreadyDone(_subject(found, key))


def give_back(connection: apsw.Connection, key: RequestKey, subject: UUID) -> None:
    """Forgets in the unit's own transaction that the key made this; without effect if it did not."""
    connection.execute(GIVE_BACK, (key.owner, key.operation, key.key, subject.bytes))


def done_before(database: Database, key: RequestKey) -> UUID | None:
    """What the key made earlier; raises RequestKeyReused for another request's key."""
    found = database.row(FIND, (key.owner, key.operation, key.key))
    return None if found is None else _subject(found, key)


async def purge(database: Database, before: datetime) -> int:
    """Drops keys that were served before the instant; how many there were."""
    return await pieces.drop(database, PURGE, (to_millis(before),), name="request_keys.purge")


def _subject(found: Row, key: RequestKey) -> UUID:
    fingerprint, subject = found
    if fingerprint != key.fingerprint:
        raise RequestKeyReused(
            "This Idempotency-Key was used for a different request; use a fresh key for each new request."
        )
    return UUID(bytes=subject)
