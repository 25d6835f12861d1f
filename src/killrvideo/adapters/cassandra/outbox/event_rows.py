"""Events as rows of the outbox, and where in it they lie."""

from datetime import UTC, datetime
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.session import Row, Value
from killrvideo.adapters.event_bodies import StoredEvent, origin_text, read_event, read_origin, stored
from killrvideo.domain.events import Event, Origin, Recorded
from killrvideo.domain.ids import EventId

LANES = 8
MICROS_A_MINUTE = 60_000_000

EVENT = "event_id, type, schema_version, aggregate, aggregate_id, version, occurred_at, body, origin"
"""Columns that `recorded_of` reads."""
VALUES = (
    ":event_id, :type, :schema_version, :aggregate, :aggregate_id, :version, :occurred_at, :body, :origin"
)
ADD = f"""
INSERT INTO outbox (lane, minute, stamp, {EVENT}) VALUES (:lane, :minute, :stamp, {VALUES})
USING TIMESTAMP :stamp
"""  # noqa: S608
NOTE_MINUTE = """
INSERT INTO outbox_minutes (lane, minute) VALUES (:lane, :minute) USING TIMESTAMP :stamp
"""


def event_writes(
    event: Event, origin: Origin, now: datetime, event_id: UUID
) -> list[tuple[str, dict[str, Value]]]:
    """The rows that leave the event in the outbox, as a part of a plan."""
    row = stored(event)
    lane = lane_of(row.aggregate_id)
    kept = {
        "lane": lane,
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
    return [(ADD, kept), (NOTE_MINUTE, {"lane": lane, "minute": minute_of})]


def recorded_of(row: Row) -> Recorded:
    kept = StoredEvent(
        type=row["type"],
        schema_version=row["schema_version"],
        aggregate=row["aggregate"],
        aggregate_id=row["aggregate_id"],
        version=row["version"],
        body=row["body"],
    )
    return Recorded(
        event_id=EventId(row["event_id"]),
        event=read_event(kept),
        occurred_at=row["occurred_at"].replace(tzinfo=UTC),
        origin=read_origin(row["origin"]),
    )


def row_of(recorded: Recorded) -> Row:
    """The columns of `EVENT`."""
    row = stored(recorded.event)
    return {
        "event_id": recorded.event_id,
        "type": row.type,
        "schema_version": row.schema_version,
        "aggregate": row.aggregate,
        "aggregate_id": row.aggregate_id,
        "version": row.version,
        "occurred_at": recorded.occurred_at,
        "body": row.body,
        "origin": origin_text(recorded.origin),
    }


def lane_of(aggregate_id: UUID) -> int:
    return aggregate_id.int % LANES


def minute_of(stamp: int) -> int:
    return stamp // MICROS_A_MINUTE
