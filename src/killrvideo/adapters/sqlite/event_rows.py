"""Events as rows of the outbox."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from killrvideo.adapters.event_bodies import StoredEvent, read_event, read_origin
from killrvideo.domain.events import Recorded
from killrvideo.domain.ids import EventId
from killrvideo.domain.instants import from_millis

COLUMNS = "event_id, type, schema_version, aggregate, aggregate_id, version, occurred_at, body, origin"


def recorded_of(row: Sequence[Any]) -> Recorded:
    """The event of a row with these columns."""
    event_id, kind, schema_version, aggregate, aggregate_id, version, occurred_at, body, origin = row
    found = StoredEvent(
        type=kind,
        schema_version=schema_version,
        aggregate=aggregate,
        aggregate_id=UUID(bytes=aggregate_id),
        version=version,
        body=body,
    )
    return Recorded(
        event_id=EventId(UUID(bytes=event_id)),
        event=read_event(found),
        occurred_at=from_millis(occurred_at),
        origin=read_origin(origin),
    )
