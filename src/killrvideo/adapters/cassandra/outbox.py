"""Events, by lane and minute."""

from datetime import datetime
from uuid import UUID

from killrvideo.adapters.cassandra.session import Value
from killrvideo.adapters.event_bodies import origin_text, stored
from killrvideo.domain.events import Event, Origin

LANES = 16
MICROS_A_MINUTE = 60_000_000

ADD = """
INSERT INTO outbox (lane, minute, stamp, event_id, type, schema_version, aggregate, aggregate_id, version,
  occurred_at, body, origin)
VALUES (:lane, :minute, :stamp, :event_id, :type, :schema_version, :aggregate, :aggregate_id, :version,
  :occurred_at, :body, :origin)
USING TIMESTAMP :stamp
"""


def event_write(event: Event, origin: Origin, now: datetime, event_id: UUID) -> tuple[str, dict[str, Value]]:
    """The row that leaves the event in the outbox, as a part of a plan."""
    row = stored(event)
    return ADD, {
        "lane": row.aggregate_id.int % LANES,
        "minute": minute_of,
        "event_id": event_id,
        "type": row.type,
        "schema_version": row.schema_version,
        "aggregate": row.aggregate,
        "aggregate_id": row.aggregate_id,
        "version": row.version,
        "occurred_at": now,
        "body": row.body,
        "origin": origin_text(origin),
    }


def minute_of(stamp: int) -> int:
    return stamp // MICROS_A_MINUTE
